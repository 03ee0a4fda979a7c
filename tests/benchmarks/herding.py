"""For the proof on restarts: everybody's open pages, the clerk who acts on, and when each page was back."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx2
import numpy as np
from numpy.typing import NDArray

from engage.doors import participant_cookie
from engage.people import SESSION_COOKIE
from tests.benchmarks.load_city import Planted
from tests.benchmarks.open_pages import Page, open_all
from tests.benchmarks.posting import NotDone, Posted, Poster, own_cookie
from tests.benchmarks.sites import FIRST, Backoff

EVERY_S = 0.5


@dataclass
class Meeting:
    """The pages of one, and the clerk who acts."""

    crowd: list[Page]
    clerk: Page
    speaker: Page
    acts: list[Posted] = field(default_factory=list)
    problems: Counter[str] = field(default_factory=Counter)

    @property
    def pages(self) -> list[Page]:
        return [*self.crowd, self.clerk, self.speaker]


@dataclass(frozen=True)
class Restart:
    """Monotonic moments; nan where a page has not come back."""

    killed: float
    up: float

    def back_s(self, pages: Sequence[Page]) -> NDArray[np.float64]:
        """From when the server answered again until each page's first message; never negative."""
        return np.maximum(0, np.array([first_after(page, self.killed) for page in pages]) - self.up)


def first_after(page: Page, moment: float) -> float:
    at = int(np.searchsorted(np.array(page.times), moment))
    return page.times[at] if at < len(page.times) else float("inf")


async def gather(
    poster: Poster, city: Planted, watchers: int, spreads: Sequence[float], seed: int
) -> Meeting:
    """Everybody's pages, open and in step; the speaker is next."""
    await ask_to_speak(poster)
    since, public = await poster.cursor(), f"/meetings/{city.meeting_id}/live"
    crowd = [
        Page(poster.site, public, since=since, cookie=own_cookie(city.meeting_id, n)) for n in range(watchers)
    ]
    for number, page in enumerate(crowd):
        page.backoff = Backoff(spreads, random.Random(f"{seed}-{number}"))
    speaker = Page(poster.site, public, since=since, cookie=speakers_cookie(poster))
    session = f"{SESSION_COOKIE}={city.clerk_token}"
    clerk = Page(poster.site, f"/clerk{public}", since=since, cookie=session)
    speaker.backoff = clerk.backoff = Backoff(FIRST, random.Random(seed))
    meeting = Meeting(crowd, clerk, speaker)
    await open_all(meeting.pages)
    return meeting


async def ask_to_speak(poster: Poster) -> None:
    """Somebody is next, and their page says so: js/connection.js goes by that."""
    at = f"{poster.site.url}/meetings/{poster.meeting_id}"
    cookie = speakers_cookie(poster)
    await poster.post(f"{at}/items/general/request", cookie, {"key": "1", "name": "Ana", "mode": "remote"})
    strip = await poster.http.get(f"{at}/mine", headers={"cookie": cookie})
    if "data-signal=" not in strip.text:
        raise NotDone("the first in line is not told that they are next")


def speakers_cookie(poster: Poster) -> str:
    return f"{participant_cookie(poster.meeting_id)}=load-test-speaker"


async def act_on(poster: Poster, meeting: Meeting) -> None:
    """Every half second; a server that is away is asked again."""
    while True:
        due = time.monotonic() + EVERY_S
        try:
            meeting.acts.append(await poster.act())
        except (httpx2.HTTPError, NotDone) as problem:
            meeting.problems[type(problem).__name__] += 1
            due = time.monotonic() + EVERY_S / 5
        await asyncio.sleep(max(0, due - time.monotonic()))
