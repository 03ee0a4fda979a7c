"""Open pages as browsers hold them, as cheap as they can be: a socket, a cursor, and when each frame came.

A page reads whole frames and nothing of them but their cursor; `on_message` gets the rest, where somebody
wants it. One that has a `Backoff` comes back by itself.
"""

import asyncio
import base64
import os
import time
from array import array
from collections import Counter
from collections.abc import Callable, Sequence
from typing import cast

from tests.benchmarks.framing import COMPRESSED, cursor_in, cursor_in_packed, frame_size, payload
from tests.benchmarks.sites import Backoff, Site

TEXT, CLOSE, PING = 0x1, 0x8, 0x9
GONE, NO_CODE = 1006, 1005
"""What a browser says of a connection that ended without a close, or without a code (RFC 6455, 7.1.5)."""
AT_ONCE = 200
"""Handshakes under way at one time: enough to keep a server busy, fewer than any backlog."""


class Page(asyncio.Protocol):
    """One open page; it stays the same through all its connections.

    `seqs` and `times` (monotonic seconds) tell of every frame that came whole; `since` is its cursor.
    """

    def __init__(self, site: Site, path: str, *, since: str = "", cookie: str = "") -> None:
        self.site, self.path, self.since, self.cookie = site, path, since, cookie
        self.backoff: Backoff | None = None
        self.receive_buffer: int | None = None
        self.takes_deflate = False
        self.on_message: Callable[[bytes], None] | None = None
        self.seqs, self.times, self.opened = array("q"), array("d"), array("d")
        self.frame = b""
        """The latest, as it came."""
        self.statuses: Counter[int] = Counter()
        """Of all its handshakes; 0 is one that got no answer."""
        self.codes: Counter[int] = Counter()
        self.is_open = self.is_stopped = self.is_leaving = False
        self.attempt = 0
        self.transport: asyncio.Transport | None = None
        self._held: list[bytes] = []
        self._missing = 0
        self._status = 0
        self._code = GONE
        self._again: asyncio.TimerHandle | None = None
        self._trying: asyncio.Future[None] | None = None
        self._heard: asyncio.Future[None] | None = None

    async def open(self) -> None:
        """Until the handshake is answered, or has failed: `statuses` tells which."""
        loop = asyncio.get_running_loop()
        self._trying, self._heard = loop.create_future(), loop.create_future()
        self._status, self._code = 0, GONE
        try:
            await self.site.connect(self, self.receive_buffer)
        except OSError:
            self._lose()
        await self._trying

    async def heard(self, seconds: float = 60) -> None:
        """Until the first whole frame of this connection has come: the page is in step."""
        assert self._heard
        await asyncio.wait_for(asyncio.shield(self._heard), seconds)

    def leave(self) -> None:
        """For good."""
        self.is_leaving = True
        if self._again:
            self._again.cancel()
        if self.transport:
            self.transport.abort()

    def stop_reading(self) -> None:
        """At once, or from its handshake on."""
        self.is_stopped = True
        if self.transport:
            self.transport.pause_reading()

    def read_again(self) -> None:
        self.is_stopped = False
        if self.transport:
            self.transport.resume_reading()

    def query(self) -> str:
        return f"{self.path}?since={self.since}&lang=en"

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport, self._held, self._missing = cast(asyncio.Transport, transport), [], 0
        key, site = base64.b64encode(os.urandom(16)).decode(), self.site
        lines = [
            f"GET {self.query()} HTTP/1.1", f"Host: {site.netloc}", f"Origin: {site.url}",
            "Upgrade: websocket", "Connection: Upgrade", f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13", f"Cookie: {self.cookie}",
            *(["Sec-WebSocket-Extensions: permessage-deflate"] if self.takes_deflate else []),
        ]  # fmt: skip
        self.transport.write(("\r\n".join(lines) + "\r\n\r\n").encode())

    def data_received(self, data: bytes) -> None:
        if self._missing:
            self._held.append(data)
            self._missing -= len(data)
            if self._missing > 0:
                return
            data, self._held, self._missing = b"".join(self._held), [], 0
        at = 0 if self.is_open else self._answered(data)
        size = 0
        while self.is_open and (size := frame_size(data, at)) <= len(data) - at:
            self._take(data if at == 0 and size == len(data) else data[at : at + size])
            at += size
        if at < len(data):
            self._held = [data[at:]]
            self._missing = max(1, size - (len(data) - at))

    def _answered(self, data: bytes) -> int:
        """Where the frames begin, once the handshake's answer is whole."""
        end = data.find(b"\r\n\r\n") + 4
        if end < 4:
            return 0
        self._status = int(data[9:12])
        if self._status != 101:
            assert self.transport
            self.transport.abort()
            return len(data)
        self.is_open, self.attempt = True, 0
        self.opened.append(time.monotonic())
        self.statuses[101] += 1
        self._settle(self._trying)
        if self.is_stopped:
            self.stop_reading()
        return end

    def _take(self, frame: bytes) -> None:
        kind = frame[0] & 0x0F
        if kind == TEXT:
            cursor = cursor_in_packed(frame) if frame[0] & COMPRESSED else cursor_in(frame)
            if cursor:
                self._note(frame, cursor)
        elif kind == PING:
            self._control(0x8A, frame[2:])
        elif kind == CLOSE:
            self._code = int.from_bytes(frame[2:4], "big") or NO_CODE
            self._control(0x88, frame[2:4])

    def _note(self, frame: bytes, cursor: bytes) -> None:
        self.times.append(time.monotonic())
        self.seqs.append(int(cursor.partition(b"-")[0]))
        self.frame = frame
        if self.on_message:
            self.on_message(payload(frame))
        self.since = cursor.decode()
        self._settle(self._heard)

    def _control(self, first: int, words: bytes) -> None:
        """Masked, as a client's frames must be; with zeros."""
        assert self.transport
        self.transport.write(bytes((first, 0x80 | len(words), 0, 0, 0, 0)) + words)

    def connection_lost(self, exc: Exception | None) -> None:
        self._lose()

    def _lose(self) -> None:
        if self.is_open:
            self.codes[self._code] += 1
        else:
            self.statuses[self._status] += 1
        self.transport, self.is_open = None, False
        self._settle(self._trying)
        if self.backoff and not self.is_leaving:
            self.attempt += 1
            loop = asyncio.get_running_loop()
            self._again = loop.call_later(self.backoff.wait(self.attempt), self.come_back)

    def come_back(self) -> None:
        """Try now, without waiting for what comes of it."""
        self._coming = asyncio.get_running_loop().create_task(self.open())

    def _settle(self, future: "asyncio.Future[None] | None") -> None:
        if future and not future.done():
            future.set_result(None)


async def open_all(pages: Sequence[Page], *, at_once: int = AT_ONCE) -> float:
    """Open them, and wait until each is in step; seconds from the first try to the last first frame."""
    gate, began = asyncio.Semaphore(at_once), time.monotonic()

    async def open_one(page: Page) -> None:
        async with gate:
            await page.open()
        if not page.is_open:
            raise ConnectionError(f"{page.path} was answered {dict(page.statuses)}")

    await asyncio.gather(*(open_one(page) for page in pages))
    await asyncio.gather(*(page.heard() for page in pages))
    return max(page.times[-1] for page in pages) - began
