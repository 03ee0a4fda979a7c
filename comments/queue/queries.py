"""Reads of the queue."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from comments.queue.models import FINISHED, HAS_FLOOR, SKIPPED, UNDER_WAY, WAITING, Request
from comments.queue.rules import wait_range
from engage.db import once
from engage.doors import NotFound
from meetings.models import Meeting


def request_to_speak(db: Session, meeting_id: str, request_id: str) -> Request:
    request = db.get(Request, request_id)
    if request is None or request.meeting_id != meeting_id:
        raise NotFound
    return request


def waiting(db: Session, meeting_id: str) -> list[Request]:
    """Everyone who waits, in the order in which they will be called within each item."""
    wanted = (
        select(Request)
        .where(Request.meeting_id == meeting_id, Request.state == WAITING)
        .order_by(Request.place, Request.id)
    )
    return once(db, ("waiting", meeting_id), lambda: list(db.scalars(wanted)))


def on_item(requests: Sequence[Request], item_id: str | None) -> list[Request]:
    return [request for request in requests if request.item_id == item_id]


def on_floor(db: Session, meeting_id: str) -> Request | None:
    """Who was called or is speaking; never more than one."""
    return db.scalar(select(Request).where(Request.meeting_id == meeting_id, Request.state.in_(HAS_FLOOR)))


def was_called(db: Session, meeting_id: str) -> list[Request]:
    """Called while away, the latest first."""
    return list(
        db.scalars(
            select(Request)
            .where(Request.meeting_id == meeting_id, Request.state == SKIPPED)
            .order_by(Request.called_at.desc())
        )
    )


def under_way(db: Session, participant_id: str, item_id: str | None) -> Request | None:
    """This person's live request on this item."""
    return db.scalar(
        select(Request).where(
            Request.participant_id == participant_id,
            Request.item_id.is_(None) if item_id is None else Request.item_id == item_id,
            Request.state.in_(UNDER_WAY),
        )
    )


def requests_of(db: Session, participant_id: str) -> list[Request]:
    """All that this person has asked for in this meeting, the newest first."""
    return list(
        db.scalars(
            select(Request).where(Request.participant_id == participant_id).order_by(Request.asked_at.desc())
        )
    )


def next_place(db: Session, meeting_id: str) -> int:
    return (db.scalar(select(func.max(Request.place)).where(Request.meeting_id == meeting_id)) or 0) + 1


def first_place(db: Session, meeting_id: str) -> int:
    """A place before everyone's."""
    lowest = db.scalar(select(func.min(Request.place)).where(Request.meeting_id == meeting_id))
    return (lowest if lowest is not None else 1) - 1


def shares_used(db: Session, meeting_id: str) -> list[float]:
    """What part of their time this meeting's speakers have used."""
    spoken = db.execute(
        select(Request.spoken_ms, Request.limit_s).where(
            Request.meeting_id == meeting_id, Request.state == FINISHED, Request.spoken_ms > 0
        )
    )
    return [row.spoken_ms / 1000 / row.limit_s for row in spoken]


def place_and_wait(db: Session, meeting: Meeting, request: Request) -> tuple[int, tuple[int, int]]:
    """Place in the queue of its item, from 1, and least and most seconds until its turn."""
    ahead = []
    for other in on_item(waiting(db, meeting.id), request.item_id):
        if other.id == request.id:
            break
        ahead.append(other.limit_s)
    speaker = on_floor(db, meeting.id)
    left = max(speaker.limit_s - int(speaker.spoken().total_seconds()), 0) if speaker else 0
    return len(ahead) + 1, wait_range(ahead, floor_left_s=left, shares=shares_used(db, meeting.id))
