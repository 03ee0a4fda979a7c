"""A microphone at a process that does not lead: what the leader gets, and what comes back."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, unix_serve
from websockets.typing import Subprotocol

from meetings.floor import passing
from meetings.floor.leading import Leading
from meetings.floor.packets import SUBPROTOCOL
from meetings.floor.passing import pass_on

PATH = "/meetings/one/speak"


class Leader:
    """Another process's end, as far as its neighbours see of it."""

    def __init__(self, folder: Path, number: int) -> None:
        self.leading = Leading(folder)
        self.leading.own = folder / f"web-{number}.sock"
        self.asked: list[Request] = []
        self.lines: list[ServerConnection] = []
        self.heard: list[str | bytes] = []
        self.line_ended = Event()
        self.ends = ExitStack()

    def lead(self) -> None:
        server = self.ends.enter_context(
            unix_serve(
                self.take, str(self.leading.own), select_subprotocol=chosen,
                process_request=self.look, compression=None,
            )
        )  # fmt: skip
        self.ends.callback(server.shutdown)
        thread = Thread(target=server.serve_forever)
        thread.start()
        self.ends.callback(thread.join)
        self.ends.callback(server.shutdown)
        assert self.leading.try_to_lead()

    def look(self, line: ServerConnection, request: Request) -> Response | None:
        self.asked.append(request)
        return line.respond(404, "") if "gone" in request.path else None

    def take(self, line: ServerConnection) -> None:
        self.lines.append(line)
        line.send('{"state": "on_air", "channel": 1}')
        try:
            for message in line:
                self.heard.append(message)
                line.send(b"heard " + (message if isinstance(message, bytes) else message.encode()))
        except ConnectionClosed:
            pass
        self.line_ended.set()

    def end(self, code: int = 1012) -> None:
        """Nobody is taken in any more before the lines are closed, so that nobody comes back to it."""
        self.ends.close()
        for line in self.lines:
            line.close(code)
        self.leading.let_go()


def chosen(line: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    return Subprotocol(SUBPROTOCOL) if SUBPROTOCOL in offered else None


@contextmanager
def follower(folder: Path) -> Iterator[TestClient]:
    leading = Leading(folder)

    async def speak(socket: WebSocket) -> None:
        await pass_on(socket, leading)

    with TestClient(Starlette(routes=[WebSocketRoute("/meetings/{meeting_id}/speak", speak)])) as client:
        yield client


@pytest.fixture
def leader(tmp_path: Path) -> Iterator[Leader]:
    made = Leader(tmp_path, 1)
    made.lead()
    yield made
    made.end()


def test_the_leader_gets_all_that_says_who_it_is(leader: Leader, tmp_path: Path) -> None:
    headers = {"Host": "testserver", "Cookie": "p_one=secret", "Origin": "http://testserver"}
    with follower(tmp_path) as client:
        line = client.websocket_connect(f"{PATH}?lang=es", subprotocols=[SUBPROTOCOL], headers=dict(headers))
        with line as microphone:
            assert microphone.accepted_subprotocol == SUBPROTOCOL
            assert microphone.receive_json() == {"state": "on_air", "channel": 1}
            microphone.send_bytes(b"sound")
            assert microphone.receive_bytes() == b"heard sound"
    (asked,) = leader.asked
    assert asked.path == f"{PATH}?lang=es"
    assert {name: asked.headers[name] for name in headers} == headers
    assert leader.heard == [b"sound"]


def test_words_of_a_browser_go_no_further(leader: Leader, tmp_path: Path) -> None:
    with follower(tmp_path) as client, client.websocket_connect(PATH) as microphone:
        microphone.receive_json()
        microphone.send_text("hello")
        microphone.send_bytes(b"sound")
        assert microphone.receive_bytes() == b"heard sound"
    assert leader.heard == [b"sound"]


@pytest.mark.parametrize("code", [1000, 1008, 4003])
def test_what_the_leader_closes_is_closed(leader: Leader, tmp_path: Path, code: int) -> None:
    with follower(tmp_path) as client, client.websocket_connect(PATH) as microphone:
        microphone.receive_json()
        leader.lines[0].close(code)
        with pytest.raises(WebSocketDisconnect) as closed:
            microphone.receive_json()
        assert closed.value.code == code


def test_the_browsers_end_ends_the_leaders(leader: Leader, tmp_path: Path) -> None:
    with follower(tmp_path) as client, client.websocket_connect(PATH) as microphone:
        microphone.receive_json()
        assert not leader.line_ended.is_set()
    assert leader.line_ended.wait(10)


def test_what_the_leader_refuses_is_refused(leader: Leader, tmp_path: Path) -> None:
    with (
        follower(tmp_path) as client,
        pytest.raises(WebSocketDenialResponse) as refused,
        client.websocket_connect("/meetings/gone/speak"),
    ):
        pass
    assert refused.value.status_code == 404


def test_the_browser_keeps_its_socket_when_another_leads(tmp_path: Path) -> None:
    first, second = Leader(tmp_path, 1), Leader(tmp_path, 2)
    first.lead()
    with follower(tmp_path) as client, client.websocket_connect(PATH) as microphone:
        microphone.receive_json()
        first.end()
        microphone.send_bytes(b"nobody hears")
        second.lead()
        assert microphone.receive_json() == {"state": "on_air", "channel": 1}
        microphone.send_bytes(b"sound")
        assert microphone.receive_bytes() == b"heard sound"
    assert second.heard == [b"sound"]
    second.end()


def test_where_nobody_leads_it_is_told_to_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passing, "PATIENCE_S", 0.05)
    with (
        follower(tmp_path) as client,
        pytest.raises(WebSocketDenialResponse) as refused,
        client.websocket_connect(PATH),
    ):
        pass
    assert refused.value.status_code == 503
