"""How much of its text the machine got wrong: its words against the corrected ones, line by line as heard."""

import re
from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein


class Reviewed(NamedTuple):
    """A line that a person has compared with the recording."""

    heard: str
    text: str


class ErrorRate(NamedTuple):
    """The word error rate of one transcript."""

    percent: float
    """Words that are wrong, missing or too many, of 100 that were said."""
    words: int
    """That were said, in the lines that a person has compared with the recording."""
    reviewed_share: float
    """Of all lines, from 0 to 1: where it is small, they may be just those that looked wrong."""


def spoken_words(text: str) -> list[str]:
    """Without case and punctuation; an apostrophe, or a sign between two digits, belongs to its word."""
    return re.findall(r"\w+(?:(?<=\d)[.,:](?=\d)\w+|['’]\w+)*", text.casefold().replace("’", "'"))


def error_rate(lines: Iterable[Reviewed], total: int) -> ErrorRate | None:
    """Of `lines` in order of time, which are the reviewed ones among `total`; None where none has words.

    Lines that were changed one after another are compared together: a word that was moved over the end of
    its line was not heard wrong.
    """
    wrong = said = count = 0
    for is_changed, run in groupby(lines, key=lambda line: line.heard != line.text):
        together = list(run)
        words = spoken_words(" ".join(line.text for line in together))
        count, said = count + len(together), said + len(words)
        if is_changed:
            wrong += Levenshtein.distance(spoken_words(" ".join(line.heard for line in together)), words)
    return ErrorRate(100 * wrong / said, said, count / total) if said else None
