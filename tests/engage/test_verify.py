"""`engage verify`: whole books pass, and whatever was changed is named with its book."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text
from sqlalchemy.orm import Session

from comments.queue import actions, floor
from comments.queue.models import Request
from engage import record
from engage.__main__ import main
from engage.backup.make import make_backup
from engage.db import Database
from engage.record import Book, Entry
from engage.settings import Settings
from engage.sqlite import connect
from engage.state import state_digest
from meetings.models import Meeting
from tests import make
from tests.benchmarks.edits import rechain, write


def verify(settings: Settings, *more: str) -> Result:
    return CliRunner().invoke(main, ["verify", *more, "--data", str(settings.data)])


@pytest.fixture
def book(store: Database) -> str:
    """A meeting at which two have asked to speak, one was called, and a survey was answered."""

    def hold(db: Session) -> str:
        meeting = make.meeting(db, make.body(db))
        for name in ("Ana", "Ben"):
            person = make.participant(db, meeting, name)
            one = actions.join_queue(db, meeting, None, person, by=person.actor, mode="remote")
        floor.call_out_of_turn(db, meeting, one, by="account:clerk", reason="child")
        make.survey(db, meeting, state="closed")
        return meeting.id

    return store.write_now(hold)


def edit(store: Database, change: Callable[[Session], Any]) -> None:
    def work(db: Session) -> None:
        db.execute(text("DROP TRIGGER entry_no_update"))
        db.execute(text("DROP TRIGGER entry_no_delete"))
        change(db)

    store.write_now(work)


def entry(db: Session, book: str, kind: str) -> Entry:
    return record.of_kinds(db, [book], [kind])[0]


def test_what_nobody_has_touched_is_whole(settings: Settings, store: Database, book: str) -> None:
    done = verify(settings)
    state, count = store.read_now(state_digest), sum(store.read_now(record.heads).values())
    assert (done.exit_code, done.output) == (
        0,
        "2 books, every entry follows from the one before.\n"
        "Speakers' orders and poll results are those that the entries give.\n"
        f"State {state} of {count} entries in 2 books.\n",
    )


def test_an_entry_that_was_changed_is_named(settings: Settings, store: Database, book: str) -> None:
    edit(store, lambda db: write(db, entry(db, book, "floor.called"), actor="account:else"))
    seq = store.read_now(lambda db: entry(db, book, "floor.called").seq)
    done = verify(settings)
    assert (done.exit_code, done.output) == (
        1,
        f"Book {book}: entry {seq} does not follow from the one before.\n",
    )


def test_an_entry_that_was_changed_with_all_hashes_after_it_is_named(
    settings: Settings, store: Database, book: str
) -> None:
    def change(db: Session) -> None:
        called = entry(db, book, "floor.called")
        write(db, called, data=record.canonical(called.facts | {"out_of_turn": None}))
        rechain(db, book)

    edit(store, change)
    called, first = store.read_now(
        lambda db: (entry(db, book, "floor.called"), entry(db, book, "request.joined").facts["request"])
    )
    done = verify(settings)
    assert (done.exit_code, done.output) == (
        1,
        f"Book {book}: Entry {called.seq} (floor.called) out of turn without a reason: {first} was next.\n",
    )


def test_a_row_of_the_queue_that_was_changed_is_named(settings: Settings, store: Database, book: str) -> None:
    def change(db: Session) -> str:
        row = db.get_one(Request, entry(db, book, "request.joined").facts["request"])
        row.place = 7
        return row.id

    one = store.write_now(change)
    done = verify(settings)
    assert done.exit_code == 1
    assert done.output.startswith(f"Book {book}: Request {one} has place 7 in the store, and 1 by entry ")


def test_a_poll_that_was_changed_is_named(settings: Settings, store: Database, book: str) -> None:
    def change(db: Session) -> str:
        closed = entry(db, book, "survey.closed")
        write(db, closed, data=record.canonical(closed.facts | {"answers": 5}))
        rechain(db, book)
        return str(closed.seq)

    edit(store, change)
    done = verify(settings)
    assert done.exit_code == 1
    assert " closes with answers 5, and its ballots give 0.\n" in done.output


@pytest.mark.parametrize("what", ["head", "entries"])
def test_a_book_of_which_a_part_is_gone_is_named(
    settings: Settings, store: Database, book: str, what: str
) -> None:
    def change(db: Session) -> None:
        db.execute(text("PRAGMA defer_foreign_keys=ON"))
        last = record.head(db, book).seq
        if what == "entries":
            db.execute(
                text("DELETE FROM entry WHERE book = :book AND seq = :last"), {"book": book, "last": last}
            )
        else:
            db.get_one(Book, book).seq = last + 1

    edit(store, change)
    done = verify(settings)
    assert done.exit_code == 1
    assert done.output.startswith(f"Book {book}: entry ")


def test_books_without_any_rows_beside_them_are_checked_by_their_entries(
    settings: Settings, store: Database, book: str, tmp_path: Any
) -> None:
    """As it is with the published record in an otherwise empty folder."""
    elsewhere = Settings(data=tmp_path / "elsewhere")
    assert verify(elsewhere).output.startswith("0 books")
    copy = Database(elsewhere.database)
    rows = store.read_now(lambda db: [*db.query(Book), *db.query(Entry)])

    def bring(db: Session) -> None:
        for row in rows:
            db.merge(row)
        assert db.query(Meeting).count() == 0

    copy.write_now(bring)
    copy.close()
    assert verify(elsewhere).exit_code == 0


def test_an_old_book_is_said_to_be_one(settings: Settings, store: Database) -> None:
    def hold(db: Session) -> str:
        meeting = make.meeting(db, make.body(db))
        facts = {"item": None, "mode": "remote", "interpreter": False, "limit_s": 180, "place": 1}
        record.append(db, meeting.id, "request.joined", by="system", request="old", **facts)
        return meeting.id

    book = store.write_now(hold)
    done = verify(settings)
    assert done.exit_code == 0
    assert done.output.endswith(f"Not recomputed, from before the order was on the record: {book}.\n")


def test_a_torn_database_is_named(settings: Settings, store: Database, book: str) -> None:
    store.close()
    file = connect(settings.database)
    ((root,),) = file.execute("SELECT rootpage FROM sqlite_master WHERE name = 'ix_request_meeting_id'")
    ((size,),) = file.execute("PRAGMA page_size")
    file.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
    file.close()
    with settings.database.open("r+b") as pages:
        pages.seek((root - 1) * size)
        pages.write(bytes([10, 0, 0, 0, 0, 0, 0]))  # an index that has no rows
    done = verify(settings)
    assert done.exit_code == 1
    assert done.output.startswith("Database: ")
    assert "ix_request_meeting_id" in done.output


def test_what_is_no_database_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "engage.sqlite").write_bytes(b"Minutes of the meeting of June 3, 1987" * 1000)
    done = verify(Settings(data=tmp_path))
    assert (done.exit_code, done.output) == (
        1,
        "Error: The database cannot be read: file is not a database.\n",
    )


@pytest.fixture
def backup(settings: Settings, store: Database, book: str, tmp_path: Path) -> str:
    return str(make_backup(settings, tmp_path / "backups").path)


def test_a_store_that_has_gone_on_has_its_backup_in_its_past(
    settings: Settings, store: Database, book: str, backup: str
) -> None:
    store.write_now(lambda db: make.comment(db, db.get_one(Meeting, book)))
    done = verify(settings, "--backup", backup)
    assert done.exit_code == 0
    assert done.output.endswith(", and 2 more since.\n")


def test_another_history_than_the_backup_s_is_named(
    settings: Settings, store: Database, book: str, backup: str
) -> None:
    """Every hash after the edit was made anew, so that the store alone looks whole."""

    def change(db: Session) -> None:
        joined = entry(db, book, "request.joined")
        write(db, joined, at=joined.at.replace(year=1987))
        rechain(db, book)

    edit(store, change)
    seq = store.read_now(lambda db: record.head(db, book).seq)
    assert verify(settings).exit_code == 0
    done = verify(settings, "--backup", backup)
    assert (done.exit_code, done.output) == (
        1,
        f"Book {book}: entry {seq} is another one than in the backup.\n",
    )


def test_a_store_that_is_behind_its_backup_is_named(
    settings: Settings, store: Database, book: str, backup: str, tmp_path: Path
) -> None:
    """As an older backup is, when it was restored by mistake."""
    store.write_now(lambda db: make.comment(db, db.get_one(Meeting, book)))
    seq = store.read_now(lambda db: record.head(db, book).seq)
    newer = str(make_backup(settings, tmp_path / "backups").path)
    CliRunner().invoke(main, ["restore", backup, "--data", str(tmp_path / "older")])
    done = verify(Settings(data=tmp_path / "older"), "--backup", newer)
    assert (done.exit_code, done.output) == (
        1,
        f"Book {book}: entry {seq} of the backup is not in the store.\n",
    )
