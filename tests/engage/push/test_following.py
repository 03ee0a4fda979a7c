"""Following the store: every commit of anybody is told, whenever it comes."""

import random
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from engage import record
from engage.db import Database
from engage.push import following
from engage.push.following import Following

Told = list[tuple[str, int]]


class Heard(Told):
    """What was told, and that it was."""

    def __init__(self) -> None:
        super().__init__()
        self.arrived = threading.Event()

    def __call__(self, book: str, seq: int) -> None:
        self.append((book, seq))
        self.arrived.set()


def append(store: Database, book: str = "m") -> tuple[str, int]:
    """A commit of another connection; the store sees no difference to another process's."""

    def work(db: Session) -> int:
        return record.append(db, book, "thing.done", by="system").seq

    return book, store.write_now(work)


def follow(store: Database, wake: Callable[[str, int], object], kind: Any = Following) -> Any:
    return kind(store.path, wake=wake)


@pytest.fixture
def told() -> Heard:
    return Heard()


def test_each_book_that_has_grown_is_told_once_with_its_last_number(store: Database, told: Heard) -> None:
    append(store, "before")
    follower = follow(store, told)
    follower.look()
    assert told == []
    append(store, "n"), append(store, "m"), append(store, "n")
    follower.look()
    follower.look()
    assert sorted(told) == [("m", 1), ("n", 2)]
    follower.stop()


def test_it_follows_from_an_empty_store(store: Database, told: Heard) -> None:
    store.write_now(lambda db: db.execute(text("DELETE FROM entry WHERE 0")))
    follower = follow(store, told)
    append(store)
    follower.look()
    append(store)
    follower.look()
    assert told == [("m", 1), ("m", 2)]
    follower.stop()


def test_nothing_is_read_while_nobody_commits(store: Database) -> None:
    """The version is the same number, and it alone is asked for."""
    append(store)
    follower = follow(store, lambda *news: None)
    follower.look()
    asked: list[str] = []
    rows = follower._rows

    def noted(sql: str, *values: int) -> Any:
        asked.append(sql)
        return rows(sql, *values)

    follower._rows = noted
    follower.look()
    follower.look()
    assert asked == ["PRAGMA data_version"] * 2
    follower.stop()


class Crowded(Following):
    """Others commit at the worst moments: between the two questions of a look."""

    between: Callable[[], object] = staticmethod(lambda: None)

    def version(self) -> int:
        number = super().version()
        self.between()
        return number


class Careless(Crowded):
    """The control: the news are asked for first, so a commit between them and the version is never told."""

    def look(self) -> None:
        news = self.news()
        self.between()
        if (version := Following.version(self)) != self._version:
            for book, seq in news.items():
                self._wake(book, seq)
        self._version = version


def race(store: Database, kind: type[Crowded], seed: int) -> tuple[Told, Told]:
    """What was committed at random moments of so many looks, and what was told of it."""
    chance = random.Random(seed)
    done: Told = []
    told: Told = []

    def commit() -> None:
        if chance.random() < 0.5:
            done.append(append(store, chance.choice("mno")))

    def wake(book: str, seq: int) -> None:
        told.append((book, seq))
        commit()

    follower = follow(store, wake, kind)
    follower.between = commit
    for _ in range(60):
        commit()
        before = len(done)
        follower.look()
        if kind is Crowded:  # what was there before the look is told by it, or a later entry of its book is
            assert {book for book, _ in done[:before]} <= {book for book, _ in told}
    chance.random = lambda: 1.0  # type: ignore[method-assign]  # nobody commits any more
    follower.look()
    follower.look()
    follower.stop()
    return done, told


def ends(entries: Told) -> dict[str, int]:
    return {book: max(seq for name, seq in entries if name == book) for book, _ in entries}


def test_no_commit_is_missed_at_any_moment(store: Database) -> None:
    for seed in range(5):
        done, told = race(store, Crowded, seed)
        assert ends(told) == ends(done), f"seed {seed}"


def test_the_race_finds_a_follower_that_asks_in_the_wrong_order(store: Database) -> None:
    def loses(seed: int) -> bool:
        done, told = race(store, Careless, seed)
        return ends(told) != ends(done)

    assert any(loses(seed) for seed in range(5))


def test_what_came_while_the_store_failed_is_told_afterwards(
    store: Database, told: Heard, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "PAUSE_S", 0.001)
    follower = follow(store, told)
    append(store)
    follower._connection.driver_connection.close()
    follower.start()
    assert told.arrived.wait(10)
    follower.stop()
    assert told == [("m", 1)]
    assert [entry.message for entry in caplog.records] == [
        "what other processes commit cannot be followed just now"
    ]


def test_in_a_store_whose_rows_were_numbered_anew_every_book_is_told(store: Database, told: Heard) -> None:
    append(store, "m"), append(store, "n"), append(store, "m")
    follower = follow(store, told)
    follower.last = (7, "m", 9)
    follower.look()
    assert sorted(told) == [("m", 2), ("n", 1)]
    append(store, "n")
    follower.look()
    assert told[2:] == [("n", 2)]
    follower.stop()


def test_progress_without_an_entry_is_told_when_it_has_changed(store: Database) -> None:
    progress: dict[str, int] = {"m": 1}
    signalled: list[str] = []
    follower = Following(
        store.path, wake=lambda *news: None, signal=signalled.append, signals=lambda db: dict(progress)
    )
    follower.look()
    progress["n"] = 1
    follower.look()
    assert signalled == ["m"]

    store.write_now(lambda db: db.execute(text("CREATE TABLE note (id)")))
    follower.look()
    assert signalled == ["m"]  # not yet: it was asked a moment ago
    follower._next_signals = 0.0
    follower.look()
    assert signalled == ["m", "n"]
    follower.stop()


def test_the_thread_tells_soon_and_ends(store: Database, told: Heard) -> None:
    follower = follow(store, told)
    follower.start()
    for number in (1, 2, 3):
        append(store)
        assert told.arrived.wait(10)
        told.arrived.clear()
        assert told[-1] == ("m", number)
    follower.stop()
    assert not follower._thread.is_alive()


def test_a_store_that_is_not_there_says_so_at_once(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="no such table"):
        Following(tmp_path / "none.sqlite", wake=lambda *news: None)
