"""A whole server for a benchmark: `engage serve` on a free port of this machine, ended with the block."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2

ROOT = Path(__file__).parents[2]
NO_LIMIT = "1000000"
"""Forms a minute: a benchmark is one address."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start(data: Path, port: int, *more: str, before: tuple[str, ...] = ()) -> subprocess.Popen[bytes]:
    """Serve `data` until told otherwise; comes back when the pages answer. `before` stands in front of the
    command (strace, taskset), `more` behind it."""
    process = spawn(data, port, *more, before=before)
    wait_until_ready(process, port)
    return process


def spawn(data: Path, port: int, *more: str, before: tuple[str, ...] = ()) -> subprocess.Popen[bytes]:
    """The same without waiting."""
    environment = os.environ | {
        "ENGAGE_DATA": str(data), "ENGAGE_PORT": str(port), "ENGAGE_POSTS_PER_MINUTE": NO_LIMIT,
    }  # fmt: skip
    command = [*before, sys.executable, "-m", "engage", "serve", "--no-worker", *more]
    return subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.DEVNULL)


def wait_until_ready(process: "subprocess.Popen[bytes]", port: int, seconds: float = 60) -> None:
    """Raises TimeoutError when the server does not come up, or has ended."""
    deadline = time.monotonic() + seconds
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}") as client:
        while time.monotonic() < deadline and process.poll() is None:
            with contextlib.suppress(httpx2.HTTPError):
                if client.get("/readyz").status_code == 200:
                    return
            time.sleep(0.02)
    raise TimeoutError("the server did not start")


@contextlib.contextmanager
def serving(data: Path, *more: str, before: tuple[str, ...] = ()) -> Iterator[tuple[int, int]]:
    """The port and the process id of a server that lives as long as the block."""
    port = free_port()
    process = start(data, port, *more, before=before)
    try:
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()
