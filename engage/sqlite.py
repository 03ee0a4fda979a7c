"""SQLite as the store uses it: which driver, how its connections are set, and how a transaction begins."""

import sqlite3
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Dialect, Engine, QueuePool, create_engine, event, make_url
from sqlalchemy.engine import Connection, ExceptionContext
from sqlalchemy.util import LRUCache

try:
    from pysqlite3 import dbapi2 as driver
except ImportError:  # no wheel for this platform: the standard library's
    driver = sqlite3

READERS = 8
BUSY_MS = 5000
"""How long an act waits for another process's, before it is told to come again."""
COMPILED: dict[str, Any] = {"compiled_cache": LRUCache(1000)}
"""SQL is compiled once in a process, for its readers, its writer, and every database that it opens."""
DISK_ERROR = 10
"""SQLITE_IOERR: the disk refused a read, a write or a sync."""
KINDS = {5: "locked", 6: "locked", DISK_ERROR: "disk", 13: "full"}
"""By SQLite's primary code: BUSY, LOCKED, IOERR, FULL."""


class UnsafeStore(RuntimeError):
    """This SQLite, or this disk, does not do what keeps a saved act from being lost; one plain sentence."""


def has_wal_fault(version: tuple[int, ...]) -> bool:
    """SQLite before 3.51.3 can lose a commit when a WAL is reset (sqlite.org/wal.html#walresetbug);
    3.44.6 and 3.50.7 carry the mend."""
    if version >= (3, 51, 3):
        return False
    return not ((3, 44, 6) <= version < (3, 45) or (3, 50, 7) <= version < (3, 51))


def journal_mode() -> str:
    return "DELETE" if has_wal_fault(driver.sqlite_version_info) else "WAL"


def pragmas() -> dict[str, str | int]:
    """How every connection is set.

    EXTRA is FULL (each commit waits for the disk), and without WAL it also waits for the folder: else the
    journal of a commit could come back after a power cut and undo it (tests/benchmarks/power.py shows both).
    """
    return {
        "busy_timeout": BUSY_MS,
        "journal_mode": journal_mode(),
        "synchronous": "EXTRA",
        "foreign_keys": "ON",
        "temp_store": "MEMORY",
        "cache_size": -16_000,
    }


def must_be() -> dict[str, str | int]:
    """What SQLite has to answer of those settings by which nothing is lost."""
    return {"journal_mode": journal_mode().lower(), "synchronous": 3, "foreign_keys": 1}


def set_up(connection: Any) -> None:
    """Raises UnsafeStore when a setting does not hold: SQLite says nothing when it does not follow one."""
    connection.isolation_level = None
    for name, value in pragmas().items():
        connection.execute(f"PRAGMA {name}={value}").close()
    for name, needed in must_be().items():
        found = connection.execute(f"PRAGMA {name}").fetchone()[0]
        if found != needed and found != "memory":  # a database without a file has no journal to speak of
            raise UnsafeStore(
                f"The store is not safe here: SQLite has {name} {found} and Engage needs {needed}. "
                "Is the data folder on a disk of this machine?"
            )


def log_of(database: Path) -> Path:
    """Where SQLite writes first in WAL mode; not there while nobody has the database open."""
    return database.with_name(f"{database.name}-wal")


def connect(path: Path) -> Any:
    """A bare connection of the driver."""
    return driver.connect(path, check_same_thread=False)


def connect_to_copy(path: Path) -> Any:
    """For a database that nobody writes to; leaves nothing beside it."""
    return driver.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)


def failure() -> type[Exception]:
    """What the driver raises."""
    error: type[Exception] = driver.Error
    return error


@cache
def dialect() -> Dialect:
    """SQLite as this driver has it, asked once what it can do."""
    probe = create_engine("sqlite://", module=driver)
    probe.connect().close()
    probe.dispose()
    return probe.dialect


def make_engine(path: Path, *, write: bool) -> Engine:
    """An engine whose connections are set for durability, and dropped after a disk error.

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
    def at_connect(connection: Any, _: Any) -> None:
        set_up(connection)
        if not write:
            connection.execute("PRAGMA query_only=ON").close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    @event.listens_for(engine, "handle_error")
    def drop(failure: ExceptionContext) -> None:
        """What a connection knows after a disk error (its cache, its open files) is not to be believed: the
        pool's are closed, and opened anew when next used."""
        if is_disk_error(failure.original_exception):
            failure.is_disconnect = True

    return engine


def is_disk_error(fault: BaseException) -> bool:
    code: int = getattr(fault, "sqlite_errorcode", 0)
    return code & 0xFF == DISK_ERROR


def kind_of(fault: BaseException) -> str:
    """Why the store could not: full, locked, disk or other. A full disk ends the transaction, so that what
    is raised in the end may only say that there is none."""
    cause: BaseException | None = fault
    while cause:
        code: int = getattr(cause, "sqlite_errorcode", 0)
        if code & 0xFF in KINDS:
            return KINDS[code & 0xFF]
        cause = cause.__cause__ or cause.__context__
    return "other"


def is_in_transaction(connection: Connection) -> bool:
    """What the driver knows; a full disk ends a transaction without SQLAlchemy's asking."""
    if connection.invalidated:
        return False
    driver_connection: Any = connection.connection.dbapi_connection
    return bool(driver_connection.in_transaction)


def wait_at_most(connection: Connection, ms: int) -> None:
    """For the lock, from now on; less than nothing is not at all."""
    driver_connection: Any = connection.connection.dbapi_connection
    driver_connection.execute(f"PRAGMA busy_timeout={max(0, ms)}").close()
