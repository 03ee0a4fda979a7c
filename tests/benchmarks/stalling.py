"""For the proof on slow readers: pages that stop reading, what the server holds for them, how they end."""

import asyncio
import re
import shutil
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from tests.benchmarks.browsers import Shown
from tests.benchmarks.delivering import Table, act_at_rate, delays, frames_since, have_all
from tests.benchmarks.dropping import fresh_page
from tests.benchmarks.machine import percentile, rss_kib
from tests.benchmarks.open_pages import GONE, Page
from tests.benchmarks.posting import Poster, own_cookie

RECEIVE_BUFFER = 4096
"""Bytes asked of the kernel, which gives the double: a reader that has stopped is full soon."""
TOO_SLOW = 1013
OPEN = "still open"
SOON_MS, LAST_S = 1000, 5
QUEUED = re.compile(r"127\.0\.0\.1:(\d+)\s+skmem:\(.*?,w(\d+),")


@dataclass
class Held:
    """What a server holds, over a time: its processes' memory, and the kernel's for some of its sockets."""

    pids: Sequence[int]
    port: int
    pages: Sequence[Page]
    first_kib: int = 0
    most_kib: int = 0
    most_queued: list[float] = field(default_factory=list)
    """KiB that the kernel has to send to each page, when they were most; empty without `ss`."""

    def __post_init__(self) -> None:
        self.first_kib = self.most_kib = rss_kib(self.pids)

    async def watch(self, every_s: float = 0.5) -> None:
        while True:
            self.most_kib = max(self.most_kib, rss_kib(self.pids))
            queued = await self.queued()
            if sum(queued) > sum(self.most_queued):
                self.most_queued = queued
            await asyncio.sleep(every_s)

    async def queued(self) -> list[float]:
        if not shutil.which("ss"):
            return []
        command = ("ss", "-tmnOH", f"sport = :{self.port}")
        process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        told, _ = await process.communicate()
        by_port = {int(port): int(size) / 1024 for port, size in QUEUED.findall(told.decode())}
        return [by_port.get(local_port(page), 0.0) for page in self.pages]

    def kib_each(self) -> float:
        """Growth of the processes and the kernel's queues, for each page."""
        grown = (self.most_kib - self.first_kib) / len(self.pages)
        return grown + sum(self.most_queued) / len(self.pages)


def local_port(page: Page) -> int:
    return int(page.transport.get_extra_info("sockname")[1]) if page.transport else 0


@dataclass(frozen=True)
class Heard:
    """What the readers got of a run."""

    frames: int
    table: Table

    @property
    def in_time(self) -> float:
        """The share of the acts, reader by reader, that came soon."""
        return float((np.nan_to_num(self.table, nan=np.inf) <= SOON_MS).mean())

    @property
    def p99_ms(self) -> float:
        """An act that did not come counts as one that came never."""
        return percentile(np.nan_to_num(self.table, nan=np.inf).ravel(), 0.99)


async def hear(poster: Poster, pages: Sequence[Page], rate: float, seconds: float) -> Heard:
    """Acts at the rate, and what these pages have of them in the end."""
    began = time.monotonic()
    done = await act_at_rate(poster, round(rate * seconds), rate)
    await have_all(pages, max(act.seq for act in done), LAST_S)
    return Heard(frames_since(began, pages), delays(done, pages))


async def stop_reading(poster: Poster, count: int) -> list[Shown]:
    """So many pages, loaded just now, which read nothing after their handshake."""
    since, panels = await fresh_page(poster)
    shown = []
    for number in range(count):
        path, cookie = f"/meetings/{poster.meeting_id}/live", own_cookie(poster.meeting_id, 10**5 + number)
        page = Page(poster.site, path, since=since, cookie=cookie)
        page.receive_buffer = RECEIVE_BUFFER
        page.stop_reading()
        await page.open()
        shown.append(Shown(page, panels))
    return shown


async def read_again(stalled: Sequence[Shown], seconds: float) -> Counter[str]:
    """Read what there is for so long; how each connection has ended, if it has. Those come back."""
    pages = [each.page for each in stalled]
    for page in pages:
        page.read_again()
    await asyncio.sleep(seconds)
    ends = Counter(ending(page) for page in pages)
    for page in pages:
        if not page.is_open:
            page.is_stopped = False
            await page.open()
    return ends


def ending(page: Page) -> str:
    if page.is_open:
        return OPEN
    return {TOO_SLOW: "1013", GONE: "reset"}.get(max(page.codes), str(max(page.codes)))


async def converged(stalled: Sequence[Shown], poster: Poster, seconds: float = 30) -> int:
    """How many come to show what a fresh page shows."""
    head, panels = await fresh_page(poster)
    for each in stalled:
        for _ in range(round(seconds * 100)):
            if each.page.since == head:
                break
            await asyncio.sleep(0.01)
    return sum(all(each.panels[name] == panels[name] for name in panels) for each in stalled)
