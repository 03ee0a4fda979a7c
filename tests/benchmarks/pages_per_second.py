"""How many visitors a second get the live meeting's page from one core: kept, unchanged, their own, and anew.

python -m tests.benchmarks.pages_per_second --seconds 5

Starts `engage serve` on the demonstration's city, on one core; this driver sits on the other and asks over 50
connections that stay open, without a cookie (kept page), with the page's ETag (304), and with a cookie: then
the page is put together for each, from panels that were drawn once. Last, without a server between, the page
with every panel drawn anew each time: what the first visitor after a change costs.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from dataclasses import dataclass, field
from inspect import unwrap
from pathlib import Path
from typing import cast

import httpx2
import uvloop
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient

from engage.app import create_app
from engage.db import Database
from engage.demo import city as demo
from engage.demo.welcome import addresses
from engage.doors import let_in
from engage.migrations import migrate
from engage.push.panels import Drawn
from engage.room import fresh
from engage.settings import Settings
from tests.benchmarks.results import Figures, report
from tests.benchmarks.serving import serving
from tests.make import state_of

LEAST = 3000
CONNECTIONS = 50


@dataclass
class Asked:
    """One kind of request, and what came back."""

    request: bytes
    until: float = 0
    answers: int = 0
    wrong: int = 0
    waits: list[float] = field(default_factory=list)


class Visitor(asyncio.Protocol):
    """Asks again as soon as it has been answered."""

    def __init__(self, asked: Asked, done: "asyncio.Future[None]") -> None:
        self.asked, self.done = asked, done
        self.buffer = b""
        self.whole = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self._ask()

    def _ask(self) -> None:
        self.began = time.perf_counter()
        self.transport.write(self.asked.request)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if not self.whole and (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            self.whole = end + 4 + length_of(self.buffer[:end])
            self.asked.wrong += self.buffer[9:12] not in (b"200", b"304")
        if self.whole and len(self.buffer) >= self.whole:
            self.buffer, self.whole = self.buffer[self.whole :], 0
            self.asked.answers += 1
            now = time.perf_counter()
            self.asked.waits.append(now - self.began)
            if now < self.asked.until:
                self._ask()
            else:
                self.transport.close()
                self.done.set_result(None)


def length_of(head: bytes) -> int:
    lowered = head.lower()
    at = lowered.find(b"content-length:")
    return int(lowered[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 and b" 304 " not in head[:20] else 0


async def ask(port: int, asked: Asked, seconds: float) -> float:
    """Answers a second."""
    loop = asyncio.get_running_loop()
    ends = [loop.create_future() for _ in range(CONNECTIONS)]
    began = time.perf_counter()
    asked.until = began + seconds
    for end in ends:
        await loop.create_connection(lambda end=end: Visitor(asked, end), "127.0.0.1", port)
    await asyncio.gather(*ends)
    return asked.answers / (time.perf_counter() - began)


def kinds(port: int, path: str) -> dict[str, Asked]:
    page = httpx2.get(f"http://127.0.0.1:{port}{path}")
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Language: en\r\n"
    more = {
        "kept": "",
        "kept, compressed": "Accept-Encoding: gzip\r\n",
        "unchanged (304)": f"If-None-Match: {page.headers['etag']}\r\n",
        "put together for each": "Cookie: sid=nobody\r\n",
    }
    return {name: Asked((head + each + "\r\n").encode()) for name, each in more.items()}


def anew(settings: Settings, path: str, seconds: float) -> float:
    """Renderings a second, in this thread."""
    with TestClient(create_app(settings)) as client:
        store: Database = state_of(client).db
        drawn: Drawn = state_of(client).hub.newsroom.drawn
        scope = {
            "type": "http", "method": "GET", "path": path, "query_string": b"", "headers": [], "state": {},
            "path_params": {"meeting_id": path.rsplit("/", 1)[1]}, "app": client.app,
        }  # fmt: skip

        def render(db: Session) -> Response:
            drawn.held.clear()
            request = Request(scope)
            let_in(request, db, "public")
            page: Response = unwrap(fresh)(request, db)
            return page

        store.read_now(render)
        count, began = 0, time.perf_counter()
        while (spent := time.perf_counter() - began) < seconds:
            store.read_now(render)
            count += 1
    return count / spent


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(folder: Path, seconds: float) -> Figures:
    settings = Settings(data=folder, city=demo.CITY)
    migrate(settings.database)
    store = Database(settings.database)
    store.write_now(lambda db: demo.fill(db, settings))
    path = f"/meetings/{store.read_now(addresses)['live']}"
    store.close()
    os.sched_setaffinity(0, {0})
    figures: Figures = {}
    with serving(folder) as (port, pid):
        os.sched_setaffinity(0, {1})
        for name, asked in kinds(port, path).items():
            before = cpu_s(pid)
            rate = uvloop.run(ask(port, asked, seconds))
            waits = sorted(asked.waits)
            figures[f"{name}: requests a second"] = rate
            figures[f"{name}: p50, ms"] = waits[len(waits) // 2] * 1000
            figures[f"{name}: p99, ms"] = waits[int(len(waits) * 0.99)] * 1000
            figures[f"{name}: CPU of the server a request, ms"] = (cpu_s(pid) - before) / asked.answers * 1000
            figures[f"{name}: wrong answers"] = asked.wrong
    figures["every panel drawn anew: renderings a second"] = anew(settings, path, seconds)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--save", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder), chosen.seconds)
    report("pages a second", figures, save=chosen.save)
    sys.exit(0 if float(figures["kept: requests a second"]) >= LEAST else 1)


if __name__ == "__main__":
    main()
