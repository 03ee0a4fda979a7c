"""The disk fills while a meeting is recorded: does everybody go on being heard, and what is in the recording?

python -m tests.benchmarks.floor_disk --rounds 10

The data folder lies on a small disk of its own (a tmpfs; needs root). A resident speaks without a pause in
packets of 60 ms, somebody listens, and a clerk's console is asked ten times a second. Each round the disk is
filled to below the reserve and then to its last page, and freed again. Every packet must reach the listener;
the clerk must be told within a second; what was spoken earlier than 0.3 s before the disk was full must be
in the files, and again everything from five seconds after there is room; both moments stand on the record.

--control: a recorder that does not try again; that must be found.
"""

import argparse
import asyncio
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import httpx2
from sqlalchemy.orm import Session

from engage.db import Database
from engage.people import SESSION_COOKIE
from engage.settings import Settings
from engage.space import RESERVE
from meetings.floor.joining import packets_of
from meetings.floor.packets import SILENCE
from meetings.floor.parts import parts_in
from tests import make
from tests.benchmarks.floor_city import HeardCity, plant_heard
from tests.benchmarks.floor_clients import Ear, Microphone, listen_all, sent_at
from tests.benchmarks.results import Figures, report
from tests.benchmarks.serving import serving
from tests.benchmarks.sites import Site
from tests.benchmarks.small_disk import MIB, NotAllowed, SmallDisk, small_disk

SIZE = RESERVE + 64 * MIB
SAFE_S, TOLD_S, SOON_S = 0.3, 1.0, 5.0
NOT_ALLOWED = 77
"""Status when there can be no small disk."""
ONCE = """
import runpy, sys
from meetings.floor import recording
recording.AGAIN_MS = 10**12
sys.argv = sys.argv[3:]
runpy.run_module("engage", run_name="__main__")
"""
"""Stands before the command that serves."""


class Full(NamedTuple):
    """From when until when there was no room (monotonic seconds), and how soon the clerk knew of either."""

    began: float
    ended: float
    told_s: float
    recovered_s: float


@dataclass
class Clerk:
    site: Site
    city: HeardCity
    client: httpx2.AsyncClient = field(default_factory=lambda: httpx2.AsyncClient(timeout=30))

    async def until(self, *, is_full: bool, most_s: float) -> float:
        """Seconds until the console says so, or `most_s`."""
        url = f"{self.site.url}/clerk/meetings/{self.city.meeting_id}/console"
        began = time.monotonic()
        while time.monotonic() < began + most_s:
            page = await self.client.get(url, headers={"cookie": f"{SESSION_COOKIE}={self.city.clerk_token}"})
            if page.status_code == 200 and ("disk is full" in page.text) == is_full:
                return time.monotonic() - began
            await asyncio.sleep(0.1)
        return most_s


async def fill_and_free(disk: SmallDisk, clerk: Clerk, chance: random.Random) -> Full:
    await asyncio.sleep(chance.uniform(1.5, 3))
    began = time.monotonic()
    await asyncio.to_thread(disk.fill, RESERVE - MIB)
    told = await clerk.until(is_full=True, most_s=10)
    await asyncio.to_thread(disk.fill, chance.randint(0, 40 << 10))
    await asyncio.sleep(1.5)
    await asyncio.to_thread(disk.clear)
    ended = time.monotonic()
    recovered = await clerk.until(is_full=False, most_s=10)
    return Full(began, ended, told, recovered)


async def evening(
    disk: SmallDisk, site: Site, city: HeardCity, rounds: int, seed: int
) -> tuple[Microphone, Ear, list[Full]]:
    chance, ear = random.Random(seed), Ear(site, city.meeting_id)
    await listen_all([ear])
    microphone = Microphone(site, city.speaker_path, city.speaker_cookie)
    speaking = asyncio.create_task(microphone.run())
    clerk = Clerk(site, city)
    course = [await fill_and_free(disk, clerk, chance) for _ in range(rounds)]
    await asyncio.sleep(SOON_S + 1)
    speaking.cancel()
    await asyncio.sleep(0.5)
    return microphone, ear, course


def recorded(city: HeardCity) -> set[float]:
    """When each packet in the files was sent."""
    found = (payload for part in parts_in(city.parts) for payload in packets_of(part.path))
    return {sent_at(payload) for payload in found if payload != SILENCE}


def missing(microphone: Microphone, kept: set[float], course: Sequence[Full], end: float) -> int:
    """Packets that were sent while there was room, and are not in the files."""
    lost = (
        moment
        for moment in microphone.sent.values()
        if moment not in kept
        and moment < end - SAFE_S
        and not any(each.began - SAFE_S <= moment <= each.ended + SOON_S for each in course)
    )
    return len(list(lost))


def kinds(city: HeardCity) -> list[str]:
    def read(db: Session) -> list[str]:
        return [kind for kind in make.kinds(db, city.meeting_id) if kind.startswith("recorder.")]

    store = Database(Settings(data=city.data).database)
    try:
        return store.read_now(read)
    finally:
        store.close()


def run(rounds: int, seed: int, *, is_control: bool, save: bool) -> int:
    before = (sys.executable, "-c", ONCE) if is_control else ()
    with small_disk(SIZE) as disk:
        (disk.place / "data").mkdir()
        city = plant_heard(disk.place / "data")
        with serving(city.data, before=before) as (port, _):
            microphone, ear, course = make.in_a_loop(evening(disk, Site.here(port), city, rounds, seed))
            end = time.monotonic()
        kept, noted = recorded(city), kinds(city)
    heard = set(ear.seqs)
    first = min(heard, default=0)
    figures: Figures = {
        "times that the disk was full": len(course),
        "packets sent": len(microphone.sent),
        "packets that the listener did not get": sum(n not in heard for n in microphone.sent if n >= first),
        "until the clerk was told, most, s": max(each.told_s for each in course),
        "until the clerk was told that it goes on, most, s": max(each.recovered_s for each in course),
        "packets in the files": len(kept),
        "packets missing that were spoken while there was room": missing(microphone, kept, course, end),
        "entries of it on the record": len(noted),
    }
    report("floor disk, control" if is_control else "floor disk", figures, save=save, seed=seed)
    wrong = [
        label
        for label, most in (
            ("packets that the listener did not get", 0),
            ("until the clerk was told, most, s", TOLD_S),
            ("until the clerk was told that it goes on, most, s", SOON_S),
            ("packets missing that were spoken while there was room", 0),
        )
        if float(figures[label]) > most
    ]
    if noted != ["recorder.failed", "recorder.recovered"] * rounds:
        wrong.append(f"on the record: {', '.join(noted)}")
    print("\n".join([f"seed {seed}", *wrong]))
    return 1 if wrong else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--control", action="store_true", help="a recorder that does not try again")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--save", action="store_true")
    chosen = parser.parse_args()
    try:
        sys.exit(run(chosen.rounds, chosen.seed, is_control=chosen.control, save=chosen.save))
    except NotAllowed:
        print("A small disk cannot be mounted here: this needs root.")
        sys.exit(NOT_ALLOWED)
