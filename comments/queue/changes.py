"""What an act changes in the rows of a meeting's queue, as it is noted beside the act and put back."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from comments.queue import lists
from comments.queue.models import ON_DECK, WAITING, WITHDRAWN, Request, SpeakerList, SpeakingRules
from engage import clock
from engage.db import Moment
from meetings.models import Meeting

REQUEST, LIST, RULES, MEETING = "request", "speaker_list", "speaking_rules", "meeting"
COLUMNS: dict[str, tuple[str, ...]] = {
    REQUEST: (
        *("state", "place", "is_set", "limit_s", "called_at", "called_no", "running_since", "spoken_ms"),
        *("ended_at", "ceded_to", "reason"),
    ),
    LIST: ("is_closed", "drawn_at"),
    RULES: ("facts",),
    MEETING: ("item_id", "is_queue_closed"),
}
"""What is put back. A meeting's state is not: it is reconvened, not un-recessed."""

Row = Request | SpeakerList | SpeakingRules | Meeting
Key = tuple[str, str]
Values = dict[str, Any]


class Change(NamedTuple):
    """Of one row, only the columns that differ."""

    table: str
    id: str
    before: Values
    after: Values


def rows_of(db: Session, meeting: Meeting) -> dict[Key, Row]:
    """By table and id, everything that an act on the queue may change."""
    requests = db.scalars(select(Request).where(Request.meeting_id == meeting.id)).all()
    its_lists = db.scalars(select(SpeakerList).where(SpeakerList.meeting_id == meeting.id)).all()
    ids = [meeting.id, *(each.id for each in its_lists)]
    rules = db.scalars(select(SpeakingRules).where(SpeakingRules.of.in_(ids))).all()
    rows: Sequence[Row] = [*requests, *its_lists, *rules, meeting]
    return {(row.__tablename__, row.of if isinstance(row, SpeakingRules) else row.id): row for row in rows}


def values_of(row: Row) -> Values:
    """Who is on deck follows from the rest: it is neither a change nor in the way of putting one back."""
    values = {name: _to_json(getattr(row, name)) for name in COLUMNS[row.__tablename__]}
    return values | {"state": WAITING} if values.get("state") == ON_DECK else values


def changes(
    db: Session, meeting: Meeting, before: dict[Key, Values], after: dict[Key, Row]
) -> Iterator[Change]:
    """Of a request that the act has made, everything counts as changed: it goes back as it was made."""
    for key, row in after.items():
        now, is_new = values_of(row), key not in before
        was = _unmade(db, meeting, row, now) if is_new else before[key]
        names = [name for name in now if was[name] != now[name]]
        left = now if is_new and isinstance(row, Request) else {name: now[name] for name in names}
        if names:
            yield Change(*key, {name: was[name] for name in names}, left)


def _unmade(db: Session, meeting: Meeting, row: Row, now: Values) -> Values:
    """How a row that an act has made is left when the act is taken back: a request withdrawn, a list
    open, its rules as they are elsewhere; rules of the meeting's own are gone."""
    if isinstance(row, Request):
        return now | {"state": WITHDRAWN}
    if isinstance(row, SpeakerList):
        return {"is_closed": False, "drawn_at": None}
    if isinstance(row, SpeakingRules) and row.of != meeting.id:
        return {"facts": lists.rules_above(db, meeting).facts}
    return dict.fromkeys(now)


def is_still(row: Row | None, after: Values) -> bool:
    """Nobody has changed since what the act has left so."""
    now = values_of(row) if row else {}
    return all(name in now and now[name] == value for name, value in after.items())


def put_back(db: Session, row: Row, before: Values) -> None:
    if isinstance(row, SpeakingRules) and before["facts"] is None:
        db.delete(row)
        return
    for name, value in before.items():
        setattr(row, name, _from_json(row, name, value))


def _to_json(value: Any) -> Any:
    return clock.text(value) if isinstance(value, datetime) else value


def _from_json(row: Row, name: str, value: Any) -> Any:
    column = type(row).__table__.columns[name]
    is_moment = value is not None and isinstance(column.type, Moment)
    return datetime.fromisoformat(value) if is_moment else value
