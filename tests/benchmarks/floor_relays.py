"""Many listeners through relays: does each get every packet, how late, and what does it cost?

python -m tests.benchmarks.floor_relays --listeners 1000 --relays 2

The chair speaks to one server, in packets of 60 ms. Each relay (`engage relay`) has one connection to it and
an equal share of the listeners, who are sockets of this process, on the same machine. A packet's delay runs
from before the microphone sends it to its whole frame at a listener. --control cuts one listener off for a
second: the packets that it misses must be found.
"""

import argparse
import asyncio
import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import uvloop

from meetings.floor.packets import FRAME_MS
from tests.benchmarks import machine
from tests.benchmarks.floor_city import HeardCity, plant_heard
from tests.benchmarks.floor_clients import Ear, Microphone, listen_all
from tests.benchmarks.floor_hearing import MISSING, SETTLING_S, TWICE, have_all, hearing, lose
from tests.benchmarks.results import ROOT, Figures, report
from tests.benchmarks.serving import free_port, serving, wait_until_ready
from tests.benchmarks.sites import Site


@dataclass(frozen=True)
class Relayed:
    """A server and its relays: where they are, and their process ids."""

    site: Site
    server: int
    sites: Sequence[Site]
    relays: Sequence[int]


@contextlib.contextmanager
def relayed(city: HeardCity, count: int) -> Iterator[Relayed]:
    with serving(city.data) as (port, pid), contextlib.ExitStack() as ends:
        ports = [free_port() for _ in range(count)]
        started = [ends.enter_context(relay(port, own)) for own in ports]
        for own, process in zip(ports, started, strict=True):
            wait_until_ready(process, own)
        sites = [Site.here(own) for own in ports]
        yield Relayed(Site.here(port), pid, sites, [process.pid for process in started])


@contextlib.contextmanager
def relay(upstream: int, port: int) -> "Iterator[subprocess.Popen[bytes]]":
    command = [sys.executable, "-m", "engage", "relay", "--port", str(port)]
    command += ["--upstream", f"http://127.0.0.1:{upstream}"]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


async def measure(house: Relayed, city: HeardCity, chosen: argparse.Namespace) -> Figures:
    microphone = Microphone(house.site, city.chair_path)
    speaking = asyncio.create_task(microphone.run())
    await microphone.comes_on_air()
    ears = [Ear(house.sites[n % len(house.sites)], city.meeting_id) for n in range(chosen.listeners)]
    opening_s = await listen_all(ears)
    await asyncio.sleep(SETTLING_S)
    own, before = time.process_time(), [machine.cpu_s([pid]) for pid in (house.server, *house.relays)]
    began, heard = time.monotonic(), sum(ear.bytes for ear in ears)
    if chosen.control:
        await lose(ears[0], chosen.seconds)
    else:
        await asyncio.sleep(chosen.seconds)
    ended, heard = time.monotonic(), sum(ear.bytes for ear in ears) - heard
    server, *relays = [
        machine.cpu_s([pid]) - spent for pid, spent in zip((house.server, *house.relays), before, strict=True)
    ]
    driver = time.process_time() - own
    microphone.is_muted = True
    sent = {seq for seq, moment in microphone.sent.items() if began <= moment <= ended - FRAME_MS / 1000}
    await have_all(ears, sent)
    speaking.cancel()
    memory = [machine.rss_kib([pid]) / 1024 for pid in (house.server, *house.relays)]
    for ear in ears:
        ear.leave()
    seconds = ended - began
    return hearing(ears, sent) | {
        "relays": len(house.relays),
        "connections a second": len(ears) / opening_s,
        "seconds": seconds,
        "bytes a second to each listener": heard / len(ears) / seconds,
        "server's CPU, % of a core": server / seconds * 100,
        "busiest relay's CPU, % of a core": max(relays) / seconds * 100,
        "relays' CPU for one listener, % of a core": sum(relays) / seconds * 100 / len(ears),
        "driver's CPU, % of a core": driver / seconds * 100,
        "server's memory, MB": memory[0],
        "largest relay's memory, MB": max(memory[1:]),
    }


def run(chosen: argparse.Namespace) -> int:
    machine.raise_file_limit()
    with (
        tempfile.TemporaryDirectory() as folder,
        relayed(city := plant_heard(Path(folder) / "data"), chosen.relays) as house,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        figures = runner.run(measure(house, city, chosen))
    report("floor relays" + (", control" if chosen.control else ""), figures, save=chosen.save)
    return 1 if figures[MISSING] or figures[TWICE] else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--listeners", type=int, default=1000)
    parser.add_argument("--relays", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--control", action="store_true", help="one listener misses a second: must be found")
    parser.add_argument("--save", action="store_true")
    sys.exit(run(parser.parse_args()))
