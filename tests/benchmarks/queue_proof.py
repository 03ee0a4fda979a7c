"""The speaker queue under fifty clients: is every answer the one that the record gives?

python tests/benchmarks/queue_proof.py

Evenings of acts on a real Database, and posts through the real app on loopback, are held against the record:
every acknowledged act's entries are there once, in the order of the acknowledgements, and a pure model that
replays them gives every answer. Small histories are searched for an order that explains them, without looking
at the entries. Then faults are planted one by one, and each must be found; anything else ends with status 1.

--seed replays a run: the evenings and histories hash for hash, of the posts each client's choices. --evening
holds one evening of it alone.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from comments.queue.order import DRAWN, ORDERS
from engage import record
from engage.db import Database
from engage.migrations import migrate
from engage.settings import Settings
from tests.benchmarks.planting import Fault, planted
from tests.benchmarks.queue_checks import CHECKS, complaints
from tests.benchmarks.queue_evening import Done, run_evening
from tests.benchmarks.queue_faults import FAULTS
from tests.benchmarks.queue_histories import unexplained
from tests.benchmarks.queue_posts import run_posts

POSTS, LINEAR = "posts", "linear"
TRIES = 5
"""Short evenings in which a planted fault must show."""
EXPLAINED = {
    **CHECKS,
    POSTS: "a form sent twice is done once, and answered as the first time",
    LINEAR: "some order of the acts explains every answer, without looking at the entries",
}


@dataclass
class Figures:
    done: int = 0
    refused: int = 0
    entries: int = 0
    found: dict[str, list[str]] = field(default_factory=dict)

    def add(self, where: str, done: Sequence[Done], found: dict[str, list[str]]) -> None:
        refused = sum(each.answer.refused is not None for each in done)
        self.done, self.refused = self.done + len(done) - refused, self.refused + refused
        self.entries += sum(each.answer.last - each.answer.as_of for each in done)
        for check, words in found.items():
            self.found.setdefault(check, []).extend(f"{where}: {each}" for each in words)


def empty_data(folder: Path) -> Path:
    """A data folder with an empty, migrated database, to be copied."""
    migrate(Settings(data=folder / "empty").database)
    return folder / "empty"


@contextmanager
def data_from(empty: Path) -> Iterator[Settings]:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(shutil.copytree(empty, Path(folder) / "data"))
        yield Settings(data=data, posts_per_minute=10**6)


def check_evening(
    empty: Path, order: str, seed: object, figures: Figures, *, acts: int, clients: int, is_open: bool = False
) -> str:
    """The book's head, which is the same for the same seed."""
    with data_from(empty) as settings, closing(Database(settings.database)) as store:
        evening, done = run_evening(store, order, seed, acts=acts, clients=clients, is_open=is_open)
        figures.add(f"evening {seed}", done, store.read_now(lambda db: complaints(db, evening, done)))
        return str(store.read_now(lambda db: record.head(db, evening.meeting_id)))


def check_posts(empty: Path, order: str, seed: object, figures: Figures, *, acts: int, clients: int) -> int:
    """How many forms were sent."""
    with data_from(empty) as settings:
        posts = run_posts(settings, order, seed, acts=acts, clients=clients)
        with closing(Database(settings.database)) as store:
            found = store.read_now(lambda db: complaints(db, posts.evening, posts.done))
    figures.add(f"posts {seed}", posts.done, found | ({POSTS: posts.faults} if posts.faults else {}))
    return posts.sent


def check_histories(empty: Path, seed: object, count: int) -> list[str]:
    with data_from(empty) as settings, closing(Database(settings.database)) as store:
        return unexplained(store, seed, count)


def caught(
    empty: Path, fault: Fault, seed: object, *, acts: int = 300, histories: int = 30
) -> dict[str, list[str]]:
    """What each check says with this fault planted. Where people sign up in advance there is a draw."""
    figures, clients = Figures(), 50
    with planted(fault):
        if fault.is_at_the_door:
            check_posts(empty, fault.order, seed, figures, acts=acts, clients=clients)
            return figures.found
        is_open = fault.order != DRAWN
        check_evening(empty, fault.order, seed, figures, acts=acts, clients=clients, is_open=is_open)
        lost = check_histories(empty, seed, histories)
    return figures.found | ({LINEAR: [f"history {lost[0]}"]} if lost else {})


def hold_evenings(empty: Path, chosen: argparse.Namespace, figures: Figures) -> None:
    began, orders = time.monotonic(), list(ORDERS)
    count = -(-chosen.acts // chosen.an_evening)
    for n in range(count) if chosen.evening is None else [chosen.evening]:
        acts, order = min(chosen.an_evening, chosen.acts - n * chosen.an_evening), orders[n % len(orders)]
        seed = f"{chosen.seed}/{n}"
        head = check_evening(empty, order, seed, figures, acts=acts, clients=chosen.clients)
        print(f"  evening {n:<2} {order:11} book {head}", flush=True)
    say("evenings", figures, time.monotonic() - began)


def hold_posts(empty: Path, chosen: argparse.Namespace, figures: Figures) -> None:
    began, sent = time.monotonic(), 0
    for n, order in enumerate(list(ORDERS)[:2]):
        seed, acts = f"{chosen.seed}/p{n}", chosen.posts // 2
        sent += check_posts(empty, order, seed, figures, acts=acts, clients=chosen.clients)
    say(f"posts, {sent} forms sent", figures, time.monotonic() - began)


def say(what: str, figures: Figures, seconds: float) -> None:
    """A line of the table."""
    numbers = figures.done + figures.refused, figures.done, figures.refused, figures.entries
    print(f"{what:28}" + "".join(f"{number:>9,}" for number in numbers) + f"{seconds:>9.0f} s", flush=True)


def plant(empty: Path, seed: object) -> int:
    """How many of the faults nothing has found in TRIES evenings."""
    missed = 0
    for n, fault in enumerate(FAULTS):
        tries = ((k, caught(empty, fault, f"{seed}/f{n}.{k}")) for k in range(1, TRIES + 1))
        evening, found = next((each for each in tries if each[1]), (TRIES, {}))
        missed += not found
        print(f"  {fault.words}: {', '.join(found) or 'NOT FOUND'} (evening {evening})")
        print(f"      {next(iter(found.values()))[0][:180]}" if found else "", flush=True)
    print(f"faults: {len(FAULTS) - missed} of {len(FAULTS)} found")
    return missed


def explain(seed: object, empty: Path, count: int) -> list[str]:
    """The histories that no order explains."""
    began, lost = time.monotonic(), check_histories(empty, seed, count)
    print(
        f"histories: {count - len(lost)} of {count} explained, {time.monotonic() - began:.0f} s", flush=True
    )
    return [f"history {each}" for each in lost]


def run(chosen: argparse.Namespace) -> int:
    figures, posts, missed, found = Figures(), Figures(), 0, dict[str, list[str]]()
    print(f"seed {chosen.seed}, {chosen.clients} clients")
    print(f"{'':28}" + "".join(f"{name:>9}" for name in ("acts", "done", "refused", "entries", "time")))
    with tempfile.TemporaryDirectory() as folder:
        empty = empty_data(Path(folder))
        hold_evenings(empty, chosen, figures)
        if chosen.evening is None:
            hold_posts(empty, chosen, posts)
            found = {POSTS: posts.found.get(POSTS, []), LINEAR: explain(chosen.seed, empty, chosen.histories)}
            missed = 0 if chosen.no_faults else plant(empty, chosen.seed)
    for check in CHECKS:
        found[check] = figures.found.get(check, []) + posts.found.get(check, [])
    for check, words in found.items():
        print(f"{check:8} {'FAILS' if words else 'holds'}: {EXPLAINED[check]}")
        print("".join(f"      {each}\n" for each in words[:5]), end="")
    print(f"{sum(not words for words in found.values())} of {len(found)} checks hold")
    return 1 if missed or any(found.values()) else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--acts", type=int, default=18_000)
    parser.add_argument("--an-evening", type=int, default=1000, help="acts of one evening")
    parser.add_argument("--posts", type=int, default=2000)
    parser.add_argument("--histories", type=int, default=500)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--evening", type=int, help="hold this one alone")
    parser.add_argument("--no-faults", action="store_true")
    sys.exit(run(parser.parse_args()))
