"""A backup beside the store of today: is it whole itself, and is it a past of this store?"""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage.backup.disk import described
from engage.backup.held import held_files
from engage.backup.manifest import DATABASE, File, Head, Manifest, damaged, lost, stored
from engage.record import Entry
from engage.settings import Settings


def differences(db: Session, settings: Settings, backup: Path, manifest: Manifest) -> Iterator[str]:
    """Plain sentences that name the book or the file. The store may have gone on since; a document that was
    taken off an agenda since is no difference."""
    yield from damages(backup, manifest)
    for book, head in manifest.books.items():
        if fault := _fault(db, book, head):
            yield f"Book {book}: {fault}"
    held = held_files(db, settings)
    for name, file in manifest.files.items():
        if name in held and held[name] != (file.size, file.sha256):
            yield f"File {name}: the store has another one than the backup."


def damages(backup: Path, manifest: Manifest) -> Iterator[str]:
    """Of the backup itself; reads all of it."""
    for path, file in [(backup / DATABASE, manifest.database), *_stored(backup, manifest)]:
        if not path.is_file():
            yield lost(path)
        elif described(path) != file:
            yield damaged(path)


def _stored(backup: Path, manifest: Manifest) -> list[tuple[Path, File]]:
    return [(stored(backup, file), file) for file in manifest.files.values()]


def _fault(db: Session, book: str, head: Head) -> str:
    """The hash of one entry stands for all before it, where the chain is whole."""
    there = db.scalar(select(Entry.hash).where(Entry.book == book, Entry.seq == head.seq))
    if there is None:
        return f"entry {head.seq} of the backup is not in the store."
    return "" if there == head.hash else f"entry {head.seq} is another one than in the backup."
