"""The store: one writer thread that takes whole actions in order, a few readers, and the tables' base."""

import asyncio
import secrets
import warnings
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from sqlalchemy import Dialect, MetaData, Text, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from engage import clock
from engage.sqlite import READERS, journal_mode, make_engine

GROUP = 64
"""At most this many actions share one commit, so that the first in it does not wait long."""

T = TypeVar("T")
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Of ids and codes: no letter that is mistaken for another when read out."""


class Base(DeclarativeBase):
    """Every table of the house."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )


class Moment(TypeDecorator[datetime]):
    """A time in UTC, kept as the text that `clock.text` writes."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        return None if value is None else clock.text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


def new_id(length: int = 10) -> str:
    """A random short text: 10 of 31 letters are about 49 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


class Reading(Session):
    """A session on one state of the database: what it has read once it need not read again."""


@event.listens_for(Reading, "loaded_as_persistent")
def keep(session: Session, row: object) -> None:
    """A session forgets rows that nobody holds, and the next panel would load the meeting anew."""
    session.info.setdefault("kept", []).append(row)


def once(db: Session, key: object, load: Callable[[], T]) -> T:
    """What `load` gives; within one Reading it is asked for a single time. A writer always loads."""
    if not isinstance(db, Reading):
        return load()
    known: dict[object, T] = db.info.setdefault("once", {})
    if key not in known:
        known[key] = load()
    return known[key]


class StoreFailed(Exception):
    """Nothing of this write was kept: the disk is full, or the lock did not come free."""


Action = Callable[[Session], Any]


class Database:
    """`read` and `write` run a function of a Session in a thread, and give its result.

    A write's result comes after its commit is on disk. Actions that wait together share one commit,
    each in a savepoint of its own, in order of arrival. `on_commit` is called in the writer thread with
    the books that the commit has added to and their new heads.
    """

    def __init__(self, path: Path) -> None:
        if journal_mode() == "DELETE":
            warnings.warn("This SQLite has the WAL-reset fault: writing slower, without WAL", stacklevel=2)
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.on_commit: Callable[[set[str]], None] = lambda books: None
        self.writer = make_engine(path, write=True)
        self.reader = make_engine(path, write=False)
        self._readers = ThreadPoolExecutor(READERS, "reader")
        self._queue: SimpleQueue[tuple[Action, Future[Any]] | None] = SimpleQueue()
        self._thread = Thread(target=self._write_all, name="writer", daemon=True)
        self._thread.start()

    def read_now(self, work: Callable[[Session], T]) -> T:
        """Read in this thread, everything from one state of the database."""
        with Reading(self.reader, autoflush=False, expire_on_commit=False) as session:
            return work(session)

    async def read(self, work: Callable[[Session], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._readers, self.read_now, work)

    def write_now(self, work: Callable[[Session], T]) -> T:
        """Hand an action to the writer and wait for its commit; for commands and the worker."""
        done: Future[T] = Future()
        self._queue.put((work, done))
        return done.result()

    async def write(self, work: Callable[[Session], T]) -> T:
        """As `write_now`, without blocking the loop. A caller who goes away does not undo the action."""
        done: Future[T] = Future()
        self._queue.put((work, done))
        return await asyncio.shield(asyncio.wrap_future(done))

    def close(self) -> None:
        """Finish what is queued, then let go of the file."""
        self._queue.put(None)
        self._thread.join()
        self._readers.shutdown()
        self.writer.dispose()
        self.reader.dispose()

    def _write_all(self) -> None:
        while (first := self._queue.get()) is not None:
            group = [first]
            while len(group) < GROUP and not self._queue.empty():
                if (another := self._queue.get()) is None:
                    self._queue.put(None)
                    break
                group.append(another)
            self._commit(group)

    def _commit(self, group: list[tuple[Action, "Future[Any]"]]) -> None:
        books: set[str] = set()
        answers: list[tuple[Future[Any], Any, BaseException | None]] = []
        try:
            with self.writer.begin() as connection:
                for work, done in group:
                    answers.append((done, *_attempt(connection, work, books)))
        except Exception as failure:
            for _, done in group:
                done.set_exception(StoreFailed(failure))
            return
        for done, result, refusal in answers:
            done.set_exception(refusal) if refusal else done.set_result(result)
        if books:
            self.on_commit(books)


def _attempt(connection: Connection, work: Action, books: set[str]) -> tuple[Any, BaseException | None]:
    """Run one action in its savepoint; what it raised undoes it alone."""
    session = Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
    try:
        result = work(session)
        session.commit()
        books |= session.info.get("books", set())
        return result, None
    except Exception as refusal:
        if not is_in_transaction(connection):  # SQLite itself undid everything, other actions' too
            raise
        session.rollback()
        # A future cannot carry StopIteration: its caller would wait for ever.
        return None, RuntimeError("the action ran out") if isinstance(refusal, StopIteration) else refusal
    finally:
        with suppress(OperationalError):
            session.close()


def is_in_transaction(connection: Connection) -> bool:
    """What the driver knows; a full disk ends a transaction without SQLAlchemy's asking."""
    driver: Any = connection.connection.dbapi_connection
    return bool(driver.in_transaction)
