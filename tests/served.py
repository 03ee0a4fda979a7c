"""The app behind our own server, by real sockets, in a thread of this process."""

import asyncio
import contextlib
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import uvicorn
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from engage.app import create_app
from engage.db import Database
from engage.push.hub import Hub
from engage.push.open_page import OpenPage
from engage.settings import Settings
from tests.benchmarks.serving import free_port
from tests.make import City, wait_for

T = TypeVar("T")
AnyServed = TypeVar("AnyServed", bound="Served")


class Served:
    def __init__(self, settings: Settings, city: City) -> None:
        self.app, self.city = create_app(settings), city
        self.port = free_port()
        config = uvicorn.Config(
            self.app, port=self.port, ws=OpenPage, ws_per_message_deflate=False, log_level="critical",
            timeout_graceful_shutdown=2,
        )  # fmt: skip
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run)

    @property
    def db(self) -> Database:
        found: Database = self.app.state.db
        return found

    @property
    def hub(self) -> Hub:
        found: Hub = self.app.state.hub
        return found

    def connect(self, path: str, **options: Any) -> ClientConnection:
        host = f"127.0.0.1:{self.port}"
        own = Origin(f"http://{host}")
        made: ClientConnection = connect(f"ws://{host}{path}", origin=own, max_size=None, **options)
        return made

    def in_its_loop(self, work: Callable[[], T]) -> T:
        async def asked() -> T:
            return work()

        return asyncio.run_coroutine_threadsafe(asked(), self.hub._loop).result()


@contextlib.contextmanager
def serving_here(
    kind: type[AnyServed], settings: Settings, filled_store: tuple[Path, City]
) -> Iterator[AnyServed]:
    shutil.copy(filled_store[0], settings.database)
    made = kind(settings, filled_store[1])
    made.thread.start()
    wait_for(lambda: made.server.started)
    yield made
    made.server.should_exit = True
    made.thread.join()
