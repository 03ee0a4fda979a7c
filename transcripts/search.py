"""What of the transcripts can be found: every line as it stands now, with the words that follow it."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage.index import Document
from engage.indexing import Changes
from engage.record import Entry
from meetings.models import Meeting
from meetings.search import found_in
from transcripts.models import Line, Recording
from transcripts.queries import lines_of


def recording(db: Session, entry: Entry) -> Changes:
    """A new transcript: all its lines, and none of the one before it."""
    made = db.get_one(Recording, entry.facts["recording"])
    gone = [f"line:{each}" for each in entry.facts.get("replaced", ())]
    return Changes(put=documents(db, [made]), remove=gone)


def line(db: Session, entry: Entry) -> Changes:
    """A corrected line, and the one before it, which knows how it begins."""
    made = db.get_one(Recording, entry.facts["recording"])
    found = documents(db, [made])
    place = next((n for n, each in enumerate(found) if each.id == f"line:{entry.facts['line']}"), None)
    if place is None:
        return Changes(put=found, remove=[f"line:{entry.facts['line']}"])
    return Changes(put=found[max(place - 1, 0) : place + 1])


def everything(db: Session, entry: Entry) -> Changes:
    """The meeting has become public, or its day has changed."""
    made = db.scalars(select(Recording).where(Recording.meeting_id == entry.book)).all()
    return Changes(put=documents(db, made))


def documents(db: Session, recordings: Sequence[Recording]) -> list[Document]:
    return [each for made in recordings for each in _documents(db, made)]


def _documents(db: Session, made: Recording) -> list[Document]:
    meeting = db.get_one(Meeting, made.meeting_id)
    job = made.transcription
    if not meeting.is_public or job is None:
        return []
    lines = [each for each in lines_of(db, made.id) if each.text]
    language = job.language or meeting.language
    return [
        _document(meeting, each, language, after=" ".join(other.text for other in lines[n + 1 : n + 4]))
        for n, each in enumerate(lines)
    ]


def _document(meeting: Meeting, each: Line, language: str, *, after: str) -> Document:
    return found_in(
        meeting,
        id=f"line:{each.id}",
        kind="line",
        text=each.text,
        language=language,
        after=after,
        position=each.start_ms // 1000,
    )


readings = {
    "transcript.made": recording,
    "line.corrected": line,
    "meeting.published": everything,
    "meeting.moved": everything,
    "meeting.changed": everything,
}
