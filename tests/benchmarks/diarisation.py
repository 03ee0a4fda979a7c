"""How well voices are told apart by ear: python -m tests.benchmarks.diarisation [--speech DIR] [--made N].

The thresholds were fixed before any recording was scored, on meetings made of the clips as `--made` makes
them: other orders, other sets of 3 to 16 speakers, other rooms (echo 0.12 to 0.6 s), other noise (14 to 50 dB
below the voices) than in the recordings. The voices are the same, for there are no others.
"""

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pyannote.core import Annotation, Segment, Timeline
from pyannote.metrics.diarization import DiarizationErrorRate

from tests.benchmarks.made_meetings import clips, made_meeting, write_sound
from tests.benchmarks.results import ROOT, Figures, report
from transcripts.audio import windows
from transcripts.voices.diarising import voice_turns
from transcripts.voices.listening import impression
from transcripts.voices.weights import is_installed

AIM = 9.0
COLLAR_S = 0.25
RECORDINGS = ("meeting.opus", "meeting_hard.mp3", "bilingual.opus")


@dataclass(frozen=True)
class Case:
    name: str
    path: Path
    truth: Annotation


@dataclass(frozen=True)
class Run:
    collar: float
    bare: float
    missed: float
    false: float
    confused: float
    """All in per cent of the speech; the last three without a collar."""
    found: int
    true: int
    times_real: float
    turns_ms: float


def cases(speech: Path) -> Iterator[Case]:
    for path in [*(speech / name for name in RECORDINGS), *sorted((speech / "ami").glob("*.opus"))]:
        yield Case(path.stem, path, truth(path.with_suffix(".rttm")))


def made(speech: Path, folder: Path, *, count: int, seed: int) -> Iterator[Case]:
    of = clips(speech, language=None)
    for n in range(count):
        stage = made_meeting(of, np.random.default_rng([seed, n]))
        rows = [(said.start_ms / 1000, said.end_ms / 1000, said.speaker) for said in stage.said]
        yield Case(f"made {n}", write_sound(folder / f"{n}.wav", stage.sound()), annotation(rows))


def truth(rttm: Path) -> Annotation:
    fields = [line.split() for line in rttm.read_text("utf-8").splitlines()]
    return annotation([(float(f[3]), float(f[3]) + float(f[4]), f[7]) for f in fields])


def annotation(rows: list[tuple[float, float, str]]) -> Annotation:
    made = Annotation()
    for n, (start, end, speaker) in enumerate(rows):
        made[Segment(start, end), n] = speaker
    return made


def run(case: Case) -> Run:
    """One recording, window by window as the worker hears it."""
    begun = time.perf_counter()
    heard, seconds = [], 0.0
    for window in windows(case.path):
        heard.append(impression(window.samples, window.start_ms) or b"")
        seconds = window.end_ms / 1000
    listened = time.perf_counter()
    turns = voice_turns(heard)
    done = time.perf_counter()
    by_ear = annotation([(start / 1000, end / 1000, f"voice {n}") for start, end, n in turns])
    errors = compared(case.truth, by_ear, seconds)
    voices = len({n for _, _, n in turns})
    return Run(
        *errors, voices, len(case.truth.labels()), seconds / (listened - begun), (done - listened) * 1000
    )


def compared(
    truth: Annotation, by_ear: Annotation, seconds: float
) -> tuple[float, float, float, float, float]:
    """Errors with a collar and without one, then missed, false and confused; per cent of the speech.

    pyannote's collar is both sides together.
    """
    whole = Timeline([Segment(0, seconds)])
    collar = DiarizationErrorRate(collar=2 * COLLAR_S)(truth, by_ear, uem=whole)
    bare = DiarizationErrorRate().compute_components(truth, by_ear, uem=whole)
    parts = [bare[kind] / bare["total"] for kind in ("missed detection", "false alarm", "confusion")]
    missed, false, confused = (float(part) * 100 for part in parts)
    return float(collar) * 100, missed + false + confused, missed, false, confused


def row(case: Case, run: Run) -> str:
    parts = f"{run.missed:5.1f} / {run.false:4.1f} / {run.confused:4.1f}"
    found = f"{run.found} of {run.true}"
    errors = f"{case.name:14}{run.collar:9.1f}{run.bare:9.1f}{parts:>22}"
    return f"{errors}{found:>11}{run.times_real:9.0f}{run.turns_ms:9.0f}"


def figures(runs: dict[str, Run]) -> Figures:
    shown: Figures = {}
    for name, one in runs.items():
        shown[f"{name}: error with a collar of 0.25 s, %"] = one.collar
        shown[f"{name}: error without a collar, %"] = one.bare
        shown[f"{name}: missed, %"] = one.missed
        shown[f"{name}: false alarm, %"] = one.false
        shown[f"{name}: confused, %"] = one.confused
        shown[f"{name}: speakers found"] = f"{one.found} of {one.true}"
        shown[f"{name}: times real time"] = one.times_real
    shown["peak memory, MiB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return shown


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--speech", type=Path, default=ROOT.parent / "shared" / "speech")
    words.add_argument("--made", type=int, default=0, help="score so many made meetings instead")
    words.add_argument("--seed", type=int, default=977, help="of the made meetings")
    words.add_argument("--save", action="store_true")
    chosen = words.parse_args()
    if not is_installed():
        sys.exit("The extra `voices` is not installed.")
    if not (chosen.speech / "meeting.opus").is_file():
        sys.exit(f"No recordings in {chosen.speech}; --speech names their folder.")
    heads = f"{'0.25 s':>9}{'bare':>9}{'miss / false / conf':>22}{'speakers':>11}{'s/s':>9}{'ms after':>9}"
    print(f"{'recording':14}{heads}")
    runs: dict[str, Run] = {}
    with tempfile.TemporaryDirectory() as folder:
        makes = made(chosen.speech, Path(folder), count=chosen.made, seed=chosen.seed)
        for case in makes if chosen.made else cases(chosen.speech):
            runs[case.name] = run(case)
            print(row(case, runs[case.name]), flush=True)
    if chosen.made:
        print(f"mean {np.mean([one.collar for one in runs.values()]):.1f} %")
        return
    report("diarisation", figures(runs), save=chosen.save)
    sys.exit(runs["meeting"].collar > AIM)


if __name__ == "__main__":
    main()
