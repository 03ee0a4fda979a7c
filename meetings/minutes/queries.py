"""Reads of the minutes' own rows."""

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage.db import once
from meetings.minutes.keeping import unpacked
from meetings.minutes.models import UNPUBLISHED, ApprovedMinutes, MinutesNote, MinutesState
from meetings.minutes.paper import Paper


def minutes_state(db: Session, meeting_id: str) -> MinutesState | None:
    """None until they are published."""
    return db.get(MinutesState, meeting_id)


def state_of(minutes: MinutesState | None) -> str:
    return minutes.state if minutes else UNPUBLISHED


def notes(db: Session, meeting_id: str) -> dict[str | None, MinutesNote]:
    """By item; None is the remark on the whole meeting."""
    wanted = select(MinutesNote).where(MinutesNote.meeting_id == meeting_id)
    found = once(db, ("minutes notes", meeting_id), lambda: list(db.scalars(wanted)))
    return {note.item_id: note for note in found}


def approved_paper(db: Session, meeting_id: str, lang: str) -> Paper | None:
    """As it was approved; None before that."""
    row = db.get(ApprovedMinutes, (meeting_id, lang))
    return unpacked(json.loads(row.paper)) if row else None
