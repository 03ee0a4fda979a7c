"""What `engage verify` recomputes from the record: chains of hashes, speakers' orders, polls' results."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from comments.queue import checking
from comments.surveys import recount
from engage import record
from meetings.models import Meeting


def books(db: Session) -> list[str]:
    """Also those of which only the entries, or only the head, are left."""
    with_entries = db.scalars(select(record.Entry.book).distinct())
    return sorted({*record.heads(db), *with_entries})


def faults(db: Session) -> Iterator[str]:
    """Plain sentences that name the book, and the entry or the row."""
    for book in books(db):
        yield from (f"Book {book}: {each}" for each in faults_of(db, book))


def faults_of(db: Session, book: str) -> Iterator[str]:
    """The entries alone are enough for the chain and the order of speakers; what is compared with rows is
    left out for a meeting that is not in the store. Of a broken chain nothing more is recomputed."""
    seq = record.first_fault(db, book)
    if seq is not None:
        yield f"entry {seq} does not follow from the one before."
    elif book != record.CITY:
        yield from checking.faults(db, book)
        if db.get(Meeting, book) is not None:
            yield from recount.faults(db, book)


def old_books(db: Session) -> list[str]:
    """Meetings from before the order was on the record: only their chain can be checked."""
    return [book for book in books(db) if book != record.CITY and checking.is_old(db, book)]
