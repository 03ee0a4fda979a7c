"""How well and how fast speech is written down: python -m tests.benchmarks.speech [--speech DIR] [--long]."""

import argparse
import json
import multiprocessing
import resource
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import av
import jiwer
from whisper_normalizer.basic import BasicTextNormalizer
from whisper_normalizer.english import EnglishTextNormalizer

from engage import demo
from transcripts.audio import probe
from transcripts.whisper import transcribe

ROOT = Path(__file__).parents[2]
DEMO = Path(demo.__file__).parent
TIMES = 11
"""How often the meeting is repeated with --long: about two hours."""


@dataclass(frozen=True)
class Case:
    name: str
    path: Path
    reference: str
    is_english: bool = True


@dataclass(frozen=True)
class Run:
    text: str
    wall_s: float
    cpu_s: float
    peak_mib: int


def hear(path: Path, threads: int) -> Run:
    """One whole transcription with the default settings, loading included, in a process of its own."""
    wall, cpu = time.perf_counter(), time.process_time()
    transcript = transcribe(path, threads=threads)
    text = " ".join(segment.text for segment in transcript.segments)
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return Run(text, time.perf_counter() - wall, time.process_time() - cpu, peak_mib)


def reference(path: Path) -> str:
    lines = path.read_text(encoding="utf-8").splitlines()
    return " ".join(json.loads(line)["text"] for line in lines)


def cases(speech: Path) -> list[Case]:
    meeting, script = reference(speech / "meeting.ref.jsonl"), json.loads((DEMO / "script.json").read_text())
    spoken = " ".join(turn["text"] for item in script["items"] for turn in item["turns"])
    return [
        Case("demo", DEMO / "meeting.opus", spoken),
        Case("meeting", speech / "meeting.opus", meeting),
        Case("meeting, hard", speech / "meeting_hard.mp3", meeting),
        Case(
            "bilingual",
            speech / "bilingual.opus",
            reference(speech / "bilingual.ref.jsonl"),
            is_english=False,
        ),
    ]


def repeated(case: Case, folder: Path) -> Case:
    """The same recording again and again, without decoding it."""
    path = folder / "long.opus"
    with av.open(str(path), "w", format="ogg") as long:
        stream = None
        for turn in range(TIMES):
            with av.open(str(case.path)) as once:
                stream = stream or long.add_stream_from_template(once.streams.audio[0])
                for packet in once.demux(once.streams.audio[0]):
                    if packet.pts is None or packet.time_base is None or not once.duration:
                        continue
                    packet.pts = packet.dts = packet.pts + round(
                        turn * once.duration / 1e6 / packet.time_base
                    )
                    packet.stream = stream
                    long.mux(packet)
    return Case(f"meeting, {TIMES} times", path, " ".join([case.reference] * TIMES))


def row(case: Case, threads: int) -> str:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as alone:
        run = alone.submit(hear, case.path, threads).result()
    plain = EnglishTextNormalizer() if case.is_english else BasicTextNormalizer()
    words = jiwer.process_words(plain(case.reference), plain(run.text))
    seconds = (probe(case.path).duration_ms or 0) / 1000
    counts = f"{words.substitutions}/{words.deletions}/{words.insertions}"
    return (
        f"{case.name:18}{seconds:7.0f}{words.wer * 100:8.2f}{counts:>14}"
        f"{seconds / run.wall_s:9.1f}{seconds / run.cpu_s:9.1f}{run.cpu_s:8.0f}{run.peak_mib:7}"
    )


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument(
        "--speech", type=Path, default=ROOT.parent / "shared" / "speech", help="folder of recordings"
    )
    words.add_argument("--long", action="store_true", help="also two hours of it, for the memory")
    words.add_argument("--threads", type=int, default=2)
    asked = words.parse_args()
    if not (asked.speech / "meeting.opus").is_file():
        print(f"No recordings in {asked.speech}; --speech names their folder.")
        return
    heads = f"{'s/wall s':>9}{'s/CPU s':>9}{'CPU s':>8}{'MiB':>7}"
    print(f"{'recording':18}{'s':>7}{'WER %':>8}{'S/D/I':>14}{heads}")
    found = cases(asked.speech)
    with tempfile.TemporaryDirectory() as folder:
        for case in [*found, *([repeated(found[1], Path(folder))] if asked.long else [])]:
            print(row(case, asked.threads), flush=True)


if __name__ == "__main__":
    main()
