"""kill -9 and restart with everybody watching: all come back in time, the clerk and the speaker first.

python -m tests.benchmarks.herd --watchers 4000

Pages come back as browsers do (js/connection.js); an act of the clerk every half second shows whether the
meeting can go on meanwhile. A page is in step with its first whole message after the kill, and at the end all
must have the last act. --control: browsers that double their waits without end; some come back too late.
"""

import argparse
import asyncio
import re
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import httpx2
import uvloop

from tests.benchmarks import machine
from tests.benchmarks.delivering import have_all
from tests.benchmarks.herding import Meeting, Restart, act_on, gather
from tests.benchmarks.killing import Server
from tests.benchmarks.load_city import Planted, plant
from tests.benchmarks.posting import Poster
from tests.benchmarks.results import Figures, report
from tests.benchmarks.sites import CROWD, Site

DOUBLED = (5, 10, 20, 40, 60)
"""Seconds, as in sites.CROWD."""
MOST_S, P99_S, FIRST_S = 30, 15, 5
"""From when the server answers again, until in step: everybody, 99 of 100, the clerk and the speaker."""
ACT_P95_S = 1
PUSHES = re.compile(r"^engage_push_seconds_count (\S+)$", re.MULTILINE)
LAST_S = 60
"""Who is not in step by then has not come back."""
ALLOWED = {0, 101, 503}
"""Answers to a handshake; 0 is none, from a server that is away."""
P99, MOST = "since the server answers, p99, s", "since the server answers, most, s"
CLERK, SPEAKER_BACK = "the clerk since then, s", "the speaker since then, s"
ACTS, OTHERS = "acts of the clerk, p95, s", "handshakes answered with something else"


async def prove(server: Server, city: Planted, chosen: argparse.Namespace) -> tuple[Figures, list[str]]:
    async with httpx2.AsyncClient(timeout=60) as http:
        poster = Poster(http, Site.here(server.port), city.meeting_id, city.clerk_token)
        spreads = [each / chosen.faster for each in (DOUBLED if chosen.control else CROWD)]
        meeting = await gather(poster, city, chosen.watchers, spreads, chosen.seed)
        acting = asyncio.create_task(act_on(poster, meeting))
        await asyncio.sleep(1)
        killed = time.monotonic()
        await asyncio.to_thread(server.kill)
        restart = await come_back(meeting, killed, time.monotonic())
        await asyncio.sleep(1)
        acting.cancel()
        last = await poster.act()
        is_whole = await have_all(meeting.pages, last.seq)
        figures = figures_of(meeting, restart) | await pushes(poster)
        for page in meeting.pages:
            page.leave()
    return figures, complaints(figures, is_whole=is_whole)


async def come_back(meeting: Meeting, killed: float, answering: float) -> Restart:
    """Until all are in step, or their time is over. The server was up when the first page was let in."""
    while time.monotonic() < answering + LAST_S:
        if all(page.times[-1] > killed for page in meeting.pages):
            break
        await asyncio.sleep(0.05)
    opened = [page.opened[-1] for page in meeting.pages if page.opened[-1] > killed]
    return Restart(killed, min([answering, *opened]))


async def pushes(poster: Poster) -> Figures:
    """Each draws what it needs once, for however many pages come back meanwhile."""
    told = await poster.http.get(f"{poster.site.url}/metrics")
    count = PUSHES.search(told.text)
    return {"pushes since the restart": round(float(count.group(1)))} if count else {}


def figures_of(meeting: Meeting, restart: Restart) -> Figures:
    crowd = restart.back_s(meeting.crowd)
    clerk, speaker = (float(restart.back_s([page])[0]) for page in (meeting.clerk, meeting.speaker))
    down = restart.up - restart.killed
    since = restart.up + clerk
    acts = [act.ended - act.began for act in meeting.acts if act.began > since]
    statuses = sum((page.statuses for page in meeting.pages), Counter[int]())
    return {
        "watchers": len(meeting.crowd),
        "server away, s": down,
        "from the kill to in step, p50, s": machine.percentile(crowd, 0.5) + down,
        "from the kill to in step, p99, s": machine.percentile(crowd, 0.99) + down,
        "from the kill to in step, most, s": float(crowd.max()) + down,
        "since the server answers, p50, s": machine.percentile(crowd, 0.5),
        P99: machine.percentile(crowd, 0.99),
        MOST: float(crowd.max()),
        CLERK: clerk, SPEAKER_BACK: speaker,
        "acts of the clerk from then on": len(acts),
        ACTS: machine.percentile(acts, 0.95),
        "handshakes answered with 101": statuses[101],
        "handshakes answered with 503": statuses[503],
        "tries while the server was away": statuses[0],
        OTHERS: sum(count for status, count in statuses.items() if status not in ALLOWED),
    }  # fmt: skip


def complaints(figures: Figures, *, is_whole: bool) -> list[str]:
    """What does not hold of what must hold."""
    limits = {P99: P99_S, MOST: MOST_S, CLERK: FIRST_S, SPEAKER_BACK: FIRST_S, ACTS: ACT_P95_S, OTHERS: 0}
    found = [
        f"{label}: {value:g}, more than {most}"
        for label, most in limits.items()
        if isinstance(value := figures[label], int | float) and value > most
    ]
    return found + ([] if is_whole else ["not every page has the last act"])


def run(chosen: argparse.Namespace) -> int:
    machine.raise_file_limit()
    is_pinned = len(machine.cores()) > 1
    with tempfile.TemporaryDirectory() as folder:
        city = plant(Path(folder))
        server = Server(city.data, before=machine.pinned(is_pinned))
        machine.pin_driver(is_pinned)
        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                figures, found = runner.run(prove(server, city, chosen))
        finally:
            server.end()
    print(f"seed {chosen.seed}")
    report("herd", figures, save=chosen.save, seed=chosen.seed)
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--watchers", type=int, default=4000)
    parser.add_argument("--faster", type=float, default=1, help="divides the waits of the browsers")
    parser.add_argument("--control", action="store_true", help="waits that are doubled without end")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--save", action="store_true")
    sys.exit(run(parser.parse_args()))
