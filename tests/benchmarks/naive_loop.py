"""The control for slow readers: a server that sends to one page after another, and waits for each.

python -m tests.benchmarks.naive_loop PORT
"""

import asyncio
import contextlib
import json
import socket
import sys
from collections.abc import AsyncIterator

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from engage.doors import ENTRY

SIZE = 1 << 14
"""Bytes of a message."""
SEND_BUFFER = 1 << 16
"""Bytes that the kernel takes for a page that does not read; by itself it would take megabytes."""


class Everyone:
    """All open pages, and the acts that they are to be told of."""

    def __init__(self) -> None:
        self.pages: list[WebSocket] = []
        self.acts: asyncio.Queue[int] = asyncio.Queue()
        self.seq = 0

    async def tell(self) -> None:
        while True:
            seq = await self.acts.get()
            for page in list(self.pages):
                with contextlib.suppress(Exception):  # it has gone
                    await page.send_text(message(seq))


def message(seq: int) -> str:
    return json.dumps({"content": "x" * SIZE, "since": f"{seq}-00000000", "now": 0, "names": []})


async def act(request: Request) -> Response:
    everyone: Everyone = request.app.state.everyone
    everyone.seq += 1
    everyone.acts.put_nowait(everyone.seq)
    return RedirectResponse("/", 303, {ENTRY: f"naive/{everyone.seq}-00000000"})


async def show(request: Request) -> Response:
    return PlainTextResponse(f'data-since="{request.app.state.everyone.seq}-00000000"')


async def watch(page: WebSocket) -> None:
    everyone: Everyone = page.app.state.everyone
    await page.accept()
    await page.send_text(message(everyone.seq))
    everyone.pages.append(page)
    while (await page.receive())["type"] != "websocket.disconnect":
        pass
    everyone.pages.remove(page)


@contextlib.asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    app.state.everyone = Everyone()
    telling = asyncio.create_task(app.state.everyone.tell())
    yield
    telling.cancel()


routes = [
    Route("/readyz", show),
    Route("/meetings/{meeting_id}", show),
    Route("/act", act, methods=["POST"]),
    WebSocketRoute("/meetings/{meeting_id}/live", watch),
]

if __name__ == "__main__":
    listener = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=2048)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
    app = Starlette(routes=routes, lifespan=lifespan)
    config = uvicorn.Config(app, ws_per_message_deflate=False, log_level="critical")
    uvicorn.Server(config).run([listener])
