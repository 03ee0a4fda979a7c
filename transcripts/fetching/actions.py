"""What is done about a recording that is to be fetched; only its end appends an entry, the recording's."""

from typing import Any

from sqlalchemy.orm import Session

from engage import clock
from engage.db import new_id
from meetings.models import Meeting
from transcripts import queries
from transcripts.actions import Stored, add_recording
from transcripts.fetching.models import Fetch


def ask_for(
    db: Session, meeting: Meeting, address: str, *, language: str | None, publishes_itself: bool, by: str
) -> Fetch:
    made = Fetch(
        id=new_id(), meeting_id=meeting.id, address=address, language=language,
        publishes_itself=publishes_itself, by=by, told_at=clock.now(),
    )  # fmt: skip
    db.add(made)
    db.flush()
    return made


def begin_again(fetch: Fetch) -> None:
    fetch.done, fetch.total, fetch.error, fetch.error_values = 0, None, "", {}
    fetch.told_at = clock.now()


def note_progress(db: Session, fetch_id: str, done: int, total: int | None) -> bool:
    """False where the clerk does not want it any more."""
    fetch = db.get(Fetch, fetch_id)
    if fetch is None:
        return False
    fetch.done, fetch.total, fetch.told_at = done, total, clock.now()
    return True


def note_failure(db: Session, fetch_id: str, error: str, values: dict[str, Any]) -> None:
    if fetch := db.get(Fetch, fetch_id):
        fetch.error, fetch.error_values, fetch.told_at = error, values, clock.now()


def take_up(db: Session, fetch: Fetch, stored: Stored) -> bool:
    """As an upload of this file; False where the meeting has the same one already."""
    fetch.told_at = clock.now()
    if same := queries.same_file(db, fetch.meeting_id, stored.sha256):
        fetch.recording_id = same.id
        return False
    meeting = db.get_one(Meeting, fetch.meeting_id)
    add_recording(
        db, meeting, stored, language=fetch.language, by=fetch.by, publishes_itself=fetch.publishes_itself
    )
    fetch.recording_id = stored.id
    return True
