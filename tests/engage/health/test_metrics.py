"""Figures for Prometheus: who may read them, and that they count what has happened."""

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, Counter, Metric
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text
from starlette.testclient import TestClient

from engage.app import create_app
from engage.backup.mark import note_backup
from engage.health import sharing
from engage.settings import Settings
from tests import make
from tests.make import Cast, in_a_loop, send
from transcripts.heartbeat import signs_of_life

TOKEN = "a long secret"
DOCS = Path(__file__).parents[3] / "docs" / "operations.md"


def visitor(cast: Cast, host: str = "127.0.0.1", **headers: str) -> TestClient:
    made = TestClient(
        cast.anyone.app,
        client=(host, 40_000),
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )
    made.portal = cast.anyone.portal
    return made


def figures(cast: Cast) -> dict[str, float]:
    """Every sample by its name with its labels."""
    families = text_string_to_metric_families(visitor(cast).get("/metrics").text)
    return {
        " ".join([each.name, *each.labels.values()]): each.value for one in families for each in one.samples
    }


def grown(before: dict[str, float], after: dict[str, float], name: str) -> float:
    return after.get(name, 0) - before.get(name, 0)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"metrics_token": TOKEN})


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])
def test_this_machine_may_read_them(cast: Cast, host: str) -> None:
    answer = visitor(cast, host).get("/metrics")
    assert (answer.status_code, answer.headers["content-type"]) == (
        200, "text/plain; version=0.0.4; charset=utf-8"
    )  # fmt: skip


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "Forwarded", "Via", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-IP"]
)
def test_what_a_proxy_on_this_machine_passes_on_is_not_from_it(cast: Cast, header: str) -> None:
    assert visitor(cast, **{header: "127.0.0.1"}).get("/metrics").status_code == 404


@pytest.mark.parametrize("host", ["10.0.0.1", "2001:db8::1", "::ffff:10.0.0.1", "testclient", ""])
def test_others_do_not_find_them_without_the_token(cast: Cast, host: str) -> None:
    wrong = ("", TOKEN, f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", "Bearer ", f"Basic {TOKEN}")
    statuses = {visitor(cast, host, authorization=each).get("/metrics").status_code for each in wrong}
    assert statuses == {404}
    proxied = visitor(cast, host, authorization=f"Bearer {TOKEN}", x_forwarded_for="8.8.8.8")
    assert proxied.get("/metrics").status_code == 200


def test_an_empty_token_is_nobodys(settings: Settings, filled_store: Any) -> None:
    open_to_nobody = settings.model_copy(update={"metrics_token": ""})
    with TestClient(create_app(open_to_nobody), client=("10.0.0.1", 40_000)) as client:
        assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404


def test_requests_are_counted_by_route_and_never_by_address(cast: Cast) -> None:
    before = figures(cast)
    client, meeting = cast.resident(), cast.city.meeting.id
    for url in (f"/meetings/{meeting}", f"/meetings/{meeting}?at=1", "/meetings/nosuch", "/wp-admin/x.php"):
        client.get(url)
    client.post(f"/meetings/{meeting}")
    client.request("BREW", "/meetings")
    client.get("/static/css/page.css")
    after = figures(cast)
    route = "/meetings/{meeting_id}"
    counts = {
        name: grown(before, after, f"engage_http_requests_total {name}")
        for name in (
            f"GET {route} 2xx", f"GET {route} 4xx", "GET none 4xx", f"POST {route} 4xx",
            "other /meetings 4xx", "GET /static 2xx", "GET /metrics 2xx",
        )
    }  # fmt: skip
    assert list(counts.values()) == [2, 1, 1, 1, 1, 1, 1]
    assert grown(before, after, f"engage_http_answer_seconds_count GET {route}") == 3
    assert not [name for name in after if meeting in name or "wp-admin" in name]


def test_an_unexpected_fault_is_counted(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engage.health.pages.first_line", None)
    before = figures(cast)
    with pytest.raises(TypeError):
        cast.resident().get("/readyz")
    assert grown(before, figures(cast), "engage_http_requests_total GET /readyz 5xx") == 1


def comment(cast: Cast, words: str) -> int:
    url = f"/meetings/{cast.city.meeting.id}/items/{cast.city.item.id}/comment"
    status: int = send(cast.resident(), url, name="Ana", position="support", text=words).status_code
    return status


def test_commits_and_the_acts_in_them_are_counted(cast: Cast) -> None:
    before = figures(cast)
    assert comment(cast, "Build it.") == 303
    after = figures(cast)
    probe = 1
    assert grown(before, after, "engage_acts_total") == 1 + probe
    assert grown(before, after, "engage_commit_seconds_count") == 1 + probe
    assert grown(before, after, "engage_commit_seconds_sum") > 0
    assert grown(before, after, "engage_entries") == 2
    assert after["engage_writes_waiting"] == 0


def test_what_could_not_be_kept_is_counted_by_its_kind(cast: Cast) -> None:
    before = figures(cast)
    cast.db.write_now(lambda db: db.execute(text("PRAGMA max_page_count = 1")))
    lost = [comment(cast, "x" * 3000) for _ in range(6)].count(503)
    assert lost
    after = figures(cast)
    kinds = {kind: grown(before, after, f"engage_failed_writes_total {kind}") for kind in ("full", "locked")}
    assert kinds == {"full": lost, "locked": 0}


def test_open_pages_are_counted(cast: Cast) -> None:
    url = f"/meetings/{cast.city.meeting.id}/live"
    pushes = figures(cast)["engage_push_seconds_count"]
    with cast.resident().websocket_connect(url, headers={"origin": "http://testserver"}) as socket:
        socket.receive_text()
        found = figures(cast)
        assert (found["engage_open_pages"], found["engage_rooms"], found["engage_stalled_pages"]) == (1, 1, 0)
        assert found["engage_push_seconds_count"] > pushes


def test_the_city_and_its_parts(cast: Cast, settings: Settings) -> None:
    note_backup(settings.run)
    with signs_of_life(settings.run, "w1", has_model=True):
        cast.db.write_now(lambda db: make.recording(db, cast.city.meeting))
        found = figures(cast)
    parts = {name.split()[1]: value for name, value in found.items() if name.startswith("engage_part_ok")}
    assert parts == dict.fromkeys(("store", "writes", "disk", "index", "worker", "model", "clock"), 1)
    states = {name.split()[1]: value for name, value in found.items() if "engage_transcriptions " in name}
    assert states == {"queued": 1, "running": 0, "done": 0, "failed": 0}
    assert 0 <= found["engage_oldest_queued_transcription_seconds"] < 60
    assert found["engage_database_bytes"] == settings.database.stat().st_size
    assert found["engage_disk_free_bytes"] > 1 << 20
    times = found["engage_worker_last_seen_timestamp_seconds"], found["engage_last_backup_timestamp_seconds"]
    assert abs(times[0] - times[1]) < 60


def test_each_is_explained_to_the_operator_and_nothing_else_is(cast: Cast, settings: Settings) -> None:
    note_backup(settings.run)
    with signs_of_life(settings.run, "w1", has_model=True):
        told = re.findall(r"^# TYPE (engage_\w+)", visitor(cast).get("/metrics").text, re.MULTILINE)
    assert sorted(told) == sorted(set(re.findall(r"^\| `(engage_\w+)", DOCS.read_text(), re.MULTILINE)))


@pytest.fixture
def neighbour() -> Iterator[int]:
    """Another process that runs."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process.pid
        process.kill()


def families(count: float) -> list[Metric]:
    registry = CollectorRegistry()
    Counter("acts", "Acts.", registry=registry).inc(count)
    return list(registry.collect())


def counted(folder: Path) -> dict[str, float]:
    return {
        each.labels.get("process", ""): each.value
        for family in sharing.with_others(families(7), folder)
        for each in family.samples
        if each.name == "acts_total"
    }


def leave(folder: Path, process: int, count: float) -> Path:
    file = folder / f"metrics-{process}.json"
    file.write_text(json.dumps([sharing.written(family) for family in families(count)]))
    return file


def test_the_counts_of_another_process_stand_beside_ones_own(tmp_path: Path, neighbour: int) -> None:
    assert counted(tmp_path) == {"": 7}
    leave(tmp_path, neighbour, 5)
    assert counted(tmp_path) == {str(os.getpid()): 7, str(neighbour): 5}


def test_a_process_that_has_ended_is_not_counted(tmp_path: Path, neighbour: int) -> None:
    old = leave(tmp_path, neighbour, 5)
    os.utime(old, (0, 0))
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    gone = leave(tmp_path, ended.pid, 3)
    assert counted(tmp_path) == {"": 7}
    assert [old.exists(), gone.exists()] == [False, False]


def test_a_process_leaves_its_counts_while_it_runs(tmp_path: Path) -> None:
    folder = tmp_path / "run"

    async def look() -> list[str]:
        task = asyncio.create_task(sharing.share(folder, lambda: families(7)))
        while not list(folder.glob("*.json")):
            await asyncio.sleep(0.01)
        found = [path.name for path in folder.iterdir()]
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        return found

    assert in_a_loop(look()) == [f"metrics-{os.getpid()}.json"]
    assert list(folder.iterdir()) == []
