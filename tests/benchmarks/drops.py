"""Open pages on bad networks end up with what a fresh page shows; what is withheld is never shown again.

python -m tests.benchmarks.drops --clients 50 --drops 100 --kills 3

Each page's network is cut, torn, silent, late or in crumbs (tests/benchmarks/fault_proxy.py) so many times,
while residents write a hundred forms a second and the clerk withholds comments that are being shown; the
server is killed now and then. At the end all networks fail at once, the clerk acts, and the pages come back:
within two seconds each must show what a fresh page shows. A cursor from the future, an unknown one and none
at all must be given every panel. --control: pages come back with the newest cursor of a page that missed
nothing, and so are given nothing: that must be seen. The seed gives each network's faults; what they fall
upon is the machine's.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import httpx2
import uvloop

from tests.benchmarks.browsers import Shown
from tests.benchmarks.dropping import Clerk, Client, faults, forced, fresh_page, open_clients
from tests.benchmarks.killing import Server
from tests.benchmarks.load import Load, plant
from tests.benchmarks.load_city import Planted
from tests.benchmarks.machine import percentile, raise_file_limit
from tests.benchmarks.open_pages import Page
from tests.benchmarks.posting import Poster
from tests.benchmarks.results import Figures, report
from tests.benchmarks.sites import Backoff, Site

BACK_S = 2
PATIENCE_S = 300
DEAF_S = 90
"""By then the server must have closed a connection that has gone silent."""
KILL_EVERY_S = 15


async def prove(server: Server, city: Planted, chosen: argparse.Namespace) -> tuple[Figures, list[str]]:
    site = Site.here(server.port)
    async with httpx2.AsyncClient(timeout=60) as http:
        poster = Poster(http, site, city.meeting_id, city.clerk_token)
        witness = await healthy_page(poster)
        clerk = Clerk(poster, city.clerk_token, random.Random(chosen.seed))
        newest = witness.page if chosen.control else None
        clients = await open_clients(poster, chosen.clients, chosen.drops, chosen.life, chosen.seed, newest)
        load = Load(site.url, city, rate=chosen.rate, seed=chosen.seed)
        load.start()
        others = [asyncio.create_task(clerk.keep_withholding(witness))]
        for n in range(chosen.kills):
            others.append(asyncio.create_task(kill_later(server, KILL_EVERY_S * (n + 1))))
        began = time.monotonic()
        await until(lambda: all(client.is_through for client in clients), PATIENCE_S)
        spent = time.monotonic() - began
        await asyncio.to_thread(load.stop)
        for task in others:
            task.cancel()
        await last_stage(clients, clerk, witness)
        head, panels = await fresh_page(poster)
        is_in_step = await until(lambda: all(each.page.since == head for each in clients), chosen.patience)
        deaf = await silent_ones(clients) if chosen.wait_for_silent else []
        found = [*faults(clients, panels, clerk.withheld), *await forced(poster, panels, head)]
        found += complaints(clients, deaf, is_in_step=is_in_step)
        figures = figures_of(clients, clerk, load, server, spent, deaf)
        await end(clients, witness)
    return figures, found


async def healthy_page(poster: Poster) -> Shown:
    """One that misses nothing."""
    since, panels = await fresh_page(poster)
    page = Page(poster.site, f"/meetings/{poster.meeting_id}/live", since=since)
    page.backoff = Backoff((0.3,))
    await page.open()
    return Shown(page, panels)


async def kill_later(server: Server, seconds: float) -> None:
    await asyncio.sleep(seconds)
    await asyncio.to_thread(server.kill)


async def until(is_so: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(0.01)
    return True


async def last_stage(clients: Sequence[Client], clerk: Clerk, witness: Shown) -> None:
    """All networks fail; what everybody sees is withheld and the list shut; then the networks are good."""
    for client in clients:
        client.network.go_away()
    for comment in clerk.shown(witness):
        await clerk.withhold(comment)
    done = await clerk.poster.act()
    await until(lambda: witness.page.seqs[-1] >= done.seq, PATIENCE_S)
    for client in clients:
        client.network.is_away = False


async def silent_ones(clients: Sequence[Client]) -> list[float]:
    """How long the server kept each connection that went silent: until it closed them all, or too long."""

    def open_since() -> list[float]:
        links = (link for client in clients for link in client.network.links)
        return [link.silent_at for link in links if link.silent_at]

    await until(lambda: not open_since(), DEAF_S)
    closed = [seconds for client in clients for seconds in client.network.deaf_s]
    return closed + [time.monotonic() - at for at in open_since()]


def complaints(clients: Sequence[Client], deaf: Sequence[float], *, is_in_step: bool) -> Iterator[str]:
    if not is_in_step:
        yield "not every page has come to the last entry"
    for client in clients:
        if client.back_s > BACK_S:
            yield f"a page was in step only {client.back_s:.1f} s after its last reconnect"
    if max(deaf, default=0) > DEAF_S:
        yield f"the server kept a connection that had gone silent for {max(deaf):.0f} s"


def figures_of(
    clients: Sequence[Client], clerk: Clerk, load: Load, server: Server, spent: float, deaf: Sequence[float]
) -> Figures:
    pages = [client.page for client in clients]
    figures: Figures = {
        "pages": len(pages),
        "dropped connections": sum(client.network.met for client in clients),
        "seconds": spent,
        "acknowledged writes a second": len(load.acks) / spent,
        "kills of the server": server.kills,
        "comments withheld while they were shown": len(clerk.withheld),
        "messages": sum(len(each.seqs) for each in pages),
        "last reconnect to in step, p50, ms": percentile([each.back_s * 1000 for each in clients], 0.5),
        "last reconnect to in step, most, ms": max(each.back_s * 1000 for each in clients),
    }
    if deaf:
        figures["silent connections"] = len(deaf)
        figures["silent until the server closed it, most, s"] = max(deaf)
    return figures


async def end(clients: Sequence[Client], witness: Shown) -> None:
    witness.page.leave()
    for client in clients:
        client.page.leave()
    for client in clients:
        await client.network.stop()


def run(chosen: argparse.Namespace) -> int:
    raise_file_limit()
    with tempfile.TemporaryDirectory() as folder:
        city = plant(Path(folder))
        server = Server(city.data)
        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                figures, found = runner.run(prove(server, city, chosen))
        finally:
            server.end()
    figures["faults"] = len(found)
    print(f"seed {chosen.seed}")
    report("drops", figures, save=chosen.save, seed=chosen.seed)
    print("\n".join(found[:20]))
    return 1 if found else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--drops", type=int, default=100, help="of each client")
    parser.add_argument("--life", type=float, default=1, help="most seconds of a connection")
    parser.add_argument("--rate", type=float, default=100, help="writes a second meanwhile")
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--patience", type=float, default=30, help="seconds for the pages to come back")
    parser.add_argument("--wait-for-silent", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--control", action="store_true", help="pages that do not say what they have seen")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--save", action="store_true")
    sys.exit(run(parser.parse_args()))
