"""The facts of a meeting's minutes as they were gathered, without a database and without a language."""

from dataclasses import dataclass
from datetime import date, datetime

from meetings.minutes.doings import Block, Line, Words


@dataclass(frozen=True)
class Attendance:
    """A member on the roll: how the roll found them, and what changed afterwards."""

    name: str
    seat: str
    is_chair: bool
    label: str
    """Empty when the roll was never called."""
    changes: tuple[tuple[datetime, str], ...] = ()


@dataclass(frozen=True)
class Roll:
    """`present` of `seats` were there when the roll was called; `quorum` are needed."""

    at: datetime
    present: int
    seats: int
    quorum: int


@dataclass(frozen=True)
class Section:
    """An agenda item and what was done on it; without a title it is general public comment."""

    anchor: str
    number: str
    title: Words | None
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Minutes:
    """Everything, in the order in which it is read."""

    city: str
    body: str
    title: Words
    kind: str
    starts_at: datetime
    zone: str
    place: str
    remote: tuple[str, ...]
    """Labels of the ways in which one could take part from elsewhere."""
    state: str
    """Label: draft or approved."""
    approved_on: date | None
    opened_at: datetime | None
    adjourned_at: datetime | None
    roll: Roll | None
    members: tuple[Attendance, ...]
    opening: tuple[Block, ...]
    sections: tuple[Section, ...]
    not_taken_up: tuple[Line, ...] = ()
    remark: Words | None = None
