"""The disk refuses writes and syncs: is nobody told that an act was kept which was not?

python -m tests.benchmarks.disk_errors --seconds 10

Under the load L, strace makes every few pwrite64, then every few fsync and fdatasync, of the serving process
fail, with EIO (a broken disk) and with ENOSPC. Such an act is answered with 503, the writer's connection is
opened anew, and nothing acknowledged is lost. Needs strace, and the right to trace one's own process.

--control: a server that believes a commit which failed must lose acts.
"""

import argparse
import contextlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2

from engage.sqlite import connect
from tests.benchmarks.asking import Asking, wrong_answers
from tests.benchmarks.load import Load, faults_now, plant
from tests.benchmarks.load_city import Planted
from tests.benchmarks.results import Figures, report
from tests.benchmarks.serving import serving

CALLS = ("pwrite64", "fsync,fdatasync")
ERRORS = ("EIO", "ENOSPC")
EVERY = 3
"""Of these calls one fails, in each thread."""
SOON_S = 5.0
PATIENCE_S = 10.0
"""For the first refused act, on a machine that does other things too."""
BELIEVE = """
import contextlib, runpy, sys
from engage import sqlite
dialect = sqlite.dialect()
commit = dialect.do_commit
def believe(connection):
    with contextlib.suppress(Exception):
        commit(connection)
dialect.do_commit = believe
sys.argv = sys.argv[3:]
runpy.run_module("engage", run_name="__main__")
"""
"""Stands before the command that serves."""
REFUSED = "engage_failed_writes_total"


@dataclass(frozen=True)
class Trouble:
    """How many acts the store refused meanwhile, and how soon after it one was kept."""

    name: str
    refused: int
    recovery: float


@contextlib.contextmanager
def failing(process: int, calls: str, error: str) -> Iterator[None]:
    """Raises FileNotFoundError without strace."""
    command = [
        "strace", "-f", "-qq", "-o", "/dev/null", "-p", str(process),
        "-e", f"trace={calls}", "-e", f"inject={calls}:error={error}:when={EVERY}+{EVERY}",
    ]  # fmt: skip
    tracer = subprocess.Popen(command, stderr=subprocess.PIPE)
    try:
        yield
    finally:
        tracer.send_signal(signal.SIGINT)
        _, said = tracer.communicate()
        if b"attach" in said:
            raise PermissionError(said.decode())


def refused_acts(url: str) -> int:
    lines = httpx2.get(f"{url}/metrics").text.splitlines()
    return round(sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(REFUSED)))


def trouble(
    url: str, process: int, load: Load, calls: str, error: str, seconds: float, *, is_awaited: bool
) -> Trouble:
    before = refused_acts(url)
    with failing(process, calls, error):
        time.sleep(seconds)
        patience = time.monotonic() + PATIENCE_S
        while is_awaited and refused_acts(url) == before and time.monotonic() < patience:
            time.sleep(0.2)
    ended = time.monotonic()
    while (now := time.monotonic()) < ended + 4 * SOON_S:
        if any(ack.began > ended for ack in load.acks[-20:]):
            break
        time.sleep(0.02)
    return Trouble(f"{error} of {calls}", refused_acts(url) - before, now - ended)


def run(seconds: float, clients: int, rate: float, seed: int, *, is_control: bool, save: bool) -> int:
    before = (sys.executable, "-c", BELIEVE) if is_control else ()
    kinds = (
        [(CALLS[-1], ERRORS[0])] if is_control else [(calls, error) for calls in CALLS for error in ERRORS]
    )
    with tempfile.TemporaryDirectory() as folder:
        city = plant(Path(folder))
        with serving(city.data, before=before) as (port, process):
            url = f"http://127.0.0.1:{port}"
            load, asking = Load(url, city, clients=clients, rate=rate, seed=seed), Asking(url, city)
            load.start()
            asking.start()
            troubles = [
                trouble(url, process, load, calls, error, seconds / len(kinds), is_awaited=not is_control)
                for calls, error in kinds
            ]
            asking.stop()
            load.stop()
        found = [*faults_now(city, load.acks), *load.differing, *integrity(city)]
    name = "disk errors, control" if is_control else "disk errors"
    return tell(name, load, asking, troubles, found, seed, save=save)


def integrity(city: Planted) -> list[str]:
    with contextlib.closing(connect(city.database)) as connection:
        verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
    return [] if verdict == "ok" else [f"corrupt: {verdict}"]


def tell(
    name: str, load: Load, asking: Asking, troubles: list[Trouble], found: list[str], seed: int, *, save: bool
) -> int:
    others = (
        Counter(each.status for each in asking.answers if each.status not in (200, 303, 503)) + load.refused
    )
    slowest = max(each.recovery for each in troubles)
    figures: Figures = {
        "acts acknowledged": len(load.acks),
        "acknowledged acts lost, doubled or reordered": len(found),
        **{f"acts refused, {each.name}": each.refused for each in troubles},
        "other answers than kept (303), page (200) and not saved (503)": str(dict(others) or "none"),
        "slowest act after the trouble, s": slowest,
    }
    report(name, figures, save=save, seed=seed)
    wrong = [
        *found,
        *wrong_answers(asking, others, slowest, SOON_S),
        *(f"{each.name} was not noticed" for each in troubles if not each.refused),
    ]  # fmt: skip
    print("\n".join([f"seed {seed}", *wrong[:20]]))
    return 1 if wrong else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=40)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--rate", type=float, default=100, help="writes a second")
    parser.add_argument("--control", action="store_true", help="failed commits are believed: must lose acts")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--save", action="store_true")
    chosen = parser.parse_args()
    if shutil.which("strace") is None:
        sys.exit("strace is needed: it makes the system's calls fail.")
    sys.exit(
        run(
            chosen.seconds, chosen.clients, chosen.rate, chosen.seed,
            is_control=chosen.control, save=chosen.save,
        )
    )  # fmt: skip
