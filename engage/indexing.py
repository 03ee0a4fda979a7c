"""Keeps the search index in step with the record: whichever process has its writer does it, in a thread."""

import contextlib
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage import record
from engage.db import Database
from engage.index import Document, Index, Writer
from engage.record import Entry

LOOK_S = 0.5
"""How often the books are compared with what the index has read."""
BATCH = 500
"""Entries of a book that are read between two commits of the index."""

log = logging.getLogger(__name__)


@dataclass
class Changes:
    """What an entry means for the index."""

    put: list[Document] = field(default_factory=list)
    remove: list[str] = field(default_factory=list)
    forget_meeting: str = ""
    """Everything of this meeting goes first, before `put`."""


Reading = Callable[[Session, Entry], Changes]


class Indexer:
    """`readings` says what to do for an entry of each kind; the app joins it from the domains."""

    def __init__(self, db: Database, index: Index, readings: Mapping[str, list[Reading]]) -> None:
        self.db = db
        self.index = index
        self.readings = readings
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="indexer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ending.set()
        self._thread.join()

    def catch_up(self, writer: Writer) -> None:
        """Read every book from where the index stands to its end."""
        cursors = self.index.cursors()
        for book, seq in self.db.read_now(record.heads).items():
            if cursors.get(book, 0) > seq:  # another database, or one restored from an older backup
                writer.remove_meeting(book)
                cursors[book] = 0
            while cursors.get(book, 0) < seq:
                cursors[book] = self._read_some(writer, book, cursors.get(book, 0))
                writer.commit({book: cursors[book]})

    def rebuild(self, writer: Writer) -> None:
        """Everything again from the record; readers keep the old until all of it is there."""
        writer.clear()
        cursors = self.db.read_now(record.heads)
        for book, seq in cursors.items():
            read = 0
            while read < seq:
                read = self._read_some(writer, book, read)
        writer.commit(cursors)

    def _read_some(self, writer: Writer, book: str, after: int) -> int:
        def work(db: Session) -> int:
            entries = db.scalars(
                select(Entry).where(Entry.book == book, Entry.seq > after).order_by(Entry.seq).limit(BATCH)
            ).all()
            for entry in entries:
                for reading in self.readings.get(entry.kind, ()):
                    _apply(writer, reading(db, entry))
            return entries[-1].seq

        return self.db.read_now(work)

    def _run(self) -> None:
        writer: Writer | None = None
        while not self._ending.wait(LOOK_S):
            try:
                writer = writer or self.index.try_writer()
                if writer:
                    self.catch_up(writer)
            except Exception:  # a full disk, a damaged file: search falls behind, everything else goes on
                log.exception("the search index could not be brought up to date")
                _give_up(writer)
                writer = None
                self.index.let_go()
                self._ending.wait(10 * LOOK_S)
        if writer:
            writer.close()


def _apply(writer: Writer, changes: Changes) -> None:
    if changes.forget_meeting:
        writer.remove_meeting(changes.forget_meeting)
    writer.remove(changes.remove)
    writer.put(changes.put)


def _give_up(writer: Writer | None) -> None:
    """A writer that has failed stays broken; the next look takes a new one."""
    with contextlib.suppress(Exception):
        if writer:
            writer.close()
