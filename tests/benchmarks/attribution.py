"""Under whose name words are put: python -m tests.benchmarks.attribution [--seed N] [--control].

Evenings of public comment (tests/benchmarks/interjections.py: between turns and into every third of them
somebody speaks from the dais) and the assembled meetings (nobody interrupts). Each is transcribed as the
worker does it, its record is made by the product's own acts at the moments of the reference, exactly or each
0 to 3 s late, and every word is compared with who really said it. Without the extra `voices` an interruption
that the record does not know cannot be told from the speaker's own words: these figures are not bounded.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from engage.db import Database
from engage.migrations import migrate
from tests.benchmarks.attributed import Evening, FloorTurn, Score, control, score
from tests.benchmarks.interjections import assembled, made_late
from tests.benchmarks.made_meetings import Said
from tests.benchmarks.results import ROOT, Figures, report
from transcripts.audio import windows
from transcripts.voices.diarising import voice_turns
from transcripts.voices.listening import impression
from transcripts.voices.weights import is_installed
from transcripts.whisper import Recogniser, Segment

MOST_WRONG = 1.0
MOST_OFF_S = 3.0
MEETINGS = ("meeting.opus", "meeting_hard.mp3")


@dataclass(frozen=True)
class Case:
    name: str
    evening: Evening
    is_interrupted: bool


def cases(speech: Path, folder: Path, seed: int) -> Iterator[Case]:
    hear = Recogniser("base")
    for hard in (False, True):
        made = assembled(speech, folder, seed, hard=hard)
        name = f"evening {seed}{', hard' if hard else ''}"
        yield Case(name, heard(made.path, hear, made.said, made.exact, made.late), is_interrupted=True)
    for path in (speech / each for each in MEETINGS):
        said = reference(path.with_suffix(".ref.jsonl"))
        exact = turns_of(said)
        late = made_late(exact, np.random.default_rng([seed, 3]))
        yield Case(path.stem, heard(path, hear, said, exact, late), is_interrupted=False)


def reference(path: Path) -> list[Said]:
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [
        Said(round(row["start"] * 1000), round(row["end"] * 1000), row["speaker"], row["text"])
        for row in rows
    ]


def turns_of(said: list[Said]) -> list[FloorTurn]:
    """What one says in a row is one turn."""
    found: list[FloorTurn] = []
    for each in said:
        if found and found[-1][2] == each.speaker:
            found[-1] = (found[-1][0], each.end_ms, each.speaker)
        else:
            found.append((each.start_ms, each.end_ms, each.speaker))
    return found


def heard(
    path: Path, of: Recogniser, said: list[Said], exact: list[FloorTurn], late: list[FloorTurn]
) -> Evening:
    """Window by window, as the worker does it."""
    sentences: list[dict[str, Any]] = []
    impressions: list[bytes] = []
    end_ms = 0
    for window in windows(path):
        sentences += [kept(segment) for segment in of.hear(window).segments]
        impressions += [found for found in [impression(window.samples, window.start_ms)] if found]
        end_ms = window.end_ms
    return Evening(sentences, voice_turns(impressions), said, exact, late, end_ms)


def kept(segment: Segment) -> dict[str, Any]:
    words = [[word.start_ms, word.end_ms, word.text, word.probability] for word in segment.words]
    return {
        "start_ms": segment.start_ms, "end_ms": segment.end_ms, "text": segment.text, "words": words,
        "confidence": segment.confidence, "language": "en", "translation": "",
    }  # fmt: skip


def scores(case: Case, store: Database, seed: int) -> dict[str, Score]:
    """By what was there to go by."""

    def work(db: Session) -> dict[str, Score]:
        return {
            f"{'late' if late else 'exact'} record, {'with' if voices else 'without'} voices": score(
                db, case.evening, late=late, voices=voices, chance=np.random.default_rng([seed, 4])
            )
            for late in (False, True)
            for voices in ((True, False) if is_installed() else (False,))
        }

    return store.write_now(work)


def figures(case: Case, found: dict[str, Score]) -> Figures:
    shown: Figures = {}
    for label, one in found.items():
        shown[f"{case.name}, {label}: words under a wrong name, %"] = one.per_cent(one.wrong)
        shown[f"{case.name}, {label}: right, %"] = one.per_cent(one.right)
        shown[f"{case.name}, {label}: unnamed, %"] = one.per_cent(one.unnamed)
        shown[f"{case.name}, {label}: section off by at most, s"] = one.section_s
    return shown


def faults(case: Case, found: dict[str, Score]) -> list[str]:
    """What is bounded: without voices only where nobody is interrupted."""
    bounded = {name: one for name, one in found.items() if "with voices" in name or not case.is_interrupted}
    wrong = [name for name, one in bounded.items() if one.per_cent(one.wrong) > MOST_WRONG]
    off = [name for name, one in found.items() if one.section_s > MOST_OFF_S]
    return [f"{case.name}, {name}" for name in (*wrong, *off)]


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--speech", type=Path, default=ROOT.parent / "shared" / "speech")
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--control", action="store_true", help="no caution: must exceed the bound")
    words.add_argument("--save", action="store_true")
    chosen = words.parse_args()
    if not (chosen.speech / "meeting.opus").is_file():
        sys.exit(f"No recordings in {chosen.speech}; --speech names their folder.")
    shown: Figures = {}
    wrong: list[str] = []
    most_wrong = 0.0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.sqlite"
        migrate(path)
        store = Database(path)
        for case in cases(chosen.speech, Path(folder), chosen.seed):
            found = (
                {"late record, at its word": control(case.evening, late=True)}
                if chosen.control
                else scores(case, store, chosen.seed)
            )
            shown |= figures(case, found)
            wrong += faults(case, found)
            most_wrong = max([most_wrong, *(one.per_cent(one.wrong) for one in found.values())])
            print(f"{case.name}: {len(case.evening.sentences)} lines", flush=True)
        store.close()
    report("attribution", shown, save=chosen.save and not chosen.control, seed=chosen.seed)
    if chosen.control:
        sys.exit(most_wrong <= MOST_WRONG)
    print("\n".join(wrong))
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
