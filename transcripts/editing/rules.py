"""How a line is cut in two and two are joined, and where a transcript stands; without database."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from transcripts.models import CERTIFIED, REVIEWED, UNREVIEWED, Line
from transcripts.rules import realigned

LONGEST_LINE = 2000
"""Letters of one line."""
SENTENCE_ENDS = (".", "?", "!", "…", '"', "”", "»")
Timed = list[list[Any]]


class Part(NamedTuple):
    """Half of a line that is cut in two."""

    start_ms: int
    end_ms: int
    text: str
    words: Timed
    heard: str | None
    confidence: float | None


def standing(lines: int, reviewed: int, *, is_certified: bool) -> str:
    """One of models.STANDINGS; a transcript without lines is not reviewed."""
    if is_certified:
        return CERTIFIED
    return REVIEWED if lines and reviewed == lines else UNREVIEWED


def cut_at(text: str, place: int) -> int | None:
    """Where the second half begins that `place` (in letters of the text) asks for: at the word that it is in
    or before; behind a word, but before its full stop, is behind it. None where one half would be empty."""
    words = re.finditer(r"\S+", text)
    starts = [word.start() for word in words if word.start() + len(re.sub(r"\W+$", "", word[0])) > place]
    return starts[0] if starts and starts[0] > 0 else None


def word_places(text: str) -> list[tuple[int, str]]:
    """The words that a second half may begin with, and where each stands."""
    return [(word.start(), word[0]) for word in re.finditer(r"\S+", text)][1:]


def halves(line: Line, cut: int) -> tuple[Part, Part]:
    """The line in two, each half with its words and their times; `cut` as `cut_at` has found it."""
    words = fitting(line)
    k = _words_before(words, cut)
    texts = line.text[:cut].rstrip(), line.text[cut:]
    heard = heard_halves(line.heard, *texts)
    start = max(line.start_ms, words[k][0])
    return (
        Part(line.start_ms, min(max(words[k - 1][1], line.start_ms), line.end_ms), texts[0], words[:k],
             heard[0], _confidence(words[:k], line)),
        Part(start, max(start, line.end_ms), texts[1], words[k:], heard[1], _confidence(words[k:], line)),
    )  # fmt: skip


def fitting(line: Line) -> Timed:
    """The words of the line so that together they are its text, whatever it came from."""
    if "".join(word[2] for word in line.words).strip() == line.text:
        return line.words
    return realigned(line.words, line.text, start_ms=line.start_ms, end_ms=line.end_ms)


def _words_before(words: Timed, cut: int) -> int:
    read = len(words[0][2].lstrip()) - len(words[0][2])
    for n, (_, _, text, _) in enumerate(words):
        if n and read + len(text) - len(text.lstrip()) >= cut:
            return n
        read += len(text)
    return len(words) - 1


def _confidence(words: Timed, line: Line) -> float | None:
    sure = [word[3] for word in words if word[3] is not None]
    return sum(sure) / len(sure) if sure else line.confidence


def heard_halves(heard: str | None, first: str, second: str) -> tuple[str | None, str | None]:
    """What the machine heard, cut where the corrected text is cut: at the same word, or as far on."""
    if heard is None:
        return None, None
    machine, now, k = heard.split(), [*first.split(), *second.split()], len(first.split())
    one, other = [[word.casefold() for word in words] for words in (now, machine)]
    changes = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    _, i, j, a, b = next(each for each in changes if each[1] <= k <= each[2])
    at = a + (round((b - a) * (k - i) / (j - i)) if j > i else 0)
    return " ".join(machine[:at]), " ".join(machine[at:])


def joined(*texts: str) -> str:
    return " ".join(text for text in texts if text)


def joined_words(one: Sequence[Sequence[Any]], other: Sequence[Sequence[Any]]) -> Timed:
    """The words of two lines in a row, with a space where the second begins."""
    rest = [list(word) for word in other]
    if one and rest:
        rest[0][2] = " " + rest[0][2].lstrip()
    return [*(list(word) for word in one), *rest]


def joined_heard(one: Line, other: Line) -> str | None:
    """None as long as both are as the machine heard them."""
    if one.heard is None and other.heard is None:
        return None
    return joined(*(each.text if each.heard is None else each.heard for each in (one, other)))


def ends_sentence(text: str) -> bool:
    return text.endswith(SENTENCE_ENDS)
