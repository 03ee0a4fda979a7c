"""The command that serves: it starts its workers, and takes them along however it ends."""

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from engage.__main__ import NICE, NICE_CAPTIONS
from engage.settings import Settings
from tests.make import wait_for

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for child processes in /proc"),
]


def children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_the_workers_end_with_the_server(settings: Settings, how: signal.Signals) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    given = {"ENGAGE_DATA": str(settings.data), "ENGAGE_PORT": str(port), "ENGAGE_WORKERS": "2"}
    environment = os.environ | given
    command = [sys.executable, "-m", "engage", "serve"]
    server = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        workers = wait_for(lambda: is_ready(port) and len(now := children(server.pid)) == 3 and now)
        wanted = sorted([NICE, NICE, NICE_CAPTIONS])
        wait_for(lambda: sorted(os.getpriority(os.PRIO_PROCESS, each) for each in workers) == wanted)
        server.send_signal(how)
        assert server.wait(30) == (-how if how == signal.SIGKILL else 0)
        wait_for(lambda: not any(Path(f"/proc/{each}").exists() for each in workers))
    finally:
        server.kill()
        server.wait()
