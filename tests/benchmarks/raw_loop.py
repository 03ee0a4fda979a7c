"""The floor under every fan-out: one asyncio process that writes the same bytes to so many plain sockets.

python -m tests.benchmarks.raw_loop PORT

One connection is the conductor's: it sends a length (8 bytes) and the bytes of a frame, and then one byte
for every time that they are to be written to all the others.
"""

import asyncio
import contextlib
import socket
import subprocess
import sys
import time
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import uvloop

from tests.benchmarks.machine import cpu_s
from tests.benchmarks.serving import ROOT, free_port

LENGTH = 8


class Listener(asyncio.Protocol):
    """Every connection; the one that says something is the conductor's."""

    def __init__(self, everyone: set[asyncio.Transport]) -> None:
        self.everyone, self.heard, self.frame = everyone, b"", b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.everyone.add(self.transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self.everyone.discard(self.transport)

    def data_received(self, data: bytes) -> None:
        self.heard += data
        if not self.frame:
            end = LENGTH + int.from_bytes(self.heard[:LENGTH], "big")
            if len(self.heard) < LENGTH or len(self.heard) < end:
                return
            self.frame, self.heard = self.heard[LENGTH:end], self.heard[end:]
            self.everyone.discard(self.transport)
        for _ in self.heard:
            for transport in self.everyone:
                transport.write(self.frame)
        self.heard = b""


class Ear(asyncio.Protocol):
    """A plain socket that notes when each whole frame has come."""

    def __init__(self, size: int) -> None:
        self.size, self.left, self.times = size, size, array("d")

    def data_received(self, data: bytes) -> None:
        self.left -= len(data)
        while self.left <= 0:
            self.times.append(time.monotonic())
            self.left += self.size


@dataclass(frozen=True)
class Floor:
    """Of a run: the loop's seconds of CPU, and milliseconds from the word to each socket."""

    cpu_s: float
    latencies: list[float]


async def measure(frame: bytes, sockets: int, times: int, before: Sequence[str]) -> Floor:
    """Write the frame so many times to so many sockets, each time when all have the one before."""
    with running(before) as (port, pid):
        loop = asyncio.get_running_loop()
        conductor, _ = await loop.create_connection(asyncio.Protocol, "127.0.0.1", port)
        ears = [Ear(len(frame)) for _ in range(sockets)]
        for ear in ears:
            await loop.create_connection(lambda ear=ear: ear, "127.0.0.1", port)  # type: ignore[misc]  # mypy infers no default
        conductor.write(len(frame).to_bytes(LENGTH, "big") + frame)
        await asyncio.sleep(0.2)
        spent, latencies = cpu_s([pid]), []
        for n in range(times):
            began = time.monotonic()
            conductor.write(b"!")
            for ear in ears:
                while len(ear.times) <= n:
                    await asyncio.sleep(0.001)
            latencies += [(ear.times[n] - began) * 1000 for ear in ears]
        return Floor(cpu_s([pid]) - spent, latencies)


@contextlib.contextmanager
def running(before: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The port and the process id of a loop."""
    port = free_port()
    command = [*before, sys.executable, "-m", "tests.benchmarks.raw_loop", str(port)]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        wait_for(port)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


def wait_for(port: int, seconds: float = 30) -> None:
    """Until something listens there; the look itself is gone before anybody else comes."""
    deadline = time.monotonic() + seconds
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if time.monotonic() > deadline:
            raise TimeoutError("nothing listens there")
        time.sleep(0.02)


async def listen(port: int) -> None:
    everyone: set[asyncio.Transport] = set()
    server = await asyncio.get_running_loop().create_server(
        lambda: Listener(everyone), "127.0.0.1", port, backlog=4096
    )
    await server.serve_forever()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(listen(int(sys.argv[1])))
