"""What `engage verify` recomputes from the record: chains of hashes, speakers' orders, polls' results; and on
request whether files are whole, and whether a backup is a past of this store."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from comments.queue import checking
from comments.surveys import recount
from engage import record
from engage.backup.compare import differences
from engage.backup.held import held_files, wrong_files
from engage.backup.manifest import Manifest, read_manifest
from engage.options import DATA, open_store, plainly, read_settings
from engage.settings import Settings
from engage.state import state_digest
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


@dataclass
class Checked:
    """Of one state of the store: what is wrong, and what is said when nothing is."""

    faults: list[str]
    lines: list[str]

    def add(self, more: "Checked") -> None:
        self.faults += more.faults
        self.lines += more.lines


@click.command()
@click.option("--files", is_flag=True, help="Also read every recording and document to its end.")
@click.option(
    "--backup",
    type=click.Path(path_type=Path),
    help="Also read this backup, and say where the store differs.",
)
@DATA
def verify(files: bool, backup: Path | None, data: Path | None) -> None:
    """Recompute every book's chain of hashes, every meeting's order of speakers and every poll's result;
    names the entry, the row or the file that differs."""
    settings = read_settings(data)
    with plainly():
        manifest = read_manifest(backup) if backup else None
        store = open_store(settings)
        checked = store.read_now(check_record)
        if files or backup:
            checked.add(store.read_now(lambda db: check_files(db, settings)))
        if backup and manifest:
            checked.add(store.read_now(lambda db: check_backup(db, settings, backup, manifest)))
        store.close()
    for each in checked.faults or checked.lines:
        click.echo(each)
    if checked.faults:
        sys.exit(1)


def check_record(db: Session) -> Checked:
    heads = record.heads(db)
    lines = [
        f"{len(books(db))} books, every entry follows from the one before.",
        "Speakers' orders and poll results are those that the entries give.",
        f"State {state_digest(db)} of {sum(heads.values())} entries in {len(heads)} books.",
    ]
    if old := old_books(db):
        lines.append(f"Not recomputed, from before the order was on the record: {', '.join(old)}.")
    torn = [each for each in db.scalars(text("PRAGMA integrity_check")) if each != "ok"]
    return Checked([*(f"Database: {each}." for each in torn), *faults(db)], lines)


def check_files(db: Session, settings: Settings) -> Checked:
    held = held_files(db, settings)
    wrong = [f"File {name} is {why}." for name, why in wrong_files(settings, held)]
    return Checked(wrong, [f"{len(held)} files have the SHA-256 of their rows."])


def check_backup(db: Session, settings: Settings, backup: Path, manifest: Manifest) -> Checked:
    """Whether the backup is whole, and the store is its state or has grown from it."""
    since = sum(record.heads(db).values()) - manifest.entries
    same = "and has its state" if state_digest(db) == manifest.state else f"and {since} more since"
    line = f"The store has all {manifest.entries} entries of the backup of {manifest.made_at}, {same}."
    return Checked(list(differences(db, settings, backup, manifest)), [line])
