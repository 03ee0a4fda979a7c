"""One moment of a running store: its database copied, its heads and its digest, all of the same state."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Engine, NullPool, make_url, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from engage import clock
from engage.backup.disk import described
from engage.backup.held import Held, held_files
from engage.backup.manifest import File, Head
from engage.options import reason
from engage.record import Book
from engage.settings import Settings
from engage.space import sync
from engage.sqlite import connect, connect_to_copy, dialect, failure, make_engine
from engage.state import driver_of, table_digests

PAGES = 4096
"""16 MiB of the database."""


@dataclass(frozen=True)
class Snapshot:
    """`tables`: their SHA-256, read from the live database; `revision`: the migration they stand at."""

    made_at: str
    revision: str
    books: dict[str, Head]
    tables: dict[str, str]
    held: dict[str, Held]
    database: File


@contextmanager
def reading(database: Path) -> Iterator[Session]:
    """One state of the live store. It is not migrated: a backup is what one makes before that."""
    engine = make_engine(database, write=False)
    try:
        with engine.connect() as connection, Session(connection) as db:
            yield db
    finally:
        engine.dispose()


@contextmanager
def reading_copy(database: Path) -> Iterator[Session]:
    """A database that nobody writes to, without leaving anything beside it."""
    pool = NullPool(lambda: connect_to_copy(database))
    engine = Engine(pool, dialect(), make_url("sqlite://"))
    with engine.connect() as connection, Session(connection) as db:
        yield db


def take_snapshot(settings: Settings, target: Path) -> Snapshot:
    """Copy the database to `target`, and check the copy.

    All of it is read in one open transaction: in WAL mode the writer goes on meanwhile, and what it writes
    does not make the copy begin anew.
    """
    made_at = clock.text(clock.now())
    with reading(settings.database) as db:
        books = heads(db)
        copy_database(driver_of(db), target)
        tables = table_digests(driver_of(db))
        held = held_files(db, settings)
        revision: str = db.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    check_database(target, books, tables)
    return Snapshot(made_at, revision, books, tables, held, described(target))


def heads(db: Session) -> dict[str, Head]:
    rows = db.execute(select(Book.id, Book.seq, Book.hash).order_by(Book.id))
    return {row.id: Head(seq=row.seq, hash=row.hash) for row in rows}


def copy_database(source: Any, target: Path, *, pages: int = PAGES) -> None:
    """Into one file that needs no other beside it; `source` has a transaction open. So many pages at a time,
    each time waiting for the disk, which the server needs as well."""
    target.unlink(missing_ok=True)
    with closing(connect(target)) as copy:
        copy.execute("PRAGMA synchronous=OFF").close()  # it is synced here
        source.backup(copy, pages=pages, progress=lambda *_: sync(target))
        copy.execute("PRAGMA journal_mode=DELETE").close()
    sync(target)


def check_database(path: Path, books: dict[str, Head], tables: dict[str, str]) -> None:
    """SQLite finds the file whole, and it has these heads and rows; else a ClickException says where not."""
    try:
        with reading_copy(path) as db:
            fault = db.execute(text("PRAGMA integrity_check")).scalar_one()
            there = heads(db)
            found = table_digests(driver_of(db))
    except (failure(), DBAPIError) as error:
        raise click.ClickException(f"{path.name} cannot be read: {reason(error)}.") from None
    if fault != "ok":
        raise click.ClickException(f"{path.name} is damaged: {fault}.")
    for book in sorted(books.keys() | there.keys()):
        if books.get(book) != there.get(book):
            raise click.ClickException(f"{path.name}: book {book} does not end as it should.")
    for name in sorted(tables.keys() | found.keys()):
        if tables.get(name) != found.get(name):
            raise click.ClickException(f"{path.name}: table {name} does not have the rows that it should.")
