"""A machine's clock that can be set while a server runs on it, by Debian's libfaketime.

Only the time of day is faked, as it is on a real machine: clocks that count from the boot go on.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.benchmarks.serving import NO_LIMIT, ROOT, wait_until_ready

SERVE = "from engage.__main__ import main; main()"
PLAIN = f"from engage import lifetime; lifetime.hold = lambda folder: None; {SERVE}"
"""The control: a server that goes by the machine's clock alone."""
MISSING = "libfaketime is not installed here (Debian's package: faketime), so no clock can be set."


def library() -> Path | None:
    """libfaketime, where Debian puts it."""
    return next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))), None)


SEEN_S = 2.1
"""So long after it was set, everybody sees it: libfaketime reads its file once a second (at every look would
cost a third of the acts, since Python asks it at every change of threads)."""


class Machine:
    """`file` holds by how much its clock is off."""

    def __init__(self, file: Path, *, at: float, zone: str, preload: Path) -> None:
        """The clock shows `at` (seconds since 1970) now."""
        self.file, self.off = file, at - time.time()
        self.environment = {
            "LD_PRELOAD": str(preload), "FAKETIME_TIMESTAMP_FILE": str(file), "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "TZ": zone,
        }  # fmt: skip
        self.set(0)

    def set(self, by: float) -> None:
        """By so many seconds from what it shows. Seen at once by who starts now, by others within SEEN_S."""
        self.off += by
        new = self.file.with_suffix(".new")
        new.write_text(f"{self.off:+.6f}\n")
        new.replace(self.file)

    def now(self) -> float:
        return time.time() + self.off

    def serve(self, data: Path, port: int, *, is_control: bool) -> "subprocess.Popen[bytes]":
        """A server on this machine; comes back when its pages answer."""
        environment = os.environ | self.environment | {
            "ENGAGE_DATA": str(data), "ENGAGE_PORT": str(port), "ENGAGE_POSTS_PER_MINUTE": NO_LIMIT,
        }  # fmt: skip
        command = [sys.executable, "-c", PLAIN if is_control else SERVE, "serve", "--no-worker"]
        process = subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.DEVNULL)
        wait_until_ready(process, port)
        return process
