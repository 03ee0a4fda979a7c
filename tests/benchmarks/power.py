"""Power loss: is everything that was acknowledged there, whatever the disk had not yet kept?

python -m tests.benchmarks.power --states 2000

Real acts are sent through the real app. The SQL of its writer is replayed on a disk that remembers what was
synced; power is cut at random moments, also while SQLite repairs what the first cut has left, and unsynced
writes are kept, dropped, reordered or torn. Each state is opened as Engage opens it: it must be exactly that
after some commit, and after none before the last acknowledged one. Both ways of writing are tried: with WAL,
and without it, as on a SQLite that has the WAL-reset fault.

--control: synchronous=NORMAL, and without WAL also FULL, which does not wait for the folder, must lose acts.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import apsw

from engage.sqlite import pragmas
from tests.benchmarks.load_city import plant
from tests.benchmarks.power_acts import Evening, copy_of, hold, replay
from tests.benchmarks.power_checks import DATABASE, Checks, digest, place
from tests.benchmarks.power_disk import Disk, Recorder, Step
from tests.benchmarks.results import Figures, report

AGAIN = 0.1
"""Of the cuts: so many are followed by another one, during the repair."""
NEAR = 4
"""Steps from an acknowledgement: half of the cuts fall so near to one."""
SHORT_LOG = 100
"""Pages after which one of the replays with WAL moves the log into the database: sixty acts hardly reach
SQLite's own 1,000, and cuts must fall there too."""
Pragmas = dict[str, str | int]
Work = Callable[[apsw.Connection, Callable[[int], None]], None]


@dataclass(frozen=True)
class Setting:
    """`lesser`: the synchronous that must be seen to lose. `log`: in pages."""

    name: str
    journal_mode: str
    lesser: str
    log: int = 1000

    def pragmas(self, *, is_control: bool) -> Pragmas:
        """Those of every connection of Engage. A WAL without shared memory needs the file to itself."""
        locking = {"locking_mode": "EXCLUSIVE"} if self.journal_mode == "WAL" else {}
        lesser = {"synchronous": self.lesser} if is_control else {}
        own = {"journal_mode": self.journal_mode, "wal_autocheckpoint": self.log}
        return locking | pragmas() | own | lesser


SETTINGS = (
    Setting("with WAL", "WAL", "NORMAL"),
    Setting("with WAL, short log", "WAL", "NORMAL", SHORT_LOG),
    Setting("without WAL", "DELETE", "FULL"),
)


def recorded(path: Path, settings: Pragmas, work: Work) -> list[Step]:
    """The steps of the disk while `work` runs on a database of real files; `work` may set marks."""
    recorder = Recorder()
    connection = apsw.Connection(str(path), vfs=recorder.name)
    for name, value in settings.items():
        connection.execute(f"PRAGMA {name}={value}").fetchall()
    work(connection, lambda number: recorder.steps.append(Step("mark", at=number)))
    connection.close()
    recorder.unregister()
    return recorder.steps


def repair(connection: apsw.Connection, _: Callable[[int], None]) -> None:
    """As a start does: the log is read, or the journal rolled back."""
    connection.execute("SELECT count(*) FROM book").fetchall()


def digests(evening: Evening, path: Path) -> list[str]:
    """Of the state that `path` is in, and after each commit."""
    connection = apsw.Connection(str(path))
    found = [digest(connection.execute)]
    replay(evening, connection, lambda _: found.append(digest(connection.execute)))
    connection.close()
    return found


class Cuts:
    """Cuts of the power during one evening, and what was found after each."""

    def __init__(self, evening: Evening, checks: Checks, folder: Path, chance: random.Random) -> None:
        self.evening, self.checks, self.folder, self.chance = evening, checks, folder, chance
        self.promised = evening.commits()
        self.again = self.losing = self.most_lost = 0
        self.faults: list[str] = []

    def make(self, start: bytes, settings: Pragmas, states: int) -> None:
        """Play the evening from `start`, and cut the power so many times."""
        path = place({DATABASE: start}, self.folder)
        steps = recorded(path, settings, lambda *at: replay(self.evening, *at))
        moments = Counter(self._moment(steps) for _ in range(states))
        disk = Disk({DATABASE: start})
        for number, step in enumerate(steps):
            disk.follow(step)
            for _ in range(moments[number]):
                files = disk.crash(self.chance)
                if self.chance.random() < AGAIN:
                    files = self._cut_again(files, settings)
                self._check(files, disk.mark)

    def _moment(self, steps: list[Step]) -> int:
        if self.chance.random() < 0.5:
            return self.chance.randrange(len(steps))
        mark = self.chance.choice([number for number, step in enumerate(steps) if step.do == "mark"])
        return min(mark + self.chance.randint(-NEAR, NEAR), len(steps) - 1)

    def _cut_again(self, files: dict[str, bytes], settings: Pragmas) -> dict[str, bytes]:
        self.again += 1
        steps = recorded(place(files, self.folder), settings, repair)
        disk = Disk(files)
        for step in steps[: self.chance.randint(0, len(steps))]:
            disk.follow(step)
        return disk.crash(self.chance)

    def _check(self, files: dict[str, bytes], acknowledged: int) -> None:
        """`acknowledged`: the number of the last commit that the app had heard of."""
        found = self.checks.look(files, self.folder)
        if found.fault:
            self.faults.append(found.fault)
        elif found.commit is not None:
            lost = [
                each for each in self.evening.acknowledged
                if found.commit < self.promised[each] <= acknowledged
            ]  # fmt: skip
            self.losing += bool(lost)
            self.most_lost = max(self.most_lost, len(lost))


def run(acts: int, states: int, seed: int, *, is_control: bool, save: bool) -> int:
    figures: Figures = {"acts": acts}
    bad = []
    with tempfile.TemporaryDirectory() as data, tempfile.TemporaryDirectory() as folder:
        city = plant(Path(data))
        before = copy_of(city.database)
        evening = hold(city, acts, random.Random(seed))
        states_after = digests(evening, place({DATABASE: before}, Path(folder)))
        if states_after[-1] != digest(apsw.Connection(str(city.database)).execute):
            raise AssertionError("the replay ends in another state than the app")
        for setting in SETTINGS:
            cuts = Cuts(evening, Checks(states_after), Path(folder), random.Random(seed))
            cuts.make(
                before_in(before, setting, Path(folder)), setting.pragmas(is_control=is_control), states
            )
            bad.append(cuts.losing + len(cuts.faults))
            figures |= {
                f"{setting.name}: power cuts": states,
                f"{setting.name}: of these followed by one during the repair": cuts.again,
                f"{setting.name}: states that miss an acknowledged act": cuts.losing,
                f"{setting.name}: acknowledged acts missing at most": cuts.most_lost,
                f"{setting.name}: broken states": f"{len(cuts.faults)} {' '.join(cuts.faults[:1])}".strip(),
            }
    report("power loss, control" if is_control else "power loss", figures, save=save, seed=seed)
    print(f"seed {seed}")
    return 1 if (all(bad) if is_control else any(bad)) else 0


def before_in(database: bytes, setting: Setting, folder: Path) -> bytes:
    """The same database, its header saying how it is written."""
    path = place({DATABASE: database}, folder)
    connection = apsw.Connection(str(path))
    connection.execute(f"PRAGMA journal_mode={setting.journal_mode}").fetchall()
    connection.close()
    return copy_of(path)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--acts", type=int, default=60)
    parser.add_argument("--states", type=int, default=2000, help="power cuts for each setting")
    parser.add_argument("--control", action="store_true", help="a weaker synchronous: must lose acts")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--save", action="store_true")
    chosen = parser.parse_args()
    sys.exit(run(chosen.acts, chosen.states, chosen.seed, is_control=chosen.control, save=chosen.save))
