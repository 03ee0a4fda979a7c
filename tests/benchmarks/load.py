"""The load L of the proofs: residents who write, join the queue, withdraw and answer a poll, all at a rate.

python -m tests.benchmarks.load --seconds 20

Sent as browsers send them: public forms with cookies and keys. A form that gets no answer, or a 503, is sent
again with its key until it is answered. Now and then an answer is lost on its way, and its form is sent again
as well: it must name the same entry.
"""

import argparse
import asyncio
import sys
import tempfile
import threading
import time
from pathlib import Path

from engage.db import Database
from tests.benchmarks.load_checks import Ack, faults
from tests.benchmarks.load_city import Planted, plant
from tests.benchmarks.load_residents import LOST_ANSWERS, Resident, Shared
from tests.benchmarks.machine import percentile
from tests.benchmarks.results import Figures, report
from tests.benchmarks.serving import serving

__all__ = ["Ack", "Load", "Planted", "faults", "faults_now", "plant"]


class Load(Shared):
    """Runs in a thread of its own between `start` and `stop`.

    Two loads on one city need different seeds: keys and names are made from them.
    """

    def __init__(
        self, url: str, city: Planted, *, clients: int = 50, rate: float = 100, seed: int,
        forgets: bool = False, lost_answers: float = LOST_ANSWERS,
    ) -> None:  # fmt: skip
        super().__init__(url, city, seed, clients / rate, forgets, lost_answers)
        self.clients = clients
        self.cpu_s = 0.0
        """Of the thread, once it has ended: what the driver itself costs."""
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="load", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """No new forms; those under way are heard, unless the server is away."""
        self.ending.set()
        self._thread.join()

    async def _run(self) -> None:
        await asyncio.gather(*(Resident(self, number).live() for number in range(self.clients)))
        self.cpu_s = time.thread_time()


def run(seconds: float, clients: int, rate: float, seed: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        city = plant(Path(folder))
        with serving(city.data) as (port, _):
            load = Load(f"http://127.0.0.1:{port}", city, clients=clients, rate=rate, seed=seed)
            load.start()
            time.sleep(seconds)
            load.stop()
        found = faults_now(city, load.acks) + load.differing
    times = [ack.ended - ack.began for ack in load.acks]
    figures: Figures = {
        "acknowledged writes a second": len(load.acks) / seconds,
        "POST to acknowledgement, p50, ms": percentile(times, 0.5) * 1000,
        "POST to acknowledgement, p99, ms": percentile(times, 0.99) * 1000,
        "driver's CPU, s": load.cpu_s,
        "refused": str(dict(load.refused)),
        "faults": len(found),
    }
    report("load", figures, save=False, seed=seed)
    print("\n".join(found[:20]))
    return 1 if found else 0


def faults_now(city: Planted, acks: list[Ack]) -> list[str]:
    """Of the store as it stands."""
    store = Database(city.database)
    try:
        return store.read_now(lambda db: faults(db, city, acks))
    finally:
        store.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--rate", type=float, default=100)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    chosen = parser.parse_args()
    sys.exit(run(chosen.seconds, chosen.clients, chosen.rate, chosen.seed))
