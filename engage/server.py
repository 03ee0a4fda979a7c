"""The web process: uvicorn, set for many open sockets, and the worker beside it."""

import contextlib
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

import uvicorn
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from engage.app import create_app
from engage.hub import WRITE
from engage.settings import Settings

DRAIN_S = 10
"""How long a shutdown waits for requests that are under way."""
LONGEST_MESSAGE = 1 << 16
"""Bytes of one socket message from a browser; nothing that it may send is longer."""
RESTART_S = 2


class OpenPage(WebSocketsSansIOProtocol):
    """uvicorn's own protocol, which also lets the hub write one finished frame to many pages.

    Frames without compression stand alone, so the protocol need not know of them.
    """

    async def run_asgi(self) -> None:
        self.scope["extensions"][WRITE] = {"write": self.write_frame}
        await super().run_asgi()

    def write_frame(self, frame: bytes) -> bool:
        """False, and nothing written, when the page reads too slowly or is going away."""
        if self.close_sent or not self.writable.is_set() or self.transport.is_closing():
            return False
        self.transport.write(frame)
        return True


def serve(settings: Settings, *, with_worker: bool = True) -> None:
    """Until SIGINT or SIGTERM. Sockets are then closed with 1012, so that browsers come back."""
    config = uvicorn.Config(
        create_app(settings),
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
    signal.signal(signal.SIGTERM, end)  # uvicorn raises it again when it is done, and the worker must end too
    with worker_beside(settings) if with_worker else contextlib.nullcontext():
        uvicorn.Server(config).run()


def end(*_: object) -> None:
    raise SystemExit(0)


@contextlib.contextmanager
def worker_beside(settings: Settings) -> Iterator[None]:
    """One worker process, started again when it ends before we do."""
    ending = threading.Event()
    running: list[subprocess.Popen[bytes]] = []

    def keep() -> None:
        while not ending.is_set():
            child = subprocess.Popen([sys.executable, "-m", "engage", "worker", "--data", settings.data])
            running[:] = [child]
            child.wait()
            ending.wait(RESTART_S)

    keeper = threading.Thread(target=keep, name="worker keeper", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        ending.set()
        for child in running:
            child.terminate()
        keeper.join(timeout=DRAIN_S)
