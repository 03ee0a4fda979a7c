"""The queue of transcriptions: which one a worker joins, and how one ends without a transcript."""

from datetime import timedelta

from sqlalchemy import ColumnElement, ScalarSelect, delete, exists, func, or_, select
from sqlalchemy.orm import Session

from engage import clock, record
from engage.language import N_
from transcripts import lease
from transcripts.lease import Job, Lost
from transcripts.models import FAILED, QUEUED, RUNNING, HeardWindow, Transcription
from transcripts.vocabulary.words import vocabulary

OF_JOB = HeardWindow.transcription_id == Transcription.id
MOST_SETBACKS = 3
MOST_ATTEMPTS = 10
"""At one window: more than a night of unrelated accidents, fewer than for ever."""
GIVEN_UP = N_(
    "The work was broken off %(count)s times and was given up. Please try again. If that does not help, "
    "the operator of this site finds the reason in the worker's log."
)


def is_waiting(db: Session) -> bool:
    """Whether there is anything to join; costs no write lock."""
    return db.scalar(select(Transcription.id).where(_has_work()).limit(1)) is not None


def has_free_window(db: Session, job: Job) -> bool:
    """Whether somebody has still to hear a window of it, as far as anybody knows."""
    found = select(Transcription.id).where(Transcription.id == job.transcription_id, _has_free_window())
    return db.scalar(found) is not None


def _has_work() -> ColumnElement[bool]:
    """A worker that joins reads the file from its start, so it must not come in vain."""
    begun, stored = _count(), _count(HeardWindow.segments.is_not(None))
    is_heard = (begun == Transcription.windows) & (stored == Transcription.windows)  # and nobody finishes it
    return (Transcription.state == QUEUED) | (Transcription.state == RUNNING) & (
        _has_free_window() | is_heard
    )


def _has_free_window() -> ColumnElement[bool]:
    """Its end is not known yet, or a window is with nobody, or with one who gives no sign of life."""
    is_silent = exists().where(OF_JOB, HeardWindow.lease_until < clock.now())
    return or_(Transcription.windows.is_(None), _count() < Transcription.windows, is_silent)


def _count(*which: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).select_from(HeardWindow).where(OF_JOB, *which).scalar_subquery()


def join_next(db: Session, worker: str, *, model: str) -> Job | None:
    """Go to work on the oldest transcription that has something to do, alone or beside others.

    One of which a window was begun MOST_ATTEMPTS times is given up; one that others make with another model
    is left to them.
    """
    for row in db.scalars(select(Transcription).where(_has_work()).order_by(Transcription.queued_at)).all():
        if _is_hopeless(db, row):
            _fail(db, row, GIVEN_UP, {"count": str(MOST_ATTEMPTS)})
        elif row.model in ("", model) or not _is_at_work(row):
            return _join(db, row, worker, model)
    return None


def _is_hopeless(db: Session, row: Transcription) -> bool:
    tried = HeardWindow.attempts >= MOST_ATTEMPTS, HeardWindow.lease_until < clock.now()
    return bool(db.scalar(select(exists().where(HeardWindow.transcription_id == row.id, *tried))))


def _is_at_work(row: Transcription) -> bool:
    """Whether anybody has given a sign for as long as a lease runs."""
    seen = row.heartbeat_at
    return row.state == RUNNING and seen is not None and seen + timedelta(seconds=lease.LEASE_S) > clock.now()


def _join(db: Session, row: Transcription, worker: str, model: str) -> Job:
    if row.model not in ("", model):  # one transcript is made by one model
        forget_windows(db, row)
    is_first = not _is_at_work(row)
    row.state, row.model = RUNNING, model
    if row.vocabulary is None:
        row.vocabulary = vocabulary(db, row.recording.meeting_id)
    db.flush()
    job = Job(
        row.id, row.recording_id, row.recording.meeting_id, worker, model, row.recording.size,
        row.asked_language, tuple(row.vocabulary),
    )  # fmt: skip
    lease.give_sign(db, job)
    if is_first:
        db.refresh(row)
        row.started_at, row.from_ms = clock.now(), row.done_ms
        note(db, row, "transcription.started", model=model)
    return job


def forget_windows(db: Session, row: Transcription) -> None:
    """What was said then stands in the lines alone, where it can be corrected; a voice stands nowhere."""
    db.execute(delete(HeardWindow).where(HeardWindow.transcription_id == row.id))
    row.windows = row.vocabulary = None


def release(db: Session, job: Job) -> None:
    """The worker stops by its own will: others take what it holds at once."""
    row = _running(db, job)
    lease.let_go(db, job)
    held = HeardWindow.transcription_id == row.id, HeardWindow.lease_until >= clock.now()
    if not db.scalar(select(exists().where(*held))):
        row.state = QUEUED


def set_back(db: Session, job: Job) -> None:
    """Something broke: to be tried again, but not for ever. Raises Lost."""
    release(db, job)
    row = db.get_one(Transcription, job.transcription_id)
    row.setbacks += 1
    if row.setbacks >= MOST_SETBACKS:
        _fail(db, row, GIVEN_UP, {"count": str(MOST_SETBACKS)})


def give_up(db: Session, job: Job, error: str, values: dict[str, str]) -> None:
    """It cannot be done, and trying again would not help. `error` is a msgid. Raises Lost."""
    _fail(db, _running(db, job), error, values)


def _running(db: Session, job: Job) -> Transcription:
    row = db.get_one(Transcription, job.transcription_id, populate_existing=True)
    if row.state != RUNNING or row.model != job.model:
        raise Lost
    return row


def _fail(db: Session, row: Transcription, error: str, values: dict[str, str]) -> None:
    """What is stored stays for another try; what others hold they have lost."""
    is_open = HeardWindow.transcription_id == row.id, HeardWindow.lease_until.is_not(None)
    db.execute(delete(HeardWindow).where(*is_open))
    row.state, row.ended_at, row.error, row.error_values = FAILED, clock.now(), error, values
    note(db, row, "transcription.failed")


def note(db: Session, row: Transcription, kind: str, **facts: object) -> None:
    record.append(
        db, row.recording.meeting_id, kind, by=record.SYSTEM,
        recording=row.recording_id, transcription=row.id, **facts,
    )  # fmt: skip
