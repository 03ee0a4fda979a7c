"""kill -9 in the midst of a turn: what is in the recording, and how soon is everybody heard again?

python -m tests.benchmarks.floor_kills --kills 20
python -m tests.benchmarks.floor_kills --kills 20 --processes 2

A resident who has the floor speaks without a pause, others listen; both come back as the pages do. At a
random moment the server is killed, and started again at once; of several processes the one that leads the
sound is killed. Every packet says when it was sent: what was said up to 300 ms before must be in the
recording's parts. In the end the server is asked to end (SIGTERM), which must lose nothing, and the parts are
joined: what was said between two kills may stand no more than 50 ms from where the rest says that it belongs.
--control takes the end of each part away.
"""

import argparse
import asyncio
import os
import random
import sys
import tempfile
import time
from pathlib import Path

import uvloop

from tests.benchmarks.floor_city import plant_heard
from tests.benchmarks.floor_clients import LISTENS_AGAIN, Ear, listen_all
from tests.benchmarks.floor_house import House, Kill, apart_ms, floor_parts, missing, said, written
from tests.benchmarks.machine import percentile
from tests.benchmarks.results import Figures, report
from tests.benchmarks.serving import free_port
from tests.benchmarks.sites import Backoff

MOMENT_S = (1.0, 3.0)
"""After everybody hears."""
SAFE_S = 0.3
SPEAKS_S, HEARS_S, APART_MS = 5.0, 15.0, 50
CUT_BYTES = 3000
"""For the control: a second of sound."""


async def evening(house: House, chosen: argparse.Namespace) -> list[Kill]:
    chance = random.Random(chosen.seed)
    await asyncio.to_thread(house.start)
    speaking = asyncio.create_task(house.speaker.run())
    await house.speaker.comes_on_air()
    house.ears += [Ear(house.site, house.city.meeting_id) for _ in range(chosen.listeners)]
    await listen_all(house.ears)
    for ear in house.ears:
        ear.backoff = Backoff(LISTENS_AGAIN, chance)
    made = []
    for _ in range(chosen.kills):
        made.append(await house.kill_and_come_back(chance.uniform(*MOMENT_S)))
    await asyncio.sleep(1)
    on_air, ended = house.speaker.states[-1][0], time.monotonic()
    status = await asyncio.to_thread(house.end)
    speaking.cancel()
    for ear in house.ears:
        ear.leave()
    if status:
        raise RuntimeError(f"the server ended with status {status}")
    house.killed.append((on_air, ended))
    return made


def judge(house: House, made: list[Kill], *, cut: bool) -> int:
    """Fill in what the files say of each kill; packets lost at the SIGTERM in the end."""
    parts, sent = floor_parts(house.city), said(house.speaker)
    for part in parts if cut else []:
        os.truncate(part.path, max(0, part.path.stat().st_size - CUT_BYTES))
    kept = written(parts)
    for kill, (on_air, killed) in zip(made, house.killed, strict=False):
        kill.missing = missing(sent, kept, on_air, killed - SAFE_S)
        lost = [moment for moment in sent if on_air <= moment <= killed and moment not in kept]
        kill.lost_s = killed - min(lost, default=killed)
    return missing(sent, kept, *house.killed[-1])


def figures(house: House, made: list[Kill], lost_at_end: int, apart: float) -> Figures:
    hears = [seconds for kill in made for seconds in kill.hears_s]
    speaks = [kill.speaks_s for kill in made]
    restarts: Figures = (
        {"kill to a server that answers, most, s": max(kill.restart_s for kill in made)}
        if house.processes == 1
        else {}
    )
    return {
        "kills": len(made),
        "processes": house.processes,
        "listeners": len(house.ears),
        "packets sent while on the air": len(house.speaker.sent),
        "packets sent earlier than 300 ms before a kill, and lost": sum(kill.missing for kill in made),
        "said before a kill and lost, p50, ms": percentile([kill.lost_s * 1000 for kill in made], 0.5),
        "said before a kill and lost, most, ms": max(kill.lost_s for kill in made) * 1000,
        **restarts,
        "to the speaker on the air again, p50, s": percentile(speaks, 0.5),
        "to the speaker on the air again, most, s": max(speaks),
        "to a listener hearing again, p50, s": percentile(hears, 0.5),
        "to a listener hearing again, most, s": max(hears),
        "packets lost at SIGTERM": lost_at_end,
        "parts joined": len(floor_parts(house.city)),
        "joined file, what was said between two kills from its place, most, ms": apart,
    }


def faults(made: list[Kill], lost_at_end: int, apart: float, most_ms: float) -> list[str]:
    return [
        *(f"a kill: {kill.missing} packets lost" for kill in made if kill.missing),
        *(f"the speaker was back after {kill.speaks_s:.1f} s" for kill in made if kill.speaks_s > SPEAKS_S),
        *(
            f"a listener heard after {max(kill.hears_s):.1f} s"
            for kill in made
            if max(kill.hears_s) > HEARS_S
        ),
        *([f"SIGTERM: {lost_at_end} packets lost"] if lost_at_end else []),
        *([f"joined: something stands {apart:.0f} ms from its place"] if apart > most_ms else []),
    ]


def run(chosen: argparse.Namespace, folder: Path) -> int:
    house = House(plant_heard(folder / "data"), free_port(), chosen.processes)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            made = runner.run(evening(house, chosen))
    finally:
        if house.server and house.server.poll() is None:
            house.server.kill()
            house.server.wait()
    lost_at_end = judge(house, made, cut=chosen.control)
    apart = apart_ms(floor_parts(house.city), [killed for _, killed in house.killed], folder)
    name = "floor kills" + (f", {chosen.processes} processes" if chosen.processes > 1 else "")
    name += ", control" if chosen.control else ""
    report(name, figures(house, made, lost_at_end, apart), save=chosen.save, seed=chosen.seed)
    found = faults(made, lost_at_end, apart, chosen.apart)
    print("\n".join(found) or "every turn went on, and its recording is whole")
    return 1 if found else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--listeners", type=int, default=20)
    parser.add_argument(
        "--apart", type=float, default=APART_MS, help="ms in the joined file; more on a busy machine"
    )
    parser.add_argument("--control", action="store_true", help="parts are cut short: must be found")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--save", action="store_true", help="keep the figures in docs/results.json")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as made_folder:
        sys.exit(run(wanted, Path(made_folder)))
