"""The store: durable, in order, and one action's failure is its own."""

import asyncio
import threading

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from engage import record
from engage.db import Database, StoreFailed
from engage.sqlite import driver, has_wal_fault, journal_mode


@pytest.mark.parametrize(
    ("version", "faulty"),
    [
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 45, 0), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 53, 4), False),
    ],
)
def test_wal_is_used_only_where_sqlite_has_the_mend(version: tuple[int, ...], faulty: bool) -> None:
    assert has_wal_fault(version) is faulty
    assert journal_mode(version) == ("DELETE" if faulty else "WAL")


@pytest.mark.parametrize("which", ["writer", "reader"])
def test_every_connection_is_set_for_durability(store: Database, which: str) -> None:
    with getattr(store, which).connect() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "query_only")
        }
    assert settings == {
        "journal_mode": journal_mode(driver.sqlite_version_info).lower(),
        "synchronous": 2,
        "foreign_keys": 1,
        "query_only": int(which == "reader"),
    }


def test_a_reader_cannot_write(store: Database) -> None:
    with pytest.raises(OperationalError, match="readonly"):
        store.read_now(lambda db: db.execute(text("DELETE FROM book")))


def test_an_action_that_fails_undoes_itself_alone(store: Database) -> None:
    def append(db: Session) -> None:
        record.append(db, "b", "thing.done", by="system")

    def fail(db: Session) -> None:
        append(db)
        raise ValueError("no")

    gate = threading.Event()
    blocker = threading.Thread(target=lambda: store.write_now(lambda db: gate.wait(5)))
    blocker.start()
    outcomes: list[str] = []

    def attempt(work: object) -> None:
        try:
            store.write_now(work)  # type: ignore[arg-type]
            outcomes.append("kept")
        except ValueError:
            outcomes.append("refused")

    threads = [threading.Thread(target=attempt, args=(work,)) for work in (append, fail, append)]
    for thread in threads:
        thread.start()
    gate.set()
    for thread in [*threads, blocker]:
        thread.join()

    assert sorted(outcomes) == ["kept", "kept", "refused"]
    assert store.read_now(record.heads) == {"b": 2}
    assert store.read_now(lambda db: record.first_fault(db, "b")) is None


def test_waiting_actions_share_a_commit_in_order_of_arrival(store: Database) -> None:
    commits: list[set[str]] = []
    store.on_commit = commits.append
    gate = threading.Event()
    threads = [threading.Thread(target=lambda: store.write_now(lambda db: gate.wait(5)))]
    for n in range(20):
        work = lambda db, n=n: record.append(db, "b", "thing.done", by="system", n=n)  # noqa: E731
        threads.append(threading.Thread(target=store.write_now, args=(work,)))
    for thread in threads:
        thread.start()
    gate.set()
    for thread in threads:
        thread.join()

    assert store.read_now(record.heads) == {"b": 20}
    assert 1 <= len(commits) < 20


def test_a_commit_that_fails_is_told_to_everyone_in_it(store: Database) -> None:
    def leave_nothing(db: Session) -> None:
        db.execute(text("PRAGMA max_page_count = 1"))

    def grow(db: Session) -> None:
        for n in range(2000):
            record.append(db, "b", "thing.done", by="system", words="x" * 500, n=n)

    before = store.read_now(record.heads)
    store.write_now(leave_nothing)
    with pytest.raises(StoreFailed):
        store.write_now(grow)
    assert store.read_now(record.heads) == before


def test_an_action_that_runs_out_fails_and_does_not_hang_its_caller(store: Database) -> None:
    with pytest.raises(RuntimeError, match="ran out"):
        asyncio.run(store.write(lambda db: next(iter([]))))
