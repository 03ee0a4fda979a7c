"""Learns what other processes have committed (another web process, the worker, a command), by a short poll.

`PRAGMA data_version` takes 3 microseconds and says whether anybody has committed; only then is anything
read. Entries are never deleted, so their rowids only grow, and the news are one short range of them,
however many books there are.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from engage.db import Reading
from engage.sqlite import make_engine

POLL_S = 0.025
"""How soon another process's commit is noticed."""
SIGNALS_S = 0.25
"""At most so often is a job's progress asked for, which has no entries."""
PAUSE_S = 1.0
"""After a failure: the store is locked, full or damaged just now."""

Row = tuple[int, str, int]
"""An entry's rowid, book and seq."""
NEWEST = "SELECT rowid, book, seq FROM entry ORDER BY rowid DESC LIMIT 1"
NEWS = "SELECT rowid, book, seq FROM entry WHERE rowid >= ? ORDER BY rowid"
HEADS = "SELECT id, seq FROM book"
NOTHING: Row = (0, "", 0)

log = logging.getLogger(__name__)


class Following:
    """Calls `wake(book, seq)` in a thread of its own for every book that has grown, by this process too, and
    `signal(key)` for what `signals` gives by key when that has changed. A commit is told late after
    a failure, never not at all.
    """

    def __init__(
        self,
        path: Path,
        *,
        wake: Callable[[str, int], object],
        signal: Callable[[Any], object] = lambda of: None,
        signals: Callable[[Session], Mapping[Any, object]] = lambda db: {},
    ) -> None:
        self._wake, self._signal, self._signals = wake, signal, signals
        self._engine = make_engine(path, write=False)
        self._connection: Any = None
        self._version: int | None = None
        self._told: Mapping[Any, object] = {}
        self._has_signals, self._next_signals = True, 0.0
        self._is_failing = False
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="following", daemon=True)
        self.last: Row = next(iter(self._rows(NEWEST)), NOTHING)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ending.set()
        if self._thread.ident:
            self._thread.join()
        self._let_go()

    def look(self) -> None:
        """Tell what has come since the last look. Raises what the store raises, having forgotten nothing."""
        version = self.version()
        if version != self._version:
            for book, seq in self.news().items():
                self._wake(book, seq)
            self._version = version  # asked before the news were: what came between is news again
            self._has_signals = True
        if self._has_signals and time.monotonic() >= self._next_signals:
            self._tell_signals()

    def version(self) -> int:
        """Differs from the last answer when any other connection has committed in between."""
        number: int = self._rows("PRAGMA data_version")[0][0]
        return number

    def news(self) -> dict[str, int]:
        """The books that have grown since this was last asked, and their last numbers."""
        rows = self._rows(NEWS, self.last[0])
        if self.last != NOTHING:
            if rows[:1] != [self.last]:  # another file, or rows that were numbered anew
                self.last = next(iter(self._rows(NEWEST)), NOTHING)
                return dict(self._rows(HEADS))
            rows = rows[1:]
        if rows:
            self.last = rows[-1]
        return {book: seq for _, book, seq in rows}

    def _tell_signals(self) -> None:
        self._has_signals = False
        self._next_signals = time.monotonic() + SIGNALS_S
        try:
            with Reading(self._engine) as db:
                told = self._signals(db)
        except Exception:
            self._has_signals = True
            raise
        for of, _ in told.items() - self._told.items():
            self._signal(of)
        self._told = told

    def _run(self) -> None:
        while not self._ending.wait(PAUSE_S if self._is_failing else POLL_S):
            try:
                self.look()
                self._is_failing = False
            except Exception:
                if not self._is_failing:
                    log.exception("what other processes commit cannot be followed just now")
                self._is_failing = True
                self._let_go()

    def _rows(self, sql: str, *values: int) -> list[Any]:
        if self._connection is None:
            self._connection = self._engine.raw_connection()
        rows: list[Any] = self._connection.driver_connection.execute(sql, values).fetchall()
        return rows

    def _let_go(self) -> None:
        """Another connection counts versions from another number."""
        if self._connection is not None:
            with suppress(Exception):
                self._connection.invalidate()
        self._connection = self._version = None
        self._engine.dispose()
