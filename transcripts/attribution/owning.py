"""Whose words they are: record and voices put together, so that a name stands only where it is sure."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from transcripts.attribution.cutting import EXACT_MS, LATE_MS, Stretch, Who, Word, gaps
from transcripts.attribution.models import DAIS, FLOOR, VOICE
from transcripts.voices.agreeing import own_stretches

Turns = Sequence[tuple[int, int, str]]
Voices = Sequence[Sequence[int]]
Span = tuple[int, int]

REST_MS = 300
"""A change of speakers has a pause of this length or more."""
HEARD_MS = 5000
"""A voice at the dais that is heard for less gets no number of its own."""


class Owned(NamedTuple):
    """For `cutting.pieces`: who speaks when, and who else."""

    named: list[Stretch]
    voices: list[Stretch]
    rest: Who | None


def by_ear(voices: Voices) -> Owned:
    """Where no record says anything."""
    return Owned([], [Stretch(start, end, Who(VOICE, number=n)) for start, end, n in voices], None)


def by_record(turns: Turns, voices: Voices, words: Sequence[Word]) -> Owned:
    """Who had the floor and is sure to speak; everybody else is at the dais."""
    sure = own_stretches(turns, voices) if voices else by_pauses(turns, words)
    named = [Stretch(start, end, Who(FLOOR, who)) for start, end, who in sure if who is not None]
    return Owned(named, at_the_dais(named, voices), Who(DAIS))


def by_pauses(turns: Turns, words: Sequence[Word]) -> list[tuple[int, int, str | None]]:
    """Without an ear: the turns, each from the last pause within 3 s before it to the first in its last 3 s.

    Both ends of a turn are noted up to 3 s late, and speakers change in a pause. A turn without a pause in
    its last 3 s ends before them. What is said after that pause may be the chair's "thank you".
    """
    rests = [(start, end) for start, end in gaps(words) if end - start >= REST_MS]
    found: list[tuple[int, int, str | None]] = []
    for start, end, who in turns:
        before = bisect_right(rests, start, key=lambda rest: rest[0]) - 1
        last = rests[before][1] if before >= 0 else 0
        begin = max(min(last, start) if last >= start - LATE_MS else start, found[-1][1] if found else 0)
        after = bisect_right(rests, end - LATE_MS - EXACT_MS, key=lambda rest: rest[1])
        first = rests[after][0] if after < len(rests) else end
        finish = first if first <= end else end - LATE_MS
        if begin < finish:
            found.append((begin, finish, who))
    return found


def at_the_dais(named: Sequence[Stretch], voices: Voices) -> list[Stretch]:
    """The voices, numbered where they are heard for a while and mostly while nobody is named."""
    total, theirs = Counter[int](), Counter[int]()
    for start, end, number in voices:
        total[number] += end - start
    spans = [(start, end) for start, end, _ in voices]
    for start, end, place, _ in overlaps(spans, [(start, end) for start, end, _ in named]):
        theirs[voices[place][2]] += end - start
    own = {n for n in total if total[n] - theirs[n] < HEARD_MS or 2 * theirs[n] > total[n]}
    return [Stretch(start, end, Who(DAIS, number=0 if n in own else n)) for start, end, n in voices]


def overlaps(some: Sequence[Span], others: Sequence[Span]) -> Iterator[tuple[int, int, int, int]]:
    """(start, end, place in `some`, place in `others`) of each time in which both are. `others` are in order,
    without overlap."""
    for place, (start, end) in enumerate(some):
        other = bisect_left(others, start + 1, key=lambda each: each[1])
        while other < len(others) and others[other][0] < end:
            yield max(start, others[other][0]), min(end, others[other][1]), place, other
            other += 1
