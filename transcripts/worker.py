"""The worker: joins a transcription of the queue, alone or beside others, and has its recording heard window
by window. It may die at any moment; that costs one window."""

import logging
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Event, current_thread, main_thread
from typing import Any

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from engage.db import Database, StoreFailed, new_id
from engage.language import N_
from engage.settings import Settings
from transcripts import queue
from transcripts.attribution.course import CourseOf
from transcripts.audio import NotAudio, Window
from transcripts.heartbeat import signs_of_life
from transcripts.lease import Job, Lost
from transcripts.rules import file_of
from transcripts.sharing import Hear, Stopped, hear_free, make_transcript
from transcripts.weights import ModelMissing
from transcripts.whisper import Heard, Recogniser, UnknownLanguage, is_here
from transcripts.withholding.clearing import kept_cleared

POLL_S = 1.0

NO_FILE = N_("The file of this recording cannot be read on the server.")

log = logging.getLogger(__name__)

Hindrance = Callable[[Session, Job], None]


def run(
    settings: Settings, *, until: Event | None = None, hear: Hear | None = None,
    course_of: CourseOf | None = None,
) -> None:  # fmt: skip
    """Work until `until` is set (without one: until SIGTERM or SIGINT), then let go of what is held."""
    until = until or stopped_by_signal()
    has_model = hear is not None or is_here(settings.model)
    hear = hear or Recogniser(settings.model, threads=settings.threads).hear
    db, worker = Database(settings.database), new_id()
    try:
        with kept_cleared(db, settings), signs_of_life(settings.run, worker, has_model=has_model) as say:
            hear = _telling(hear, say)
            while not until.is_set():
                if not take_next(db, settings, worker, hear=hear, until=until, course_of=course_of):
                    until.wait(POLL_S)
    finally:
        db.close()


def _telling(hear: Hear, say: Callable[[bool], None]) -> Hear:
    """As `hear`; with the sign of life it says whether the model could be loaded."""

    def hear_and_say(window: Window, **asked: Any) -> Heard:
        try:
            heard = hear(window, **asked)
        except ModelMissing:
            say(False)
            raise
        say(True)
        return heard

    return hear_and_say


def stopped_by_signal() -> Event:
    stop = Event()
    if current_thread() is main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
    return stop


def take_next(
    db: Database, settings: Settings, worker: str, *, hear: Hear, until: Event,
    course_of: CourseOf | None = None,
) -> bool:  # fmt: skip
    """Join one transcription and stay with it as long as there is something to do for it; False when there
    was none or the store is busy."""
    try:
        if not db.read_now(queue.is_waiting):
            return False
        job = db.write_now(lambda session: queue.join_next(session, worker, model=settings.model))
        if job is None:
            return False
        log.info("transcription %s is joined", job.transcription_id)
        path = file_of(settings, job.recording_id)
        write_down(db, job, path, hear=hear, until=until, course_of=course_of)
        return True
    except (OperationalError, StoreFailed):
        log.exception("the store cannot be used just now")
        return False


def write_down(
    db: Database, job: Job, path: Path, *, hear: Hear, until: Event, course_of: CourseOf | None
) -> None:
    """Hear what nobody else hears, and make the transcript if that was the last of it; or store what keeps it
    from being made."""
    try:
        hindrance = _hindrance(db, job, path, hear=hear, until=until, course_of=course_of)
        if hindrance:
            db.write_now(lambda session: hindrance(session, job))
    except Lost:
        log.warning("transcription %s is over, or another worker has taken over", job.transcription_id)


def _hindrance(
    db: Database, job: Job, path: Path, *, hear: Hear, until: Event, course_of: CourseOf | None
) -> Hindrance | None:
    """Raises Lost, and what is wrong with the store: then the lease runs out and somebody else goes on."""
    try:
        hear_free(db, job, path, hear=hear, until=until)
        make_transcript(db, job, course_of)
        return None
    except Stopped:
        return queue.release
    except NotAudio as reason:
        return partial(queue.give_up, error=str(reason), values={})
    except (ModelMissing, UnknownLanguage) as reason:
        values = {name: str(value) for name, value in reason.values.items()}
        return partial(queue.give_up, error=reason.message, values=values)
    except OSError:
        log.exception("transcription %s", job.transcription_id)
        return partial(queue.give_up, error=NO_FILE, values={})
    except (Lost, OperationalError, StoreFailed):
        raise
    except Exception:
        log.exception("transcription %s was broken off", job.transcription_id)
        return queue.release if until.is_set() else queue.set_back  # all around it is being ended, too
