"""What the store and its folder say of themselves: how much there is, who waits, what room is left."""

import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from engage import record
from engage.index import Index
from engage.record import Entry
from engage.settings import Settings
from engage.space import FULL, RESERVE
from transcripts import heartbeat, work
from transcripts.heartbeat import Sign

MOST_BOOKS = 100
LOW = 1 << 30
"""Bytes free below which the operator is told, while there is time."""
BLOCK = b"\0" * (1 << 18)
"""Far more than an act needs."""


@dataclass(frozen=True)
class Stock:
    """What the store says of itself."""

    entries: int
    unread: int | None
    """Entries that the search index has not read; None when it cannot be read itself."""
    unread_since: datetime | None
    jobs: dict[str, int]
    """Transcriptions by state."""
    queued_since: datetime | None


def take_stock(db: Session, index: Index) -> Stock:
    heads = record.heads(db)
    cursors = read_cursors(index)
    behind = {} if cursors is None else {b: cursors.get(b, 0) for b in heads if cursors.get(b, 0) < heads[b]}
    return Stock(
        entries=sum(heads.values()),
        unread=None if cursors is None else sum(heads[book] - seq for book, seq in behind.items()),
        unread_since=oldest(db, [(book, seq + 1) for book, seq in behind.items()][:MOST_BOOKS]),
        jobs=work.count_by_state(db),
        queued_since=work.oldest_queued(db),
    )


def read_cursors(index: Index) -> dict[str, int] | None:
    """How far search has read every book; None when its folder cannot be read."""
    try:
        return index.cursors()
    except (OSError, ValueError):
        return None


def oldest(db: Session, entries: list[tuple[str, int]]) -> datetime | None:
    at = func.min(Entry.at, type_=Entry.at.type)
    return db.scalar(select(at).where(tuple_(Entry.book, Entry.seq).in_(entries))) if entries else None


@dataclass(frozen=True)
class Ground:
    """What the data folder says without the database."""

    free: int | None = None
    fault: str = ""
    is_full: bool = False
    sign: Sign | None = None


def look_around(settings: Settings) -> Ground:
    """Free space, whether a file can be written, and which worker was seen last."""
    free, sign = shutil.disk_usage(settings.data).free, heartbeat.last_sign(settings.run)
    try:
        settings.run.mkdir(parents=True, exist_ok=True)
        try_file(settings.run / f"probe-{os.getpid()}")
    except OSError as error:
        return Ground(free, disk_fault(free, error), is_full=True, sign=sign)
    return Ground(free, disk_fault(free), sign=sign)


def try_file(path: Path) -> None:
    """Raises OSError. A file that stayed would be written again into its own room on a full disk."""
    try:
        path.write_bytes(BLOCK)
    finally:
        path.unlink(missing_ok=True)


def disk_fault(free: int, error: OSError | None = None) -> str:
    left = f"{free >> 20} MiB free"
    if error and error.errno in FULL:
        return f"full, {left}; what needs room cannot be saved"
    if error:
        return f"the data folder cannot be written to ({error.strerror}), {left}"
    return f"{left}; recordings are refused below {RESERVE >> 20} MiB" if free < LOW else ""
