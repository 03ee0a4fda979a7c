"""What is done to recordings and transcripts; each verb changes the rows and appends the entry."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from engage import clock, record
from engage.db import new_id
from engage.language import N_
from engage.people import Refused
from meetings.models import Meeting
from transcripts import queries
from transcripts.models import DONE, FAILED, QUEUED, Line, LineEdit, Recording, Transcription
from transcripts.rules import lines_hash, realigned

CERTIFIED = N_("The transcript is certified. Take the certification back before you change it.")


class Conflict(Exception):
    """The line has been corrected since the form was opened."""


@dataclass(frozen=True)
class Stored:
    """A file that lies complete under its id, and what it holds."""

    id: str
    name: str
    size: int
    sha256: str
    kind: str
    duration_ms: int | None
    has_picture: bool


def add_recording(db: Session, meeting: Meeting, file: Stored, *, language: str | None, by: str) -> Recording:
    """Take up a stored file and queue its transcription. `language` None: told from the speech."""
    recording = Recording(
        **vars(file), meeting_id=meeting.id, added_at=clock.now(), salt=record.new_salt()
    )  # fmt: skip
    db.add(recording)
    db.flush()
    record.append(
        db, meeting.id, "recording.added", by=by, recording=recording.id, size=file.size, sha256=file.sha256,
        kind=file.kind, duration_ms=file.duration_ms, name=record.sealed(recording.salt, file.name),
    )  # fmt: skip
    queue_transcription(db, recording, language=language, by=by)
    return recording


def queue_transcription(db: Session, recording: Recording, *, language: str | None, by: str) -> None:
    """Have it written down, or written down anew; refused where that would undo what people have done."""
    if recording.is_being_written_down:
        raise Refused(N_("This recording is already being written down."))
    if recording.is_certified:
        raise Refused(CERTIFIED)
    if queries.corrected_at(db, recording.id):
        raise Refused(N_("This transcript has corrections. They would be lost, so nothing was changed."))
    job = Transcription(
        id=new_id(), recording=recording, state=QUEUED, asked_language=language, queued_at=clock.now()
    )
    db.add(job)
    db.flush()
    _note_job(db, job, by=by)


def retry_transcription(db: Session, recording: Recording, *, by: str) -> None:
    """Try a failed one again; what it had stored stays."""
    job = recording.transcription
    if job is None or job.state != FAILED:
        raise Refused(N_("This recording is not waiting for another try."))
    job.state, job.setbacks, job.queued_at, job.ended_at = QUEUED, 0, clock.now(), None
    job.error, job.error_values = "", {}
    _note_job(db, job, by=by)


def _note_job(db: Session, job: Transcription, *, by: str) -> None:
    record.append(
        db, job.recording.meeting_id, "transcription.queued", by=by,
        recording=job.recording_id, transcription=job.id, language=job.asked_language,
    )  # fmt: skip


def time_recording(db: Session, recording: Recording, starts_at: datetime | None, *, by: str) -> None:
    """Say when it begins on the meeting's clock, so that lines fall under the items that were open."""
    if starts_at == recording.starts_at:
        return
    recording.starts_at = starts_at
    text = clock.text(starts_at) if starts_at else None
    record.append(db, recording.meeting_id, "recording.timed", by=by, recording=recording.id, starts_at=text)


def correct_line(db: Session, recording: Recording, line: Line, text: str, *, version: int, by: str) -> None:
    """Replace a line's text; an empty one takes the line out. What it said before is kept.

    `version` is the one that the corrector saw; Conflict when it is another by now, unless both say the same.
    """
    if text == line.text:
        return
    if recording.is_certified:
        raise Refused(CERTIFIED)
    if recording.is_being_written_down:
        raise Refused(N_("This recording is just being written down anew. Please wait for its end."))
    if version != line.version:
        raise Conflict
    db.add(LineEdit(line_id=line.id, version=line.version, text=line.text, by=by, at=clock.now()))
    line.words = realigned(line.words, text, start_ms=line.start_ms, end_ms=line.end_ms)
    line.text, line.version = text, line.version + 1
    record.append(
        db, recording.meeting_id, "line.corrected", by=by, recording=recording.id, line=line.id,
        version=line.version, text=record.sealed(line.salt, text),
    )  # fmt: skip


def certify_transcript(db: Session, recording: Recording, *, by: str) -> None:
    """Say that the text was compared with the recording; from then on it stands."""
    job = recording.transcription
    if job is None or job.state != DONE or recording.is_certified:
        raise Refused(N_("There is no finished transcript to certify, or it is certified already."))
    recording.certified_at = clock.now()
    lines = queries.spoken_lines(db, recording.id)
    record.append(
        db, recording.meeting_id, "transcript.certified", by=by, recording=recording.id,
        lines=lines_hash(lines), count=len(lines),
    )  # fmt: skip


def withdraw_certification(db: Session, recording: Recording, *, by: str) -> None:
    if not recording.is_certified:
        raise Refused(N_("This transcript is not certified."))
    recording.certified_at = None
    record.append(db, recording.meeting_id, "transcript.uncertified", by=by, recording=recording.id)
