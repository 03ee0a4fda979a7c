"""How soon a thousand open pages have an act of the clerk, with the durable commit in the path.

python tests/benchmarks/watchers.py --watchers 1000 --acts 60

Starts `engage serve` on an empty folder, opens the pages' sockets, then closes and reopens the list of
speakers, one act at a time; each watcher's time is taken from the start of the POST to the arrival of the
whole frame. Prints percentiles, memory a watcher, connections a second and the server's CPU a 10,000
messages; the driver runs in this process and its CPU is printed apart.
"""

import argparse
import asyncio
import base64
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx2

sys.path.insert(0, str(Path(__file__).parents[2]))

from engage import people
from engage.db import Database
from engage.migrations import migrate
from engage.settings import Settings
from tests.benchmarks.kills import free_port, start
from tests.make import City

WARM_UP = 100
"""Pages opened before the memory is read, so that caches are not counted as theirs."""
TICKS = os.sysconf("SC_CLK_TCK")


class Watcher(asyncio.Protocol):
    """One open page: does the handshake, then notes when each whole frame has come."""

    def __init__(self, host: str, path: str, opened: "asyncio.Future[None]") -> None:
        self.opened = opened
        self.buffer = bytearray()
        self.is_open = False
        self.frames: list[float] = []
        self.bytes = 0
        key = base64.b64encode(os.urandom(16)).decode()
        self.hello = (
            f"GET {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
        ).encode()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        transport.write(self.hello)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if not self.is_open:
            if b"\r\n\r\n" not in self.buffer:
                return
            head, _, rest = bytes(self.buffer).partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 101"), head[:200]
            self.is_open = True
            self.buffer = bytearray(rest)
            self.opened.set_result(None)
        while (size := frame_size(self.buffer)) and len(self.buffer) >= size:
            if self.buffer[0] & 0x0F == 1:
                self.frames.append(time.perf_counter())
                self.bytes = size
            del self.buffer[:size]


def frame_size(buffer: bytearray) -> int:
    """Bytes of the first frame, header included; 0 while its header has not come."""
    if len(buffer) < 2:
        return 0
    length = buffer[1] & 0x7F
    if length < 126:
        return 2 + length
    wide = 2 if length == 126 else 8
    return 2 + wide + int.from_bytes(buffer[2 : 2 + wide], "big") if len(buffer) >= 2 + wide else 0


def rss_kib(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    return 0


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


async def connect(host: str, path: str, port: int, count: int) -> list[Watcher]:
    """Open so many pages, fifty at a time."""
    loop = asyncio.get_running_loop()
    watchers = []
    for chunk in range(0, count, 50):
        opened = [loop.create_future() for _ in range(min(50, count - chunk))]
        for each in opened:
            made = Watcher(host, path, each)
            await loop.create_connection(lambda made=made: made, "127.0.0.1", port)
            watchers.append(made)
        await asyncio.gather(*opened)
    return watchers


async def watch(port: int, city: City, token: str, pid: int, count: int, acts: int) -> None:
    host = f"127.0.0.1:{port}"
    path = f"/meetings/{city.meeting.id}/live?since=0-00000000&lang=en"
    warm = await connect(host, path, port, WARM_UP)
    before, began = rss_kib(pid), time.perf_counter()
    watchers = await connect(host, path, port, count)
    spent = time.perf_counter() - began
    while any(not each.frames for each in [*warm, *watchers]):
        await asyncio.sleep(0.01)
    for each in warm:
        each.transport.close()
    memory = (rss_kib(pid) - before) / count
    print(f"{count} watchers: {count / spent:.0f} connections/s, {memory:.1f} KiB of memory each")

    spent, own = cpu_s(pid), time.process_time()
    latencies: list[float] = []
    lasts: list[float] = []
    async with httpx2.AsyncClient(cookies={people.SESSION_COOKIE: token}) as clerk:
        for n in range(acts):
            for each in watchers:
                each.frames.clear()
            word = "reopening" if n % 2 else "closing"
            posted = time.perf_counter()
            answer = await clerk.post(f"http://{host}/clerk/meetings/{city.meeting.id}/queue/{word}")
            assert answer.status_code == 303, answer.status_code
            while any(not each.frames for each in watchers):
                await asyncio.sleep(0.001)
            times = [(each.frames[0] - posted) * 1000 for each in watchers]
            latencies += times
            lasts.append(max(times))
    spent, own = cpu_s(pid) - spent, time.process_time() - own
    ordered = sorted(latencies)
    p99 = ordered[int(len(ordered) * 0.99)]
    messages = count * acts
    p50, each = statistics.median(ordered), 10_000 / messages
    print(f"POST to watcher: p50 {p50:.1f} ms, p99 {p99:.1f} ms, most {ordered[-1]:.1f} ms")
    print(f"last watcher: p50 {statistics.median(lasts):.1f} ms; frame {watchers[0].bytes} bytes")
    print(f"CPU a 10,000 messages: server {spent * each:.3f} s, driver {own * each:.3f} s")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--watchers", type=int, default=1000)
    parser.add_argument("--acts", type=int, default=60)
    chosen = parser.parse_args()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, chosen.watchers + 500)), hard))
    with tempfile.TemporaryDirectory() as folder:
        migrate(Settings(data=Path(folder)).database)
        store = Database(Path(folder) / "engage.sqlite")
        city = store.write_now(City)
        token = store.write_now(lambda db: people.sign_in(db, city.clerk.id))
        store.close()
        port = free_port()
        server: subprocess.Popen[bytes] = start(Path(folder), port)
        try:
            asyncio.run(watch(port, city, token, server.pid, chosen.watchers, chosen.acts))
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
