"""Lines are corrected and reviewed, transcripts certified; what was before is kept, and an entry appended."""

from enum import Enum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engage import clock, record
from engage.language import N_
from engage.people import Refused
from transcripts import queries
from transcripts.attribution.models import PERSON, Speaker
from transcripts.editing import snapshots
from transcripts.editing.models import REVIEW, SPEAKER, TEXT
from transcripts.editing.noting import Conflict, check_open, check_version, note_edit
from transcripts.editing.queries import speakers, text_before_removal
from transcripts.editing.snapshots import snapshot
from transcripts.models import DONE, Line, Recording
from transcripts.rules import lines_hash, realigned

__all__ = ["Conflict", "bring_back_line", "certify_transcript", "correct_line", "review_all", "speaker_named"]


class Keep(Enum):
    """Says that the speaker stays."""

    SPEAKER = "speaker"


def correct_line(
    db: Session,
    recording: Recording,
    line: Line,
    text: str,
    *,
    version: int,
    by: str,
    speaker: Speaker | None | Keep = Keep.SPEAKER,
) -> None:
    """Say what a line says and who speaks; either way a person has now read it. An empty text takes it out.

    `version` is the one that the editor saw; Conflict when it is another by now, unless both say the same.
    """
    who = line.speaker if speaker is Keep.SPEAKER else speaker
    is_other_text, is_other_speaker = text != line.text, who is not line.speaker
    if not (is_other_text or is_other_speaker or line.reviewed_at is None):
        return
    check_open(recording)
    if is_other_text or is_other_speaker:
        check_version(line, version)
    columns = (*snapshots.REVIEW, *(snapshots.WORDS if is_other_text else ()))
    columns += snapshots.SPEAKER if is_other_speaker else ()
    before = snapshot(line, columns)
    if is_other_text:
        _put_text(db, line, text)
    if is_other_speaker:
        line.speaker, line.is_named = who, True
    if is_other_text or line.reviewed_at is None:
        line.reviewed_at = clock.now()
    line.version += is_other_text or is_other_speaker
    db.flush()
    kind = TEXT if is_other_text else SPEAKER if is_other_speaker else REVIEW
    named = {"speaker": line.speaker_id} if is_other_speaker else {}
    note_edit(db, recording, kind, line, [before], [snapshot(line, columns)], by=by, **named)


def _put_text(db: Session, line: Line, text: str) -> None:
    words = line.words
    if not line.text and (was := text_before_removal(db, line)):
        words = was.get("words") or realigned(
            [], str(was["text"]), start_ms=line.start_ms, end_ms=line.end_ms
        )
    line.heard = line.text if line.heard is None else line.heard
    line.words = realigned(words, text, start_ms=line.start_ms, end_ms=line.end_ms)
    line.text = text


def bring_back_line(db: Session, recording: Recording, line: Line, *, version: int, by: str) -> None:
    """A line that was taken out says again what it said before, with its words' times."""
    was = text_before_removal(db, line)
    if line.text or was is None:
        raise Refused(N_("This line has not been taken out."))
    correct_line(db, recording, line, str(was["text"]), version=version, by=by)


def speaker_named(db: Session, meeting_id: str, name: str) -> Speaker:
    """Whoever bears this name in the meeting, else somebody new."""
    for each in speakers(db, meeting_id):
        if each.public_name.casefold() == name.casefold():
            return each
    made = Speaker(meeting_id=meeting_id, kind=PERSON, name=name, salt=record.new_salt())
    db.add(made)
    db.flush()
    return made


def review_all(db: Session, recording: Recording, *, by: str) -> None:
    """The clerk has read every line, also those that needed nothing."""
    check_open(recording)
    unread = Line.recording_id == recording.id, Line.reviewed_at.is_(None)
    rows = db.execute(select(Line.id, Line.version).where(*unread).order_by(Line.place)).all()
    if not rows:
        raise Refused(N_("Every line is reviewed already."))
    now = clock.now()
    before, after = (
        [{"id": row.id, "version": row.version, "reviewed_at": at} for row in rows]
        for at in (None, clock.text(now))
    )
    db.execute(update(Line).where(*unread).values(reviewed_at=now))
    first = db.get_one(Line, rows[0].id)
    note_edit(db, recording, REVIEW, first, before, after, by=by, count=len(rows))


def certify_transcript(db: Session, recording: Recording, *, by: str) -> None:
    """Say that the text was compared with the recording; from then on it stands."""
    job = recording.transcription
    if job is None or job.state != DONE or recording.is_certified:
        raise Refused(N_("There is no finished transcript to certify, or it is certified already."))
    recording.certified_at = clock.now()
    lines = [(each.start_ms, each.end_ms, each.text) for each in queries.public_lines(db, recording.id)]
    record.append(
        db, recording.meeting_id, "transcript.certified", by=by, recording=recording.id,
        lines=lines_hash(lines), count=len(lines),
    )  # fmt: skip


def withdraw_certification(db: Session, recording: Recording, *, by: str) -> None:
    if not recording.is_certified:
        raise Refused(N_("This transcript is not certified."))
    recording.certified_at = None
    record.append(db, recording.meeting_id, "transcript.uncertified", by=by, recording=recording.id)
