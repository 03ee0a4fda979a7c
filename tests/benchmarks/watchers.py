"""How soon everybody who watches has an act, with the durable commit in the path; also on your own server.

python -m tests.benchmarks.watchers --watchers 1000 --acts 60
python -m tests.benchmarks.watchers --url https://city.example --meeting ID --watchers 1000 --rate 2 --yes

Without --url it starts `engage serve` on an empty folder (with two cores and more on the first, itself on the
last), where a clerk shuts and opens the list of speakers. With --url it writes comments that say what they
are, or with --clerk acts as that clerk (password from ENGAGE_PASSWORD, or asked). One act follows another as
soon as every page has it, or with --rate so many come a second. A page's time runs from the start of the POST
to its first whole frame with the act's entry in it. In the same run a bare loop writes the same bytes to as
many sockets: no server can do better.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

import httpx2
import numpy as np
import uvloop

from tests.benchmarks import machine, raw_loop
from tests.benchmarks.delivering import act_at_rate, act_one_by_one, delays, frames_since, have_all
from tests.benchmarks.open_pages import Page, open_all
from tests.benchmarks.posting import Poster, own_cookie
from tests.benchmarks.results import Figures, report
from tests.benchmarks.watched import Server, own_server, theirs

WARM_UP = 100
"""Pages opened before the memory is read, so that caches are not counted as theirs."""
FIRST_ACTS = 6
ACTS_ALONE = 100
"""Acts with one page open, whose cost is no fan-out."""
MOST = 2.0
"""Times the bare loop's CPU."""
UNDELIVERED = "acts not delivered"
WHOLE = "times the bare loop, POSTs, commits and rendering in it"
SETTLING_S = 1


@dataclass(frozen=True)
class Spent:
    """On the acts that everybody watched."""

    cpu_s: float
    acts: int
    messages: int
    frame: bytes


async def measure(server: Server, chosen: argparse.Namespace) -> Figures:
    """Everything, in the order in which it happens."""
    async with httpx2.AsyncClient(timeout=60) as http:
        poster = Poster(http, server.site, server.meeting_id, server.session)
        alone_s = await cost_alone(server, poster, chosen) if server.pids else 0
        await poster.open_forms(chosen.acts)
        memory, pages = machine.rss_kib(server.pids), made_pages(server, await poster.cursor(), chosen)
        opening_s = await open_all(pages)
        await asyncio.sleep(SETTLING_S)
        memory = machine.rss_kib(server.pids) - memory
        figures, spent = await fan_out(server, poster, pages, chosen)
    for page in pages:
        page.leave()
    first: Figures = {"watchers": len(pages), "connections a second": len(pages) / opening_s}
    if not server.pids:
        return first | figures
    first["memory of an idle watcher, KiB"] = memory / len(pages)
    return first | figures | await beside_the_floor(spent, alone_s, chosen)


def made_pages(server: Server, since: str, chosen: argparse.Namespace, count: int = 0) -> list[Page]:
    """Each a participant's, in a browser of its own."""
    path, meeting_id = f"/meetings/{server.meeting_id}/live", server.meeting_id
    pages = [
        Page(server.site, path, since=since, cookie=own_cookie(meeting_id, n))
        for n in range(count or chosen.watchers)
    ]
    for page in pages:
        page.takes_deflate = chosen.deflate
    return pages


async def cost_alone(server: Server, poster: Poster, chosen: argparse.Namespace) -> float:
    """Warm up; then the server's CPU for one act that only one page watches."""
    await poster.open_forms(FIRST_ACTS + ACTS_ALONE)
    warm = made_pages(server, await poster.cursor(), chosen, min(WARM_UP, chosen.watchers))
    await open_all(warm)
    await act_one_by_one(poster, warm, FIRST_ACTS)
    for page in warm[1:]:
        page.leave()
    await asyncio.sleep(SETTLING_S)
    spent = machine.cpu_s(server.pids)
    await act_one_by_one(poster, warm[:1], ACTS_ALONE)
    warm[0].leave()
    return (machine.cpu_s(server.pids) - spent) / ACTS_ALONE


async def fan_out(
    server: Server, poster: Poster, pages: Sequence[Page], chosen: argparse.Namespace
) -> tuple[Figures, Spent]:
    began, cpu, own = time.monotonic(), machine.cpu_s(server.pids), time.process_time()
    if chosen.rate:
        done = await act_at_rate(poster, chosen.acts, chosen.rate)
        await have_all(pages, max(act.seq for act in done))
    else:
        done = await act_one_by_one(poster, pages, chosen.acts)
    cpu, own = machine.cpu_s(server.pids) - cpu, time.process_time() - own
    table, messages = delays(done, pages), frames_since(began, pages)
    reached, last = table[~np.isnan(table)], np.nanmax(table, axis=1)
    figures: Figures = {
        "acts": len(done),
        UNDELIVERED: int(np.isnan(table).sum()),
        "POST to watcher, p50, ms": machine.percentile(reached, 0.5),
        "POST to watcher, p99, ms": machine.percentile(reached, 0.99),
        "POST to watcher, most, ms": float(reached.max()),
        "POST to the last watcher, p50, ms": machine.percentile(last, 0.5),
        "POST to the last watcher, most, ms": float(last.max()),
        "frames for each watcher": messages / len(pages),
        "frame, bytes": len(pages[0].frame),
        "driver's CPU for 10,000 messages, s": own / messages * 10_000,
    }
    return figures, Spent(cpu, len(done), messages, pages[0].frame)


async def beside_the_floor(spent: Spent, alone_s: float, chosen: argparse.Namespace) -> Figures:
    """The server's CPU, and how many times that of a bare loop with the same bytes, sockets and core."""
    times = max(1, round(spent.messages / chosen.watchers))
    floor = await raw_loop.measure(spent.frame, chosen.watchers, times, machine.pinned(chosen.pin))
    of_floor = floor.cpu_s / (times * chosen.watchers) * 10_000
    whole = spent.cpu_s / spent.messages * 10_000
    fan_out = (spent.cpu_s - spent.acts * alone_s) / spent.messages * 10_000
    return {
        "bare loop's CPU for 10,000 messages, s": of_floor,
        "bare loop, word to socket, p50, ms": machine.percentile(floor.latencies, 0.5),
        "bare loop, word to socket, p99, ms": machine.percentile(floor.latencies, 0.99),
        "server's CPU for one act that one page watches (POST, commit, rendering), ms": alone_s * 1000,
        "server's CPU for 10,000 messages, POSTs, commits and rendering in it, s": whole,
        "server's CPU for 10,000 messages, without those, s": fan_out,
        WHOLE: whole / of_floor,
        "times the bare loop, without POSTs, commits and rendering": fan_out / of_floor,
    }


def run(chosen: argparse.Namespace) -> int:
    machine.raise_file_limit()
    if chosen.url:
        server = theirs(chosen)
        return finish(server, chosen) if server else 2
    with own_server(chosen) as server:
        return finish(server, chosen)


def finish(server: Server, chosen: argparse.Namespace) -> int:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        figures = runner.run(measure(server, chosen))
    report(chosen.name, figures, save=chosen.save)
    is_dear = chosen.strict and float(figures.get(WHOLE, 0)) > MOST
    return 1 if figures[UNDELIVERED] or is_dear else 0


def wanted() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--watchers", type=int, default=1000)
    parser.add_argument("--acts", type=int, default=60)
    parser.add_argument("--rate", type=float, default=0, help="acts a second; else one after another")
    parser.add_argument("--deflate", action="store_true", help="take compressed messages, as browsers do")
    parser.add_argument("--url", help="a server that runs already")
    parser.add_argument("--meeting", help="the meeting's id there")
    parser.add_argument("--clerk", metavar="NAME", help="act as this clerk instead of writing comments")
    parser.add_argument("--yes", action="store_true", help="yes, this may be done to that meeting")
    parser.add_argument("--comments", action="store_true", help="own server: write comments")
    parser.add_argument("--processes", type=int, default=1, help="own server: how many")
    parser.add_argument(
        "--pin", action=argparse.BooleanOptionalAction, help="server and driver on one core each"
    )
    parser.add_argument(
        "--strict", action="store_true", help=f"fail above {MOST:g} times the bare loop's CPU"
    )
    parser.add_argument("--name", default="watchers", help="of the kept result")
    parser.add_argument("--save", action="store_true")
    chosen = parser.parse_args()
    if chosen.url and not chosen.meeting:
        parser.error("--url needs --meeting")
    if chosen.url and chosen.clerk:
        chosen.acts += chosen.acts % 2
    if chosen.pin is None:
        chosen.pin = not chosen.url and chosen.processes == 1 and len(machine.cores()) > 1
    return chosen


if __name__ == "__main__":
    sys.exit(run(wanted()))
