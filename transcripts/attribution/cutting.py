"""Sentences cut where another speaks or another item begins; on words and times alone, without database."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

Word = Sequence[Any]
Heard = Sequence[Mapping[str, Any]]
"""Sentences in order, each with start_ms, end_ms and words: [[start_ms, end_ms, text, probability]]."""

LATE_MS = 3000
"""A clerk's hand follows the room by up to this."""
SNAP_MS = 500
"""How far from a boundary the pause may be that it is. One of ten word times is off by 0.2 s."""
EXACT_MS = 250
PAUSE_MS = 120


class Who(NamedTuple):
    """Somebody who speaks, before there is a row of them."""

    kind: str
    """FLOOR, DAIS, VOICE or SEAT of `attribution.models`."""
    participant_id: str = ""
    number: int = 0
    """Of the voice in this recording; 0 without one."""
    seat: str = ""
    seat_name: str = ""


class Stretch(NamedTuple):
    """A time in which this one speaks."""

    start_ms: int
    end_ms: int
    who: Who


class Piece(NamedTuple):
    """Words of one sentence by one speaker on one item: `first` up to `last`, which is not in it."""

    sentence: int
    first: int
    last: int
    who: Who | None


def pieces(
    heard: Heard, named: Sequence[Stretch], voices: Sequence[Stretch], rest: Who | None, items: Iterable[int]
) -> list[Piece]:
    """All words in order, each in one piece.

    A word is that of a `named` stretch only if it lies in it whole, its edges moved to the pauses that they
    are near; else that of the voice that is heard for most of it; else `rest`. `items` is where items begin.
    """
    begins = item_begins(heard, items)
    settled = at_pauses(named, [word for sentence in heard for word in sentence["words"]])
    found: list[Piece] = []
    for n, sentence in enumerate(heard):
        words = sentence["words"] or [(sentence["start_ms"], sentence["end_ms"])]
        item, keys = 0, []
        for place, word in enumerate(words):
            item += (n, place) in begins
            keys.append((item, whose(word, settled, voices) or rest))
        found += _runs(n, keys)
    return found


def _runs(sentence: int, keys: Sequence[tuple[int, Who | None]]) -> list[Piece]:
    found, first = [], 0
    for (_, who), run in groupby(keys):
        last = first + len(list(run))
        found.append(Piece(sentence, first, last, who))
        first = last
    return found


def whose(word: Word, named: Sequence[Stretch], voices: Sequence[Stretch]) -> Who | None:
    """None where neither says anything. Both in order of time, without overlap."""
    start, end = word[0], max(word[1], word[0] + 1)
    place = bisect_left(named, end, key=lambda each: each.end_ms)
    if place < len(named) and named[place].start_ms <= start:
        return named[place].who
    near = range(bisect_left(voices, start, key=lambda each: each.end_ms), len(voices))
    shares = []
    for each in (voices[n] for n in near):
        if each.start_ms >= end:
            break
        shares.append((min(end, each.end_ms) - max(start, each.start_ms), each.who))
    return max(shares, default=(0, None), key=lambda share: share[0])[1]


def gaps(words: Iterable[Word]) -> list[tuple[int, int]]:
    """The pauses between words, in order; before the first word and after the last it is quiet, too."""
    found, end = [], -SNAP_MS
    for word in words:
        if word[0] - end >= PAUSE_MS:
            found.append((end, word[0]))
        end = max(end, word[1])
    return [*found, (end, end + SNAP_MS)]


def at_pauses(stretches: Sequence[Stretch], words: Sequence[Word]) -> list[Stretch]:
    """With each edge moved to the pause it is near: a stretch begins and ends with whole words."""
    quiet, found = gaps(words), [Stretch(0, 0, Who(""))]
    for start, end, who in stretches:
        begin, finish = _nearest(quiet, start), _nearest(quiet, end)
        start = max(begin[1] if begin else start, found[-1].end_ms)
        end = finish[1] if finish else end
        if start < end:
            found.append(Stretch(start, end, who))
    return found[1:]


def _nearest(quiet: Sequence[tuple[int, int]], edge: int) -> tuple[int, int] | None:
    """The pause that an edge lies in or near."""
    place = bisect_left(quiet, edge, key=lambda pause: pause[1])
    around = [
        (max(start - edge, edge - end, 0), (start, end))
        for start, end in quiet[max(place - 1, 0) : place + 2]
    ]
    distance, pause = min(around, default=(SNAP_MS, (0, 0)))
    return pause if distance < SNAP_MS else None


def item_begins(heard: Heard, items: Iterable[int]) -> set[tuple[int, int]]:
    """The sentence and word with which each item begins, where that is not the beginning of a sentence.

    An item is called up to 3 s before it is noted. A sentence that begins in that time is its first; else one
    is cut at its longest pause in that time, or without one at the moment itself.
    """
    words = [(n, place, word) for n, each in enumerate(heard) for place, word in enumerate(each["words"])]
    starts, found = [word[0] for _, _, word in words], set()
    for at in items:
        near = range(bisect_left(starts, at - LATE_MS), bisect_left(starts, at + 1))
        if any(words[n][1] == 0 for n in near):
            continue
        rests = [(starts[n] - words[n - 1][2][1], n) for n in near if n]
        longest, place = max(rests, default=(0, 0))
        place = place if longest >= PAUSE_MS else bisect_left(starts, at)
        if place < len(words) and words[place][1]:
            found.add(words[place][:2])
    return found


def item_start(at: int, spoken: Sequence[tuple[int, int]]) -> int:
    """Where the section of an item begins that was noted `at`: with its first line, at most 3 s before.

    `spoken` is (start, end) of the lines in order. That is a line that begins just then; else of those that
    begin in the 3 s before the one after the longest pause; else the section begins at `at` itself.
    """
    if at <= 0:
        return at
    starts = [start for start, _ in spoken]
    near = range(bisect_left(starts, at - LATE_MS), bisect_left(starts, at + EXACT_MS))
    just_then = [starts[n] for n in near if abs(starts[n] - at) < EXACT_MS]
    rests = [(starts[n] - spoken[n - 1][1] if n else LATE_MS, starts[n]) for n in near]
    return min(just_then[0] if just_then else max(rests, default=(0, at))[1], at)
