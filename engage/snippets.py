"""Showing what was found: its words marked in the text as it is now, and the best piece of a long text."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from engage.words import Term, fold, placed

Pieces = list[tuple[str, bool]]
"""A text in pieces, each with whether it is marked; put together they are the text."""
Spans = list[tuple[int, int]]
SENTENCE = re.compile(r"(?<=[.!?])\s+")
GAP = re.compile(r"\s+")
LAST_GAP = re.compile(r"\s+\S*\Z")


def row_spans(words: Sequence[tuple[str, int, int]], row: tuple[str, ...]) -> Spans:
    """Where a row stands; else its beginning at the end of the text, where a row runs into the next line."""
    folded = tuple(fold(word) for word, _, _ in words)
    size = len(row)
    found = [at for at, word in enumerate(folded) if word == row[0] and folded[at : at + size] == row]
    while not found and size > 1:
        size -= 1
        if len(folded) >= size and folded[-size:] == row[:size]:
            found = [len(folded) - size]
    return [(words[at][1], words[at + size - 1][2]) for at in found]


def spans(text: str, terms: Sequence[Term], language: str) -> list[Spans]:
    """For each term, where it stands in the text, by the same reading as the index."""
    words = placed(text)
    return [
        row_spans(words, term.words)
        if term.is_row
        else [(start, end) for word, start, end in words if term.finds(word, language)]
        for term in terms
    ]


def cut(text: str, found: list[Spans], start: int, end: int) -> Pieces:
    """The text from start to end, in pieces; spans that overlap become one."""
    whole: Spans = []
    for first, last in sorted(span for spans in found for span in spans):
        if whole and first < whole[-1][1]:
            first, last = whole[-1][0], max(last, whole.pop()[1])
        whole.append((first, last))
    edges = [start, *(min(max(edge, start), end) for span in whole for edge in span), end]
    pieces = [(text[first:last], bool(place % 2)) for place, (first, last) in enumerate(pairwise(edges))]
    return [piece for piece in pieces if piece[0]]


def marked(text: str, terms: Sequence[Term], language: str = "") -> Pieces:
    """The whole text; `terms` are those of the Hits, so that a mended word is marked too."""
    return cut(text, spans(text, terms, language), 0, len(text))


def snippet(text: str, terms: Sequence[Term], language: str = "", *, most: int = 240) -> Pieces:
    """The piece, of at most so many letters, that holds most of the terms; … stands where the text goes on.

    It begins with a sentence where one begins near enough, and is cut between words where there are any.
    """
    found = spans(text, terms, language)
    first, last = densest(found, most)
    start = beginning(text, first, max(0, min(first - max(0, most - (last - first)) // 2, len(text) - most)))
    end = start + most
    if end < len(text) and (gap := LAST_GAP.search(text, last, end + 1)):
        end = gap.start()
    before, after = [("… ", False)] if start else [], [(" …", False)] if end < len(text) else []
    return before + cut(text, found, start, min(end, len(text))) + after


def densest(found: list[Spans], most: int) -> tuple[int, int]:
    """The stretch, no longer than `most`, with most different terms, then most words, then the first."""
    events = sorted((start, end, term) for term, spans in enumerate(found) for start, end in spans)
    held: Counter[int] = Counter()
    left, best = 0, (0, 0, 0, 0)
    for right, (_, end, term) in enumerate(events):
        held[term] += 1
        while left < right and end - events[left][0] > most:
            held[events[left][2]] -= 1
            left += 1
        rated = (len(+held), right - left + 1, events[left][0], end)
        best = rated if rated[:2] > best[:2] else best
    return best[2], best[3]


def beginning(text: str, first: int, start: int) -> int:
    """The first sentence, else the first word, that begins between start and what was found."""
    if start == 0:
        return 0
    gap = SENTENCE.search(text, start - 1, first) or GAP.search(text, start - 1, first)
    return gap.end() if gap else start
