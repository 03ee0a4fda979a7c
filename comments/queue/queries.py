"""Reads of the queue."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from comments.queue.models import (
    ANSWERABLE,
    COMMENT,
    FINISHED,
    HAS_FLOOR,
    HEARD,
    IN_LINE,
    INTERRUPTS,
    LISTED,
    QUESTION,
    UNDER_WAY,
    Request,
)
from comments.queue.order import Asked, side_of_mode
from comments.queue.rules import wait_range
from engage.db import once
from engage.doors import NotFound
from meetings.models import Meeting


def request_to_speak(db: Session, meeting_id: str, request_id: str) -> Request:
    request = db.get(Request, request_id)
    if request is None or request.meeting_id != meeting_id:
        raise NotFound
    return request


def requests_in(db: Session, meeting_id: str) -> list[Request]:
    """Every request of the meeting, whatever became of it, in the order of asking."""

    def load() -> list[Request]:
        wanted = select(Request).where(Request.meeting_id == meeting_id)
        return list(db.scalars(wanted.order_by(Request.asked_at, Request.id)))

    return once(db, ("requests", meeting_id), load)


def listed(db: Session, meeting_id: str) -> list[Request]:
    """Everyone who waits or has signed up in advance, by their places; `lists.line` has the order."""
    wanted = (
        select(Request)
        .where(Request.meeting_id == meeting_id, Request.state.in_(LISTED))
        .order_by(Request.place, Request.id)
    )
    return once(db, ("listed", meeting_id), lambda: list(db.scalars(wanted)))


def on_item(requests: Sequence[Request], item_id: str | None) -> list[Request]:
    return [request for request in requests if request.item_id == item_id]


def in_line(requests: Sequence[Request]) -> list[Request]:
    """Without those who wait for the list to be opened or drawn."""
    return [request for request in requests if request.state in IN_LINE]


def with_floor(db: Session, meeting_id: str) -> list[Request]:
    """Who was called or is speaking, the latest first; under them, whom they have interrupted."""
    wanted = select(Request).where(Request.meeting_id == meeting_id, Request.state.in_(HAS_FLOOR))
    return list(db.scalars(wanted.order_by(Request.called_no.desc())))


def on_floor(db: Session, meeting_id: str) -> Request | None:
    """Whose turn it is."""
    return next(iter(with_floor(db, meeting_id)), None)


def last_called(db: Session, meeting_id: str, item_id: str | None) -> Request | None:
    """Whose turn was the last on this list, whatever has become of it: who was not there has had it too."""

    def load() -> dict[str | None, Request]:
        called = (Request.meeting_id == meeting_id, Request.kind == COMMENT, Request.called_no.is_not(None))
        latest = select(func.max(Request.called_no)).where(*called).group_by(Request.item_id)
        rows = db.scalars(select(Request).where(*called, Request.called_no.in_(latest)))
        return {row.item_id: row for row in rows}

    return once(db, ("last called", meeting_id), load).get(item_id)


def have_spoken(db: Session, meeting_id: str) -> set[str]:
    """Participants who have had a turn in this meeting, or are having it: its end changes nothing here."""

    def load() -> set[str]:
        wanted = select(Request.participant_id).where(
            Request.meeting_id == meeting_id, Request.kind == COMMENT, Request.state.in_(HEARD)
        )
        return set(db.scalars(wanted))

    return once(db, ("have spoken", meeting_id), load)


def used_ms(db: Session, meeting_id: str, item_id: str | None) -> dict[str, int]:
    """Milliseconds that comments on this list have taken, by side; running clocks not counted."""
    rows = db.execute(
        select(Request.mode, func.sum(Request.spoken_ms))
        .where(
            Request.meeting_id == meeting_id,
            Request.item_id.is_(None) if item_id is None else Request.item_id == item_id,
            Request.kind == COMMENT,
        )
        .group_by(Request.mode)
    )
    used: Counter[str] = Counter()
    for mode, ms in rows:
        used[side_of_mode(mode)] += ms
    return dict(used)


def under_way(db: Session, participant_id: str, item_id: str | None, *, kind: str) -> Request | None:
    """This person's live request on this item: one comment, and one of each other kind."""
    return db.scalar(
        select(Request).where(
            Request.participant_id == participant_id,
            Request.item_id.is_(None) if item_id is None else Request.item_id == item_id,
            Request.kind == kind,
            Request.state.in_(UNDER_WAY),
        )
    )


def to_be_answered(db: Session, meeting_id: str, item_id: str | None) -> Request | None:
    """The question or intervention that is heard now, or else the one that is heard next."""
    ranked = sorted(on_item(listed(db, meeting_id), item_id), key=lambda each: each.rank)
    under_way = [*on_item(with_floor(db, meeting_id), item_id), *ranked]
    return next((each for each in under_way if each.kind in ANSWERABLE), None)


def interrupts(db: Session, request: Request) -> bool:
    """Who speaks goes on afterwards; with an answer that is so when it is to a question."""
    answered = db.get(Request, request.answer_to) if request.answer_to else None
    return (answered or request).kind in INTERRUPTS


def depending_on(db: Session, request: Request) -> list[Request]:
    """Not heard without it: questions to who has the floor, answers to a question or an intervention."""
    rows = db.scalars(
        select(Request)
        .where(Request.meeting_id == request.meeting_id, Request.state.in_(UNDER_WAY))
        .order_by(Request.place, Request.id)
    )
    if request.kind != COMMENT:
        return [each for each in rows if each.answer_to == request.id]
    here = on_item(list(rows), request.item_id)
    return [each for each in here if each.kind == QUESTION and request.has_floor]


def requests_of(db: Session, participant_id: str) -> list[Request]:
    """All that this person has asked for in this meeting, the newest first."""
    return list(
        db.scalars(
            select(Request).where(Request.participant_id == participant_id).order_by(Request.asked_at.desc())
        )
    )


def cessions(db: Session, meeting_id: str) -> Counter[str]:
    """How many have given their time to each request that was given any."""
    wanted = select(Request.ceded_to).where(Request.meeting_id == meeting_id, Request.ceded_to.is_not(None))
    return Counter(db.scalars(wanted))


def ceded_to(db: Session, request: Request) -> int:
    """How many have given their time to this request."""
    return cessions(db, request.meeting_id)[request.id]


def next_place(db: Session, meeting_id: str) -> int:
    return (db.scalar(select(func.max(Request.place)).where(Request.meeting_id == meeting_id)) or 0) + 1


def first_place(db: Session, meeting_id: str) -> int:
    """A place before everyone's."""
    lowest = db.scalar(select(func.min(Request.place)).where(Request.meeting_id == meeting_id))
    return (lowest if lowest is not None else 1) - 1


def next_call(db: Session, meeting_id: str) -> int:
    highest = db.scalar(select(func.max(Request.called_no)).where(Request.meeting_id == meeting_id))
    return (highest or 0) + 1


def as_asked(request: Request, spoken: set[str]) -> Asked:
    """What the order depends on; `spoken` are the participants who have had a turn."""
    return Asked(
        request.id, request.place, request.rank, request.is_set, request.mode, request.stance,
        request.participant_id in spoken, request.answer_to,
    )  # fmt: skip


def shares_used(db: Session, meeting_id: str) -> list[float]:
    """What part of their time this meeting's speakers have used."""
    spoken = db.execute(
        select(Request.spoken_ms, Request.limit_s).where(
            Request.meeting_id == meeting_id, Request.state == FINISHED, Request.spoken_ms > 0
        )
    )
    return [row.spoken_ms / 1000 / row.limit_s for row in spoken]


def wait_for(db: Session, meeting: Meeting, ahead: Sequence[Request]) -> tuple[int, int]:
    """Least and most seconds until the turn of somebody with these before them."""
    limits = [other.limit_s for other in ahead]
    speaker = on_floor(db, meeting.id)
    left = max(speaker.limit_s - int(speaker.spoken().total_seconds()), 0) if speaker else 0
    return wait_range(limits, floor_left_s=left, shares=shares_used(db, meeting.id))
