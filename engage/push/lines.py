"""How frames reach one page on any server: through its ASGI task, where it is not taken over."""

import asyncio
from contextlib import suppress
from typing import Protocol

from starlette.websockets import WebSocket, WebSocketDisconnect

from engage.push.frames import Frame, Plain
from engage.push.watching import Watcher

OPEN_PAGE = "engage.push.open_page"
"""The ASGI extension by which our own server takes a socket over from its task."""
MOST_WAITING = 8


class Open(Protocol):
    """Whoever is written to through a line: an open page, a listener."""

    def resumed(self) -> None:
        """It reads again."""

    def gone(self) -> None: ...


class PlainLine(Protocol):
    """As `watching.Line`, for messages that are sent as they are."""

    def write(self, frame: Plain) -> bool: ...

    def close(self, code: int) -> None: ...


class TaskLine:
    """A socket that stays with its ASGI task."""

    def __init__(self, most: int = MOST_WAITING) -> None:
        self.frames: asyncio.Queue[Frame | Plain | int] = asyncio.Queue(most)

    def write(self, frame: Frame | Plain) -> bool:
        if self.frames.full():
            return False
        self.frames.put_nowait(frame)
        return True

    def close(self, code: int) -> None:
        self.frames = asyncio.Queue(MOST_WAITING)
        self.frames.put_nowait(code)

    def waiting(self) -> int:
        return self.frames.qsize()


async def serve_here(socket: WebSocket, watcher: Watcher) -> None:
    """Until the page goes away."""
    line = watcher.line = TaskLine()
    watcher.room.enter(watcher)
    await keep_open(socket, watcher, line)


async def keep_open(socket: WebSocket, page: Open, line: TaskLine) -> None:
    """Until it goes away; what it sends is dropped."""
    sender = asyncio.create_task(_send_all(socket, page, line))
    try:
        while (await socket.receive())["type"] != "websocket.disconnect":
            pass
    finally:
        sender.cancel()
        page.gone()


async def _send_all(socket: WebSocket, page: Open, line: TaskLine) -> None:
    with suppress(WebSocketDisconnect, RuntimeError):  # the page went away while a frame was on its way
        while not isinstance(each := await line.frames.get(), int):
            if isinstance(each.content, str):
                await socket.send_text(each.content)
            else:
                await socket.send_bytes(each.content)
            page.resumed()
        await socket.close(each)
