"""What is done to recordings and transcripts; each verb changes the rows and appends the entry."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from engage import clock, record
from engage.db import new_id
from engage.language import N_
from engage.people import Refused
from meetings.models import Meeting
from transcripts.attribution.actions import CLERK, FILE, set_clock
from transcripts.attribution.course import Course
from transcripts.attribution.file_clock import readings
from transcripts.captioning.actions import give_way
from transcripts.editing.queries import has_edits
from transcripts.models import FAILED, QUEUED, Recording, Transcription

CERTIFIED = N_("The transcript is certified. Take the certification back before you change it.")


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
    made_at: datetime | None = None
    """As the file says."""


def add_recording(
    db: Session, meeting: Meeting, file: Stored, *, language: str | None, by: str,
    publishes_itself: bool = False,
) -> Recording:  # fmt: skip
    """Take up a stored file and queue its transcription. `language` None: told from the speech."""
    recording = keep_recording(db, meeting, file, by=by, publishes_itself=publishes_itself)
    queue_transcription(db, recording, language=language, by=by)
    return recording


def keep_recording(
    db: Session, meeting: Meeting, file: Stored, *, by: str, publishes_itself: bool = False
) -> Recording:
    """Take up a stored file, whose transcript comes from elsewhere."""
    recording = Recording(
        **vars(file), meeting_id=meeting.id, added_at=clock.now(), salt=record.new_salt(),
        publishes_itself=publishes_itself,
    )  # fmt: skip
    db.add(recording)
    db.flush()
    record.append(
        db, meeting.id, "recording.added", by=by, recording=recording.id, size=file.size, sha256=file.sha256,
        kind=file.kind, duration_ms=file.duration_ms, name=record.sealed(recording.salt, file.name),
    )  # fmt: skip
    found = readings(file.made_at, file.duration_ms, meeting.opened_at, meeting.adjourned_at or clock.now())
    if found and found[0].is_sure:
        time_recording(db, recording, found[0].starts_at, by=record.SYSTEM, clock_from=FILE)
    return recording


def publish_recording(db: Session, recording: Recording, *, by: str) -> None:
    """From now on the public has the sound, and the transcript as it comes to be."""
    if recording.is_published:
        raise Refused(N_("This recording is public already."))
    recording.published_at = clock.now()
    record.append(db, recording.meeting_id, "recording.published", by=by, recording=recording.id)
    give_way(db, recording)


def unpublish_recording(db: Session, recording: Recording, *, by: str) -> None:
    """Only the clerks of the body have it from now on; also what was said beforehand is taken back."""
    if not recording.is_published and not recording.publishes_itself:
        raise Refused(N_("This recording is not public."))
    recording.published_at, recording.publishes_itself = None, False
    record.append(db, recording.meeting_id, "recording.unpublished", by=by, recording=recording.id)


def queue_transcription(db: Session, recording: Recording, *, language: str | None, by: str) -> None:
    """Have it written down, or written down anew; refused where that would undo what people have done."""
    if recording.is_being_written_down:
        raise Refused(N_("This recording is already being written down."))
    if recording.is_certified:
        raise Refused(CERTIFIED)
    if has_edits(db, recording.id):
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


def time_recording(
    db: Session,
    recording: Recording,
    starts_at: datetime | None,
    *,
    by: str,
    course: Course | None = None,
    clock_from: str = CLERK,
) -> None:
    """Say when it begins on the meeting's clock, so that its lines fall under the items and to the speakers
    of the record, which `course` tells. It replaces what was known before."""
    if starts_at == recording.starts_at and recording.clock_from in ("", clock_from):
        return
    anchors = [[0, clock.text(starts_at)]] if starts_at else []
    set_clock(db, recording, anchors, clock_from=clock_from, course=course, by=by)
