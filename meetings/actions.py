"""What is done to bodies and meetings; each verb changes the rows and appends the entry."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage import clock, record
from engage.db import new_id
from engage.language import N_
from engage.people import Refused
from meetings.models import ADJOURNED, CANCELLED, OPEN, PUBLISHED, RECESS, SECTION, AgendaItem, Body, Meeting
from meetings.rules import may_become

KEPT_FACTS = ("kind", "language", "zone", "speaking_s")


def create_body(db: Session, name: str, *, by: str, about: str = "") -> Body:
    if db.scalar(select(Body).where(Body.name == name)):
        raise Refused(N_("There is already a body with this name."))
    body = Body(id=new_id(), name=name, about=about)
    db.add(body)
    record.append(db, record.CITY, "body.created", by=by, body=body.id)
    return body


def draft_meeting(
    db: Session, body: Body, *, by: str, title: str, starts_at: datetime, zone: str, **details: Any
) -> Meeting:
    """A meeting that only its clerks see until it is published. `details` are further columns of Meeting."""
    meeting = Meeting(
        id=new_id(),
        body=body,
        body_id=body.id,
        title=title,
        starts_at=starts_at,
        zone=zone,
        salt=record.new_salt(),
        **details,
    )
    db.add(meeting)
    db.flush()
    record.append(db, meeting.id, "meeting.drafted", by=by, **facts(meeting))
    return meeting


def facts(meeting: Meeting) -> dict[str, Any]:
    """What an entry says of a meeting: no words, but the seal of those that the public will read."""
    words = "\n".join((meeting.title, meeting.place, meeting.conference_url, meeting.phone, meeting.notice))
    cut_off = meeting.comments_until
    return {name: getattr(meeting, name) for name in KEPT_FACTS} | {
        "meeting": meeting.id,
        "body": meeting.body_id,
        "starts_at": clock.text(meeting.starts_at),
        "comments_until": clock.text(cut_off) if cut_off else None,
        "words": record.sealed(meeting.salt, words),
    }


def publish_meeting(db: Session, meeting: Meeting, *, by: str) -> None:
    _become(meeting, PUBLISHED)
    meeting.published_at = clock.now()
    record.append(db, meeting.id, "meeting.published", by=by, **facts(meeting))


def open_meeting(db: Session, meeting: Meeting, *, by: str) -> None:
    _become(meeting, OPEN)
    meeting.opened_at = clock.now()
    record.append(db, meeting.id, "meeting.opened", by=by)


def recess_meeting(db: Session, meeting: Meeting, *, by: str) -> None:
    _become(meeting, RECESS)
    record.append(db, meeting.id, "meeting.recessed", by=by)


def reconvene_meeting(db: Session, meeting: Meeting, *, by: str) -> None:
    _become(meeting, OPEN)
    record.append(db, meeting.id, "meeting.reconvened", by=by)


def adjourn_meeting(db: Session, meeting: Meeting, *, by: str) -> None:
    _become(meeting, ADJOURNED)
    meeting.adjourned_at = clock.now()
    meeting.item_id = None
    record.append(db, meeting.id, "meeting.adjourned", by=by)


def cancel_meeting(db: Session, meeting: Meeting, *, by: str, notice: str) -> None:
    _become(meeting, CANCELLED)
    meeting.notice = notice
    record.append(db, meeting.id, "meeting.cancelled", by=by, notice=record.sealed(meeting.salt, notice))


def call_item(db: Session, meeting: Meeting, item: AgendaItem, *, by: str) -> None:
    """Open an agenda item; the one before it is thereby closed."""
    if meeting.state != OPEN:
        raise Refused(N_("Open the meeting first."))
    if item.kind == SECTION:
        raise Refused(N_("A section heading cannot be called."))
    meeting.item_id = item.id
    item.called_at = item.called_at or clock.now()
    record.append(db, meeting.id, "item.called", by=by, item=item.id)


def _become(meeting: Meeting, state: str) -> None:
    if not may_become(meeting.state, state):
        raise Refused(N_("The meeting has moved on meanwhile: this can no longer be done."))
    meeting.state = state
