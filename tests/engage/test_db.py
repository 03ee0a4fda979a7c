"""The store: durable, in order, and one action's failure is its own."""

import resource
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from engage import record, sqlite
from engage.__main__ import main
from engage.db import Database, StoreFailed
from engage.settings import Settings
from engage.sqlite import UnsafeStore, driver, has_wal_fault, kind_of
from tests.make import in_a_loop


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


@pytest.mark.parametrize(
    ("version", "mode", "warned"),
    [
        ((3, 40, 1), "delete", True),
        ((3, 44, 6), "wal", False),
        ((3, 50, 7), "wal", False),
        ((3, 51, 2), "delete", True),
        ((3, 51, 3), "wal", False),
    ],
)
def test_a_store_is_opened_as_its_sqlite_allows(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...], mode: str, warned: bool
) -> None:
    monkeypatch.setattr(driver, "sqlite_version_info", version)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        store = Database(settings.database)
    try:
        assert [setting(store.writer, "journal_mode"), setting(store.reader, "journal_mode")] == [mode, mode]
        assert bool(told) is warned
        store.write_now(lambda db: record.append(db, "b", "thing.done", by="system"))
        assert store.read_now(record.heads) == {"b": 1}
    finally:
        store.close()


def setting(engine: Engine, name: str) -> Any:
    with engine.connect() as connection:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


@pytest.mark.parametrize("which", ["writer", "reader"])
def test_every_connection_is_set_for_durability(store: Database, which: str) -> None:
    names = ("journal_mode", "synchronous", "foreign_keys", "query_only")
    assert {name: setting(getattr(store, which), name) for name in names} == {
        "journal_mode": "delete" if has_wal_fault(driver.sqlite_version_info) else "wal",
        "synchronous": 3,
        "foreign_keys": 1,
        "query_only": int(which == "reader"),
    }


UNSAFE = [
    ({"journal_mode": "DELETE"}, "SQLite has journal_mode delete and Engage needs wal."),
    ({"synchronous": "NORMAL"}, "SQLite has synchronous 1 and Engage needs 3."),
    ({"foreign_keys": "OFF"}, "SQLite has foreign_keys 0 and Engage needs 1."),
]


@pytest.mark.parametrize(("wrong", "said"), UNSAFE)
def test_a_setting_that_does_not_hold_is_said_at_the_start(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, str | int], said: str
) -> None:
    needed = sqlite.pragmas()
    monkeypatch.setattr(sqlite, "pragmas", lambda: needed | wrong)
    with pytest.raises(UnsafeStore, match=said):
        Database(settings.database)


def test_a_server_on_an_unsafe_store_ends_with_one_sentence(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    needed = sqlite.pragmas()
    monkeypatch.setattr(sqlite, "pragmas", lambda: needed | {"synchronous": "OFF"})
    ended = CliRunner().invoke(main, ["serve", "--data", str(settings.data), "--port", "0"])
    assert ended.exit_code == 78
    assert ended.output.splitlines()[1:] == [
        "Error: The store is not safe here: SQLite has synchronous 0 and Engage needs 3. "
        "Is the data folder on a disk of this machine?"
    ]


@contextmanager
def no_more_bytes() -> Iterator[None]:
    """The system's own limit on the size of a file stands for a disk that refuses to write."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_after_a_disk_error_the_store_is_opened_anew(store: Database) -> None:
    def append(db: Session) -> Any:
        record.append(db, "b", "thing.done", by="system")
        return db.connection().connection.dbapi_connection

    first = store.write_now(append)
    assert store.write_now(append) is first
    with no_more_bytes(), pytest.raises(StoreFailed) as failed:
        store.write_now(append)
    assert kind_of(failed.value.args[0]) == "disk"
    assert store.read_now(record.heads) == {"b": 2}
    assert store.write_now(append) is not first
    assert store.read_now(record.heads) == {"b": 3}
    assert store.read_now(lambda db: record.first_fault(db, "b")) is None


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
    commits: list[dict[str, Any]] = []
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
        in_a_loop(store.write(lambda db: next(iter([]))))
