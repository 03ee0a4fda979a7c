"""The queue of transcriptions: which worker holds which, until when, and what it has stored.

A lease that is not renewed runs out, and another worker goes on after the last stored window. Whatever
a holder writes names its claim (worker and attempt): one that was taken for dead and comes back writes
nothing.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from engage import clock, record
from engage.db import new_id
from engage.language import N_
from transcripts import queries
from transcripts.audio import Window
from transcripts.models import DONE, FAILED, QUEUED, RUNNING, HeardWindow, Line, Transcription
from transcripts.rules import lines_hash
from transcripts.whisper import Heard, Segment

LEASE_S = 60
MOST_SETBACKS = 3
GIVEN_UP = N_(
    "The work was broken off %(count)s times and was given up. Please try again. If that does not help, "
    "the operator of this site finds the reason in the worker's log."
)


class Lost(Exception):
    """The lease has gone to another worker; nothing was written."""


@dataclass(frozen=True)
class Claim:
    """What a worker holds, and where it goes on."""

    transcription_id: str
    recording_id: str
    worker: str
    attempt: int
    size: int
    language: str | None
    done_ms: int


def is_waiting(db: Session) -> bool:
    """Whether there is anything to claim; costs no write lock."""
    return db.scalar(select(Transcription.id).where(_free()).limit(1)) is not None


def claim_next(db: Session, worker: str, *, model: str) -> Claim | None:
    """Take the oldest transcription that is queued or whose lease has run out.

    One that was broken off MOST_SETBACKS times in a row without a window being stored is given up.
    """
    for job in db.scalars(select(Transcription).where(_free()).order_by(Transcription.queued_at)).all():
        if job.state == RUNNING:
            job.setbacks += 1
        if job.setbacks >= MOST_SETBACKS:
            _fail(db, job, GIVEN_UP, {"count": str(MOST_SETBACKS)})
            continue
        return _claim(db, job, worker, model)
    return None


def _free() -> ColumnElement[bool]:
    run_out = (Transcription.state == RUNNING) & (Transcription.lease_until < clock.now())
    return or_(Transcription.state == QUEUED, run_out)


def _claim(db: Session, job: Transcription, worker: str, model: str) -> Claim:
    if job.model not in ("", model):  # one transcript is made by one model
        _forget_windows(db, job)
        job.done_ms, job.language = 0, None
    now = clock.now()
    job.state, job.model, job.worker, job.attempt = RUNNING, model, worker, job.attempt + 1
    job.started_at = job.heartbeat_at = now
    job.lease_until, job.from_ms = now + timedelta(seconds=LEASE_S), _stored_ms(db, job)
    job.done_ms = job.from_ms
    _note(db, job, "transcription.started", attempt=job.attempt, model=model)
    language = job.asked_language or job.language
    return Claim(job.id, job.recording_id, worker, job.attempt, job.recording.size, language, job.done_ms)


def _forget_windows(db: Session, job: Transcription) -> None:
    """What was said then stands in the lines alone, where it can be corrected."""
    db.execute(delete(HeardWindow).where(HeardWindow.transcription_id == job.id))


def _stored_ms(db: Session, job: Transcription) -> int:
    stored = queries.windows_of(db, job.id)
    return stored[-1].end_ms if stored else 0


def renew(db: Session, claim: Claim, *, done_ms: int) -> None:
    """A sign of life, with how far the reading has come. Raises Lost."""
    _write(db, claim, done_ms=done_ms)


def keep_window(db: Session, claim: Claim, window: Window, heard: Heard) -> None:
    """Store what was heard: the checkpoint. Raises Lost."""
    _write(db, claim, done_ms=window.end_ms, setbacks=0)
    job = db.get_one(Transcription, claim.transcription_id)
    if heard.segments:
        job.language = job.language or heard.language
    segments = [_kept(segment) for segment in heard.segments]
    db.add(
        HeardWindow(
            transcription_id=job.id, n=window.n, start_ms=window.start_ms, end_ms=window.end_ms,
            segments=segments,
        )
    )  # fmt: skip


def _kept(segment: Segment) -> dict[str, Any]:
    return {
        "start_ms": segment.start_ms,
        "end_ms": segment.end_ms,
        "text": segment.text,
        "confidence": segment.confidence,
        "words": [[word.start_ms, word.end_ms, word.text, word.probability] for word in segment.words],
    }


def _write(db: Session, claim: Claim, **values: object) -> None:
    """Only the holder of the lease writes, and by writing holds it anew."""
    now = clock.now()
    fence = (
        Transcription.id == claim.transcription_id,
        Transcription.state == RUNNING,
        Transcription.worker == claim.worker,
        Transcription.attempt == claim.attempt,
    )
    until = now + timedelta(seconds=LEASE_S)
    written = update(Transcription).where(*fence).values(heartbeat_at=now, lease_until=until, **values)
    if db.scalar(written.returning(Transcription.id)) is None:
        raise Lost


def carry_over(db: Session, by: timedelta) -> None:
    """The time is set: a job that is running is as fresh as before. To be called before it is later, and
    after it is earlier; what a holder has meanwhile renewed by itself is left."""
    furthest = clock.now() + timedelta(seconds=LEASE_S)
    for job in db.scalars(select(Transcription).where(Transcription.state == RUNNING)):
        if job.lease_until and (job.lease_until > furthest) == (by < timedelta()):
            job.lease_until += by
            job.started_at = job.started_at and job.started_at + by
            job.heartbeat_at = job.heartbeat_at and job.heartbeat_at + by


def release(db: Session, claim: Claim) -> None:
    """The worker stops by its own will: the next one goes on at once. Raises Lost."""
    _write(db, claim, state=QUEUED)


def set_back(db: Session, claim: Claim) -> None:
    """Something broke: to be tried again, but not for ever. Raises Lost."""
    _write(db, claim)
    job = db.get_one(Transcription, claim.transcription_id)
    job.setbacks += 1
    job.state = QUEUED
    if job.setbacks >= MOST_SETBACKS:
        _fail(db, job, GIVEN_UP, {"count": str(MOST_SETBACKS)})


def give_up(db: Session, claim: Claim, error: str, values: dict[str, str]) -> None:
    """It cannot be done, and trying again would not help. `error` is a msgid. Raises Lost."""
    _write(db, claim)
    _fail(db, db.get_one(Transcription, claim.transcription_id), error, values)


def _fail(db: Session, job: Transcription, error: str, values: dict[str, str]) -> None:
    job.state, job.ended_at = FAILED, clock.now()
    job.error, job.error_values = error, values
    _note(db, job, "transcription.failed")


def finish(db: Session, claim: Claim, *, ends_early: bool) -> None:
    """Make the transcript of the stored windows; lines of an earlier transcription give way. Raises Lost."""
    _write(db, claim)
    job = db.get_one(Transcription, claim.transcription_id)
    windows = queries.windows_of(db, job.id)
    replaced = db.scalars(delete(Line).where(Line.recording_id == job.recording_id).returning(Line.id)).all()
    made = [each for window in windows for each in window.segments]
    _forget_windows(db, job)
    db.add_all(_line(job.recording_id, place, each) for place, each in enumerate(made, 1))
    job.state, job.ended_at, job.ends_early, job.count = DONE, clock.now(), ends_early, len(made)
    if windows and (ends_early or job.recording.duration_ms is None):
        job.recording.duration_ms = windows[-1].end_ms
    digest = lines_hash((each["start_ms"], each["end_ms"], each["text"]) for each in made)
    _note(
        db, job, "transcript.made", lines=digest, count=len(made), model=job.model,
        language=job.asked_language or job.language, replaced=sorted(replaced),
    )  # fmt: skip


def _line(recording_id: str, place: int, heard: dict[str, Any]) -> Line:
    return Line(
        id=new_id(), recording_id=recording_id, place=place, salt=record.new_salt(), version=1, **heard
    )  # fmt: skip


def _note(db: Session, job: Transcription, kind: str, **facts: object) -> None:
    record.append(
        db, job.recording.meeting_id, kind, by=record.SYSTEM,
        recording=job.recording_id, transcription=job.id, **facts,
    )  # fmt: skip
