"""Workers are killed again and again: is the transcript that of an undisturbed run?

python -m tests.benchmarks.workers_killed --kills 20 --model base

A recording of ten minutes is heard in windows of a minute, first undisturbed, then by one worker and by two
at once, of which one is killed (SIGKILL) at random moments and followed by a new one. The lines, their words,
times and confidence, and the voices must be the same to the last digit, and at most one window may be heard
again for each kill.

--control: leases that run out at once; then two workers take each other's windows away.
--control memory: a stand-in whose hearing depends on what it has heard before, as Whisper's draws would.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path

from tests.benchmarks.killed_site import Asked, Outcome, site
from tests.benchmarks.killed_worker import STAND_IN
from tests.benchmarks.long_files import repeated, speech
from tests.benchmarks.results import Figures, report
from transcripts.models import DONE, UNDER_WAY

LOOK_S = 0.05
PATIENCE = 40
"""So many windows' time may pass for each kill."""
LONGEST = 1.8


def undisturbed(folder: Path, asked: Asked, file: Path) -> tuple[Outcome, float]:
    """And how long one window takes, in seconds."""
    with site(folder, asked, file=file) as at:
        began = time.monotonic()
        at.hire()
        while at.state() in UNDER_WAY:
            time.sleep(LOOK_S)
        begun = at.begun()
        window_s = (begun[-1][1] - begun[0][1]) / (len(begun) - 1)
        outcome = Outcome(at.state(), at.transcript(), [n for n, _ in begun], 0, time.monotonic() - began)
        return outcome, window_s


def disturbed(
    folder: Path,
    asked: Asked,
    file: Path,
    chance: random.Random,
    *,
    workers: int,
    kills: int,
    window_s: float,
) -> Outcome:
    """One recording. Somebody is killed from 0 to LONGEST windows after the first window was begun since the
    last kill, at two workers twice as soon: about half of the windows are finished in between."""
    with site(folder, asked, file=file) as at:
        began, done, due, seen = time.monotonic(), 0, float("inf"), 0
        for _ in range(workers):
            at.hire()
        while at.state() in UNDER_WAY and time.monotonic() - began < PATIENCE * window_s * (1 + kills):
            time.sleep(LOOK_S)
            if due == float("inf") and len(at.begun()) > seen and done < kills:
                due = time.monotonic() + chance.uniform(0, LONGEST * window_s) / workers
            if time.monotonic() >= due:
                at.kill(chance.choice(at.workers))
                done, due, seen = done + 1, float("inf"), len(at.begun())
                at.hire()
        begun = [n for n, _ in at.begun()]
        return Outcome(at.state(), at.transcript(), begun, done, time.monotonic() - began)


def rounds(folder: Path, asked: Asked, file: Path, *, workers: int, window_s: float) -> list[Outcome]:
    """Until there were so many kills: where the work is done before, it begins once more."""
    chance, found = random.Random(asked.seed), list[Outcome]()
    while not found or (found[-1].state == DONE and sum(each.kills for each in found) < asked.kills):
        left = asked.kills - sum(each.kills for each in found)
        place = folder / f"{workers}-{len(found)}"
        found.append(disturbed(place, asked, file, chance, workers=workers, kills=left, window_s=window_s))
    return found


def faults(name: str, whole: Outcome, found: Outcome) -> Iterator[str]:
    if found.state != DONE:
        yield f"{name}: it came to no end ({found.state})"
    elif found.transcript != whole.transcript:
        pairs = zip_longest(found.transcript[0], whole.transcript[0])
        differing = [pair for pair in pairs if pair[0] != pair[1]]
        yield f"{name}: another transcript than undisturbed: {len(differing)} lines, {differing[:1]}"
    if found.repeated > found.kills:
        yield f"{name}: {found.repeated} windows heard again after {found.kills} kills"


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--model", default="base", help=f"or {STAND_IN}, which hears by the sound alone")
    words.add_argument("--minutes", type=float, default=10)
    words.add_argument("--window", type=int, default=60, help="seconds")
    words.add_argument("--lease", type=float, default=3, help="seconds")
    words.add_argument(
        "--stand-in-seconds", type=float, default=1, help="that the stand-in takes for a window"
    )
    words.add_argument("--kills", type=int, default=20)
    words.add_argument("--workers", type=int, nargs="+", default=[1, 2], help="at once")
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--control", nargs="?", const="leases", choices=("leases", "memory"), default="")
    words.add_argument("--save", action="store_true")
    chosen = words.parse_args()
    asked = Asked(
        chosen.model, chosen.minutes, chosen.window, chosen.lease, chosen.stand_in_seconds, chosen.kills,
        chosen.seed, chosen.control,
    )  # fmt: skip
    if chosen.control == "leases":
        return run(replace(asked, lease_s=0, kills=0), [2], save=chosen.save)
    return run(asked, chosen.workers, save=chosen.save)


def run(asked: Asked, crews: list[int], *, save: bool) -> int:
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        file = repeated(speech(), folder / "long.opus", 60 * asked.minutes)
        whole, window_s = undisturbed(folder / "undisturbed", asked, file)
        figures: Figures = {
            "minutes of speech": asked.minutes, "windows": len(set(whole.begun)),
            "lines": len(whole.transcript[0]), "undisturbed, s": whole.wall_s,
        }  # fmt: skip
        for crew in crews:
            name = f"{crew} at once"
            found = rounds(folder, asked, file, workers=crew, window_s=window_s)
            wrong += [fault for each in found for fault in faults(name, whole, each)]
            figures |= {
                f"{name}: killed": sum(each.kills for each in found),
                f"{name}: windows heard again": sum(each.repeated for each in found),
                f"{name}: transcripts": len(found),
                f"{name}: transcripts like the undisturbed": sum(
                    each.transcript == whole.transcript for each in found
                ),
                f"{name}: s": sum(each.wall_s for each in found),
            }
    name = f"workers killed, {f'control {asked.control}' if asked.control else asked.model}"
    report(name, figures, save=save, seed=asked.seed)
    print(*wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
