"""The writer: one thread that takes whole actions in order of arrival, and says what it could not keep."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Engine
from sqlalchemy.engine import Connection, RootTransaction
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from engage.counting import ACTS, COMMIT_SECONDS, FAILED_WRITES
from engage.sqlite import BUSY_MS, is_in_transaction, kind_of, wait_at_most

GROUP = 64
"""At most this many actions share one commit, so that the first in it does not wait long."""
LOOK_S = 0.002
"""How often a writer looks whether another process has let go of the lock."""

T = TypeVar("T")
Action = Callable[[Session], Any]


class StoreFailed(Exception):
    """Nothing of this write was kept: the disk is full or broken, or the lock did not come free."""


class Waiting(NamedTuple):
    """An action in the queue, who waits for it, and since when (monotonic seconds)."""

    work: Action
    done: "Future[Any]"
    since: float


class Writing:
    """Actions that wait together share one commit, each in a savepoint of its own.

    What cannot be kept raises StoreFailed and is never tried again here: after a failed sync, a second one
    may succeed without the data. While another process holds the lock, each waits for it until it has
    waited BUSY_MS in all, however many are before it.
    """

    def __init__(self, engine: Engine, on_commit: Callable[[dict[str, Any]], None]) -> None:
        self._engine, self._on_commit = engine, on_commit
        self._queue: SimpleQueue[Waiting | None] = SimpleQueue()
        self._thread = Thread(target=self._write_all, name="writer", daemon=True)
        self._thread.start()

    def take(self, work: Callable[[Session], T]) -> "Future[T]":
        done: Future[T] = Future()
        self._queue.put(Waiting(work, done, time.monotonic()))
        return done

    def waiting(self) -> int:
        return self._queue.qsize()

    def end(self) -> None:
        """When everything that was taken is answered."""
        self._queue.put(None)
        self._thread.join()

    def _write_all(self) -> None:
        while (first := self._queue.get()) is not None:
            self._commit(first)

    def _commit(self, first: Waiting) -> None:
        """Keep `first`, and what else is waiting once the lock is ours."""
        began = time.monotonic()
        group, books = [first], dict[str, Any]()
        answers: list[tuple[Future[Any], Any, BaseException | None]] = []
        try:
            with self._engine.connect() as one, take_lock(one, until=first.since + BUSY_MS / 1000):
                group += self._more(GROUP - 1)
                for each in group:
                    answers.append((each.done, *_attempt(one, each.work, books)))
        except Exception as failure:
            FAILED_WRITES.labels(kind_of(failure)).inc(len(group))
            for each in group:
                each.done.set_exception(StoreFailed(failure))
            return
        COMMIT_SECONDS.observe(time.monotonic() - began)
        _count([refusal for _, _, refusal in answers])
        if books:  # before the answers: who is answered finds the act on every page
            self._on_commit(books)
        for done, result, refusal in answers:
            done.set_exception(refusal) if refusal else done.set_result(result)

    def _more(self, most: int) -> list[Waiting]:
        """Out of the queue, in order of arrival; what ends the writer stays in it."""
        found: list[Waiting] = []
        while len(found) < most and not self._queue.empty():
            if (another := self._queue.get()) is None:
                self._queue.put(None)
                break
            found.append(another)
        return found


def take_lock(connection: Connection, *, until: float) -> RootTransaction:
    """Begin. SQLite's own waiting looks ten times a second; a process that writes without pause would
    hardly ever be found idle, and the others starve. Raises OperationalError after `until`."""
    wait_at_most(connection, 0)
    while True:
        try:
            transaction = connection.begin()
        except OperationalError as failure:
            if kind_of(failure) != "locked" or time.monotonic() >= until:
                raise
            time.sleep(LOOK_S)
        else:
            wait_at_most(connection, BUSY_MS)
            return transaction


def _count(refusals: Sequence[BaseException | None]) -> None:
    """Of a commit: the acts that it has kept, and those for which the store had no room."""
    ACTS.inc(refusals.count(None))
    for refusal in refusals:
        if isinstance(refusal, OperationalError):
            FAILED_WRITES.labels(kind_of(refusal)).inc()


def _attempt(connection: Connection, work: Action, books: dict[str, Any]) -> tuple[Any, BaseException | None]:
    """Run one action in its savepoint; what it raised undoes it alone."""
    session = Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
    try:
        result = work(session)
        session.commit()
        books.update(session.info.get("books", {}))
        return result, None
    except Exception as refusal:
        if not is_in_transaction(connection):  # SQLite itself undid everything, other actions' too
            raise
        session.rollback()
        # A future cannot carry StopIteration: its caller would wait for ever.
        return None, RuntimeError("the action ran out") if isinstance(refusal, StopIteration) else refusal
    finally:
        with suppress(SQLAlchemyError):
            session.close()
