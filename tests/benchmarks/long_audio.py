"""Long recordings: does memory grow with their length, and is anything heard in silence?

python -m tests.benchmarks.long_audio --hear base

A worker hears ten hours of digital silence and one hour of speech (the same meeting again and again), each in
a process of its own that tells after every window how much memory it has. Of all rises from one window to
another, in MiB an hour of sound, the middle one must be less than 1 (Theil and Sen's slope). Before that it
hears half an hour of the same, in which libraries and buffers come to their size. No line may come of
silence. Without --hear the sound is read, cut, listened to for voices and kept, and a stand-in takes the
place of the model.

--control: a worker that keeps the sound it has heard must be found out.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from statistics import median

from tests.benchmarks.long_files import repeated, silent, speech
from tests.benchmarks.results import ROOT, Figures, report
from transcripts.models import DONE

HOUR_MS = 3_600_000
MOST_MIB = 1.0
"""An hour."""


@dataclass(frozen=True)
class Course:
    """Of one recording: (hours, MiB) after each window, how the work ended, and how long it took."""

    name: str
    points: list[tuple[float, float]]
    state: str
    lines: int
    peak: float
    """MiB, at any moment."""
    wall_s: float
    warm_up: float
    """Hours at the beginning that do not count."""

    @property
    def slope(self) -> float:
        """MiB an hour."""
        points = [point for point in self.points if point[0] > self.warm_up]
        pairs = combinations(points, 2)
        return median((after - before) / (later - at) for (at, before), (later, after) in pairs)

    @property
    def hours(self) -> float:
        return self.points[-1][0]


def hear(
    name: str, file: Path, folder: Path, model: str, *, window_s: int, warm_up: float, keeps: bool
) -> Course:
    data = str(folder / f"{name} data")
    given = {"data": data, "file": str(file), "model": model, "window_s": window_s, "keeps": keeps}
    command = [sys.executable, "-m", "tests.benchmarks.long_worker", json.dumps(given)]
    began = time.monotonic()
    run = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    *windows, end = [line.split() for line in run.stdout.splitlines()]
    points = [(int(ms) / HOUR_MS, int(kib) / 1024) for ms, kib in windows]
    wall_s = time.monotonic() - began
    return Course(name, points, end[0], int(end[1]), int(end[2]) / 1024, wall_s, warm_up)


def figures_of(course: Course, made_s: float) -> Figures:
    return {
        f"{course.name}: hours": course.hours,
        f"{course.name}: windows": len(course.points),
        f"{course.name}: memory grows, MiB an hour": course.slope,
        f"{course.name}: memory after the last window, MiB": course.points[-1][1],
        f"{course.name}: most memory, MiB": course.peak,
        f"{course.name}: lines": course.lines,
        f"{course.name}: s": course.wall_s,
        f"{course.name}: times real time": course.hours * 3600 / course.wall_s,
        f"{course.name}: s to make the file": made_s,
    }


def faults(course: Course) -> Iterator[str]:
    if course.state != DONE:
        yield f"{course.name}: it came to no end ({course.state})"
    if course.slope >= MOST_MIB:
        yield f"{course.name}: memory grows by {course.slope:.2f} MiB an hour"
    if course.name == "silence" and course.lines:
        yield f"silence: {course.lines} lines were heard in it"
    if course.name == "speech" and not course.lines:
        yield "speech: nothing was heard in it"


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--silence", type=float, default=10, help="hours")
    words.add_argument("--speech", type=float, default=1, help="hours")
    words.add_argument("--warm-up", type=float, default=0.5, help="hours more, at the beginning")
    words.add_argument("--window", type=int, default=60, help="seconds; short ones are many measurements")
    words.add_argument("--hear", default="", metavar="MODEL")
    words.add_argument("--control", action="store_true")
    words.add_argument("--save", action="store_true")
    chosen = words.parse_args()
    figures: Figures = {}
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for name, hours in (("silence", chosen.silence), ("speech", chosen.speech)):
            if hours:
                began, file = time.monotonic(), folder / f"{name}.opus"
                seconds = 3600 * (hours + chosen.warm_up)
                silent(file, seconds) if name == "silence" else repeated(speech(), file, seconds)
                made_s = time.monotonic() - began
                course = hear(
                    name,
                    file,
                    folder,
                    chosen.hear,
                    window_s=chosen.window,
                    warm_up=chosen.warm_up,
                    keeps=chosen.control,
                )
                figures |= figures_of(course, made_s)
                wrong += faults(course)
    title = "long audio, control" if chosen.control else f"long audio, {chosen.hear or 'stand-in'}"
    report(title, figures, save=chosen.save)
    print(*wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
