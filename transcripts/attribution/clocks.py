"""Two clocks laid over each other: that of a recording, in milliseconds, and that of the meeting."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

Anchors = Sequence[Sequence[Any]]
"""Known moments in order of time: [[ms in the recording, "2026-11-24T02:05:00.000Z"]]."""
Break = tuple[datetime, datetime]

MS = timedelta(milliseconds=1)
DRIFT = timedelta(seconds=20)
"""Clocks that part by more between two known moments have not drifted: the recorder stood still, or a moment
is wrong. A clerk's hand is late by up to 3 s; recorders drift by 0.4 s an hour (100 ppm) and less."""


class Knot(NamedTuple):
    """A place in a recording, and the meeting's clock there."""

    ms: int
    at: datetime

    def clock_at(self, ms: int) -> datetime:
        """As far as this knot knows: both clocks go alike."""
        return self.at + (ms - self.ms) * MS


def knots_of(anchors: Anchors) -> list[Knot]:
    return sorted(Knot(ms, datetime.fromisoformat(at)) for ms, at in anchors)


def gap(one: Knot, other: Knot) -> timedelta:
    """By how much more the meeting's clock went on than the recording's; nothing where it is known that this
    one stood still."""
    return (other.at - one.at) - (other.ms - one.ms) * MS if other.ms > one.ms else timedelta()


def unsure_spans(knots: Sequence[Knot]) -> list[tuple[int, int]]:
    """Of the recording, between known moments that do not fit each other."""
    return [(one.ms, other.ms) for one, other in pairwise(knots) if abs(gap(one, other)) > DRIFT]


def with_pauses(knots: Sequence[Knot], breaks: Sequence[Break]) -> list[Knot]:
    """Where the clocks part by more than they drift while the body rose, the recorder stood still then.

    Two knots at the same place stand for that; of several breaks each has its share by its length.
    """
    found = list(knots[:1])
    for one, other in pairwise(knots):
        inside = [each for each in breaks if one.at < each[0] < other.at]
        if gap(one, other) > DRIFT and inside:
            found += _stood_still(one, other, inside)
        found.append(other)
    return found


def _stood_still(one: Knot, other: Knot, breaks: Sequence[Break]) -> list[Knot]:
    """Nothing where that would not fit: the recorder must have stood still before the body rose."""
    total, stood, found = sum((end - start for start, end in breaks), timedelta()), timedelta(), []
    for start, end in breaks:
        ms = one.ms + (start - one.at - stood) // MS
        stood += gap(one, other) * ((end - start) / total)
        found += [Knot(ms, start), Knot(ms, one.clock_at(ms) + stood)]
    return found if found[-1].ms <= other.ms else []


def at_of(knots: Sequence[Knot], ms: int) -> datetime:
    """Between two knots time is stretched; before the first and after the last both clocks go alike."""
    place = bisect_right(knots, ms, key=lambda knot: knot.ms)
    if not 0 < place < len(knots):
        return knots[max(place - 1, 0)].clock_at(ms)
    one, other = knots[place - 1], knots[place]
    return one.at + (other.at - one.at) * ((ms - one.ms) / (other.ms - one.ms))


def ms_of(knots: Sequence[Knot], at: datetime) -> int:
    """As `at_of`, the other way round."""
    place = bisect_right(knots, at, key=lambda knot: knot.at)
    if not 0 < place < len(knots):
        knot = knots[max(place - 1, 0)]
        return knot.ms + round((at - knot.at) / MS)
    one, other = knots[place - 1], knots[place]
    return one.ms + round((other.ms - one.ms) * ((at - one.at) / (other.at - one.at)))
