"""What the captioner does to the rows of captions. They are signals: no entry, but for the switch."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from engage import clock, record
from engage.db import new_id
from meetings.floor.actions import choose_captions
from meetings.floor.models import Caption
from meetings.models import Meeting
from transcripts.captioning.pieces import Ear
from transcripts.captioning.said import Said
from transcripts.models import DONE, Recording


def keep_captions(db: Session, meeting_id: str, ear: Ear, final: Said | None, rest: Said | None) -> str:
    """Write what the ear's piece says, in place of what it seemed to say: `final` stays, `rest` may still be
    changed. The id of the row that may; nothing without one."""
    row = db.get(Caption, ear.caption) if ear.caption else None
    if final is not None:
        keep_row(db, meeting_id, ear, row, final, is_final=True)
        row = None
    if rest is None:
        return ""
    kept = keep_row(db, meeting_id, ear, row, rest, is_final=False)
    return kept.id if kept else ""


def keep_row(
    db: Session, meeting_id: str, ear: Ear, row: Caption | None, said: Said, *, is_final: bool
) -> Caption | None:
    """Words that have turned out to be none are taken back; what is withheld stays so."""
    if row and row.is_withheld:
        return row
    if not said.words:
        if row:
            db.delete(row)
        return None
    row = row or Caption(id=new_id(), meeting_id=meeting_id, channel=ear.channel)
    row.start_at = clock.of_ms(said.words[0].start_ms)
    row.end_at = clock.of_ms(said.words[-1].end_ms)
    row.person, row.text, row.language, row.is_final = ear.person, said.text, said.language, is_final
    db.add(row)
    return row


def settle_captions(db: Session, meeting_id: str) -> None:
    """What a captioner has left that died stays as it is."""
    mine = Caption.meeting_id == meeting_id, Caption.is_final.is_(False)
    db.execute(update(Caption).where(*mine).values(is_final=True))


def stop_captions(db: Session, meeting_id: str, *, why: str) -> None:
    """The captioner gives up for this meeting, and the record says so; a clerk may start them again."""
    meeting = db.get_one(Meeting, meeting_id)
    if meeting.has_captions:
        choose_captions(db, meeting, wanted=False, by=record.SYSTEM, why=why)


def withhold_captions(
    db: Session, meeting: Meeting, captions: Sequence[Caption], *, reason: str, by: str
) -> None:
    """The words are gone for good, and everybody sees that they are. `reason` is one of REASONS."""
    for each in captions:
        each.text, each.is_final = "", True
    spans = [[clock.text(each.start_at), clock.text(each.end_at)] for each in captions]
    record.append(db, meeting.id, "captions.withheld", by=by, spans=spans, reason=reason)


def blank_captions(db: Session, meeting_id: str, start_at: datetime, end_at: datetime) -> None:
    """Those that were said in a span which is withheld."""
    within = Caption.meeting_id == meeting_id, Caption.start_at < end_at, Caption.end_at > start_at
    db.execute(update(Caption).where(*within).values(text="", is_final=True))


def give_way(db: Session, recording: Recording) -> None:
    """The meeting's own recording is written down and public: its transcript takes the captions' place."""
    job = recording.transcription
    if recording.is_our_own and recording.is_published and job is not None and job.state == DONE:
        db.execute(delete(Caption).where(Caption.meeting_id == recording.meeting_id))
