"""Reads of the work on recordings: what waits, how far it is, and what has been heard so far."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from transcripts.models import (
    QUEUED,
    RUNNING,
    STATES,
    UNDER_WAY,
    HeardWindow,
    Recording,
    Transcription,
)

LAST = 8
"""Sentences that show how it goes."""


def windows_of(db: Session, transcription_id: str) -> list[HeardWindow]:
    return list(
        db.scalars(
            select(HeardWindow)
            .where(HeardWindow.transcription_id == transcription_id)
            .order_by(HeardWindow.n)
        )
    )


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


def heard_so_far(db: Session, recording_id: str) -> list[tuple[int, str]]:
    """While it is being written down: the last sentences that are heard, in order, each with its start in
    milliseconds. Windows before them may still be missing, where several workers are at it."""
    job = (HeardWindow.transcription_id == Transcription.id) & Transcription.state.in_(UNDER_WAY)
    stored = (
        select(HeardWindow.segments)
        .join(Transcription, job)
        .where(Transcription.recording_id == recording_id, HeardWindow.segments.is_not(None))
        .order_by(HeardWindow.n.desc())
        .limit(2)
    )
    windows = reversed(db.scalars(stored).all())
    return [(each["start_ms"], each["text"]) for heard in windows for each in heard or ()][-LAST:]
