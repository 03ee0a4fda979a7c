"""The evening of the backups: a store that is written to, and backups that are made of it meanwhile."""

import argparse
import random
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.backups_clerk import Desk
from tests.benchmarks.load import Load
from tests.benchmarks.load_checks import Ack
from tests.benchmarks.load_city import Planted, plant
from tests.benchmarks.serving import ROOT, serving

MB = 10**6
SOUND = 5 * MB
"""One recording of those that are there from the beginning."""


@dataclass(frozen=True)
class Round:
    """One backup: its folder, and the monotonic seconds between which it ran."""

    path: Path
    began: float
    ended: float
    state: str = ""
    """As `engage backup` says it, which read it from the live database."""
    is_quiet: bool = False


class Failed(Exception):
    """A command of Engage ended with a failure; what it said."""


def engage(*words: object) -> list[str]:
    """The lines that the command prints, run as an operator runs it: in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "engage", *map(str, words)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Failed(f"engage {words[0]}: {done.stdout}{done.stderr}".strip())
    return done.stdout.splitlines()


def back_up(data: Path, folder: Path, *, is_control: bool, is_quiet: bool = False) -> Round:
    began, state = time.monotonic(), ""
    if is_control:
        path = folder / f"copy {began}"
        shutil.copytree(data / "files", path / "files", ignore_dangling_symlinks=True)
        shutil.copyfile(data / "engage.sqlite", path / "engage.sqlite")
    else:
        said = engage("backup", folder, "--data", data)
        path, state = Path(said[0].partition(": ")[0]), said[2]
    return Round(path, began, time.monotonic(), state, is_quiet)


@dataclass
class Evening:
    """What was written, and the backups that were made meanwhile."""

    city: Planted
    desk: Desk
    acks: list[Ack]
    rounds: list[Round]


def hold(folder: Path, chosen: argparse.Namespace) -> Evening:
    chance, city = random.Random(chosen.seed), plant(folder / "data")
    desk, rounds = Desk(city, chosen.seed), []
    for _ in range(chosen.media * MB // SOUND + 1):
        desk.add_recording(SOUND)
    desk.fill(chosen.database * MB)
    with serving(city.data) as (port, _):
        load = Load(
            f"http://127.0.0.1:{port}", city, clients=chosen.clients, rate=chosen.rate, seed=chosen.seed
        )
        load.start()
        desk.start()
        for _ in range(chosen.backups):
            time.sleep(chance.uniform(0.2, 1.5))
            rounds.append(back_up(city.data, folder / "backups", is_control=chosen.control))
        time.sleep(0.5)
        load.stop()
        desk.stop()
        rounds.append(back_up(city.data, folder / "backups", is_control=chosen.control, is_quiet=True))
    return Evening(city, desk, load.acks, rounds)
