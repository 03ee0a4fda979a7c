"""Another process holds the store's lock: is everybody told in time, and is nothing lost?

python -m tests.benchmarks.locked --seconds 10 --acts 10000

Under the load L the write lock is held from outside: an act is to be answered with 503 after the five seconds
that it may wait, and no other; pages and health go on. Then writers of several connections, who all read
before they write, contend for the lock: nobody may be refused because the state that they have read is old.

--control: these writers begin without the lock; then SQLite must refuse some (SQLITE_BUSY_SNAPSHOT).
"""

import argparse
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from engage import db, record
from engage.db import Base, Database, StoreFailed
from engage.sqlite import connect, make_engine
from tests.benchmarks.asking import COMMENT, HEALTH, PAGE, Asking
from tests.benchmarks.load import Load, faults_now, plant
from tests.benchmarks.results import Figures, report
from tests.benchmarks.serving import serving

BEFORE_S = 1.0
"""Of load, before and after the lock is held."""
PATIENCE_S = 8.0
"""The five seconds, and what an answer takes on two busy cores. Without the bound, acts that queue behind
one another wait for ten, twenty, forty."""
WRITERS = 4


def hold_lock(seconds: float, seed: int) -> tuple[Figures, list[str]]:
    """The figures, and what must not be."""
    with tempfile.TemporaryDirectory() as folder:
        city = plant(Path(folder))
        with serving(city.data) as (port, _):
            url = f"http://127.0.0.1:{port}"
            load, asking = Load(url, city, seed=seed), Asking(url, city)
            load.start()
            asking.start()
            time.sleep(BEFORE_S)
            began, ended = hold(city.database, seconds)
            time.sleep(BEFORE_S)
            asking.stop()
            load.stop()
        found = [*faults_now(city, load.acks), *load.differing]
    first = min((ack.ended for ack in load.acks if ack.ended > ended), default=float("inf"))
    told = [each for each in asking.of(COMMENT) if each.status == 503]
    others = Counter(each.status for each in asking.answers if each.status not in (200, 303, 503))
    pages, health = (asking.of(what, since=began, until=ended + BEFORE_S) for what in (PAGE, HEALTH))
    figures: Figures = {
        "lock held, s": seconds,
        "acts acknowledged": len(load.acks),
        "acts told to come again (503)": len(told),
        "longest wait until told, s": max((each.seconds for each in told), default=0.0),
        "pages read while the lock was held, longest, s": max(each.seconds for each in pages),
        "health asked for meanwhile, longest, s": max(each.seconds for each in health),
        "from the lock's release to the first acknowledgement, s": first - ended,
        "other answers": str(dict(others + load.refused) or "none"),
        "acknowledged acts lost, doubled or reordered": len(found),
    }
    wrong = [
        *found,
        *(f"told after {each.seconds:.1f} s" for each in told if each.seconds > PATIENCE_S),
        *("told without Retry-After" for each in told if not each.retry_after),
        *("told without a plain sentence" for each in told if "Nothing was saved" not in each.text),
        *(f"answered {status}" for status in others + load.refused),
        *(f"a page answered {each.status}" for each in pages if each.status != 200),
        *([] if told else ["nobody had to be told"]),
        *(["no act after the release"] if first == float("inf") else []),
    ]
    return figures, wrong


def hold(database: Path, seconds: float) -> tuple[float, float]:
    """From when until when."""
    connection = connect(database)
    connection.isolation_level = None
    connection.execute("PRAGMA busy_timeout=60000")
    connection.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    time.sleep(seconds)
    connection.execute("ROLLBACK")
    connection.close()
    return began, time.monotonic()


def contend(acts: int, *, is_control: bool) -> Counter[str]:
    """What SQLite said to writers who read, and then write what they have read and one more."""
    refused: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "engage.sqlite"
        if is_control:
            db.make_engine = begin_as_reader
        stores = [Database(path) for _ in range(WRITERS)]
        Base.metadata.create_all(stores[0].writer)
        threads = [threading.Thread(target=write, args=(each, acts // WRITERS, refused)) for each in stores]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        kept = stores[0].read_now(lambda db: record.head(db, "b").seq)
        if kept != acts // WRITERS * WRITERS - refused.total():
            refused["lost"] += 1
        for store in stores:
            store.close()
    return refused


def begin_as_reader(path: Path, *, write: bool) -> Engine:
    """In the control, a writer's engine too."""
    engine = make_engine(path, write=False)
    if write:
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA query_only=OFF"))
    return engine


def read_and_write(db: Session) -> None:
    record.heads(db)
    record.append(db, "b", "thing.done", by=record.SYSTEM)


def write(store: Database, acts: int, refused: Counter[str]) -> None:
    for _ in range(acts):
        try:
            store.write_now(read_and_write)
        except (OperationalError, StoreFailed) as fault:
            cause: Any = fault.args[0] if isinstance(fault, StoreFailed) else fault
            refused[getattr(cause.orig, "sqlite_errorname", "unknown")] += 1


def run(seconds: float, acts: int, seed: int, *, is_control: bool, save: bool) -> int:
    figures, wrong = ({}, []) if is_control else hold_lock(seconds, seed)
    refused = contend(acts, is_control=is_control)
    wrong += [f"{times} times {name}" for name, times in refused.items()]
    figures |= {
        "acts of four writers who read first": acts,
        "of these refused": str(dict(refused) or "none"),
    }
    report("locked, control" if is_control else "locked", figures, save=save, seed=seed)
    print("\n".join([f"seed {seed}", *wrong[:20]]))
    return 1 if wrong else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--acts", type=int, default=10_000)
    parser.add_argument("--control", action="store_true", help="begin without the lock: must be refused")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--save", action="store_true")
    chosen = parser.parse_args()
    sys.exit(run(chosen.seconds, chosen.acts, chosen.seed, is_control=chosen.control, save=chosen.save))
