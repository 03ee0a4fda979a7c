"""Holding a window while it is heard: its lease is renewed from a thread of its own."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from sqlalchemy.exc import OperationalError

from engage.db import Database, StoreFailed
from transcripts import lease
from transcripts.lease import Job, Lost

HEARTBEAT_S = 15.0

log = logging.getLogger(__name__)


@contextmanager
def held(db: Database, job: Job, n: int, start_ms: int) -> Iterator[Callable[[int], None]]:
    """As long as the block runs; what it gives is to be told the progress, in milliseconds of the file.

    Telling it raises Lost once another worker has the window, or the transcription is over.
    """
    done_ms, over, lost = [start_ms], Event(), Event()

    def beat() -> None:
        while not over.wait(HEARTBEAT_S):
            try:
                db.write_now(lambda session: lease.renew(session, job, n, done_ms=done_ms[0]))
            except Lost:
                lost.set()
                return
            except (OperationalError, StoreFailed):
                log.warning("transcription %s: a heartbeat could not be stored", job.transcription_id)

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
