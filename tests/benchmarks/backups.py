"""Backups of a store under load: does each bring back the live state of its moment, bit for bit?

python -m tests.benchmarks.backups --backups 20 --database 200 --media 100

A server takes comments, requests to speak and poll answers at a rate; recordings come in, documents are added
and taken away; `engage backup` runs again and again. Then each backup is restored into an empty folder and
held against the acknowledgements, the live store's rows, the entries, and the SHA-256 of every file. A last
backup is made when nobody writes: of that every table is the live one's. --control copies the database's file
instead, which must be found out: status 1.
"""

import argparse
import re
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from click.testing import CliRunner

from engage.__main__ import main
from tests.benchmarks.backups_checks import ack_faults, database_faults, file_faults, same_rows
from tests.benchmarks.backups_evening import MB, Evening, Failed, Round, engage, hold
from tests.benchmarks.machine import percentile
from tests.benchmarks.results import Figures, report
from tests.benchmarks.serving import free_port, start


def engage_here(*words: object) -> list[str]:
    """As `engage`, without the start of a process: what it takes counts less."""
    done = CliRunner().invoke(main, [*map(str, words)])
    if done.exit_code:
        raise Failed(f"engage {words[0]}: {done.output} {done.exception or ''}".strip())
    return done.output.splitlines()


def bring_back(each: Round, data: Path, *, is_control: bool) -> float:
    """Seconds that it took. Raises Failed when Engage itself finds something wrong."""
    began = time.monotonic()
    if is_control:
        shutil.copytree(each.path, data)
        return time.monotonic() - began
    restored = engage_here("restore", each.path, "--data", data)
    seconds = time.monotonic() - began
    verified = engage_here("verify", "--backup", each.path, "--data", data)
    states = {
        line.split()[1] for line in (*restored, *verified, each.state) if re.match("State [0-9a-f]{64}", line)
    }
    if len(states) != 1:
        raise Failed("the restored state is not the one that the backup read from the live database")
    return seconds


def faults(evening: Evening, each: Round, data: Path) -> Iterator[str]:
    """Of one backup, restored to `data`."""
    live = evening.city.database
    yield from database_faults(data, live)
    yield from ack_faults(data, evening.city, evening.acks, each.began, each.ended)
    yield from file_faults(data, evening.desk.made)
    if each.is_quiet:
        yield from same_rows(data, live)


def recover(each: Round, data: Path) -> float:
    """Seconds from the command of the restore to the first answer of a server on its folder."""
    began = time.monotonic()
    engage("restore", each.path, "--data", data)
    process = start(data, free_port())
    seconds = time.monotonic() - began
    process.terminate()
    process.wait()
    return seconds


@dataclass
class Found:
    """Over all backups. `restores`: seconds."""

    faults: list[str]
    restores: list[float]
    files: int = 0
    recovery_s: float = 0.0
    """Of the last backup: from the command to the first answer."""


def examine(evening: Evening, folder: Path, *, is_control: bool) -> Found:
    found = Found([], [])
    for number, each in enumerate(evening.rounds, 1):
        data = folder / f"restored {number}"
        try:
            found.restores.append(bring_back(each, data, is_control=is_control))
            wrong = list(faults(evening, each, data))
            found.files += sum(path.is_file() for path in (data / "files").rglob("*"))
        except (Failed, sqlite3.DatabaseError) as failure:
            wrong = [str(failure)]
        found.faults += [f"backup {number}: {fault}" for fault in wrong]
        shutil.rmtree(data, ignore_errors=True)
    if not found.faults:
        found.recovery_s = recover(evening.rounds[-1], folder / "recovered")
    return found


def figures(evening: Evening, found: Found, database: int, media: int) -> Figures:
    spans = [(each.began, each.ended) for each in evening.rounds if not each.is_quiet]
    times = [ended - began for began, ended in spans]
    within: list[float] = []
    apart: list[float] = []
    for ack in evening.acks:
        is_within = any(ack.began < ended and ack.ended > began for began, ended in spans)
        (within if is_within else apart).append((ack.ended - ack.began) * 1000)
    return {
        "backups": len(evening.rounds),
        "acknowledged writes": len(evening.acks),
        "size of the database, MB": database / MB,
        "size of recordings and documents, MB": media / MB,
        "backup, median, s": median(times),
        "backup, longest, s": max(times),
        "restore, median, s": median(found.restores or [0.0]),
        "restore, longest, s": max(found.restores, default=0.0),
        "restore and start to the first answer, s": found.recovery_s,
        "files restored, all with their SHA-256": found.files,
        "slowest write during a backup, ms": max(within, default=0.0),
        "slowest write at other times, ms": max(apart, default=0.0),
        "p99 of writes during a backup, ms": percentile(within, 0.99) if within else 0.0,
        "p99 of writes at other times, ms": percentile(apart, 0.99) if apart else 0.0,
        "faults": len(found.faults),
    }


def run(chosen: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        evening = hold(folder, chosen)
        found = examine(evening, folder, is_control=chosen.control)
        database = evening.city.database.stat().st_size
        media = sum(
            path.stat().st_size for path in (evening.city.data / "files").rglob("*") if path.is_file()
        )
    report("backups", figures(evening, found, database, media), save=chosen.save, seed=chosen.seed)
    print("\n".join(found.faults[:20]))
    return 1 if found.faults else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--backups", type=int, default=20)
    parser.add_argument("--database", type=int, default=200, help="MB that the database has at the beginning")
    parser.add_argument("--media", type=int, default=100, help="MB of recordings at the beginning")
    parser.add_argument("--rate", type=float, default=100)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--control", action="store_true", help="copy the database's file instead: must fail")
    parser.add_argument("--save", action="store_true")
    sys.exit(run(parser.parse_args()))
