"""Who listens: one socket each, written to as the sound comes, and never waited for.

Sound is not kept for whoever does not read: it is left out, and when they read again they hear what is said
then. On our own server a listener is one socket without a task, as an open page is.
"""

import asyncio
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from starlette.websockets import WebSocket

from engage.push.frames import Plain
from engage.push.hub import TRY_AGAIN_LATER
from engage.push.lines import OPEN_PAGE, PlainLine, TaskLine, keep_open
from meetings.floor.packets import SUBPROTOCOL

SLOW_S = 15
"""A listener that takes no byte for so long is closed; its browser comes back."""
BUFFER = 1 << 12
"""Bytes that we keep for one that does not read, and as many in the kernel (which doubles them): of one
speaker a second or two, which a line that stalls for a moment catches up with."""
CHANNELS = 1 << 8
"""A channel's number on the wire has 8 bits."""
MOST_WAITING = 50
"""Messages, on other servers: three seconds."""


class Source(Protocol):
    """What is listened to: a meeting's room, or what comes of it over a connection."""

    def listen(self, ear: "Listener") -> None: ...

    def greet(self, ear: "Listener") -> None: ...

    def stop_listening(self, ear: "Listener") -> None: ...


@dataclass(eq=False, slots=True)
class Listener:
    room: Source
    choice: int | None
    line: PlainLine | None = None
    too_slow: asyncio.TimerHandle | None = None
    """Runs while it does not read."""

    def write(self, packet: bytes) -> None:
        if self.too_slow is None:
            self._send(framed(packet))

    def tell(self, **state: object) -> None:
        if self.too_slow is None:
            self._send(Plain(json.dumps(state)))

    def resumed(self) -> None:
        """It reads again: it is told how things stand, and goes on with what is said now."""
        if self.too_slow:
            self.too_slow.cancel()
            self.too_slow = None
            self.room.greet(self)

    def gone(self) -> None:
        if self.too_slow:
            self.too_slow.cancel()
        self.room.stop_listening(self)

    def _send(self, message: Plain) -> None:
        if self.line and not self.line.write(message):
            self.too_slow = asyncio.get_running_loop().call_later(SLOW_S, self._give_up)

    def _give_up(self) -> None:
        if self.line:
            self.line.close(TRY_AGAIN_LATER)


@lru_cache(maxsize=1)
def framed(packet: bytes) -> Plain:
    """One for all who hear it: they are written to one after another."""
    return Plain(packet)


def choice_of(socket: WebSocket) -> int | None:
    """A channel that is heard instead of the floor; None for what is no channel, too."""
    chosen = socket.query_params.get("channel", "")
    is_channel = chosen.isascii() and chosen.isdecimal() and len(chosen) <= 3 and int(chosen) < CHANNELS
    return int(chosen) if is_channel else None


async def accept(socket: WebSocket) -> None:
    """In our own format, where the browser knows it."""
    offered = socket.scope.get("subprotocols", [])
    await socket.accept(subprotocol=SUBPROTOCOL if SUBPROTOCOL in offered else None)


async def serve_listener(socket: WebSocket, room: Source, choice: int | None) -> None:
    """One accepted socket. On our own server it stays open after this has come back."""
    listener = Listener(room, choice)
    if ours := socket.scope.get("extensions", {}).get(OPEN_PAGE):
        listener.line = ours["take_over"](listener, BUFFER)
        room.listen(listener)
    else:
        listener.line = line = TaskLine(MOST_WAITING)
        room.listen(listener)
        await keep_open(socket, listener, line)
