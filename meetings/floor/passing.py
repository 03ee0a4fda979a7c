"""A microphone that has come to a process that does not lead: passed on to the one that does, both ways.

The browser's socket stays open while another process takes the lead over: what is said meanwhile is dropped.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState
from websockets.asyncio.client import ClientConnection, unix_connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI
from websockets.typing import Origin, Subprotocol

from meetings.floor.leading import Leading, address_of
from meetings.floor.packets import SUBPROTOCOL

PATIENCE_S, LOOK_S = 5.0, 0.1
"""How long somebody waits for a leader, and how often is looked for one."""
LINE = {
    "compression": None, "user_agent_header": None, "max_size": 1 << 16, "max_queue": 64,
    "open_timeout": 5.0, "ping_interval": 5.0, "ping_timeout": 5.0, "close_timeout": 1.0,
}  # fmt: skip
"""Of a connection to where the sound is: what is read ahead (bytes of a message, messages), and when it is
given up (seconds)."""
GONE = (1001, 1006, 1012)
"""The leader ends, or has ended without a word: another one will take over."""
NO_CODE, RESTARTS, UNAVAILABLE = 1005, 1012, 503


@dataclass(frozen=True)
class Wanted:
    """What is asked of the leader, in the words of whoever asked us."""

    at: str
    """Path and query."""
    host: str = "localhost"
    origin: str = "http://localhost"
    cookies: tuple[str, ...] = ()
    subprotocols: tuple[str, ...] = (SUBPROTOCOL,)

    @classmethod
    def of(cls, socket: WebSocket) -> "Wanted":
        headers = socket.headers
        return cls(
            at=address(socket), host=headers.get("host", ""), origin=headers.get("origin", ""),
            cookies=tuple(headers.getlist("cookie")), subprotocols=tuple(socket.scope["subprotocols"]),
        )  # fmt: skip


def address(asked: HTTPConnection) -> str:
    """Path and query, as they came."""
    query = asked.scope["query_string"].decode("latin-1")
    path: str = asked.scope["raw_path"].decode("latin-1")
    return f"{path}?{query}" if query else path


def has_been_passed_on(asked: HTTPConnection) -> bool:
    """It has come through the door for neighbours, which has no port."""
    server = asked.scope.get("server")
    return server is not None and server[1] is None


async def pass_on(socket: WebSocket, leading: Leading) -> None:
    """One microphone, not accepted yet, until one of the two ends is closed for good."""
    wanted = Wanted.of(socket)
    try:
        line = await call_leader(wanted, leading)
    except InvalidStatus as refusal:
        await refuse(socket, refusal.response.status_code)
    except (TimeoutError, InvalidURI):
        await refuse(socket, UNAVAILABLE)
    else:
        await socket.accept(subprotocol=line.subprotocol)
        await Passage(socket, wanted, leading, line).carry()


async def refuse(socket: WebSocket, status: int) -> None:
    await socket.send_denial_response(Response(status_code=status))


async def call_leader(wanted: Wanted, leading: Leading) -> ClientConnection:
    """Waits for a leader where there is none just now. Raises InvalidStatus as it answers; TimeoutError."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                return await call(wanted, leading)
            except InvalidStatus as refusal:
                if refusal.response.status_code < 500:
                    raise
            except InvalidURI:
                raise
            except (OSError, InvalidHandshake):
                pass  # nobody leads just now
            await asyncio.sleep(LOOK_S)


async def call(wanted: Wanted, leading: Leading) -> ClientConnection:
    path = leading.leader_path()
    if path is None:
        raise ConnectionRefusedError
    with address_of(path) as door:
        return await unix_connect(
            door, f"ws://{wanted.host}{wanted.at}", origin=Origin(wanted.origin),
            additional_headers=[("Cookie", each) for each in wanted.cookies],
            subprotocols=[Subprotocol(each) for each in wanted.subprotocols] or None,
            **LINE,
        )  # fmt: skip


class Passage:
    """One browser's microphone, and the line to whoever leads just now; None while nobody does."""

    def __init__(self, socket: WebSocket, wanted: Wanted, leading: Leading, line: ClientConnection) -> None:
        self.socket, self.wanted, self.leading = socket, wanted, leading
        self.line: ClientConnection | None = line

    async def carry(self) -> None:
        ways = [asyncio.create_task(self.carry_up()), asyncio.create_task(self.carry_down())]
        try:
            done, _ = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in done:
                way.result()
        finally:
            for way in ways:
                way.cancel()
            if self.line:
                self.line.transport.close()

    async def carry_up(self) -> None:
        """It is always read, so that nothing old waits to be heard."""
        while (message := await self.socket.receive())["type"] != "websocket.disconnect":
            data = message.get("bytes")
            if self.line and data is not None:
                with suppress(ConnectionClosed):
                    await self.line.send(data)

    async def carry_down(self) -> None:
        code = RESTARTS
        while self.line and (code := await self.carry_line(self.line)) in GONE:
            self.line = None
            try:
                self.line = await call_leader(self.wanted, self.leading)
            except (InvalidStatus, TimeoutError):
                code = RESTARTS
        if self.socket.application_state is WebSocketState.CONNECTED:
            await self.socket.close(1000 if code == NO_CODE else code)

    async def carry_line(self, line: ClientConnection) -> int:
        """Until it is closed; with which code."""
        try:
            while True:
                message = await line.recv()
                if isinstance(message, str):
                    await self.socket.send_text(message)
                else:
                    await self.socket.send_bytes(message)
        except ConnectionClosed:
            return line.close_code or 1006
        except WebSocketDisconnect:
            return NO_CODE
