"""SIGTERM under load: is every act acknowledged and kept, or sent again, and is every open page told?

python -m tests.benchmarks.shutdowns --rounds 50

Pages are open, one of them has stopped reading, and in the first of every ten rounds somebody has sent half
a form and goes silent. Residents send again, with the same key, what was refused or got no answer. Each
round's server must end by itself with status 0 in 10 s; its pages must be closed with 1012; a copy of the
store is then checked by SQLite, by `engage verify`, and against all that was acknowledged. No act may be kept
without its answer. The first fault ends it with status 1. --control kills instead: no page is told.
"""

import argparse
import asyncio
import contextlib
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.load import Load
from tests.benchmarks.load_evening import Evening
from tests.benchmarks.machine import family, percentile
from tests.benchmarks.open_pages import Page, open_all
from tests.benchmarks.results import Figures, report
from tests.benchmarks.sites import Site
from tests.make import in_a_loop

RESTARTS = 1012
MOMENT_S = (0.2, 0.8)
"""After the pages are open."""
MOST_S = 10.0
PATIENCE_S = 30
SILENT_EVERY = 10
SMALL_BUFFER = 4096
"""Of the page that has stopped reading: nothing that it is sent disappears into its kernel."""
HALF = (
    "POST /meetings/{}/items/general/comment HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\ntext="
)


@dataclass
class Shutdown:
    """`unheard`: acts that were kept, and whose answers did not arrive before the connection ended."""

    seconds: float
    status: int
    is_silent: bool
    codes: Counter[int]
    unheard: int
    faults: list[str] = field(default_factory=list)


async def shut_down(
    evening: Evening, pages: int, moment_s: float, *, is_silent: bool, is_kill: bool
) -> Shutdown:
    """Start a server, let it work for a moment, and ask it to end; with `is_kill` it is not asked."""
    server = evening.start()
    try:
        await asyncio.to_thread(evening.first_ack_s, server)
        watchers = await watch(evening, pages)
        async with half_a_form(evening, is_silent):
            await asyncio.sleep(moment_s)
            began = time.monotonic()
            server.kill() if is_kill else server.terminate()
            await asyncio.to_thread(server.wait, PATIENCE_S)
            seconds = time.monotonic() - began
    finally:
        if server.poll() is None:
            end_family(server.pid)
    codes = await codes_of(watchers)
    unheard = await asyncio.to_thread(evening.unheard)
    made = Shutdown(seconds, server.returncode, is_silent, codes, unheard)
    made.faults = [*disorders(made, pages), *await asyncio.to_thread(evening.faults)]
    return made


async def watch(evening: Evening, count: int) -> list[Page]:
    """So many pages, and one that then stops reading."""
    site, path = Site.here(evening.port), f"/meetings/{evening.city.meeting_id}/live"
    pages = [Page(site, path) for _ in range(count + 1)]
    pages[-1].receive_buffer = SMALL_BUFFER
    await open_all(pages)
    pages[-1].stop_reading()
    return pages[:-1]


async def codes_of(pages: list[Page]) -> Counter[int]:
    """By which code each was closed, once the last bytes of the server have been read."""
    deadline = time.monotonic() + 5
    while any(page.is_open for page in pages) and time.monotonic() < deadline:
        await asyncio.sleep(0.01)
    return sum((page.codes for page in pages), Counter[int]())


@contextlib.asynccontextmanager
async def half_a_form(evening: Evening, is_sent: bool) -> AsyncIterator[None]:
    """A connection on which nothing more comes."""
    if not is_sent:
        yield
        return
    _, writer = await asyncio.open_connection("127.0.0.1", evening.port)
    writer.write(HALF.format(evening.city.meeting_id, evening.port).encode())
    yield
    writer.transport.abort()


def end_family(pid: int) -> None:
    for each in family(pid):
        os.kill(each, signal.SIGKILL)


def disorders(made: Shutdown, pages: int) -> list[str]:
    told = made.codes[RESTARTS]
    return [
        *([f"the server ended with status {made.status}"] if made.status else []),
        *([f"the server took {made.seconds:.1f} s to end"] if made.seconds > MOST_S else []),
        *([f"{told} of {pages} pages were told: {dict(made.codes)}"] if told != pages else []),
        *([f"{made.unheard} acts were kept and their answers cut off"] if made.unheard else []),
    ]


async def shutdowns(chosen: argparse.Namespace, evening: Evening) -> list[Shutdown]:
    """The first that is not in order is the last."""
    made: list[Shutdown] = []
    chance = random.Random(chosen.seed)
    for number in range(chosen.rounds):
        is_silent = number % SILENT_EVERY == 0
        moment_s = chance.uniform(*MOMENT_S)
        made.append(
            await shut_down(evening, chosen.pages, moment_s, is_silent=is_silent, is_kill=chosen.control)
        )
        if made[-1].faults:
            break
    return made


def run(chosen: argparse.Namespace, data: Path) -> tuple[list[Shutdown], Load]:
    evening = Evening(
        data, more=("--processes", str(chosen.processes)) if chosen.processes > 1 else (), seed=chosen.seed,
        clients=chosen.clients, rate=chosen.rate, lost_answers=0,
    )  # fmt: skip
    evening.load.start()
    try:
        return in_a_loop(shutdowns(chosen, evening)), evening.load
    finally:
        evening.load.stop()


def figures(made: list[Shutdown], load: Load) -> Figures:
    seconds = [each.seconds for each in made]
    return {
        "shutdowns": len(made),
        "acknowledged acts": len(load.acks),
        "forms sent again": load.sent_again,
        "SIGTERM to the end, p50, s": percentile(seconds, 0.5),
        "SIGTERM to the end, most, s": max(seconds),
        "of these beside half a form, most, s": max(each.seconds for each in made if each.is_silent),
        "pages told that the server restarts (1012)": sum(each.codes[RESTARTS] for each in made),
        "pages not told": sum(each.codes.total() - each.codes[RESTARTS] for each in made),
        "acts kept whose answer was cut off": sum(each.unheard for each in made),
        "shutdowns with a fault": sum(bool(each.faults) for each in made),
    }


def main(chosen: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory() as folder:
        made, load = run(chosen, Path(folder) / "data")
    name = "shutdowns" + (", control" if chosen.control else "")
    report(name, figures(made, load), save=chosen.save, seed=chosen.seed)
    print(
        "\n".join(made[-1].faults[:20]) or "every act acknowledged and kept, or sent again; every page told"
    )
    return 1 if made[-1].faults else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--pages", type=int, default=100)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--rate", type=float, default=100, help="writes a second")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--control", action="store_true", help="killed, not asked to end: must be found")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--save", action="store_true", help="keep the figures in docs/results.json")
    sys.exit(main(parser.parse_args()))
