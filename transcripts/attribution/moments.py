"""The moments of a meeting that a clerk may recognise in a recording, and the record laid over it in rows."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage.language import N_
from engage.people import Participant
from meetings.models import AgendaItem
from transcripts.attribution.course import Course, Laid

OPENED, REOPENED, ROSE, CLOSED, ITEM, TURN = "opened", "reopened", "rose", "closed", "item", "turn"
WORDS = {
    OPENED: N_("The meeting is opened"),
    REOPENED: N_("The meeting goes on"),
    ROSE: N_("A recess begins"),
    CLOSED: N_("The last sitting ends"),
    ITEM: N_("Item %(name)s is called"),
    TURN: N_("%(name)s has the floor"),
}
NOBODY = N_("Somebody without a name")


class Moment(NamedTuple):
    at: datetime
    kind: str
    """A key of WORDS."""
    about: str
    """The id of the item or of the participant, or nothing."""


class Row(NamedTuple):
    """Of the record laid over a recording: an item from its call on, or a turn."""

    start_ms: int
    end_ms: int | None
    kind: str
    about: str


class Names(NamedTuple):
    items: dict[str, AgendaItem]
    people: dict[str, Participant]


def moments(course: Course) -> list[Moment]:
    """In order of time."""
    found = [Moment(at, ITEM, item) for at, item in course.items if item]
    found += [Moment(turn.start, TURN, turn.participant_id) for turn in course.turns]
    for n, (start, end) in enumerate(course.sittings):
        found.append(Moment(start, REOPENED if n else OPENED, ""))
        if end:
            found.append(Moment(end, CLOSED if n + 1 == len(course.sittings) else ROSE, ""))
    return sorted(found)


def rows(laid: Laid) -> list[Row]:
    """In order of time, an item before the turns on it."""
    ends = [ms for ms, _ in laid.items[1:]]
    found = [
        Row(ms, ends[n] if n < len(ends) else None, ITEM, item)
        for n, (ms, item) in enumerate(laid.items)
        if item
    ]
    found += [Row(start, end, TURN, who) for start, end, who in laid.turns]
    return sorted(found, key=lambda row: (row.start_ms, row.kind))


def names(db: Session, course: Course) -> Names:
    """What the items and people of a course are called."""
    people = {turn.participant_id for turn in course.turns}
    return Names(
        _by_id(db, AgendaItem, {item for _, item in course.items if item}), _by_id(db, Participant, people)
    )


def _by_id(db: Session, table: Any, ids: Collection[str] | Sequence[str]) -> dict[str, Any]:
    return {row.id: row for row in db.scalars(select(table).where(table.id.in_(ids)))} if ids else {}
