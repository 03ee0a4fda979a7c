"""The worker: takes a transcription from the queue, has its recording heard window by window, and goes on
where it or another was broken off. It may die at any moment; that costs one window."""

import logging
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Event, Thread, current_thread, main_thread
from typing import Protocol

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from engage.db import Database, StoreFailed, new_id
from engage.language import N_
from engage.settings import Settings
from transcripts import lease
from transcripts.audio import EndsEarly, NotAudio, Window, windows
from transcripts.heartbeat import signs_of_life
from transcripts.lease import Claim, Lost
from transcripts.rules import file_of
from transcripts.weights import ModelMissing
from transcripts.whisper import Heard, Recogniser, UnknownLanguage, is_here

POLL_S = 1.0
HEARTBEAT_S = 15.0

NO_FILE = N_("The file of this recording cannot be read on the server.")

log = logging.getLogger(__name__)

Outcome = Callable[[Session, Claim], None]


class Hear(Protocol):
    """What is said in a window; `on_progress` is given milliseconds on the file's clock now and then."""

    def __call__(
        self, window: Window, *, language: str | None, on_progress: Callable[[int], None]
    ) -> Heard: ...


class Stopped(Exception):
    """The worker was asked to stop while it was hearing."""


def run(settings: Settings, *, until: Event | None = None, hear: Hear | None = None) -> None:
    """Work until `until` is set (without one: until SIGTERM or SIGINT), then let go of what is held."""
    until = until or _stopped_by_signal()
    has_model = hear is not None or is_here(settings.model)
    hear = hear or Recogniser(settings.model, threads=settings.threads).hear
    db, worker = Database(settings.database), new_id()
    try:
        with signs_of_life(settings.run, worker, has_model=has_model) as say:
            hear = _telling(hear, say)
            while not until.is_set():
                if not take_next(db, settings, worker, hear=hear, until=until):
                    until.wait(POLL_S)
    finally:
        db.close()


def _telling(hear: Hear, say: Callable[[bool], None]) -> Hear:
    """As `hear`; with the sign of life it says whether the model could be loaded."""

    def hear_and_say(window: Window, *, language: str | None, on_progress: Callable[[int], None]) -> Heard:
        try:
            heard = hear(window, language=language, on_progress=on_progress)
        except ModelMissing:
            say(False)
            raise
        say(True)
        return heard

    return hear_and_say


def _stopped_by_signal() -> Event:
    stop = Event()
    if current_thread() is main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
    return stop


def take_next(db: Database, settings: Settings, worker: str, *, hear: Hear, until: Event) -> bool:
    """Claim one transcription and bring it to its end; False when there was none or the store is busy."""
    try:
        if not db.read_now(lease.is_waiting):
            return False
        claim = db.write_now(lambda session: lease.claim_next(session, worker, model=settings.model))
        if claim is None:
            return False
        log.info("transcription %s: attempt %s", claim.transcription_id, claim.attempt)
        write_down(db, claim, file_of(settings, claim.recording_id), hear=hear, until=until)
        return True
    except (OperationalError, StoreFailed):
        log.exception("the store cannot be used just now")
        return False


def write_down(db: Database, claim: Claim, path: Path, *, hear: Hear, until: Event) -> None:
    """Hear the whole recording and store the transcript, or what keeps it from being made."""
    try:
        outcome = _outcome(db, claim, path, hear=hear, until=until)
        db.write_now(lambda session: outcome(session, claim))
    except Lost:
        log.warning("transcription %s: another worker has taken it over", claim.transcription_id)


def _outcome(db: Database, claim: Claim, path: Path, *, hear: Hear, until: Event) -> Outcome:
    """Raises Lost, and what is wrong with the store: then the lease runs out and the next holder goes on."""
    try:
        ends_early = hear_all(db, claim, path, hear=hear, until=until)
        return partial(lease.finish, ends_early=ends_early)
    except Stopped:
        return lease.release
    except NotAudio as reason:
        return partial(lease.give_up, error=str(reason), values={})
    except (ModelMissing, UnknownLanguage) as reason:
        values = {name: str(value) for name, value in reason.values.items()}
        return partial(lease.give_up, error=reason.message, values=values)
    except OSError:
        log.exception("transcription %s", claim.transcription_id)
        return partial(lease.give_up, error=NO_FILE, values={})
    except (Lost, OperationalError, StoreFailed):
        raise
    except Exception:
        log.exception("transcription %s was broken off", claim.transcription_id)
        return lease.set_back


def hear_all(db: Database, claim: Claim, path: Path, *, hear: Hear, until: Event) -> bool:
    """Every window after the stored ones, each stored before the next; True when the file ends early."""
    if claim.size == 0:
        raise NotAudio(N_("This file is empty."))
    language = claim.language
    with _beating(db, claim) as on_progress:

        def go_on(done_ms: int) -> None:
            on_progress(done_ms)
            if until.is_set():
                raise Stopped

        try:
            for window in windows(path, start_ms=claim.done_ms):
                go_on(window.start_ms)
                heard = hear(window, language=language, on_progress=go_on)
                db.write_now(lambda session: lease.keep_window(session, claim, window, heard))  # noqa: B023 - waited for
                language = language or (heard.language if heard.segments else None)
        except EndsEarly:
            return True
    return False


@contextmanager
def _beating(db: Database, claim: Claim) -> Iterator[Callable[[int], None]]:
    """Renews the lease from a thread of its own while the block runs; gives what is to be told the progress.

    Telling it raises Lost once the lease has gone to another worker.
    """
    done_ms, over, lost = [claim.done_ms], Event(), Event()

    def beat() -> None:
        while not over.wait(HEARTBEAT_S):
            try:
                db.write_now(lambda session: lease.renew(session, claim, done_ms=done_ms[0]))
            except Lost:
                lost.set()
                return
            except (OperationalError, StoreFailed):
                log.warning("transcription %s: a heartbeat could not be stored", claim.transcription_id)

    def tell(ms: int) -> None:
        done_ms[0] = max(done_ms[0], ms)
        if lost.is_set():
            raise Lost

    thread = Thread(target=beat, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield tell
    finally:
        over.set()
        thread.join()
