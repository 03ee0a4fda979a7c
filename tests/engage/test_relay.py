"""`engage relay`: what listeners get of what comes over the one connection."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from threading import Event, Thread
from typing import Any

import click
import pytest
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve
from websockets.typing import Subprotocol

from engage.relay import create_relay
from meetings.floor import fan, relaying
from meetings.floor.fan import Fan
from meetings.floor.packets import SUBPROTOCOL
from tests.make import wait_for

ON = {"sound": "on", "on": [0, 1]}


class Upstream:
    """Where the meetings are, as far as a relay sees of it."""

    def __init__(self, port: int = 0) -> None:
        self.asked: list[Request] = []
        self.lines: list[ServerConnection] = []
        self.greeting: dict[str, Any] = dict(ON)
        self.is_hidden = False
        self.ends, self.leaving = ExitStack(), Event()
        server = self.ends.enter_context(
            serve(
                self.take, "127.0.0.1", port, process_request=self.look, compression=None,
                subprotocols=[Subprotocol(SUBPROTOCOL)],
            )
        )  # fmt: skip
        thread = Thread(target=server.serve_forever)
        thread.start()
        self.ends.callback(thread.join)
        self.ends.callback(server.shutdown)
        self.port: int = server.socket.getsockname()[1]

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def look(self, line: ServerConnection, request: Request) -> Response | None:
        self.asked.append(request)
        return line.respond(404, "") if self.is_hidden else None

    def take(self, line: ServerConnection) -> None:
        self.lines.append(line)
        line.send(json.dumps(self.greeting))
        with suppress(ConnectionClosed):
            line.recv()

    def tell(self, **state: object) -> None:
        self.lines[-1].send(json.dumps(state))

    def end(self) -> None:
        for line in self.lines:
            line.close(1012)
        self.ends.close()


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    made = Upstream()
    yield made
    made.end()


@contextmanager
def relay(upstream: Upstream, origins: str = "") -> Iterator[TestClient]:
    with TestClient(create_relay(upstream.origin, origins), headers={"Origin": upstream.origin}) as client:
        yield client


def test_many_listen_over_one_connection(upstream: Upstream) -> None:
    with (
        relay(upstream) as client,
        client.websocket_connect("/meetings/one/listen", subprotocols=[SUBPROTOCOL]) as first,
        client.websocket_connect("/meetings/one/listen") as second,
    ):
        assert [first.accepted_subprotocol, second.accepted_subprotocol] == [SUBPROTOCOL, None]
        assert [first.receive_json(), second.receive_json()] == [ON, ON]
        upstream.lines[0].send(b"sound")
        assert [first.receive_bytes(), second.receive_bytes()] == [b"sound", b"sound"]
        (asked,) = upstream.asked
        assert (asked.path, asked.headers["Origin"]) == ("/meetings/one/listen", upstream.origin)
        assert "engage_relay_listeners 2.0" in client.get("/metrics").text.splitlines()
        assert "engage_relay_connections 1.0" in client.get("/metrics").text.splitlines()


def test_who_comes_later_is_told_how_it_stands_then(upstream: Upstream) -> None:
    with relay(upstream) as client, client.websocket_connect("/meetings/one/listen") as first:
        first.receive_json()
        for state in ({"off": 1, "turn": 7}, {"on": 5, "turn": 8}):
            upstream.tell(**state)
            assert first.receive_json() == state
        with client.websocket_connect("/meetings/one/listen") as late:
            assert late.receive_json() == {"sound": "on", "on": [0, 5]}
        upstream.tell(sound="recess", on=[])
        assert first.receive_json() == {"sound": "recess", "on": []}
        with client.websocket_connect("/meetings/one/listen") as late:
            assert late.receive_json() == {"sound": "recess", "on": []}


@pytest.mark.parametrize(
    ("asked", "at"),
    [
        ("one/listen?channel=5", "one/listen?channel=5"),
        ("one/listen?channel=256", "one/listen"),
        ("one/listen?channel=x&y=1", "one/listen"),
        ("o%3Fe%20/listen", "o%3Fe%20/listen"),
    ],
)
def test_each_choice_has_a_connection_of_its_own(upstream: Upstream, asked: str, at: str) -> None:
    with relay(upstream) as client, client.websocket_connect(f"/meetings/{asked}") as line:
        assert line.receive_json() == ON
    assert [each.path for each in upstream.asked] == [f"/meetings/{at}"]


def test_who_listens_stays_while_the_connection_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fan, "AGAIN_S", 0.02)
    first = Upstream()
    with relay(first) as client, client.websocket_connect("/meetings/one/listen") as line:
        assert line.receive_json() == ON
        assert client.get("/readyz").status_code == 200
        first.end()
        wait_for(lambda: client.get("/readyz").status_code == 503, 10)
        assert client.get("/readyz").text == "lost: /meetings/one/listen\n"
        second = Upstream(first.port)
        second.greeting = {"sound": "on", "on": [0]}
        try:
            assert line.receive_json() == {"sound": "on", "on": [0]}
            second.lines[0].send(b"sound")
            assert line.receive_bytes() == b"sound"
            assert client.get("/readyz").text == "ok\n"
        finally:
            second.end()


def test_what_the_upstream_refuses_is_refused_until_it_lets_in(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    patience: list[Fan] = []

    class Noted(Fan):
        def _end_idle(self) -> None:
            super()._end_idle()
            patience.append(self)

    monkeypatch.setattr(fan, "KEEP_S", 0.05)
    monkeypatch.setattr(relaying, "Fan", Noted)
    upstream.is_hidden = True
    with relay(upstream) as client:
        for _ in range(2):
            with pytest.raises(WebSocketDenialResponse) as refused:
                client.websocket_connect("/meetings/one/listen").__enter__()
            assert refused.value.status_code == 404
        upstream.is_hidden = False
        with client.websocket_connect("/meetings/one/listen") as first:
            first.receive_json()
            wait_for(lambda: len(patience) == 3)  # those that were refused have been forgotten
            with client.websocket_connect("/meetings/one/listen") as second:
                assert second.receive_json() == ON
    assert len(upstream.asked) == 3


def test_where_no_upstream_answers_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relaying, "PATIENCE_S", 0.05)
    upstream = Upstream()
    upstream.end()
    with relay(upstream) as client, pytest.raises(WebSocketDenialResponse) as refused:
        client.websocket_connect("/meetings/one/listen").__enter__()
    assert refused.value.status_code == 503


def test_a_connection_that_nobody_listens_to_ends(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fan, "KEEP_S", 0.05)
    with relay(upstream) as client:
        with client.websocket_connect("/meetings/one/listen") as line:
            line.receive_json()
            assert "engage_relay_connections 1.0" in client.get("/metrics").text.splitlines()
        wait_for(lambda: "engage_relay_connections 0.0" in client.get("/metrics").text.splitlines(), 10)


@pytest.mark.parametrize(
    ("origin", "comes_in"), [("https://city.example", True), ("https://evil.example", False), ("", False)]
)
def test_only_our_pages_may_listen(upstream: Upstream, origin: str, comes_in: bool) -> None:
    with relay(upstream, "https://city.example https://other.example") as client:
        line = client.websocket_connect("/meetings/one/listen", headers={"Origin": origin})
        if comes_in:
            with line as listening:
                assert listening.receive_json() == ON
        else:
            with pytest.raises(WebSocketDisconnect) as closed:
                line.__enter__()
            assert closed.value.code == 1008


@pytest.mark.parametrize(
    "upstream", ["", "meetings.example.gov", "ftp://city.example", "https://a.example/b"]
)
def test_an_upstream_is_an_origin(upstream: str) -> None:
    with pytest.raises(click.UsageError):
        create_relay(upstream)
