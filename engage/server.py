"""The web process, or several on one socket: uvicorn, set for many open pages, and the workers beside it."""

import contextlib
import os
import signal
import socket
import sys
import threading

import uvicorn
from starlette.applications import Starlette

from engage.app import create_app
from engage.capacity import make_room
from engage.db import Database
from engage.index import Index
from engage.migrations import migrate
from engage.options import plainly
from engage.processes import DRAIN_S, Child, kept_running
from engage.push.open_page import OpenPage
from engage.settings import Settings
from meetings.floor.leading import opened_door
from transcripts import uploads

LONGEST_MESSAGE = 1 << 16
"""Bytes of one socket message from a browser; nothing that it may send is longer."""
BACKLOG = 2048
"""Connections that the kernel holds until a process takes them."""


def serve(settings: Settings, *, with_workers: bool = True) -> None:
    """Until SIGINT or SIGTERM. Sockets are then closed with 1012, so that browsers come back."""
    take_signals()
    with plainly():
        prepare(settings)
    names = [*["worker"] * settings.workers, "captions"] if with_workers else []
    workers = [Child(name, "--kept", environment=environment(settings)) for name in names]
    if settings.processes > 1:
        serve_together(settings, workers)
    else:
        with kept_running(workers):
            web_process(settings).run()


def serve_together(settings: Settings, beside: list[Child]) -> None:
    """Several web processes take connections from one socket, whichever is free; one that dies is replaced
    while the others go on."""
    shared = listen(settings)
    number = shared.fileno()
    web = [
        Child("serve", "--kept", "--shared", str(number), environment=environment(settings), shared=[number])
        for _ in range(settings.processes)
    ]
    with kept_running([*web, *beside], at_end=shared.close):
        threading.Event().wait()


def serve_shared(settings: Settings, descriptor: int) -> None:
    """As one of several: take connections from the parent's socket, and what the others pass on."""
    take_signals()
    with opened_door(settings.run) as door:
        web_process(settings).run(sockets=[socket.socket(fileno=descriptor), door])


class WebServer(uvicorn.Server):
    """An audio stream that never ends by itself would keep it from ending."""

    def __init__(self, app: Starlette, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.app.state.streams.end()
        await super().shutdown(sockets)


def web_process(settings: Settings) -> uvicorn.Server:
    app = create_app(settings, is_prepared=True)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        ws=OpenPage,
        ws_per_message_deflate=False,
        ws_max_size=LONGEST_MESSAGE,
        timeout_graceful_shutdown=DRAIN_S,
        forwarded_allow_ips=settings.trusted_proxies,
        log_level="warning",
        server_header=False,
    )
    make_room()
    return WebServer(app, config)


def prepare(settings: Settings) -> None:
    """What one process does before there are others: new tables, an index, and away with leftovers."""
    migrate(settings.database)
    store = Database(settings.database)
    store.read_now(lambda db: uploads.sweep(db, settings))
    store.close()
    for kind in ("present-*", "sound-*", "web-*"):
        for left in settings.run.glob(kind):
            left.unlink(missing_ok=True)
    with contextlib.suppress(OSError, ValueError):  # search can wait until its folder can be read
        Index(settings.index).cursors()


def listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=BACKLOG)
    except OSError as error:
        sys.exit(f"Nothing can be served on {settings.host}, port {settings.port}: {error.strerror}")


def environment(settings: Settings) -> dict[str, str]:
    """The same settings for a child, wherever ours came from."""
    return os.environ | {f"ENGAGE_{name.upper()}": str(value) for name, value in settings}


def take_signals() -> None:
    """uvicorn takes them while it runs, and raises them again when it is done: children must end too."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)


def end(*_: object) -> None:
    raise SystemExit(0)
