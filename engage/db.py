"""The store: one writer, a few readers, and the tables' base."""

import asyncio
import secrets
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Dialect, MetaData, Text, event
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from engage import clock
from engage.sqlite import READERS, journal_mode, make_engine
from engage.writing import StoreFailed, Writing

__all__ = ["Base", "Database", "Moment", "Reading", "StoreFailed", "new_id", "once"]

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


class Database:
    """`read` and `write` run a function of a Session in a thread, and give its result.

    A write's result comes after its commit is on disk; one that cannot be kept raises StoreFailed.
    `on_commit` is called in the writer thread with the books that a commit has added to and
    their new heads.
    """

    def __init__(self, path: Path) -> None:
        if journal_mode() == "DELETE":
            warnings.warn("This SQLite has the WAL-reset fault: writing slower, without WAL", stacklevel=2)
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.on_commit: Callable[[dict[str, Any]], None] = lambda books: None
        self.writer = make_engine(path, write=True)
        self.reader = make_engine(path, write=False)
        self.writer.connect().close()  # raises UnsafeStore now rather than at the first act
        self._readers = ThreadPoolExecutor(READERS, "reader")
        self._writing = Writing(self.writer, lambda books: self.on_commit(books))

    def read_now(self, work: Callable[[Session], T]) -> T:
        """Read in this thread, everything from one state of the database."""
        with Reading(self.reader, autoflush=False, expire_on_commit=False) as session:
            return work(session)

    async def read(self, work: Callable[[Session], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._readers, self.read_now, work)

    def write_now(self, work: Callable[[Session], T]) -> T:
        """Hand an action to the writer and wait for its commit; for commands and the worker."""
        return self._writing.take(work).result()

    async def write(self, work: Callable[[Session], T]) -> T:
        """As `write_now`, without blocking the loop. A caller who goes away does not undo the action."""
        return await asyncio.shield(asyncio.wrap_future(self._writing.take(work)))

    def waiting(self) -> int:
        """Acts that the writer has not taken yet."""
        return self._writing.waiting()

    def close(self) -> None:
        """Finish what is queued, then let go of the file."""
        self._writing.end()
        self._readers.shutdown()
        self.writer.dispose()
        self.reader.dispose()
