"""A server whose sound is on, killed and started again; and what its recording says afterwards."""

import asyncio
import os
import signal
import subprocess
import time
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from engage.neighbours import is_running
from meetings.floor.joining import join_channel, packets_of
from meetings.floor.leading import Leading, process_of
from meetings.floor.models import FLOOR_CHANNEL
from meetings.floor.packets import duration_ms
from meetings.floor.parts import Part, parts_in
from tests.benchmarks.floor_city import HeardCity
from tests.benchmarks.floor_clients import OPUS_BYTES, QUIET, Ear, Microphone, sent_at
from tests.benchmarks.serving import start
from tests.benchmarks.sites import Site

PATIENCE_S = 60


@dataclass
class Kill:
    """Once a server answers again (where another process takes over: from the kill on)..."""

    restart_s: float
    speaks_s: float
    """Until the resident was told that they are on the air."""
    hears_s: list[float]
    """Until each listener had the first packet that was sent after the kill."""
    lost_s: float = 0
    """How long before the kill the first packet was sent that is not in the file."""
    missing: int = 0
    """Packets that were sent earlier than SAFE_S before it, and are not."""


@dataclass
class House:
    """A server that is killed and started again, a speaker and listeners."""

    city: HeardCity
    port: int
    processes: int
    ears: list[Ear] = field(default_factory=list)
    server: "subprocess.Popen[bytes] | None" = None
    killed: list[tuple[float, float]] = field(default_factory=list)
    """When the resident was on the air, and when the kill came."""

    def __post_init__(self) -> None:
        self.site = Site.here(self.port)
        self.speaker = Microphone(self.site, self.city.speaker_path, self.city.speaker_cookie)

    def start(self) -> None:
        self.server = start(self.city.data, self.port, "--processes", str(self.processes))

    async def kill(self) -> float:
        """The process that leads; one that stands alone is started again. When a server was there again."""
        assert self.server
        if self.processes == 1:
            self.server.kill()
            await asyncio.to_thread(self.server.wait)
            self.server = None
            await asyncio.to_thread(self.start)
            return time.monotonic()
        os.kill(self.leader(), signal.SIGKILL)
        return time.monotonic()

    def leader(self) -> int:
        path = Leading(self.city.data / "run").leader_path()
        assert path
        return process_of(path)

    async def all_are_there(self) -> None:
        """Those that were killed before have been replaced."""
        while len(doors(self.city.data / "run")) < self.processes > 1:
            await asyncio.sleep(0.05)

    async def kill_and_come_back(self, moment_s: float) -> Kill:
        on_air = self.speaker.states[-1][0]
        await self.all_are_there()
        await asyncio.sleep(moment_s)
        killed = time.monotonic()
        self.killed.append((on_air, killed))
        back = asyncio.create_task(self.speaker.comes_on_air(PATIENCE_S))
        restarted = await self.kill()
        hears = await asyncio.gather(*(hears_after(ear, killed) for ear in self.ears))
        speaks = await back - restarted
        return Kill(restarted - killed, speaks, [moment - restarted for moment in hears])

    def end(self) -> int:
        assert self.server
        self.server.terminate()
        return self.server.wait(PATIENCE_S)


def doors(folder: Path) -> list[int]:
    """Processes that take what others pass on."""
    found = [process_of(path) for path in folder.glob("web-*.sock")]
    return [process for process in found if is_running(process)]


async def hears_after(ear: Ear, moment: float) -> float:
    """When the first packet came that was sent later."""
    before = len(ear.times)
    async with asyncio.timeout(PATIENCE_S):
        while True:
            for at, delay in zip(ear.times[before:], ear.delays[before:], strict=True):
                if at - delay > moment:
                    return at
            await asyncio.sleep(0.01)


def floor_parts(city: HeardCity) -> list[Part]:
    return [part for part in parts_in(city.parts) if part.channel == FLOOR_CHANNEL]


def said(microphone: Microphone) -> list[float]:
    """When each packet was sent in which something is said: of a pause the recorder may leave one out."""
    return [moment for seq, moment in microphone.sent.items() if seq % QUIET.stop not in QUIET]


def written(parts: Sequence[Part]) -> set[float]:
    """When each of those that are in the parts was sent."""
    return {sent_at(each) for part in parts for each in packets_of(part.path) if len(each) == OPUS_BYTES}


def missing(sent: Sequence[float], kept: set[float], since: float, until: float) -> int:
    return sum(since <= moment <= until and moment not in kept for moment in sent)


def apart_ms(parts: Sequence[Part], kills: Sequence[float], folder: Path) -> float:
    """The joined file: how far at most what was said between two kills stands from where the rest of it says
    that it belongs, by the middle packet of each."""
    joined = join_channel(parts, folder / "joined", lambda: None)
    assert joined
    runs: dict[int, list[float]] = {}
    place = 0.0
    for payload in packets_of(joined.path):
        if len(payload) == OPUS_BYTES:
            moment = sent_at(payload)
            runs.setdefault(bisect(kills, moment), []).append(place - moment * 1000)
        place += duration_ms(payload)
    middles = np.array([np.median(run) for run in runs.values()])
    return float(np.abs(middles - np.median(middles)).max())
