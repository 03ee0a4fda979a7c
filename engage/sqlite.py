"""SQLite as the store uses it: which driver, how its connections are set, and how a transaction begins."""

import sqlite3
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Dialect, Engine, QueuePool, create_engine, event, make_url
from sqlalchemy.engine import Connection
from sqlalchemy.util import LRUCache

try:
    from pysqlite3 import dbapi2 as driver
except ImportError:  # no wheel for this platform: the standard library's
    driver = sqlite3

READERS = 8
BUSY_MS = 5000
COMPILED: dict[str, Any] = {"compiled_cache": LRUCache(1000)}
"""SQL is compiled once in a process, for its readers, its writer, and every database that it opens."""


def has_wal_fault(version: tuple[int, ...]) -> bool:
    """SQLite before 3.51.3 can lose a commit when a WAL is reset (sqlite.org/wal.html#walresetbug);
    3.44.6 and 3.50.7 carry the mend."""
    if version >= (3, 51, 3):
        return False
    return not ((3, 44, 6) <= version < (3, 45) or (3, 50, 7) <= version < (3, 51))


def journal_mode(version: tuple[int, ...] = driver.sqlite_version_info) -> str:
    return "DELETE" if has_wal_fault(version) else "WAL"


def connect(path: Path) -> Any:
    """A bare connection of the driver."""
    return driver.connect(path, check_same_thread=False)


@cache
def dialect() -> Dialect:
    """SQLite as this driver has it, asked once what it can do."""
    probe = create_engine("sqlite://", module=driver)
    probe.connect().close()
    probe.dispose()
    return probe.dialect


def make_engine(path: Path, *, write: bool) -> Engine:
    """An engine whose connections are set for durability: WAL, FULL, foreign keys.

    The driver's own transactions are switched off; a writer begins IMMEDIATE, since a read that turns
    into a write is refused as locked without waiting.
    """
    pool = QueuePool(
        lambda: connect(path),
        pool_size=1 if write else READERS,
        max_overflow=0,
    )
    engine = Engine(pool, dialect(), make_url(f"sqlite:///{path}"), execution_options=COMPILED)

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout={BUSY_MS}",
            f"journal_mode={journal_mode()}",
            "synchronous=FULL",
            "foreign_keys=ON",
            "temp_store=MEMORY",
            "cache_size=-16000",
        ):
            connection.execute(f"PRAGMA {pragma}").close()
        if not write:
            connection.execute("PRAGMA query_only=ON").close()
        if connection.execute("PRAGMA synchronous").fetchone()[0] < 2:
            raise RuntimeError("SQLite refuses synchronous=FULL: a write could be lost")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine
