"""Readers that stop reading: the others notice nothing, little is held for them, and they are sent away.

python -m tests.benchmarks.stalled --watchers 1000 --stalled 200 --rate 20 --seconds 60

The same pages are told of a clerk's acts at the same rate twice: once when all read, once when so many have
stopped after their handshake. The others must have 95 % as many acts within a second as before, and 99 % of
all within 250 ms. After thirty seconds those that stopped read what is left: each must have been closed with
1013 (or be cut off), and come back to what a fresh page shows. --control: a server that sends to one page
after another and waits for each.
"""

import argparse
import asyncio
import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx2
import numpy as np
import uvloop

from tests.benchmarks import machine
from tests.benchmarks.load_city import plant
from tests.benchmarks.open_pages import Page, open_all
from tests.benchmarks.posting import Posted, Poster, own_cookie
from tests.benchmarks.results import Figures, report
from tests.benchmarks.serving import ROOT, free_port, serving, wait_until_ready
from tests.benchmarks.sites import Site
from tests.benchmarks.stalling import OPEN, Held, converged, hear, read_again, stop_reading

SHARE = "acts that came within a second, beside those when all were reading"
LEAST_SHARE = 0.95
MOST_KIB = 256
CLOSED_S = 30
"""By then a page that reads nothing must have been closed."""
READING_S = 3
"""Enough to read what is left."""
ENOUGH = 100
"""Stalled pages, for a memory that can be told from the server's own."""


class NaivePoster(Poster):
    """Acts of the control's server."""

    async def act(self) -> Posted:
        return await self.post(f"{self.site.url}/act", "", {})


@contextlib.contextmanager
def naive_server() -> Iterator[tuple[int, int]]:
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "tests.benchmarks.naive_loop", str(port)], cwd=ROOT)
    try:
        wait_until_ready(process, port)
        yield port, process.pid
    finally:
        process.kill()
        process.wait()


async def prove(poster: Poster, pids: Sequence[int], chosen: argparse.Namespace) -> tuple[Figures, list[str]]:
    readers, others = await open_pages(poster, chosen)
    grown = machine.rss_kib(pids)
    before = await hear(poster, readers, chosen.rate, chosen.seconds)
    grown = machine.rss_kib(pids) - grown
    for page in others:
        page.leave()
    await asyncio.sleep(1)

    stalled = await stop_reading(poster, chosen.stalled)
    stopped = time.monotonic()
    held = Held(pids, poster.site.port, [each.page for each in stalled])
    watching = asyncio.create_task(held.watch())
    hearing = asyncio.create_task(hear(poster, readers, chosen.rate, chosen.seconds))
    await asyncio.sleep(min(CLOSED_S, chosen.seconds) - (time.monotonic() - stopped))
    watching.cancel()
    ends = await read_again(stalled, READING_S)
    after = await hearing
    figures: Figures = {
        "readers": len(readers), "stalled": len(stalled), "acts": len(after.table),
        "frames for each reader, all reading": before.frames / len(readers),
        "frames for each reader, some stalled": after.frames / len(readers),
        "share of the frames": after.frames / before.frames,
        SHARE: after.in_time / max(before.in_time, 1e-9),
        "POST to reader, all reading, p99, ms": before.p99_ms,
        "POST to reader, some stalled, p99, ms": after.p99_ms,
        "acts not delivered to readers": int(np.isnan(after.table).sum()),
        "held for a stalled page, KiB": held.kib_each(),
        "the server's memory grew meanwhile by, KiB": held.most_kib - held.first_kib,
        "and while all were reading by, KiB": grown,
        "of that in the kernel, KiB": sum(held.most_queued) / len(stalled),
        "stalled pages closed with 1013": ends["1013"], "cut off": ends["reset"], OPEN: ends[OPEN],
    }  # fmt: skip
    if not chosen.control:
        figures["stalled pages that show in the end what a fresh page shows"] = await converged(
            stalled, poster
        )
    for page in [*readers, *(each.page for each in stalled)]:
        page.leave()
    return figures, complaints(figures, chosen)


async def open_pages(poster: Poster, chosen: argparse.Namespace) -> tuple[list[Page], list[Page]]:
    """Those that read throughout, and those that make way for the stalled."""
    since, path = await poster.cursor(), f"/meetings/{poster.meeting_id}/live"
    pages = [
        Page(poster.site, path, since=since, cookie=own_cookie(poster.meeting_id, n))
        for n in range(chosen.watchers)
    ]
    await open_all(pages)
    return pages[chosen.stalled :], pages[: chosen.stalled]


def complaints(figures: Figures, chosen: argparse.Namespace) -> list[str]:
    """What does not hold of what must hold."""
    limits = {
        SHARE: (LEAST_SHARE, np.inf),
        "POST to reader, some stalled, p99, ms": (0, chosen.p99),
        "acts not delivered to readers": (0, 0),
        "held for a stalled page, KiB": (0, MOST_KIB if chosen.stalled >= ENOUGH else np.inf),
        OPEN: (0, 0 if chosen.seconds >= CLOSED_S else np.inf),
        "stalled pages that show in the end what a fresh page shows": (chosen.stalled, chosen.stalled),
    }
    return [
        f"{label}: {value:g} is not between {least:g} and {most:g}"
        for label, (least, most) in limits.items()
        if isinstance(value := figures.get(label, least), int | float) and not least <= value <= most
    ]


@contextlib.contextmanager
def server_of(chosen: argparse.Namespace, folder: Path) -> Iterator[tuple[Site, str, str, int]]:
    """Meeting, clerk's session and process id of a server on the first core; we go to the last."""
    is_pinned = len(machine.cores()) > 1
    if chosen.control:
        with naive_server() as (port, pid):
            yield Site.here(port), "naive", "none", pid
        return
    city = plant(folder)
    with serving(city.data, before=machine.pinned(is_pinned)) as (port, pid):
        machine.pin_driver(is_pinned)
        yield Site.here(port), city.meeting_id, city.clerk_token, pid


async def run_on(
    site: Site, meeting_id: str, session: str, pid: int, chosen: argparse.Namespace
) -> tuple[Figures, list[str]]:
    async with httpx2.AsyncClient(timeout=60) as http:
        poster = (NaivePoster if chosen.control else Poster)(http, site, meeting_id, session)
        return await prove(poster, machine.family(pid), chosen)


def run(chosen: argparse.Namespace) -> int:
    machine.raise_file_limit()
    with (
        tempfile.TemporaryDirectory() as folder,
        server_of(chosen, Path(folder)) as server,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        figures, found = runner.run(run_on(*server, chosen))
    report("stalled", figures, save=chosen.save)
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--watchers", type=int, default=1000)
    parser.add_argument("--stalled", type=int, default=200, help="of the watchers")
    parser.add_argument("--rate", type=float, default=20, help="acts a second")
    parser.add_argument("--seconds", type=float, default=60, help="of each of the two runs")
    parser.add_argument("--p99", type=float, default=250, help="ms that it may be, some stalled")
    parser.add_argument("--control", action="store_true", help="a server that waits for every page")
    parser.add_argument("--save", action="store_true")
    sys.exit(run(parser.parse_args()))
