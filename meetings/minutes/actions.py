"""What is done with the minutes; each verb changes the rows and appends the entry."""

from collections.abc import Callable
from datetime import date

from sqlalchemy.orm import Session

from engage import clock, record
from engage.db import new_id
from engage.language import LANGUAGES, N_
from engage.people import Refused
from meetings.minutes import queries
from meetings.minutes.keeping import packed
from meetings.minutes.models import ApprovedMinutes, MinutesNote, MinutesState
from meetings.minutes.paper import Paper
from meetings.minutes.rules import may_approve, may_note, may_publish
from meetings.models import AgendaItem, Meeting


def note_minutes(db: Session, meeting: Meeting, item: AgendaItem | None, text: str, *, by: str) -> None:
    """Write, change or (with an empty text) take out the summary of an item, or the remark on everything."""
    if not may_note(meeting, _state(db, meeting)):
        raise Refused(N_("Nothing is written into minutes before the meeting, nor after their approval."))
    item_id = item.id if item else None
    note = queries.notes(db, meeting.id).get(item_id)
    if (note.text if note else "") == text:
        return
    if note is None:
        note = MinutesNote(id=new_id(), meeting_id=meeting.id, item_id=item_id, salt=record.new_salt())
        db.add(note)
    note.text, note.noted_at = text, clock.now()
    words = record.sealed(note.salt, text) if text else None
    record.append(db, meeting.id, "minutes.noted", by=by, note=note.id, item=item_id, text=words)


def publish_minutes(db: Session, meeting: Meeting, *, by: str) -> None:
    """Everyone can read the draft from now on."""
    if not may_publish(meeting, _state(db, meeting)):
        raise Refused(N_("The minutes can be published once, after the meeting has adjourned."))
    db.add(MinutesState(meeting_id=meeting.id, published_at=clock.now()))
    record.append(db, meeting.id, "minutes.published", by=by)


def approve_minutes(
    db: Session, meeting: Meeting, on: date, *, by: str, in_words: Callable[[str], Paper]
) -> None:
    """The body has approved them, on this day. They are kept as `in_words` gives them in each language."""
    minutes = queries.minutes_state(db, meeting.id)
    if minutes is None or not may_approve(minutes.state):
        raise Refused(N_("Only published draft minutes can be marked as approved."))
    minutes.approved_at, minutes.approved_on = clock.now(), on
    db.flush()
    seals = {lang: _keep(db, meeting, packed(in_words(lang)), lang) for lang in LANGUAGES}
    record.append(db, meeting.id, "minutes.approved", by=by, on=on.isoformat(), papers=seals)


def _keep(db: Session, meeting: Meeting, paper: str, lang: str) -> str:
    """The seal of what is kept."""
    kept = ApprovedMinutes(meeting_id=meeting.id, lang=lang, paper=paper, salt=record.new_salt())
    db.add(kept)
    return record.sealed(kept.salt, paper)


def _state(db: Session, meeting: Meeting) -> str:
    return queries.state_of(queries.minutes_state(db, meeting.id))
