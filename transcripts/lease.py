"""Who hears which window of a recording, until when, and what was heard in it.

Any number of workers may be at one recording. Whoever writes to a window names its holder: a worker that was
taken for dead and comes back writes nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from engage import clock
from transcripts.audio import Window
from transcripts.models import RUNNING, HeardWindow, Transcription
from transcripts.whisper import Heard, Segment

LEASE_S = 60


class Lost(Exception):
    """Another worker has the window, or the transcription is over; nothing was written."""


@dataclass(frozen=True)
class Job:
    """What a worker has joined, and what is the same for each of its windows, whoever hears it."""

    transcription_id: str
    recording_id: str
    meeting_id: str
    worker: str
    model: str
    size: int
    language: str | None
    """That the clerk has said."""
    vocabulary: tuple[str, ...]


def claim_window(db: Session, job: Job, n: int, start_ms: int, end_ms: int) -> bool:
    """Take a window that nobody holds, or whose holder has given no sign of life; False when it is taken.

    Raises Lost when the transcription is over."""
    found = db.get(HeardWindow, (job.transcription_id, n), populate_existing=True)
    if found is None:
        found = HeardWindow(transcription_id=job.transcription_id, n=n, start_ms=start_ms, end_ms=end_ms)
        found.attempts = 0
        db.add(found)
    elif not has_run_out(found.lease_until):
        return False
    found.worker, found.lease_until, found.done_ms = job.worker, furthest(), start_ms
    found.attempts += 1
    db.flush()
    give_sign(db, job)
    return True


def is_free(db: Session, job: Job, n: int) -> bool:
    """Whether a claim may succeed; costs no write lock."""
    wanted = HeardWindow.transcription_id == job.transcription_id, HeardWindow.n == n
    found = db.execute(select(HeardWindow.lease_until).where(*wanted)).one_or_none()
    return found is None or has_run_out(found[0])


def has_run_out(lease_until: datetime | None) -> bool:
    return lease_until is not None and lease_until < clock.now()


def renew(db: Session, job: Job, n: int, *, done_ms: int) -> None:
    """A sign of life, with how far the hearing has come. Raises Lost."""
    _write(db, job, n, lease_until=furthest(), done_ms=done_ms)


def keep_window(db: Session, job: Job, window: Window, heard: Heard, voices: bytes | None = None) -> None:
    """Store what was heard, and how the voices sounded: the checkpoint. Raises Lost."""
    _write(
        db, job, window.n, worker=None, lease_until=None, done_ms=window.end_ms, voices=voices,
        segments=[_kept(segment) for segment in heard.segments],
    )  # fmt: skip
    db.get_one(Transcription, job.transcription_id).setbacks = 0


def _kept(segment: Segment) -> dict[str, Any]:
    return {
        "start_ms": segment.start_ms,
        "end_ms": segment.end_ms,
        "text": segment.text,
        "confidence": segment.confidence,
        "language": segment.language,
        "translation": segment.translation,
        "words": [[word.start_ms, word.end_ms, word.text, word.probability] for word in segment.words],
    }


def _write(db: Session, job: Job, n: int, **values: object) -> None:
    """Only the holder writes."""
    held = (
        HeardWindow.transcription_id == job.transcription_id,
        HeardWindow.n == n,
        HeardWindow.worker == job.worker,
    )
    if db.scalar(update(HeardWindow).where(*held).values(**values).returning(HeardWindow.n)) is None:
        raise Lost
    give_sign(db, job)


def give_sign(db: Session, job: Job) -> None:
    """Somebody is at work, and this is how far all are together. Raises Lost when it is over."""
    under_way = (
        Transcription.id == job.transcription_id,
        Transcription.state == RUNNING,
        Transcription.model == job.model,
    )
    reached = func.max(HeardWindow.end_ms) - func.sum(HeardWindow.end_ms - HeardWindow.done_ms)
    of_all = select(func.coalesce(reached, 0)).where(HeardWindow.transcription_id == job.transcription_id)
    sign = update(Transcription).where(*under_way).returning(Transcription.id)
    if db.scalar(sign.values(heartbeat_at=clock.now(), done_ms=of_all.scalar_subquery())) is None:
        raise Lost


def let_go(db: Session, job: Job) -> None:
    """Of what this worker holds and has not stored."""
    held = HeardWindow.transcription_id == job.transcription_id, HeardWindow.worker == job.worker
    db.execute(delete(HeardWindow).where(*held))


def furthest() -> datetime:
    """Until when a lease may run that is given or renewed now."""
    return clock.now() + timedelta(seconds=LEASE_S)


def carry_over(db: Session, by: timedelta) -> None:
    """The time is set: what is being heard is as fresh as before. To be called before it is later, and
    after it is earlier; what a holder has meanwhile renewed by itself is left."""
    is_back = by < timedelta()
    for window in db.scalars(select(HeardWindow).where(HeardWindow.lease_until.is_not(None))):
        if window.lease_until and (window.lease_until > furthest()) == is_back:
            window.lease_until += by
    for row in db.scalars(select(Transcription).where(Transcription.state == RUNNING)):
        if row.heartbeat_at and (row.heartbeat_at > clock.now()) == is_back:
            row.heartbeat_at += by
            row.started_at = row.started_at and row.started_at + by
