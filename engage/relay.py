"""The command `engage relay`: listeners are served here, from one connection for each meeting."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import click
import uvicorn
from prometheus_client import CollectorRegistry, Gauge, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from engage.capacity import make_room
from engage.doors import marked
from engage.origin import OwnOriginOnly
from engage.processes import DRAIN_S
from engage.push.open_page import OpenPage
from meetings.floor.packets import SUBPROTOCOL
from meetings.floor.passing import LINE
from meetings.floor.relaying import Relays

LONGEST_MESSAGE = 1 << 12
"""Bytes from a browser, which has nothing to say here."""


@click.command()
@click.option("--upstream", required=True, help="Where the meetings are, e.g. https://meetings.example.gov")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=int, default=8100, show_default=True, help="Port to listen on.")
@click.option("--origins", default="", help="Further origins whose pages may listen, separated by spaces.")
def relay(upstream: str, host: str, port: int, origins: str) -> None:
    """Serve listeners of the meetings at UPSTREAM, which sends each meeting's sound here once."""
    app = create_relay(upstream, origins)
    config = uvicorn.Config(
        app, host=host, port=port, ws=OpenPage, ws_per_message_deflate=False,
        ws_max_size=LONGEST_MESSAGE, timeout_graceful_shutdown=DRAIN_S, log_level="warning",
        server_header=False,
    )  # fmt: skip
    make_room()
    click.echo(f"Listeners on http://{host}:{port}/, sound from {app.state.upstream}", err=True)
    uvicorn.Server(config).run()


def create_relay(upstream: str, origins: str = "") -> Starlette:
    """`upstream` is the origin of the meetings' pages: only they, and `origins`, may listen here."""
    parts = urlsplit(upstream)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
        raise click.UsageError("The upstream is an address like https://meetings.example.gov")
    origin = f"{parts.scheme}://{parts.netloc}"
    app = Starlette(
        routes=routes,
        middleware=[Middleware(OwnOriginOnly, origins=frozenset([origin, *origins.split()]))],
        lifespan=lifespan,
    )
    app.state.upstream = origin
    return app


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    origin: str = app.state.upstream

    async def call(at: str) -> ClientConnection:
        tls = ssl.create_default_context() if origin.startswith("https:") else None
        return await connect(
            f"ws{origin.removeprefix('http')}{at}", origin=Origin(origin), proxy=None, ssl=tls,
            subprotocols=[Subprotocol(SUBPROTOCOL)],
            **LINE,  # type: ignore[arg-type]  # each is of its own type
        )  # fmt: skip

    app.state.relays = Relays(call)
    yield
    await app.state.relays.stop()


async def listen(socket: WebSocket) -> None:
    await socket.app.state.relays.serve(socket)


async def readiness(request: Request) -> Response:
    """Not while a connection is lost that somebody listens to."""
    lost = [fan.at for fan in request.app.state.relays.fans.values() if fan.ears and not fan.is_connected]
    text = "".join(f"lost: {at}\n" for at in lost) or "ok\n"
    return PlainTextResponse(text, status_code=503 if lost else 200)


async def metrics(request: Request) -> Response:
    relays: Relays = request.app.state.relays
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    listeners = Gauge("engage_relay_listeners", "Who listens here.", registry=registry)
    listeners.set(sum(relays.listeners().values()))
    lines = Gauge("engage_relay_connections", "Connections to where the meetings are.", registry=registry)
    lines.set(sum(relays.connected().values()))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_PLAIN_0_0_4)


marked(listen, "public")

routes = [
    WebSocketRoute("/meetings/{meeting_id}/listen", listen),
    Route("/readyz", readiness),
    Route("/metrics", metrics),
]
