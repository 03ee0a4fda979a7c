"""What somebody is answered after an act, read in the act's own transaction."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from comments.queue import lists, queries, undo
from comments.queue.models import ON_DECK, REMOVED, WITHDRAWN, Request
from engage import clock, record
from engage.record import Entry
from meetings.models import Meeting
from tests.benchmarks.queue_acts import Act, actor


@dataclass(frozen=True)
class Seen:
    """How the queue stands for somebody who looks: one request, who is next, who has the floor."""

    state: str
    limit_s: int
    place: int
    """From 1; 0 when it is not in line."""
    deck: tuple[str, ...]
    floor: str | None
    is_running: bool
    """The clock of who has the floor."""


@dataclass(frozen=True)
class Row:
    """One request as the page lists it."""

    id: str
    item: str | None
    state: str
    kind: str


@dataclass(frozen=True)
class Glimpse:
    """What the pages show after an act, to choose the next one by."""

    state: str = ""
    next: str | None = None
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Answer:
    """`as_of` and `last` are the numbers of the book's last entry before and after the act."""

    as_of: int
    last: int
    at: datetime
    refused: str | None = None
    request: str = ""
    seen: Seen = Seen("", 0, 0, (), None, False)
    glimpse: Glimpse = Glimpse()
    undoable: int | None = None
    """The act that who has acted may now take back."""


def answer_of(db: Session, meeting_id: str, act: Act, as_of: int) -> Answer:
    db.flush()
    meeting = db.get_one(Meeting, meeting_id)
    made = select(Entry).where(Entry.book == meeting_id, Entry.seq > as_of, Entry.kind == "request.joined")
    joined = db.scalars(made.order_by(Entry.seq)).first()
    about = joined.facts["request"] if joined else act.request
    undoable = undo.last_act(db, meeting_id, by=actor(act))
    return Answer(
        as_of=as_of,
        last=record.head(db, meeting_id).seq,
        at=clock.now(),
        request=about,
        seen=(seen := _seen(db, meeting, about)),
        glimpse=_glimpse(db, meeting, seen),
        undoable=undoable.seq if undoable else None,
    )


def _seen(db: Session, meeting: Meeting, request_id: str) -> Seen:
    one = db.get(Request, request_id) if request_id else None
    line = [each.id for each in lists.line(db, meeting, one.item_id)] if one else []
    floor = queries.on_floor(db, meeting.id)
    return Seen(
        state=one.state if one else "",
        limit_s=one.limit_s if one else 0,
        place=line.index(request_id) + 1 if request_id in line else 0,
        deck=tuple(each.id for each in queries.listed(db, meeting.id) if each.state == ON_DECK),
        floor=floor.id if floor else None,
        is_running=floor is not None and floor.running_since is not None,
    )


def _glimpse(db: Session, meeting: Meeting, seen: Seen) -> Glimpse:
    rows = db.execute(
        select(Request.id, Request.item_id, Request.state, Request.kind)
        .where(Request.meeting_id == meeting.id, Request.state.not_in((WITHDRAWN, REMOVED)))
        .order_by(Request.place, Request.id)
    )
    listed = tuple(Row(row.id, row.item_id, row.state, row.kind) for row in rows)
    return Glimpse(meeting.state, next(iter(seen.deck), None), listed)
