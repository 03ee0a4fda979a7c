"""How frames reach one page on any server: through its ASGI task, where it is not taken over."""

import asyncio
from contextlib import suppress

from starlette.websockets import WebSocket, WebSocketDisconnect

from engage.push.frames import Frame
from engage.push.watching import Watcher

OPEN_PAGE = "engage.push.open_page"
"""The ASGI extension by which our own server takes a socket over from its task."""
MOST_WAITING = 8


class TaskLine:
    """A socket that stays with its ASGI task."""

    def __init__(self) -> None:
        self.frames: asyncio.Queue[Frame | int] = asyncio.Queue(MOST_WAITING)

    def write(self, frame: Frame) -> bool:
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
    sender = asyncio.create_task(_send_all(socket, watcher, line))
    try:
        while (await socket.receive())["type"] != "websocket.disconnect":
            pass
    finally:
        sender.cancel()
        watcher.gone()


async def _send_all(socket: WebSocket, watcher: Watcher, line: TaskLine) -> None:
    with suppress(WebSocketDisconnect, RuntimeError):  # the page went away while a frame was on its way
        while isinstance(each := await line.frames.get(), Frame):
            await socket.send_text(each.text)
            watcher.resumed()
        await socket.close(each)
