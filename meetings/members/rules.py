"""Quorum and seats: pure arithmetic over a body's members, without database."""

from datetime import date
from typing import Protocol

from meetings.models import OPEN, RECESS

MOST_SEATS = 500


class Held(Protocol):
    """What of a member the rules about dates need."""

    @property
    def since(self) -> date | None: ...

    @property
    def until(self) -> date | None: ...


def seats_of(stated: int | None, members: int) -> int:
    """The full body: as the city states it, vacant seats too; never fewer than it has voting members."""
    return max(stated or 0, members)


def quorum_of(number: int | None, seats: int) -> int:
    """How many must be here: a number of the body's own, or else more than half of all its seats."""
    return number or seats // 2 + 1


def has_quorum(here: int, quorum: int) -> bool:
    """`here` counts voting members in the room and remote ones. One who steps aside on an item is here."""
    return here >= quorum


def may_take_attendance(state: str) -> bool:
    """From the opening to the adjournment, recesses too: people leave and come back then."""
    return state in (OPEN, RECESS)


def overlap(one: Held, other: Held) -> bool:
    """Both are seated on some day."""
    starts = max(one.since or date.min, other.since or date.min)
    return starts <= min(one.until or date.max, other.until or date.max)


def read_day(typed: str) -> date | None:
    """A day as a date field sends it, YYYY-MM-DD; none for an empty one. ValueError when it is no day."""
    return date.fromisoformat(typed.strip()) if typed.strip() else None
