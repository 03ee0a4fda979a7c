"""How long a word takes from a microphone to a listener's loudspeaker, through two real pages of Chromium.

    python -m tests.benchmarks.floor_latency [--save]

The microphone plays the demonstration's first turn. Both ends are on this machine, and so are the server and
both browsers' work: what a network and the hardware's buffers add is not in it.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright

from engage.db import Database
from engage.migrations import migrate
from engage.settings import Settings
from tests.benchmarks.results import Figures, report
from tests.browser.chamber import WELCOME, Chamber, furnish, is_on_air
from tests.browser.conftest import ARGUMENTS, House, Windows
from tests.browser.ears import Tapped, delays, demo_sound, make_wav, tapped, with_microphone
from tests.browser.stalls import stalled_line
from tests.make import City

SECONDS = 15


@contextmanager
def a_house(folder: Path) -> Iterator[House]:
    settings = Settings(data=folder, city="Alder Bay", posts_per_minute=10_000)
    migrate(settings.database)
    store = Database(settings.database)
    house = House(settings, store.write_now(City))
    store.close()
    house.start()
    yield house
    house.stop()


def both(line: str, spoken: Tapped, heard: Tapped) -> Figures:
    """Of whiles of 2 seconds in which somebody spoke."""
    found = delays(spoken, heard)
    p50, p95 = (float(each) for each in np.percentile(found, [50, 95]))
    return {f"{line}, p50, ms": p50, f"{line}, p95, ms": p95, f"{line}, whiles": len(found)}


def say_it_all(chamber: Chamber, **options: str) -> tuple[Page, Tapped]:
    place = chamber.page_of_the_place(**options)
    if (agree := place.get_by_role("button", name="I agree")).is_visible():
        agree.click()
    is_on_air(place)
    place.wait_for_timeout(1000 * SECONDS)
    return place, tapped(place, "spoken")


def measure(chamber: Chamber) -> Figures:
    """A good line, a line that stalls for 0.4 s in every 2, and browsers without the codec."""
    house = chamber.house
    with stalled_line(house.port) as port:
        bad = chamber.listener(house.meeting.replace(str(house.port), str(port)))
        good = chamber.listener()
        place, spoken = say_it_all(chamber)
        figures = both("good line", spoken, tapped(good))
        figures |= both("line that stalls 0.4 s in every 2", spoken, tapped(bad))
    for page in (bad, good, place):
        page.close()
    listener = chamber.listener(without="AudioDecoder")
    place, spoken = say_it_all(chamber, without="AudioEncoder")
    return figures | both("browsers without the codec", spoken, tapped(listener))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--save", action="store_true")
    chosen = options.parse_args()
    path = shutil.which("chromium") or sys.exit("Chromium is not installed")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright, a_house(Path(name)) as house:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        wav = make_wav(Path(name) / "welcome.wav", demo_sound(*WELCOME))
        windows = Windows(with_microphone(chromium, wav), house)
        figures = measure(Chamber(windows, house, *furnish(house)))
        windows.close()
    report("floor latency", figures, save=chosen.save)


if __name__ == "__main__":
    main()
