"""Reads of recordings, their transcription and their lines."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engage import record
from engage.doors import NotFound
from engage.people import Account
from meetings.models import AgendaItem, Meeting
from transcripts.models import (
    QUEUED,
    RUNNING,
    STATES,
    HeardWindow,
    Line,
    LineEdit,
    Recording,
    Transcription,
)


class Spoken(NamedTuple):
    """A line as it stands now, as far as captions need it."""

    start_ms: int
    end_ms: int
    text: str


def recording_of(db: Session, meeting_id: str, recording_id: str) -> Recording:
    recording = db.get(Recording, recording_id)
    if recording is None or recording.meeting_id != meeting_id:
        raise NotFound
    return recording


def visible_recording(db: Session, recording_id: str, account: Account | None) -> tuple[Recording, Meeting]:
    """A recording of a public meeting; of a draft only for the clerks of its body."""
    recording = db.get(Recording, recording_id)
    meeting = db.get(Meeting, recording.meeting_id) if recording else None
    if recording is None or meeting is None:
        raise NotFound
    if not meeting.is_public and not (account and account.runs(meeting.body_id)):
        raise NotFound
    return recording, meeting


def recordings(db: Session, meeting_id: str) -> list[Recording]:
    """In the order in which they were made, as far as the clerk has said it, else in which they came."""
    found = db.scalars(select(Recording).where(Recording.meeting_id == meeting_id))
    return sorted(found, key=lambda each: (each.starts_at or each.added_at, each.id))


def same_file(db: Session, meeting_id: str, sha256: str) -> Recording | None:
    return db.scalar(select(Recording).where(Recording.meeting_id == meeting_id, Recording.sha256 == sha256))


def lines_of(db: Session, recording_id: str) -> list[Line]:
    """All lines in order of time, removed ones too."""
    return list(db.scalars(select(Line).where(Line.recording_id == recording_id).order_by(Line.place)))


def spoken_lines(db: Session, recording_id: str) -> list[Spoken]:
    """The lines that a reader sees, in order of time."""
    rows = db.execute(
        select(Line.start_ms, Line.end_ms, Line.text)
        .where(Line.recording_id == recording_id, Line.text != "")
        .order_by(Line.place)
    )
    return [Spoken(*row) for row in rows]


def line_start_at(db: Session, recording_id: str, ms: int) -> int | None:
    """Where the line begins that a moment is in; before the first line it is the first."""
    starts = select(Line.start_ms).where(Line.recording_id == recording_id, Line.text != "")
    inside = db.scalar(starts.where(Line.start_ms <= ms).order_by(Line.start_ms.desc()).limit(1))
    return inside if inside is not None else db.scalar(starts.order_by(Line.start_ms).limit(1))


def line_of(db: Session, meeting_id: str, line_id: str) -> tuple[Line, Recording]:
    line = db.get(Line, line_id)
    if line is None:
        raise NotFound
    return line, recording_of(db, meeting_id, line.recording_id)


def neighbours(db: Session, line: Line) -> tuple[Line | None, Line | None]:
    """The line before and the line after."""
    around = db.scalars(
        select(Line).where(
            Line.recording_id == line.recording_id, Line.place.in_((line.place - 1, line.place + 1))
        )
    )
    by_place = {each.place: each for each in around}
    return by_place.get(line.place - 1), by_place.get(line.place + 1)


def edits_of(db: Session, line_id: str) -> list[LineEdit]:
    """What the line said before, the latest first."""
    return list(
        db.scalars(select(LineEdit).where(LineEdit.line_id == line_id).order_by(LineEdit.version.desc()))
    )


def names_of(db: Session, actors: Iterable[str]) -> dict[str, str]:
    """The names of staff behind "account:ID"; for staff's eyes."""
    ids = {actor.removeprefix("account:") for actor in actors if actor.startswith("account:")}
    rows = db.execute(select(Account.id, Account.name).where(Account.id.in_(ids))) if ids else ()
    return {f"account:{row[0]}": row[1] for row in rows}


def corrected_at(db: Session, recording_id: str) -> dict[str, datetime]:
    """When each corrected line was last corrected."""
    rows = db.execute(
        select(LineEdit.line_id, func.max(LineEdit.at, type_=LineEdit.at.type))
        .join(Line, Line.id == LineEdit.line_id)
        .where(Line.recording_id == recording_id)
        .group_by(LineEdit.line_id)
    )
    return {row[0]: row[1] for row in rows}


def text_versions(db: Session, recording_ids: Iterable[str]) -> dict[str, str]:
    """For each recording with lines a short text that is another one after every change of them."""
    rows = db.execute(
        select(Line.recording_id, func.min(Line.id), func.count(), func.sum(Line.version))
        .where(Line.recording_id.in_(list(recording_ids)))
        .group_by(Line.recording_id)
    )
    return {row[0]: f"{row[1]}-{row[2]}-{row[3]}" for row in rows}


def windows_of(db: Session, transcription_id: str) -> list[HeardWindow]:
    return list(
        db.scalars(
            select(HeardWindow)
            .where(HeardWindow.transcription_id == transcription_id)
            .order_by(HeardWindow.n)
        )
    )


def chapters(db: Session, recording: Recording) -> list[tuple[int, AgendaItem]]:
    """The agenda items called while it ran, each with its milliseconds; none without a start on the clock."""
    if recording.starts_at is None:
        return []
    begin, length = recording.starts_at, recording.duration_ms
    called = record.of_kinds(db, [recording.meeting_id], ["item.called"])
    moments = [((entry.at - begin) // timedelta(milliseconds=1), entry.facts["item"]) for entry in called]
    wanted = {item_id for _, item_id in moments}
    items = {item.id: item for item in db.scalars(select(AgendaItem).where(AgendaItem.id.in_(wanted)))}
    before = [(0, item_id) for ms, item_id in moments if ms < 0][-1:]
    inside = [(ms, item_id) for ms, item_id in moments if ms >= 0 and (length is None or ms < length)]
    return [(ms, items[item_id]) for ms, item_id in [*before, *inside] if item_id in items]


def count_by_state(db: Session) -> dict[str, int]:
    """How many transcriptions are in each state; every state is named."""
    rows = db.execute(select(Transcription.state, func.count()).group_by(Transcription.state))
    return dict.fromkeys(STATES, 0) | {row[0]: row[1] for row in rows}


def oldest_queued(db: Session) -> datetime | None:
    """Since when the next transcription of the queue has been waiting."""
    oldest = func.min(Transcription.queued_at, type_=Transcription.queued_at.type)
    return db.scalar(select(oldest).where(Transcription.state == QUEUED))


def progress_of_running(db: Session) -> dict[str, tuple[tuple[str, int], ...]]:
    """By meeting, how far each transcription has come that is running now."""
    found: dict[str, list[tuple[str, int]]] = {}
    rows = db.execute(
        select(Recording.meeting_id, Transcription.id, Transcription.done_ms)
        .join(Recording, Recording.id == Transcription.recording_id)
        .where(Transcription.state == RUNNING)
        .order_by(Transcription.id)
    )
    for meeting_id, transcription_id, done_ms in rows:
        found.setdefault(meeting_id, []).append((transcription_id, done_ms))
    return {meeting_id: tuple(jobs) for meeting_id, jobs in found.items()}
