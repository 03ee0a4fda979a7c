"""What must be so of a data folder that came back from a backup: by the acknowledgements, by the entries, by
the live store's rows, and by the files' bytes. None of it asks the code that made the backup."""

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from engage.db import Database
from engage.record import CITY
from tests.benchmarks.load_checks import Ack, faults
from tests.benchmarks.load_city import Planted

KEPT = ("entry", "comment", "ballot", "mark", "answered", "line")
"""Tables whose rows, once written, do not change under the load."""
FOLLOWS = (
    ("comment.received", "comment", "SELECT id FROM comment"),
    ("request.joined", "request", "SELECT id FROM request"),
    ("request.withdrawn", "request", "SELECT id FROM request WHERE state = 'withdrawn'"),
    ("recording.added", "recording", "SELECT id FROM recording"),
)
"""Entries of a kind, the fact that is a row's id, and the rows that there must be of them."""

Rows = set[tuple[Any, ...]]


def database_faults(data: Path, live: Path) -> Iterator[str]:
    """Against the live database of later: the same past, and rows that are those of this past."""
    path = data / "engage.sqlite"
    with closing(open_plainly(path)) as there, closing(open_plainly(live)) as now:
        if (found := there.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
            yield f"integrity: {found}"
        for table in KEPT:
            if more := rows(there, table) - rows(now, table):
                yield f"{len(more)} rows of {table} that the live store does not have"
        heads = dict(there.execute("SELECT id, seq FROM book"))
        for book, seq, digest in there.execute("SELECT id, seq, hash FROM book").fetchall():
            entry = now.execute("SELECT hash FROM entry WHERE book = ? AND seq = ?", (book, seq)).fetchone()
            if entry != (digest,):
                yield f"book {book} ends with another entry {seq} than the live one"
        yield from row_faults(there, heads)


def row_faults(there: sqlite3.Connection, heads: dict[str, int]) -> Iterator[str]:
    """The entries up to the heads, replayed: each row that they speak of is there, and no other."""
    entries = there.execute("SELECT book, seq, kind, data FROM entry").fetchall()
    if len(entries) != sum(heads.values()):
        yield f"{len(entries)} entries, and the heads say {sum(heads.values())}"
    for kind, fact, wanted in FOLLOWS:
        told = {json.loads(data)[fact] for _, _, each, data in entries if each == kind}
        found = {row_id for (row_id,) in there.execute(wanted)}
        if told != found:
            yield f"{kind}: {len(told - found)} rows are missing, {len(found - told)} are too many"
    answers = sum(kind == "survey.answered" for _, _, kind, _ in entries)
    if (found_answers := there.execute("SELECT count(*) FROM answered").fetchone()[0]) != answers:
        yield f"{answers} answers on the record, {found_answers} rows"


def same_rows(data: Path, live: Path) -> Iterator[str]:
    """Of a backup that nothing has been written since: every table, row by row."""
    with closing(open_plainly(data / "engage.sqlite")) as there, closing(open_plainly(live)) as now:
        tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        for (table,) in now.execute(tables).fetchall():
            if rows(there, table) != rows(now, table):
                yield f"table {table} is not that of the live store"


def rows(database: sqlite3.Connection, table: str) -> Rows:
    return set(database.execute(f'SELECT * FROM "{table}"'))


def open_plainly(path: Path) -> sqlite3.Connection:
    """By the standard library's SQLite, which has no part in the backup."""
    database = sqlite3.connect(path)
    database.execute("PRAGMA query_only=ON")
    return database


def ack_faults(data: Path, city: Planted, acks: Sequence[Ack], began: float, ended: float) -> Iterator[str]:
    """All that was acknowledged before the backup began is in it, and nothing that began after it ended."""
    with closing(open_plainly(data / "engage.sqlite")) as there:
        heads = dict(there.execute("SELECT id, seq FROM book"))
    head = heads.get(city.meeting_id, 0)
    late = [ack for ack in acks if ack.ended < began and ack.seq > head]
    early = [ack for ack in acks if ack.began > ended and 0 < ack.seq <= head]
    yield from (f"acknowledged before the backup, and not in it: entry {ack.seq}" for ack in late[:3])
    yield from (f"sent after the backup, and in it: entry {ack.seq}" for ack in early[:3])
    within = [ack for ack in acks if 0 < ack.seq <= head or (not ack.seq and ack.ended < began)]
    store = Database(data / "engage.sqlite")
    try:
        yield from store.read_now(lambda db: faults(db, city, within))[:5]
    finally:
        store.close()
    if CITY not in heads:
        yield "the city's book is missing"


def file_faults(data: Path, made: dict[str, str]) -> Iterator[str]:
    """Every row has its file with the bytes that were once written, and there is no other file."""
    with closing(open_plainly(data / "engage.sqlite")) as there:
        recordings = there.execute("SELECT 'recordings/' || id FROM recording").fetchall()
        documents = there.execute("SELECT 'agenda/' || id || '.pdf' FROM attachment").fetchall()
    wanted = {name for (name,) in recordings + documents}
    files = data / "files"
    found = {path.relative_to(files).as_posix(): path for path in files.rglob("*") if path.is_file()}
    yield from (f"file {name} is missing" for name in sorted(wanted - found.keys()))
    yield from (f"file {name} has no row" for name in sorted(found.keys() - wanted))
    for name in sorted(wanted & found.keys()):
        with found[name].open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != made[name]:
                yield f"file {name} has other bytes"
