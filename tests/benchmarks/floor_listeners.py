"""Everybody who listens to one process: does each get every packet, how late, and what does it cost?

python -m tests.benchmarks.floor_listeners --listeners 500 --seconds 20
python -m tests.benchmarks.floor_listeners --listeners 250 --frame 20
python -m tests.benchmarks.floor_listeners --stalled 50

The chair speaks to one `engage serve` without a pause; the listeners are sockets of this process, on the same
machine (server on the first core, this process on the last). A packet's delay runs from before the microphone
sends it to its whole frame at a listener, over all packets and listeners. --stalled: so many more listeners
stop reading, and must cost the others nothing. --control cuts one listener off for a second: what it misses
must be found.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import uvloop

from tests.benchmarks import machine
from tests.benchmarks.floor_city import HeardCity, plant_heard
from tests.benchmarks.floor_clients import Ear, Microphone, listen_all
from tests.benchmarks.floor_hearing import MISSING, P95, SETTLING_S, TWICE, have_all, hearing, lose
from tests.benchmarks.results import Figures, report
from tests.benchmarks.serving import serving
from tests.benchmarks.sites import Site

MOST_MS = 60.0
"""The goal for P95."""
SMALL = 2048
"""Bytes that the kernel takes for a listener that does not read."""


async def measure(site: Site, city: HeardCity, pid: int, chosen: argparse.Namespace) -> Figures:
    microphone = Microphone(site, city.chair_path, frame_ms=chosen.frame)
    speaking = asyncio.create_task(microphone.run())
    await microphone.comes_on_air()
    memory = machine.rss_kib([pid])
    ears = [Ear(site, city.meeting_id) for _ in range(chosen.listeners)]
    opening_s = await listen_all(ears)
    held_up = await stall(site, city, chosen.stalled)
    await asyncio.sleep(SETTLING_S)
    memory = machine.rss_kib([pid]) - memory
    began, cpu, own = time.monotonic(), machine.cpu_s([pid]), time.process_time()
    heard = sum(ear.bytes for ear in ears)
    await (lose(ears[0], chosen.seconds) if chosen.control else asyncio.sleep(chosen.seconds))
    ended, cpu, own = time.monotonic(), machine.cpu_s([pid]) - cpu, time.process_time() - own
    heard = sum(ear.bytes for ear in ears) - heard
    microphone.is_muted = True
    sent = {seq for seq, at in microphone.sent.items() if began <= at <= ended - chosen.frame / 1000}
    await have_all(ears, sent)
    speaking.cancel()
    figures = hearing(ears, sent) | {
        "bytes a second to each listener": heard / len(ears) / (ended - began),
        "server's CPU, % of a core": cpu / (ended - began) * 100,
        "server's CPU for one listener, % of a core": cpu / (ended - began) * 100 / len(ears),
        "driver's CPU, % of a core": own / (ended - began) * 100,
        "memory of a listener, KiB": memory / (len(ears) + len(held_up)),
        "connections a second": len(ears) / opening_s,
        "listeners that do not read": len(held_up),
    }
    for ear in (*ears, *held_up):
        ear.leave()
    return figures


async def stall(site: Site, city: HeardCity, count: int) -> Sequence[Ear]:
    """Listeners that read their greeting and then no more."""
    ears = [Ear(site, city.meeting_id) for _ in range(count)]
    for ear in ears:
        ear.receive_buffer = SMALL
    await listen_all(ears)
    for ear in ears:
        ear.stop_reading()
    return ears


def run(chosen: argparse.Namespace) -> int:
    machine.raise_file_limit()
    with tempfile.TemporaryDirectory() as folder:
        city = plant_heard(Path(folder) / "data")
        with serving(city.data, before=machine.pinned(chosen.pin)) as (port, pid):
            machine.pin_driver(chosen.pin)
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                figures = runner.run(measure(Site.here(port), city, pid, chosen))
    report(name_of(chosen), figures, save=chosen.save)
    is_late = float(figures[P95]) >= chosen.most
    return 1 if figures[MISSING] or figures[TWICE] or is_late else 0


def name_of(chosen: argparse.Namespace) -> str:
    """Of the kept result."""
    kind = ", control" if chosen.control else ", stalled" if chosen.stalled else ""
    return f"floor listeners{'' if chosen.frame == 60 else f', {chosen.frame} ms'}{kind}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--listeners", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--frame", type=int, choices=(20, 60), default=60, help="ms in a packet")
    parser.add_argument("--stalled", type=int, default=0, help="further listeners that do not read")
    parser.add_argument("--most", type=float, default=MOST_MS, help="ms that p95 has to stay under")
    parser.add_argument("--control", action="store_true", help="one listener misses a second: must be found")
    parser.add_argument(
        "--pin", action=argparse.BooleanOptionalAction, default=len(machine.cores()) > 1,
        help="server and driver on one core each",
    )  # fmt: skip
    parser.add_argument("--save", action="store_true")
    sys.exit(run(parser.parse_args()))
