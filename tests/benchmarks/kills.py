"""kill -9 of the web process under load: is every acknowledged act there, once, in order?

python -m tests.benchmarks.kills --kills 200

Half of the kills come at a random moment, half at the Nth write or sync of the store's files (by strace; N
from the seed). Residents send again, with the same key, what got no answer. After each kill a copy of the
store is checked by SQLite, by `engage verify`, and against all that was acknowledged. The first fault ends it
with status 1. --seed replays the choices; what the residents are doing at that moment is the machine's.

Controls, of which each must find its fault: `keys` (a form is sent again under another key: doubled), `early`
(the server answers before its commit: lost), `order` (two acknowledgements are taken for one another).
"""

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tests.benchmarks.load_evening import Evening
from tests.benchmarks.load_residents import LOST_ANSWERS
from tests.benchmarks.load_strace import SYNCS, WRITES, counted, killed_call, killing_at
from tests.benchmarks.machine import family, percentile
from tests.benchmarks.results import Figures, report

AN_EVENING = 25
"""Kills of one city; its book stays short enough to be checked after each."""
MOMENT_S = (0.0, 0.8)
"""After the first acknowledgement."""
MOST_CALLS = {f"{WRITES},{SYNCS}": 1200, SYNCS: 60}
"""A commit is about twenty calls, of which one is the sync; after some two thousand calls SQLite brings its
log into the database."""
CONTROLS = ("keys", "early", "order")
EARLY = (sys.executable, "-m", "tests.benchmarks.load_early")
KINDS = ("lost", "doubled", "reordered")


@dataclass
class Kill:
    """`at` is the call that was not made any more; empty at a random moment. `first_ack_s` is of the server
    that was killed; None where it had not come so far."""

    at: str
    first_ack_s: float | None
    faults: list[str]


def kill_at_moment(evening: Evening, chance: random.Random) -> Kill:
    server = evening.start()
    try:
        first = evening.first_ack_s(server)
        time.sleep(chance.uniform(*MOMENT_S))
    finally:
        server.kill()
        server.wait()
    return Kill("", first, evening.faults())


def kill_at_call(evening: Evening, chance: random.Random, log: Path) -> Kill:
    calls = chance.choice([*MOST_CALLS])
    number = chance.randint(1, MOST_CALLS[calls])
    server = evening.start(*killing_at(number, calls, evening.city.database, log))
    try:
        server.wait(120)
    except subprocess.TimeoutExpired:
        end_traced(server)
        raise
    if server.returncode != -9:
        raise RuntimeError(f"the server ended with {server.returncode} before call {number}")
    ack = evening.acked_after_start()
    return Kill(killed_call(log), ack.ended - evening.began if ack else None, evening.faults())


def end_traced(server: "subprocess.Popen[bytes]") -> None:
    """The server itself, which strace would leave behind."""
    for pid in family(server.pid)[1:]:
        subprocess.run(["kill", "-9", str(pid)], check=False)
    server.wait()


def kills(chosen: argparse.Namespace, evening: Evening, count: int, log: Path) -> Iterator[Kill]:
    """Of one evening, the two ways by turns; the first that has left a fault is the last."""
    chance = random.Random(evening.load.seed)
    for number in range(count):
        is_at_call = chosen.calls_only or (number % 2 == 1 and not chosen.random_only)
        kill = kill_at_call(evening, chance, log) if is_at_call else kill_at_moment(evening, chance)
        yield kill
        if kill.faults:
            return


@dataclass
class Told:
    """What has come of all evenings."""

    kills: list[Kill]
    acks: int = 0
    sent_again: int = 0

    @property
    def faults(self) -> list[str]:
        return self.kills[-1].faults if self.kills else []


def run(chosen: argparse.Namespace) -> Told:
    told, seed = Told([]), chosen.seed
    while len(told.kills) < chosen.kills and not told.faults:
        with tempfile.TemporaryDirectory() as folder:
            evening = make_evening(chosen, Path(folder) / "data", seed)
            count = min(AN_EVENING, chosen.kills - len(told.kills))
            evening.load.start()
            try:
                for kill in kills(chosen, evening, count, Path(folder) / "calls"):
                    told.kills.append(kill)
            finally:
                evening.load.stop()
            told.acks += len(evening.load.acks)
            told.sent_again += evening.load.sent_again
            seed += 1
    return told


def make_evening(chosen: argparse.Namespace, data: Path, seed: int) -> Evening:
    made = MixedUp if chosen.control == "order" else Evening
    return made(
        data, before=EARLY if chosen.control == "early" else (), seed=seed, clients=chosen.clients,
        rate=chosen.rate, forgets=chosen.control == "keys",
        lost_answers=0.5 if chosen.control == "keys" else LOST_ANSWERS,
    )  # fmt: skip


class MixedUp(Evening):
    """The control: two acknowledgements that came far apart are taken for one another."""

    def faults(self) -> list[str]:
        acks = self.load.acks
        if len(acks) > 2:
            first, last = acks[0], acks[-1]
            acks[0] = replace(first, began=last.began, ended=last.ended)
            acks[-1] = replace(last, began=first.began, ended=first.ended)
        return super().faults()


def figures(told: Told) -> Figures:
    at_calls = [kill.at for kill in told.kills if kill.at]
    by_kind = Counter(each.partition(":")[0] for each in told.faults)
    restarts = [kill.first_ack_s for kill in told.kills if not kill.at and kill.first_ack_s]
    timed: Figures = {
        "restart to first acknowledgement, p50, s": percentile(restarts, 0.5),
        "restart to first acknowledgement, p95, s": percentile(restarts, 0.95),
    } if restarts else {}  # fmt: skip
    return {
        "kills": len(told.kills),
        "of these at a random moment": len(told.kills) - len(at_calls),
        "of these at a chosen write or sync": len(at_calls),
        "which writes and syncs": counted(at_calls) or "none",
        "acknowledged acts": told.acks,
        "forms sent again": told.sent_again,
        **{f"acts {kind}": by_kind[kind] for kind in KINDS},
        "stores that fail a check": sum(bool(kill.faults) for kill in told.kills),
        **timed,
    }


def main(chosen: argparse.Namespace) -> int:
    if not chosen.random_only and shutil.which("strace") is None:
        print("strace is not installed: it kills at a chosen write or sync. --random-only goes without.")
        return 2
    told = run(chosen)
    name = f"kills, control {chosen.control}" if chosen.control else "kills"
    report(name, figures(told), save=chosen.save, seed=chosen.seed)
    print("\n".join(told.faults[:20]) or "lost 0, doubled 0, reordered 0; every store whole")
    return 1 if told.faults else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument(
        "--random-only", action="store_true", help="no kills at a chosen call: needs no strace"
    )
    parser.add_argument("--calls-only", action="store_true", help="no kills at a random moment")
    parser.add_argument("--control", choices=CONTROLS, help="a fault is planted, and must be found")
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--rate", type=float, default=100, help="writes a second")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--save", action="store_true", help="keep the figures in docs/results.json")
    sys.exit(main(parser.parse_args()))
