"""Reads for the chair: their meetings, and the notes on a meeting's items."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage.doors import NotFound
from engage.people import Account
from meetings.chairing.models import ChairNote
from meetings.models import OPEN, PUBLISHED, RECESS, Meeting
from meetings.queries import bodies


def chairs_meeting(db: Session, meeting_id: str, account: Account) -> Meeting:
    """A public meeting of a body that this account chairs or is the clerk of; NotFound for any other."""
    meeting = db.get(Meeting, meeting_id)
    if meeting is None or not meeting.is_public or not account.chairs(meeting.body_id):
        raise NotFound
    return meeting


def meetings_chaired_by(db: Session, account: Account) -> list[Meeting]:
    """What is live or announced, the next first."""
    body_ids = [body.id for body in bodies(db) if account.chairs(body.id)]
    wanted = select(Meeting).where(
        Meeting.body_id.in_(body_ids), Meeting.state.in_((PUBLISHED, OPEN, RECESS))
    )
    return list(db.scalars(wanted.order_by(Meeting.starts_at, Meeting.id)))


def notes(db: Session, meeting_id: str) -> dict[str | None, str]:
    """Item's id (None: general public comment) to the note on it."""
    rows = db.scalars(select(ChairNote).where(ChairNote.meeting_id == meeting_id))
    return {row.item_id: row.text for row in rows}


def note_on(db: Session, meeting_id: str, item_id: str | None) -> ChairNote | None:
    return db.scalar(
        select(ChairNote).where(
            ChairNote.meeting_id == meeting_id,
            ChairNote.item_id.is_(None) if item_id is None else ChairNote.item_id == item_id,
        )
    )
