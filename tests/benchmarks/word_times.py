"""Does a word begin when the transcript says? python -m tests.benchmarks.word_times

Against the words of the assembled meeting whose times are known: from their source, or from a forced aligner
(whose own error is about 25 ms). Only words that were rightly heard are compared. Fails when the middle error
is over 60 ms, or less than 88 % are within 200 ms.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tests.benchmarks.results import ROOT, Figures, report
from tests.benchmarks.speech_cases import rows
from transcripts.together import transcribe_together

MOST_MS, LEAST_NEAR = 60, 88
NEAR_MS, FAR_MS = 200, 3000
"""Farther away it is another word that is spelled the same."""


class Timed(NamedTuple):
    text: str
    start_ms: int
    end_ms: int
    source: str = ""


def known(path: Path) -> list[Timed]:
    """The words whose times are known."""
    return [
        Timed(_plain(text), round(start * 1000), round(end * 1000), row["words_from"])
        for row in rows(path)
        for text, start, end in row.get("words", ())
    ]


def heard(path: Path, model: str) -> list[Timed]:
    transcript = transcribe_together(path, model=model, processes=1)
    words = [word for segment in transcript.segments for word in segment.words]
    return [Timed(_plain(word.text), word.start_ms, word.end_ms) for word in words]


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


def pairs(said: Sequence[Timed], found: Sequence[Timed]) -> Iterator[tuple[Timed, Timed]]:
    matcher = SequenceMatcher(None, [w.text for w in said], [w.text for w in found], autojunk=False)
    for i, j, size in matcher.get_matching_blocks():
        for one, other in zip(said[i : i + size], found[j : j + size], strict=True):
            if abs(one.start_ms - other.start_ms) < FAR_MS:
                yield one, other


def figures_of(name: str, matched: Sequence[tuple[Timed, Timed]]) -> Figures:
    errors = [other.start_ms - one.start_ms for one, other in matched]
    sizes = [abs(error) for error in errors]
    return {
        f"{name}: words compared": len(matched),
        f"{name}: middle error of starts, ms": median(sizes),
        f"{name}: starts within {NEAR_MS} ms, %": 100 * sum(size <= NEAR_MS for size in sizes) / len(sizes),
        f"{name}: middle of early and late, ms": median(errors),
        f"{name}: middle error of ends, ms": median(abs(other.end_ms - one.end_ms) for one, other in matched),
    }


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--speech", type=Path, default=ROOT.parent / "shared" / "speech", help="its folder")
    words.add_argument("--model", default="base")
    words.add_argument("--save", action="store_true")
    chosen = words.parse_args()
    said = known(chosen.speech / "meeting.ref.jsonl")
    matched = list(pairs(said, heard(chosen.speech / "meeting.opus", chosen.model)))
    figures = figures_of("all words", matched)
    for source in sorted({word.source for word in said}):
        figures |= figures_of(source, [pair for pair in matched if pair[0].source == source])
    name = "word times" if chosen.model == "base" else f"word times, {chosen.model}"
    report(name, figures, save=chosen.save)
    middle = float(figures["all words: middle error of starts, ms"])
    near = float(figures[f"all words: starts within {NEAR_MS} ms, %"])
    return int(middle > MOST_MS or near < LEAST_NEAR)


if __name__ == "__main__":
    sys.exit(main())
