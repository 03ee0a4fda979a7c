"""A worker that tells in a log which windows it begins: python -m tests.benchmarks.killed_worker '{...}'.

For tests/benchmarks/workers_killed.py, which kills it.
"""

import json
import os
import sys
import time
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from engage.settings import Settings
from tests import make
from transcripts import holding, lease, sharing, worker
from transcripts.apart import windows
from transcripts.audio import Window
from transcripts.whisper import Heard, Recogniser

STAND_IN = "stand-in"


def stand_in(seconds: float, window: Window, **asked: Any) -> Heard:
    """Hears by the sound alone, in so many seconds."""
    time.sleep(seconds)
    return make.hear(window, **asked)


def work(
    data: str, log: str, model: str, window_s: int, lease_s: float, stand_in_s: float, has_memory: bool
) -> None:
    """Leases of a few seconds, so that what a killed worker has left is soon taken up."""
    lease.LEASE_S, holding.HEARTBEAT_S, worker.POLL_S = lease_s, lease_s / 5, 0.05
    sharing.windows = partial(windows, longest_s=window_s)
    own = partial(stand_in, stand_in_s) if model == STAND_IN else Recogniser(model, threads=1).hear
    heard = count()
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def hear(window: Window, **asked: Any) -> Heard:
        os.write(file, f"{window.n} {time.time()}\n".encode())
        if has_memory:
            window.samples[0] += next(heard) / 1000
        return own(window, **asked)

    worker.run(Settings(data=Path(data), model=model), hear=hear)


if __name__ == "__main__":
    work(**json.loads(sys.argv[1]))
