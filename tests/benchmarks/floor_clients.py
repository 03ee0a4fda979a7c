"""Microphones and listeners as cheap as they can be; every packet says when it was sent.

Their sound is the first byte of an Opus packet and then the sender's clock: nothing here decodes it.
"""

import asyncio
import json
import time
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from struct import Struct
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Origin, Subprotocol

from meetings.floor.packets import FRAME_MS, HEADER, OPUS, SUBPROTOCOL, Packet, packed
from tests.benchmarks.framing import header_size
from tests.benchmarks.open_pages import TEXT, Page
from tests.benchmarks.sites import Backoff, Site

BINARY = 0x2
WIDE = {20: 9 << 3, 60: 11 << 3}
"""First byte of an Opus packet of so many ms: SILK, wide band, mono, one frame (RFC 6716, 3.1)."""
SENT = Struct(">Bd")
"""That byte, and the monotonic clock of this machine when it was sent."""
OPUS_BYTES = 200
"""Of 60 ms at 27 kbit/s, as browsers have sent."""
QUIET, QUIET_BYTES = range(16, 20), 60
"""Of every twenty packets those in which the speaker draws breath."""
SPEAKS_AGAIN = (0.25, 0.5, 1, 1, 2)
LISTENS_AGAIN = (1, 2, 4, 5, 5, 5, 5, 10, 20)
"""Seconds in which the first, second... try of a page to come back falls: `TRIES` of js/floor_speak.js and of
js/floor_listen.js."""


def packet_of(seq: int, moment: float, frame_ms: int = FRAME_MS) -> bytes:
    """As a browser sends it."""
    size = QUIET_BYTES if seq % QUIET.stop in QUIET else OPUS_BYTES
    payload = SENT.pack(WIDE[frame_ms], moment).ljust(size * frame_ms // FRAME_MS, b"\x55")
    return packed(Packet(OPUS, 0, 0, seq, payload))


def sent_at(payload: bytes) -> float:
    moment: float = SENT.unpack_from(payload)[1]
    return moment


class Ear(Page):
    """One listener; with a `backoff` it comes back by itself."""

    def __init__(self, site: Site, meeting_id: str, *, channel: int | None = None) -> None:
        chosen = "" if channel is None else f"?channel={channel}"
        super().__init__(site, f"/meetings/{meeting_id}/listen{chosen}")
        self.delays = array("d")
        """Seconds from the microphone's socket to here, packet by packet."""
        self.bytes = 0
        self.told: list[dict[str, Any]] = []

    def query(self) -> str:
        return self.path

    def _take(self, frame: bytes) -> None:
        kind, at = frame[0] & 0x0F, header_size(frame)
        if kind == BINARY:
            now = time.monotonic()
            self.seqs.append(HEADER.unpack_from(frame, at)[3])
            self.times.append(now)
            self.delays.append(now - sent_at(frame[at + HEADER.size :]))
            self.bytes += len(frame)
        elif kind == TEXT:
            self.told.append(json.loads(frame[at:]))
            self._settle(self._heard)
        else:
            super()._take(frame)


async def listen_all(ears: Sequence[Ear], *, at_once: int = 100) -> float:
    """Until each has been told how the sound stands; seconds that it took."""
    gate, began = asyncio.Semaphore(at_once), time.monotonic()

    async def open_one(ear: Ear) -> None:
        async with gate:
            await ear.open()
            if not ear.is_open:
                raise ConnectionError(f"{ear.path} was answered {dict(ear.statuses)}")
            await ear.heard()

    await asyncio.gather(*(open_one(ear) for ear in ears))
    return time.monotonic() - began


@dataclass
class Microphone:
    """A browser that speaks without a pause: its frames are counted also while it is not connected."""

    site: Site
    path: str
    cookie: str = ""
    frame_ms: int = FRAME_MS
    sent: dict[int, float] = field(default_factory=dict)
    """When each packet went out that did; the same moment is in it."""
    states: list[tuple[float, str]] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)
    seq: int = 0
    is_muted: bool = False
    _line: ClientConnection | None = None

    async def run(self) -> None:
        """Until cancelled."""
        speaking = asyncio.create_task(self.speak())
        try:
            tries = 0
            while True:
                try:
                    await self._hear()
                    tries = 0
                except (OSError, InvalidHandshake, ConnectionClosed):
                    tries += 1
                self._line = None
                await asyncio.sleep(Backoff(SPEAKS_AGAIN).wait(max(tries, 1)))
        finally:
            speaking.cancel()

    async def speak(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            due += self.frame_ms / 1000
            await asyncio.sleep(due - loop.time())
            if self._line and not self.is_muted:
                moment = time.monotonic()
                try:
                    await self._line.send(packet_of(self.seq, moment, self.frame_ms))
                    self.sent[self.seq] = moment
                except ConnectionClosed:
                    self._line = None
            self.seq += 1

    async def _hear(self) -> None:
        headers = {"Cookie": self.cookie} if self.cookie else {}
        async with connect(
            f"ws{self.site.url.removeprefix('http')}{self.path}", origin=Origin(self.site.url),
            subprotocols=[Subprotocol(SUBPROTOCOL)], additional_headers=headers, compression=None, proxy=None,
        ) as line:  # fmt: skip
            self._line = line
            try:
                async for word in line:
                    self.states.append((time.monotonic(), json.loads(word)["state"]))
            finally:
                self.codes.append(line.close_code or 1006)

    async def comes_on_air(self, seconds: float = 30) -> float:
        """When it was next told so, in monotonic seconds."""
        began = len(self.states)
        async with asyncio.timeout(seconds):
            while not (found := [at for at, state in self.states[began:] if state == "on_air"]):
                await asyncio.sleep(0.005)
        return found[0]
