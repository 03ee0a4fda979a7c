"""A transcript that was made elsewhere takes the place of a recording's lines."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engage import clock, record
from engage.db import new_id
from engage.language import N_
from engage.people import Refused
from transcripts import actions
from transcripts.attribution.models import PERSON, Speaker
from transcripts.editing.queries import has_edits
from transcripts.imports.spoken import Spoken, Transcript, expect_fit
from transcripts.models import DONE, Line, Recording, Transcription
from transcripts.rules import lines_hash

UNDER_WAY = N_("This recording is just being written down. Please wait for its end, then read the file in.")
CORRECTED = N_("This transcript has corrections. They would be lost, so nothing was changed.")


def import_transcript(
    db: Session, recording: Recording, read: Transcript, *, sha256: str, language: str | None, by: str
) -> Transcription:
    """Its lines give way to those of the file with this SHA-256. `language` is that of the words, if known.

    Refused where that would undo what people have done, or what is under way; NotATranscript when the words
    do not fit on the recording.
    """
    expect_free(db, recording)
    expect_fit(read, recording.duration_ms)
    replaced = db.scalars(delete(Line).where(Line.recording_id == recording.id).returning(Line.id)).all()
    speakers = speakers_named(db, recording.meeting_id, read.lines)
    for place, line in enumerate(read.lines, 1):
        db.add(line_of(recording, place, line, speakers))
    job = job_of(recording, read, language)
    db.add(job)
    db.flush()
    record.append(
        db, recording.meeting_id, "transcript.imported", by=by, recording=recording.id, transcription=job.id,
        source=read.source, sha256=sha256, language=language, count=job.count,
        lines=lines_hash((each.start_ms, each.end_ms, each.text) for each in read.lines),
        replaced=sorted(replaced),
        speakers={each.id: record.sealed(each.salt, each.name) for each in speakers.values()},
    )  # fmt: skip
    if recording.publishes_itself and not recording.is_published:
        actions.publish_recording(db, recording, by=by)
    return job


def expect_free(db: Session, recording: Recording) -> None:
    """Refused while it is written down, once it is certified, and once somebody has edited it."""
    if recording.is_being_written_down:
        raise Refused(UNDER_WAY)
    if recording.is_certified:
        raise Refused(actions.CERTIFIED)
    if has_edits(db, recording.id):
        raise Refused(CORRECTED)


def speakers_named(db: Session, meeting_id: str, lines: list[Spoken]) -> dict[str, Speaker]:
    """By name, one person of the meeting each; who is there already is not made again."""
    wanted = {line.speaker for line in lines if line.speaker}
    known = select(Speaker).where(Speaker.meeting_id == meeting_id, Speaker.kind == PERSON)
    found = {each.name: each for each in db.scalars(known) if each.name in wanted}
    for name in sorted(wanted - found.keys()):
        made = Speaker(id=new_id(), meeting_id=meeting_id, kind=PERSON, name=name, salt=record.new_salt())
        db.add(made)
        found[name] = made
    db.flush()
    return found


def line_of(recording: Recording, place: int, line: Spoken, speakers: dict[str, Speaker]) -> Line:
    """Who is named in the file stays so: the record of the meeting does not change it."""
    speaker = speakers[line.speaker] if line.speaker else None
    return Line(
        id=new_id(), recording_id=recording.id, place=place, start_ms=line.start_ms, end_ms=line.end_ms,
        text=line.text, words=line.words, confidence=None, salt=record.new_salt(), version=1,
        speaker_id=speaker.id if speaker else None, is_named=speaker is not None,
    )  # fmt: skip


def job_of(recording: Recording, read: Transcript, language: str | None) -> Transcription:
    """A transcription that is done when it begins."""
    now = clock.now()
    return Transcription(
        id=new_id(), recording=recording, state=DONE, source=read.source, engine=read.generator,
        asked_language=language, language=language, queued_at=now, started_at=now, ended_at=now,
        done_ms=max(line.end_ms for line in read.lines), count=len(read.lines),
    )  # fmt: skip
