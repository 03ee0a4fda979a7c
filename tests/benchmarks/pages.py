"""What the pages cost: queries, bytes and milliseconds of each, in the process that serves them.

python -m tests.benchmarks.pages

On the demonstration's city; its recording has lines of this script's making, not of Whisper's. A page is
asked for 30 times after a warm-up; milliseconds include routing, rendering and the answer, no network.
"""

import gzip
import statistics
import tempfile
import time
from pathlib import Path

from sqlalchemy import event
from starlette.testclient import TestClient

from engage.app import create_app
from engage.db import Database
from engage.demo import city as demo
from engage.demo.welcome import addresses
from engage.migrations import migrate
from engage.settings import Settings
from tests import make
from tests.make import state_of

TIMES = 30


def measure(client: TestClient, path: str) -> tuple[int, int, int, float, float]:
    """Queries, bytes, bytes compressed, median and 95 % milliseconds."""
    counted = [0]

    def count(*_: object) -> None:
        counted[0] += 1

    engine = state_of(client).db.reader
    client.get(path)
    event.listen(engine, "before_cursor_execute", count)
    body = client.get(path).content
    event.remove(engine, "before_cursor_execute", count)
    times = []
    for _ in range(TIMES):
        began = time.perf_counter()
        client.get(path)
        times.append((time.perf_counter() - began) * 1000)
    ordered = sorted(times)
    p95 = ordered[int(TIMES * 0.95)]
    return counted[0], len(body), len(gzip.compress(body)), statistics.median(ordered), p95


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder), city=demo.CITY)
        migrate(settings.database)
        store = Database(settings.database)
        store.write_now(lambda db: demo.fill(db, settings))
        store.write_now(lambda db: make.finish_next(db, *[f"Sentence number {n}." for n in range(1200)]))
        ids = store.read_now(addresses)
        store.close()
        pages = {
            "front page": "/",
            "live meeting": f"/meetings/{ids['live']}",
            "adjourned, 1,200 lines": f"/meetings/{ids['adjourned']}",
            "my strip": f"/meetings/{ids['live']}/mine",
            "ask to speak": f"/meetings/{ids['live']}/items/general/request",
            "search": "/search?q=sentence",
        }
        print(f"{'page':24} {'queries':>8} {'bytes':>8} {'gzip':>7} {'p50 ms':>7} {'p95 ms':>7}")
        with TestClient(create_app(settings)) as client:
            for name, path in pages.items():
                queries, size, packed, p50, p95 = measure(client, path)
                print(f"{name:24} {queries:8} {size:8} {packed:7} {p50:7.1f} {p95:7.1f}")


if __name__ == "__main__":
    main()
