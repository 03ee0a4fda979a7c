"""What is found after a power cut: opened as Engage does, and compared with the state after each commit."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from engage import record
from engage.sqlite import UnsafeStore, make_engine
from engage.verify import books

DATABASE = "engage.sqlite"
Execute = Callable[[str], Iterable[Sequence[Any]]]


class Found(NamedTuple):
    """After which commit the store stands (None: after none of them), and what is wrong with it."""

    commit: int | None
    fault: str = ""


def digest(execute: Execute) -> str:
    """Of every row of every table."""
    total = hashlib.sha256()
    for (table,) in list(execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")):
        for row in execute(f'SELECT * FROM "{table}"'):
            total.update(repr((table, *row)).encode())
    return total.hexdigest()


class Checks:
    """`digests` are those of the states before the first commit, and after each."""

    def __init__(self, digests: list[str]) -> None:
        self.commits = {state: number for number, state in enumerate(digests)}
        self._faults: dict[str, str] = {}

    def look(self, files: dict[str, bytes], folder: Path) -> Found:
        """Put the files in place of what is in the folder, and open the database."""
        place(files, folder)
        engine = make_engine(folder / DATABASE, write=True)
        try:
            with engine.connect() as connection:
                return self._found(connection)
        except (DatabaseError, UnsafeStore) as fault:
            return Found(None, f"cannot be opened: {fault}")
        finally:
            engine.dispose()

    def _found(self, connection: Connection) -> Found:
        verdict = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
        if verdict != "ok":
            return Found(None, f"corrupt: {verdict}")
        state = digest(connection.exec_driver_sql)
        if state not in self.commits:
            return Found(None, "a state between two commits")
        if state not in self._faults:
            self._faults[state] = broken_chain(connection)
        return Found(self.commits[state], self._faults[state])


def broken_chain(connection: Connection) -> str:
    """The same state need not be recomputed."""
    with Session(connection) as db:
        broken = [book for book in books(db) if record.first_fault(db, book) is not None]
    return f"the chain of {broken[0]} is broken" if broken else ""


def place(files: dict[str, bytes], folder: Path) -> Path:
    for old in folder.iterdir():
        old.unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder / DATABASE
