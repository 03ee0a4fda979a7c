"""A store that another process has locked: a plain answer in time, and it goes on when the lock is free."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from engage import record, writing
from engage.db import Database, StoreFailed
from engage.sqlite import connect
from tests.benchmarks.short import short
from tests.make import Cast, in_a_loop

WAIT_MS = 200


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Acts wait less than usual."""
    monkeypatch.setattr(writing, "BUSY_MS", WAIT_MS)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    other = connect(path)
    other.isolation_level = None
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def append(db: Session) -> None:
    record.append(db, "b", "thing.done", by="system")


async def many(store: Database, acts: int) -> list[Any]:
    return await asyncio.gather(*(store.write(append) for _ in range(acts)), return_exceptions=True)


def test_however_many_wait_each_is_told_in_time(store: Database, soon: None) -> None:
    """More than two groups: they do not wait for one another's waiting."""
    with locked(store.path):
        began = time.monotonic()
        told = in_a_loop(many(store, 3 * writing.GROUP))
        waited = time.monotonic() - began
        assert store.read_now(record.heads) == {}
    names = {each.args[0].orig.sqlite_errorname for each in told if isinstance(each, StoreFailed)}
    assert (len(told), names) == (3 * writing.GROUP, {"SQLITE_BUSY"})
    assert WAIT_MS / 1000 <= waited < 3
    assert in_a_loop(many(store, 3)) == [None, None, None]
    assert store.read_now(record.heads) == {"b": 3}


def test_who_waits_goes_on_as_soon_as_the_lock_is_free(store: Database) -> None:
    async def wait() -> list[Any]:
        with locked(store.path):
            waiting = asyncio.create_task(many(store, 3))
            await asyncio.sleep(0.05)
            assert not waiting.done()
        return await waiting

    assert in_a_loop(wait()) == [None, None, None]
    assert store.read_now(lambda db: record.first_fault(db, "b")) is None


def test_a_resident_is_told_plainly_and_pages_go_on(cast: Cast, soon: None) -> None:
    resident, city = cast.resident(), cast.city
    url = f"/meetings/{city.meeting.id}/items/{city.item.id}/comment"
    key = resident.get(url).text.split('name="key" value="', 1)[1].split('"', 1)[0]
    form = {"key": key, "name": "Ana", "position": "support", "text": "Build it."}
    with locked(cast.db.path):
        answer = resident.post(url, data=form)
        assert resident.get(f"/meetings/{city.meeting.id}").status_code == 200
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "Nothing was saved; please go back and send it again." in answer.text
    assert resident.post(url, data=form).status_code == 303


@pytest.mark.process
def test_under_load_everybody_is_told_and_nothing_is_lost() -> None:
    status, said = short("locked", "--seconds", "6", "--acts", "200", "--seed", "1")
    assert status == 0, said
    assert "acknowledged acts lost, doubled or reordered: 0\n" in said
    assert "of these refused: none\n" in said


@pytest.mark.proof
def test_the_proof_sees_writers_who_begin_without_the_lock() -> None:
    status, said = short("locked", "--acts", "200", "--seed", "1", "--control")
    assert status == 1, said
    assert "SQLITE_BUSY" in said
