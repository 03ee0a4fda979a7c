"""The record: every change is one entry in an append-only book, chained by hashes.

An entry's hash is SHA-256 over a version byte 0x01, the previous entry's hash (32 bytes, zeros before
the first) and the canonical JSON, in UTF-8, of {"actor", "at", "book", "data", "kind", "seq"}: keys
sorted, no white space, text in NFC and unescaped, numbers only whole.

An entry holds ids, states, numbers and times. Words that a person chose or said never stand in it: their
row is named by its id and `sealed(salt, words)`, and the salt lives and dies with the row.
"""

import hashlib
import json
import secrets
import unicodedata
from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import ForeignKey, Table, Text, bindparam, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage import clock
from engage.db import Base, Moment

SYSTEM = "system"
"""The actor of what no person did: commands, the worker."""
CITY = "city"
"""The book of the city: bodies, accounts, sign-ins."""
VERSION = b"\x01"
START = "0" * 64


class Book(Base):
    """A book's head: the number and hash of its last entry."""

    __tablename__ = "book"
    id: Mapped[str] = mapped_column(Text, primary_key=True)
    seq: Mapped[int] = mapped_column(default=0)
    hash: Mapped[str] = mapped_column(Text, default=START)


BOOK = cast(Table, Book.__table__)
TAKE = (
    update(BOOK)
    .where(BOOK.c.id == bindparam("book"))
    .values(seq=BOOK.c.seq + 1)
    .returning(BOOK.c.seq, BOOK.c.hash)
)
SIGN = update(BOOK).where(BOOK.c.id == bindparam("book")).values(hash=bindparam("digest"))


class Entry(Base):
    """One change. Never updated, never deleted (a trigger refuses)."""

    __tablename__ = "entry"
    book: Mapped[str] = mapped_column(ForeignKey("book.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    kind: Mapped[str] = mapped_column(Text)
    actor: Mapped[str | None] = mapped_column(Text)
    data: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(Text)

    @property
    def facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = json.loads(self.data)
        return facts


class Cursor(NamedTuple):
    """How far a reader has got in a book; written SEQ-HASH8."""

    seq: int
    hash8: str

    def __str__(self) -> str:
        return f"{self.seq}-{self.hash8}"

    @classmethod
    def parse(cls, text: str | None) -> "Cursor | None":
        seq, _, hash8 = (text or "").partition("-")
        return cls(int(seq), hash8) if seq.isascii() and seq.isdigit() and len(seq) < 16 else None


def append(db: Session, book: str, kind: str, /, *, by: str | None, **facts: Any) -> Entry:
    """Add an entry to `book`, in the transaction of the rows that it is about.

    `by` is "account:ID", "participant:ID", "system", or None for a ballot.
    """
    seq, previous = _take_number(db, book)
    at = clock.now()
    data = canonical(facts)
    digest = entry_hash(previous, book=book, seq=seq, at=at, kind=kind, actor=by, data=data)
    entry = Entry(book=book, seq=seq, at=at, kind=kind, actor=by, data=data, hash=digest)
    db.add(entry)
    db.execute(SIGN, {"book": book, "digest": digest})
    appended(db)[book] = Cursor(seq, digest[:8])
    return entry


def appended(db: Session) -> dict[str, Cursor]:
    """The books that this session has added to, and how far."""
    books: dict[str, Cursor] = db.info.setdefault("books", {})
    return books


def acknowledgement(db: Session) -> str:
    """BOOK/SEQ-HASH8 of the last entry of this act, a meeting's before the city's; empty without one."""
    ends = sorted(appended(db).items(), key=lambda each: each[0] == CITY)
    return next((f"{book}/{cursor}" for book, cursor in ends), "")


def _take_number(db: Session, book: str) -> tuple[int, str]:
    """The next number of the book, held until the transaction ends, and the hash of the entry before."""
    taken = db.execute(TAKE, {"book": book}).one_or_none()
    if taken is None:
        db.execute(BOOK.insert(), {"id": book, "seq": 1, "hash": START})
        return 1, START
    return taken.seq, taken.hash


def canonical(value: Any) -> str:
    """JSON that is the same for the same value everywhere: sorted keys, NFC, no floats."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_refuse)
    if _has_float(value):
        raise TypeError("the record holds whole numbers only")
    return unicodedata.normalize("NFC", text)


def entry_hash(
    previous: str, *, book: str, seq: int, at: datetime, kind: str, actor: str | None, data: str
) -> str:
    fields = {"actor": actor, "at": clock.text(at), "book": book, "data": json.loads(data)}
    body = canonical(fields | {"kind": kind, "seq": seq})
    return hashlib.sha256(VERSION + bytes.fromhex(previous) + body.encode()).hexdigest()


def head(db: Session, book: str) -> Cursor:
    """Where the book stands; 0 before its first entry."""
    row = db.execute(select(Book.seq, Book.hash).where(Book.id == book)).one_or_none()
    return Cursor(row.seq, row.hash[:8]) if row else Cursor(0, START[:8])


def heads(db: Session) -> dict[str, int]:
    """Every book's last number."""
    return {row.id: row.seq for row in db.execute(select(Book.id, Book.seq))}


def since(db: Session, book: str, cursor: Cursor | None) -> list[Entry] | None:
    """The entries after `cursor`; None when the book does not know it (another database, a restored one)."""
    return after(db, book, cursor.seq) if cursor and known(db, book, [cursor]) else None


def after(db: Session, book: str, seq: int) -> list[Entry]:
    """The entries of a book that follow this number."""
    return list(db.scalars(select(Entry).where(Entry.book == book, Entry.seq > seq).order_by(Entry.seq)))


def known(db: Session, book: str, cursors: Collection[Cursor | None]) -> set[Cursor]:
    """Those of this book: not of another database, nor of one that was restored since."""
    asked = {each for each in cursors if each}
    rows = db.execute(
        select(Entry.seq, Entry.hash).where(Entry.book == book, Entry.seq.in_({each.seq for each in asked}))
    )
    own = {Cursor(row.seq, row.hash[:8]) for row in rows}
    return {each for each in asked if each in own or each.seq == 0}


def numbered(db: Session, book: str, numbers: Collection[int]) -> list[Entry]:
    """The entries of a book with these numbers."""
    if not numbers:
        return []
    return list(db.scalars(select(Entry).where(Entry.book == book, Entry.seq.in_(numbers))))


def of_kinds(db: Session, books: Collection[str], kinds: Collection[str]) -> list[Entry]:
    """The entries of these kinds in these books, each book's in order."""
    if not books:
        return []
    wanted = select(Entry).where(Entry.book.in_(books), Entry.kind.in_(kinds))
    return list(db.scalars(wanted.order_by(Entry.book, Entry.seq)))


def first_fault(db: Session, book: str) -> int | None:
    """The number of the first entry that does not follow from the one before; None when the book is whole."""
    previous, expected = START, 1
    for entry in db.scalars(select(Entry).where(Entry.book == book).order_by(Entry.seq)):
        digest = recomputed(entry, previous)
        if entry.seq != expected or entry.hash != digest:
            return expected
        previous, expected = digest, expected + 1
    ending = db.get(Book, book)
    return None if ending and (ending.seq, ending.hash) == (expected - 1, previous) else expected


def recomputed(entry: Entry, previous: str) -> str:
    """An entry's hash as it should be; nothing for data that is no JSON any more."""
    try:
        return entry_hash(
            previous, book=entry.book, seq=entry.seq, at=entry.at, kind=entry.kind, actor=entry.actor,
            data=entry.data,
        )  # fmt: skip
    except ValueError:
        return ""


def new_salt() -> str:
    return secrets.token_hex(16)


def sealed(salt: str, words: str) -> str:
    """What the record keeps of somebody's words: SHA-256 over the salt and the words."""
    return hashlib.sha256(bytes.fromhex(salt) + unicodedata.normalize("NFC", words).encode()).hexdigest()


def _refuse(value: Any) -> Any:
    raise TypeError(f"the record cannot hold {type(value).__name__}")


def _has_float(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_float(each) for each in value.values())
    if isinstance(value, list | tuple):
        return any(_has_float(each) for each in value)
    return isinstance(value, float)
