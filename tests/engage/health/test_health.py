"""What an operator is told: every part by name, in a sentence, and never late."""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from engage import clock, timekeeping
from engage.app import create_app
from engage.settings import Settings
from engage.sqlite import connect
from tests import make
from tests.make import Cast
from transcripts.heartbeat import NO_MODEL

WELL = {
    "store": "ok", "writes": "ok", "disk": "ok", "index": "ok", "worker": "ok", "model": "ok", "clock": "ok",
}  # fmt: skip
MONDAY = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def worker(settings: Settings) -> Path:
    """The sign of life of a worker that is there."""
    return sign(settings)


def sign(settings: Settings, words: str = "", at: datetime | None = None) -> Path:
    settings.run.mkdir(exist_ok=True)
    file = settings.run / "worker-w1"
    file.write_text(words)
    if at:
        os.utime(file, (at.timestamp(), at.timestamp()))
    return file


def probe(settings: Settings) -> Path:
    """The file by which it is tried whether the disk takes one."""
    return settings.run / f"probe-{os.getpid()}"


def ready(cast: Cast) -> tuple[int, str, dict[str, str]]:
    """Status, first line, and what is said of each part."""
    answer = cast.anyone.get("/readyz")
    first, *lines = answer.text.splitlines()
    return answer.status_code, first, dict(line.split(": ", 1) for line in lines)


def faults(cast: Cast) -> dict[str, str]:
    """Only what is not well, of a server that goes on."""
    status, first, parts = ready(cast)
    found = {name: said for name, said in parts.items() if said != WELL[name]}
    assert (status, first) == (200, "ready, with faults" if found else "ready")
    return found


def test_the_loop_answers(cast: Cast) -> None:
    answer = cast.anyone.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_every_part_is_named_when_all_is_well(cast: Cast) -> None:
    assert ready(cast) == (200, "ready", WELL)


def test_without_a_worker_it_says_since_when_and_what_waits(cast: Cast, settings: Settings) -> None:
    sign(settings, at=MONDAY)
    unknown = "not known without a worker"
    seen = "no worker has been seen since 2026-03-02 09:30:00 UTC"
    assert faults(cast) == {"worker": f"{seen}; recordings will wait", "model": unknown}

    cast.db.write_now(lambda db: make.recording(db, cast.city.meeting))
    assert faults(cast)["worker"] == f"{seen}; 1 recording waits"

    cast.db.write_now(lambda db: make.recording(db, cast.city.meeting, sha256="cd"))
    (settings.run / "worker-w1").unlink()
    assert faults(cast) == {"worker": "no worker has been seen; 2 recordings wait", "model": unknown}


def test_the_latest_of_several_workers_counts(cast: Cast, settings: Settings, worker: Path) -> None:
    worker.rename(settings.run / "worker-w2")
    sign(settings, at=MONDAY)
    assert faults(cast) == {}


def test_a_missing_model_is_named(cast: Cast, settings: Settings) -> None:
    sign(settings, NO_MODEL)
    assert faults(cast) == {
        "model": "the speech model's weights are missing; recordings cannot be written down"
        " unless they can be fetched"
    }


def test_an_index_that_stays_behind_is_named(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engage.indexing.Indexer.catch_up", lambda *_: None)
    cast.db.write_now(lambda db: make.comment(db, cast.city.meeting))
    assert faults(cast) == {}
    with clock.set_to(clock.now() + timedelta(minutes=1)):
        assert faults(cast) == {"index": "2 entries behind; what is new is not found yet"}


def test_a_clock_that_was_set_is_named(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timekeeping, "ahead_ms", lambda: -7_260_000)
    said = "the machine's is 2 hours 1 minute behind ours; it is followed when no meeting is under way"
    assert faults(cast) == {"clock": said}


def test_little_room_is_told_in_time(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engage.health.stock.LOW", 1 << 60)
    said = faults(cast)["disk"]
    assert said.endswith(" MiB free; recordings are refused below 64 MiB")
    assert int(said.split()[0]) > 0


def test_a_full_disk_is_not_ready(cast: Cast, settings: Settings) -> None:
    probe(settings).symlink_to("/dev/full")
    status, first, parts = ready(cast)
    assert (status, first) == (503, "not ready")
    assert parts["disk"].startswith("full, ")
    assert parts | {"disk": "ok"} == WELL


def test_what_is_tried_takes_no_room_of_its_own(cast: Cast, settings: Settings) -> None:
    """Written over itself, it would find room on a full disk."""
    assert faults(cast) == {}
    assert not probe(settings).exists()


def test_a_folder_that_takes_no_file_is_not_ready(cast: Cast, settings: Settings) -> None:
    probe(settings).mkdir()
    status, first, parts = ready(cast)
    assert (status, first) == (503, "not ready")
    assert parts["disk"].startswith("the data folder cannot be written to (Is a directory), ")


def test_a_store_that_cannot_be_read_is_not_ready(cast: Cast) -> None:
    cast.db.write_now(lambda db: db.execute(text("ALTER TABLE book RENAME TO shelf")))
    status, first, parts = ready(cast)
    assert (status, first, parts["store"]) == (
        503, "not ready", "the database cannot be read; pages cannot be served"
    )  # fmt: skip


@pytest.fixture
def lock(cast: Cast) -> Iterator[Any]:
    """Somebody else writes, and does not come to an end."""
    other = connect(cast.db.path)
    other.isolation_level = None
    other.execute("BEGIN IMMEDIATE")
    yield other
    other.close()


def test_a_held_lock_is_told_as_such(cast: Cast, lock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engage.writing.BUSY_MS", 200)
    status, first, parts = ready(cast)
    assert (status, first) == (503, "not ready")
    assert parts == WELL | {"writes": "another process holds the database's lock; nothing can be saved"}
    lock.execute("ROLLBACK")
    assert ready(cast)[0] == 200


def test_nobody_waits_long_and_the_questions_do_not_pile_up(
    cast: Cast, lock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engage.health.condition.WRITE_S", 0.5)
    began = time.monotonic()
    with ThreadPoolExecutor(20) as many:
        answers: list[Any] = list(many.map(lambda _: cast.anyone.get("/readyz"), range(20)))
    spent = time.monotonic() - began
    assert {answer.status_code for answer in answers} == {503}
    assert "writes: no act was kept in time; nothing can be saved\n" in answers[0].text
    assert cast.db.waiting() == 0, "more than the one that the writer has in hand"
    assert spent < 3
    lock.execute("ROLLBACK")


def test_nothing_is_told_that_is_nobodys_business(settings: Settings, filled_store: Any) -> None:
    settings.index.write_text("no folder")
    with TestClient(create_app(settings)) as client:
        told = client.get("/readyz").text
    assert "index: its folder cannot be read; search is not available\n" in told
    assert str(settings.data) not in told
