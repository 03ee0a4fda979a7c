"""What is done to bodies and meetings; each verb changes the rows and appends the entry."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage import clock, record
from engage.db import new_id
from engage.language import N_
from engage.people import Refused
from meetings.amendments import amend, set_fields
from meetings.disruption.actions import end_for_adjournment
from meetings.disruption.recesses import begin_recess, end_recess
from meetings.models import (
    ADJOURNED,
    CANCELLED,
    OPEN,
    PUBLISHED,
    RECESS,
    SECTION,
    AgendaItem,
    Body,
    Meeting,
)
from meetings.rules import may_be_edited, may_become

KEPT_FACTS = ("kind", "language", "zone", "speaking_s", "carries_sound", "embed_is_conference")
WORDS = ("title", "place", "conference_url", "phone", "phone_code", "stream_url", "notice", "embed_url")
MOVED_ON = N_("The meeting has moved on meanwhile: this can no longer be done.")


def create_body(db: Session, name: str, *, by: str, about: str = "") -> Body:
    """Refused when another body has this name."""
    _expect_free(db, name)
    body = Body(id=new_id(), name=name, about=about)
    db.add(body)
    record.append(db, record.CITY, "body.created", by=by, body=body.id)
    return body


def change_body(db: Session, body: Body, *, by: str, name: str, about: str) -> None:
    """Refused when another body has this name."""
    if (name, about) == (body.name, body.about):
        return
    if name != body.name:
        _expect_free(db, name)
    body.name, body.about = name, about
    record.append(db, record.CITY, "body.changed", by=by, body=body.id)


def _expect_free(db: Session, name: str) -> None:
    if db.scalar(select(Body).where(Body.name == name)):
        raise Refused(N_("There is already a body with this name."))


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


def record_past_meeting(
    db: Session, body: Body, *, by: str, title: str, starts_at: datetime, zone: str, **details: Any
) -> Meeting:
    """One that was held before anything here knew of it: over, and public. When it was opened and adjourned
    is not on the record, so nothing says it."""
    if starts_at > clock.now():
        raise Refused(N_("This meeting has not been held yet."))
    meeting = Meeting(
        id=new_id(), body=body, body_id=body.id, title=title, starts_at=starts_at, zone=zone, state=ADJOURNED,
        published_at=clock.now(), salt=record.new_salt(), **details,
    )  # fmt: skip
    db.add(meeting)
    db.flush()
    record.append(db, meeting.id, "meeting.archived", by=by, **facts(meeting))
    return meeting


def facts(meeting: Meeting) -> dict[str, Any]:
    """What an entry says of a meeting: no words, but the seal of those that the public will read."""
    words = "\n".join(getattr(meeting, name) for name in WORDS)
    cut_off = meeting.comments_until
    return {name: getattr(meeting, name) for name in KEPT_FACTS} | {
        "meeting": meeting.id,
        "body": meeting.body_id,
        "starts_at": clock.text(meeting.starts_at),
        "comments_until": clock.text(cut_off) if cut_off else None,
        "words": record.sealed(meeting.salt, words),
    }


def change_meeting(db: Session, meeting: Meeting, *, by: str, **details: Any) -> None:
    """Change what is announced; after publication everyone sees each change. `details` are columns."""
    if not may_be_edited(meeting.state):
        raise Refused(MOVED_ON)
    noted = set_fields(db, meeting, "changed", details)
    if noted is not None:
        record.append(db, meeting.id, "meeting.changed", by=by, **facts(meeting), amendments=noted)


def move_meeting(db: Session, meeting: Meeting, *, by: str, notice: str, **details: Any) -> None:
    """Another time or place for a published meeting that has not been opened, and why."""
    if meeting.state != PUBLISHED:
        raise Refused(MOVED_ON)
    noted = set_fields(db, meeting, "moved", details, note=notice)
    if noted is None:
        raise Refused(N_("The time and the place are as they were."))
    meeting.notice = notice
    record.append(db, meeting.id, "meeting.moved", by=by, **facts(meeting), amendments=noted)


def publish_meeting(db: Session, meeting: Meeting, *, by: str) -> None:
    _become(meeting, PUBLISHED)
    meeting.published_at = clock.now()
    record.append(db, meeting.id, "meeting.published", by=by, **facts(meeting))


def open_meeting(db: Session, meeting: Meeting, *, by: str) -> None:
    """Once; after a recess it is reconvened."""
    if meeting.state != PUBLISHED:
        raise Refused(MOVED_ON)
    _become(meeting, OPEN)
    meeting.opened_at = clock.now()
    record.append(db, meeting.id, "meeting.opened", by=by)


def recess_meeting(db: Session, meeting: Meeting, *, by: str, minutes: int | None = None) -> None:
    """`minutes` is about how long, if that was said."""
    _become(meeting, RECESS)
    recess = begin_recess(db, meeting, minutes=minutes)
    until = clock.text(recess.resumes_at) if recess.resumes_at else None
    record.append(db, meeting.id, "meeting.recessed", by=by, recess=recess.id, resumes_at=until)


def reconvene_meeting(db: Session, meeting: Meeting, *, by: str) -> None:
    if meeting.is_in_closed_session:
        raise Refused(N_("The body is in closed session. Reopen the session first."))
    if meeting.is_queue_frozen:
        raise Refused(N_("The meeting is interrupted by a disruption. End the disruption first."))
    if meeting.state != RECESS:
        raise Refused(MOVED_ON)
    _become(meeting, OPEN)
    record.append(db, meeting.id, "meeting.reconvened", by=by, recess=end_recess(db, meeting))


def adjourn_meeting(db: Session, meeting: Meeting, *, by: str) -> None:
    """Only in open session: after a closed one the body reports first (California Gov. Code 54957.7)."""
    if meeting.is_in_closed_session:
        raise Refused(N_("The body is in closed session. Reopen the session and report from it first."))
    end_for_adjournment(db, meeting, by=by)
    _become(meeting, ADJOURNED)
    meeting.adjourned_at = clock.now()
    meeting.item_id = None
    record.append(db, meeting.id, "meeting.adjourned", by=by)


def cancel_meeting(db: Session, meeting: Meeting, *, by: str, notice: str) -> None:
    _become(meeting, CANCELLED)
    meeting.notice = notice
    noted = amend(db, meeting, "cancelled", note=notice)
    seal = record.sealed(meeting.salt, notice)
    record.append(db, meeting.id, "meeting.cancelled", by=by, notice=seal, amendments=noted)


def call_item(db: Session, meeting: Meeting, item: AgendaItem, *, by: str) -> None:
    """Open an agenda item; the one before it is thereby closed."""
    if meeting.state != OPEN:
        raise Refused(N_("Open the meeting first."))
    if item.kind == SECTION:
        raise Refused(N_("A section heading cannot be called."))
    if item.is_withdrawn:
        raise Refused(N_("This item was withdrawn."))
    meeting.item_id = item.id
    item.called_at = item.called_at or clock.now()
    record.append(db, meeting.id, "item.called", by=by, item=item.id)


def close_item(db: Session, meeting: Meeting, *, by: str) -> None:
    """No item is open: general public comment is heard, or nothing."""
    if meeting.state != OPEN or meeting.item_id is None:
        raise Refused(MOVED_ON)
    closed, meeting.item_id = meeting.item_id, None
    record.append(db, meeting.id, "item.closed", by=by, item=closed)


def _become(meeting: Meeting, state: str) -> None:
    if not may_become(meeting.state, state):
        raise Refused(MOVED_ON)
    meeting.state = state
