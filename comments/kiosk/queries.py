"""Reads of kiosks, and of what can be done on one."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from comments.kiosk.models import Kiosk
from comments.queue import lists
from comments.queue.models import Request
from engage.doors import NotFound
from engage.people import token_hash
from meetings.models import SECTION, AgendaItem, Meeting
from meetings.queries import agenda, flat, public_meeting


def running_kiosk(db: Session, token: str) -> tuple[Kiosk, Meeting]:
    """The kiosk of this link and its meeting; NotFound once it is ended, as for one that never was."""
    kiosk = db.scalar(select(Kiosk).where(Kiosk.token == token_hash(token), Kiosk.ended_at.is_(None)))
    if kiosk is None:
        raise NotFound
    return kiosk, public_meeting(db, kiosk.meeting_id)


def kiosk_of(db: Session, meeting_id: str, kiosk_id: str) -> Kiosk:
    kiosk = db.get(Kiosk, kiosk_id)
    if kiosk is None or kiosk.meeting_id != meeting_id:
        raise NotFound
    return kiosk


def running_kiosks(db: Session, meeting_id: str) -> list[Kiosk]:
    """In the order in which they were made."""
    wanted = select(Kiosk).where(Kiosk.meeting_id == meeting_id, Kiosk.ended_at.is_(None))
    return list(db.scalars(wanted.order_by(Kiosk.made_at, Kiosk.id)))


def open_lists(db: Session, meeting: Meeting) -> list[AgendaItem | None]:
    """The items on which somebody may ask to speak now; None stands for general public comment."""
    items = [item for item in flat(agenda(db, meeting.id)) if item.kind != SECTION and not item.is_withdrawn]
    places: list[AgendaItem | None] = [*items, None]
    return [each for each in places if lists.takes_requests(db, meeting, each)]


def number_in_line(db: Session, meeting: Meeting, request: Request) -> int | None:
    """From 1; None for somebody who waits for the list to open, or was called already."""
    ids = [each.id for each in lists.line(db, meeting, request.item_id)]
    return ids.index(request.id) + 1 if request.id in ids else None
