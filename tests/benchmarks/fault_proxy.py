"""A bad network in front of a server: connections that are cut, torn in a frame, silent, late or in crumbs.

Every connection of a proxy meets the next fault of its script; when the script is at its end the network is
good. `is_away` stands for no network at all.
"""

import asyncio
import contextlib
import random
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

KINDS = ("cut", "torn", "silent", "late", "crumbs")
MOST_DELAY_S = 2
LONGEST_CRUMB = 200
CRUMBS = 40
"""Of one read; what is left then goes whole."""
MOST_READ = 1 << 16
SILENCE_S = 0.5
"""How long nothing passes before the browser's end is cut."""
End = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(frozen=True)
class Fault:
    """`cut`: both ends at once. `torn`: within what comes next. `silent`: nothing passes any more, the server
    is not told, and soon the browser's end is cut. `late`, `crumbs`: all passes, badly, until the cut."""

    kind: str
    life_s: float
    delay_s: float = 0
    crumb: int = 0


def script(chance: random.Random, count: int, life_s: tuple[float, float]) -> list[Fault]:
    """So many faults; the same from the same `chance`."""
    made = []
    for _ in range(count):
        kind, life = chance.choice(KINDS), chance.uniform(*life_s)
        delay = chance.uniform(0, MOST_DELAY_S) if kind == "late" else 0
        crumb = chance.randint(1, LONGEST_CRUMB) if kind == "crumbs" else 0
        made.append(Fault(kind, life + delay, delay, crumb))
    return made


class FaultProxy:
    """Listens on a free port of this machine, for a server on another."""

    def __init__(self, to_port: int, faults: Iterable[Fault]) -> None:
        self.to_port, self.faults, self.port = to_port, list(faults), 0
        self.is_away, self.met = False, 0
        self.deaf_s: list[float] = []
        """How long the server kept each connection that had gone silent."""
        self.links: set[Link] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._join, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    def go_away(self) -> None:
        """No network; who is in it already has lost it."""
        self.is_away = True
        for link in list(self.links):
            if not link.silent_at:
                link.cut()

    async def stop(self) -> None:
        """Until every connection is cut and forgotten."""
        self._server.close()
        while self.links:
            for link in list(self.links):
                link.cut()
            await asyncio.sleep(0.01)

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if self.is_away:
                raise ConnectionRefusedError
            server = await asyncio.open_connection("127.0.0.1", self.to_port)
        except OSError:
            writer.transport.abort()
            return
        fault = self.faults.pop(0) if self.faults else None
        self.met += fault is not None
        link = Link((reader, writer), server, fault)
        self.links.add(link)
        try:
            await link.run()
        finally:
            self.links.discard(link)
            if link.silent_at and not link.is_cut:
                self.deaf_s.append(time.monotonic() - link.silent_at)


class Link:
    """One browser's connection through the proxy, until the server's end of it is closed."""

    def __init__(self, browser: End, server: End, fault: Fault | None) -> None:
        self.browser, self.server, self.fault = browser, server, fault
        self.crumb = fault.crumb if fault else 0
        self.is_torn = self.is_cut = False
        self.silent_at = 0.0

    async def run(self) -> None:
        others = [asyncio.create_task(self.carry_up())]
        if self.fault:
            others.append(asyncio.create_task(self.fail(self.fault)))
        with contextlib.suppress(OSError):
            await self.carry(self.server[0], self.browser[1], is_down=True)
        for task in others:
            task.cancel()
        for _, writer in (self.browser, self.server):
            writer.transport.abort()

    async def carry_up(self) -> None:
        with contextlib.suppress(OSError):
            await self.carry(self.browser[0], self.server[1], is_down=False)
        if not self.silent_at:
            self.server[1].transport.abort()

    async def carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_down: bool
    ) -> None:
        while data := await reader.read(MOST_READ):
            if self.silent_at:
                continue
            if self.fault and self.fault.delay_s:
                await asyncio.sleep(self.fault.delay_s)
            is_last = self.is_torn and is_down
            for piece in pieces(data[: len(data) // 2] if is_last else data, self.crumb):
                if writer.is_closing():
                    return
                writer.write(piece)
                await writer.drain()
            if is_last:
                return

    async def fail(self, fault: Fault) -> None:
        await asyncio.sleep(fault.life_s)
        if fault.kind == "silent":
            self.silent_at = time.monotonic()
            await asyncio.sleep(SILENCE_S)
            self.browser[1].transport.abort()
            return
        if fault.kind == "torn":
            self.is_torn = True
            await asyncio.sleep(SILENCE_S)
        self.cut()

    def cut(self) -> None:
        self.is_cut = True
        self.browser[1].transport.abort()
        self.server[1].transport.abort()


def pieces(data: bytes, crumb: int) -> Iterator[bytes]:
    """As they are written: a number of crumbs, and what is left."""
    end = min(len(data), crumb * CRUMBS)
    for at in range(0, end, crumb or 1):
        yield data[at : at + crumb]
    if data[end:]:
        yield data[end:]
