"""The audio stream at a process that does not lead: the leader's answer, whole."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from meetings.floor import fetching
from meetings.floor.fetching import fetch
from meetings.floor.leading import Leading
from tests.make import wait_for

AT = "/meetings/{meeting_id}/stream/{file}"


async def answer(request: Request) -> Response:
    file = request.path_params["file"]
    if file == "live.aac":
        return StreamingResponse(pieces(), media_type="audio/aac", headers={"X-Accel-Buffering": "no"})
    if file == "none":
        return Response(status_code=404)
    told = f"{request.url.path}?{request.url.query} {request.headers.get('cookie')}"
    return PlainTextResponse(told, headers={"Cache-Control": "no-store"})


async def pieces() -> AsyncIterator[bytes]:
    for n in range(5):
        yield bytes([n]) * 70_000


@pytest.fixture
def leading(tmp_path: Path) -> Iterator[Leading]:
    """Of a process that leads, and answers at its door."""
    made = Leading(tmp_path)
    app = Starlette(routes=[Route(AT, answer)])
    server = uvicorn.Server(uvicorn.Config(app, uds=str(made.own), log_level="warning"))
    thread = Thread(target=server.run)
    thread.start()
    wait_for(lambda: server.started, 10)
    assert made.try_to_lead()
    yield made
    made.let_go()
    server.should_exit = True
    thread.join()


@contextmanager
def follower(folder: Path) -> Iterator[TestClient]:
    async def serve(request: Request) -> Response:
        return await fetch(request, Leading(folder))

    with TestClient(Starlette(routes=[Route(AT, serve)])) as client:
        yield client


def test_an_answer_is_that_of_the_leader(leading: Leading, tmp_path: Path) -> None:
    with follower(tmp_path) as client:
        client.cookies.set("lang", "es")
        got = client.get("/meetings/one/stream/index.m3u8?a=1")
        assert got.text == "/meetings/one/stream/index.m3u8?a=1 lang=es"
        assert got.headers["cache-control"] == "no-store"
        assert got.headers["content-length"] == str(len(got.text))
        assert client.get("/meetings/one/stream/none").status_code == 404


def test_an_answer_without_a_length_comes_whole(leading: Leading, tmp_path: Path) -> None:
    with follower(tmp_path) as client:
        got = client.get("/meetings/one/stream/live.aac")
    assert got.content == b"".join(bytes([n]) * 70_000 for n in range(5))
    assert (got.headers["content-type"], got.headers["x-accel-buffering"]) == ("audio/aac", "no")


def test_where_nobody_leads_it_is_told_to_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "PATIENCE_S", 0.05)
    with follower(tmp_path) as client:
        assert client.get("/meetings/one/stream/index.m3u8").status_code == 503
