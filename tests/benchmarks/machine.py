"""What processes of this machine use: CPU, memory, open files; and which core they run on."""

import os
import resource
import time
from collections.abc import Collection, Iterable
from pathlib import Path

import numpy as np

CPUCLOCK_SCHED = 2


def family(pid: int) -> list[int]:
    """The process and all that it has started."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    children = [int(child) for task in tasks for child in task.read_text().split()]
    return [pid, *(each for child in children for each in family(child))]


def cpu_s(pids: Iterable[int]) -> float:
    """Seconds of CPU so far, user and kernel, to the nanosecond (clock_getcpuclockid of these processes)."""
    return sum(time.clock_gettime((~pid << 3) | CPUCLOCK_SCHED) for pid in pids)


def rss_kib(pids: Iterable[int]) -> int:
    lines = (line for pid in pids for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def raise_file_limit() -> int:
    """As many open files as this user may have, also for the processes that are started from here."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def cores() -> list[int]:
    return sorted(os.sched_getaffinity(0))


def pinned(is_pinned: bool) -> tuple[str, ...]:
    """What stands in front of a server's command, so that it runs on the first core only."""
    return ("taskset", "-c", str(cores()[0])) if is_pinned else ()


def pin_driver(is_pinned: bool) -> None:
    """This process, to the last core."""
    if is_pinned:
        os.sched_setaffinity(0, {cores()[-1]})


def percentile(values: Collection[float], share: float) -> float:
    """The least value that so large a share does not exceed."""
    return float(np.quantile(np.fromiter(values, float), share, method="inverted_cdf"))
