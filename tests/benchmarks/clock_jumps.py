"""The machine's clock is set in the middle of a speech: by hours, by days, over the end of summer time.

python -m tests.benchmarks.clock_jumps

A server of its own under libfaketime, with residents who write all the while; after some jumps it is killed
and started again at once. The speaker's time as the pages tell it, the order, what was acknowledged and who
is signed in must not change; each jump must be on the record once, and the clerk must be told. When the
meeting is adjourned the new time must be taken over, and no session that was over may begin again. Ends with
status 1 when one of these does not hold, with 2 where libfaketime is not installed.
"""

import argparse
import random
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from engage.timekeeping import JUMPED, SET
from tests.benchmarks.clock_evening import Evening
from tests.benchmarks.clock_site import Site
from tests.benchmarks.faked_clock import MISSING, Machine, library
from tests.benchmarks.load import Load, faults
from tests.benchmarks.results import Figures, report

ZONE = "America/Los_Angeles"
FOLD = datetime(2026, 11, 1, 9, tzinfo=UTC).timestamp()
"""Summer time ends: 2 in the night is 1 again."""
BEFORE_FOLD_S = 30
"""Then the machine begins; the server is up, and somebody speaks, before summer time ends."""
HOUR, DAY = 3600, 86_400
JUMPS = (-HOUR, HOUR, -DAY, 3 * DAY, -1)
"""Seconds; the last as a leap second makes it."""
SHORT = (-HOUR, 3 * DAY)
KILL_WITHIN_S = 1.5
CLIENTS, RATE, RATE_IN_SHORT = 3, 10.0, 4.0


def run(*, seed: int, short: bool, is_control: bool, save: bool) -> int:
    if (preload := library()) is None:
        print(MISSING, file=sys.stderr)
        return 2
    chance = random.Random(seed)
    jumps, rate = (SHORT, RATE_IN_SHORT) if short else (JUMPS, RATE)
    with tempfile.TemporaryDirectory() as folder:
        machine = Machine(Path(folder) / "off", at=FOLD - BEFORE_FOLD_S, zone=ZONE, preload=preload)
        site = Site(Path(folder) / "data", machine, is_control=is_control)
        evening = Evening(site)
        try:
            load = Load(site.url, site.city, clients=CLIENTS, rate=rate, seed=seed)
            load.start()
            evening.begin_speech()
            evening.look("before")
            if not short:
                look_over_the_fold(evening)
            for number, by_s in enumerate(jumps):
                is_killed = number % 2 == 1 and not is_control
                evening.jump(by_s, kill_after_s=chance.uniform(0, KILL_WITHIN_S) if is_killed else None)
            load.stop()
            evening.end_meeting()
            evening.set_without_meeting(-3 * DAY)
            evening.expect_steps(JUMPED, list(jumps))
            evening.expect_steps(SET, [sum(jumps), -3 * DAY])
            slowest_s = evening.slowest_s()
            lost = site.store.read_now(lambda db: faults(db, site.city, load.acks)) + load.differing
        finally:
            site.end()
    figures: Figures = {
        "jumps of the machine's clock in mid-speech": len(jumps),
        "kills": site.kills,
        "speaker's time, largest error, ms": evening.worst_ms,
        "from a jump to its entry, most, s": slowest_s,
        "acknowledged acts": len(load.acks),
        "acts lost, doubled or reordered": len(lost),
        "other faults": len(evening.found),
    }
    report("clock_jumps", figures, save=save, seed=seed)
    print("\n".join([*lost[:10], *evening.found[:40]]))
    return 1 if lost or evening.found else 0


def look_over_the_fold(evening: Evening) -> None:
    left_s = FOLD - evening.machine.now()
    if left_s < 0:
        evening.found.append("the server was not ready before summer time ended")
    time.sleep(max(left_s, 0) + 1)
    evening.look("after the end of summer time")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--short", action="store_true", help="two jumps, and no end of summer time")
    parser.add_argument(
        "--control", action="store_true", help="by the machine's clock alone: must find faults"
    )
    parser.add_argument("--save", action="store_true")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    chosen = parser.parse_args()
    sys.exit(run(seed=chosen.seed, short=chosen.short, is_control=chosen.control, save=chosen.save))
