"""A council's site on a machine whose clock is set: its pages, its clerk, and its server that is killed."""

import math
import re
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple, TypeVar

import httpx2
from sqlalchemy.orm import Session

from comments.queue.actions import join_queue
from engage import clock, people
from engage.db import Database
from engage.people import SESSION_COOKIE, SignIn
from meetings import actions
from meetings.models import AgendaItem, Meeting
from tests import make
from tests.benchmarks.faked_clock import Machine
from tests.benchmarks.load import Planted, plant
from tests.benchmarks.serving import free_port

NARROW_S, MOST_TRIES = 0.1, 10
"""A busy machine answers late: it is asked again."""
EACH_ITS_OWN = httpx2.Limits(max_keepalive_connections=0)
"""No connection outlives its answer: the server is killed in between."""
NAMES = ("Ana Speaks", "Ben Waits", "Cleo Waits", "Dan Waits")
FACE = re.compile(
    r'data-clock data-started="(\d+)" data-elapsed="(\d+)" [^>]*data-grace="\d+" data-running="true"'
)
NOW = re.compile(r'data-now="(\d+)"')

T = TypeVar("T")


class Reading(NamedTuple):
    """What a speaker has spoken, as a page that was asked for at `at` (monotonic seconds, the middle of
    `width_s` that it took) tells it."""

    at: float
    width_s: float
    spoken_ms: float


class Site:
    """A server, the clerk and the public in front of it."""

    def __init__(self, folder: Path, machine: Machine, *, is_control: bool) -> None:
        self.machine, self.is_control = machine, is_control
        with clock.set_to(datetime.fromtimestamp(machine.now(), UTC)):
            self.city = plant(folder)
            self.store = Database(self.city.database)
            self.over, self.speaker = self.store.write_now(lambda db: seat(db, self.city))
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.public = f"/meetings/{self.city.meeting_id}?lang=en"
        self.console = f"/clerk/meetings/{self.city.meeting_id}/console"
        self.browser = httpx2.Client(base_url=self.url, timeout=20, limits=EACH_ITS_OWN)
        self.kills = 0
        self.server = machine.serve(folder, self.port, is_control=is_control)

    def reading(self) -> Reading:
        """Of the speaker's clock, from the fastest of some answers."""
        readings: list[Reading] = []
        while len(readings) < MOST_TRIES and not (readings and readings[-1].width_s < NARROW_S):
            before = time.monotonic()
            page = self.get(self.public).text
            after = time.monotonic()
            now, face = NOW.search(page), FACE.search(page)
            spoken = int(now[1]) - int(face[1]) + int(face[2]) if now and face else math.nan
            readings.append(Reading((before + after) / 2, after - before, spoken))
        return min(readings, key=lambda each: each.width_s)

    def shown_now(self) -> float:
        """The time by the pages' clock, in seconds since 1970."""
        now = NOW.search(self.get(self.public).text)
        return int(now[1]) / 1000 if now else math.nan

    def get(self, path: str, token: str = "") -> httpx2.Response:
        return self.browser.get(path, headers={"cookie": f"{SESSION_COOKIE}={token}"} if token else {})

    def act(self, path: str, **fields: str) -> bool:
        """The clerk's; whether it was acknowledged."""
        cookie = {"cookie": f"{SESSION_COOKIE}={self.city.clerk_token}"}
        url = f"/clerk/meetings/{self.city.meeting_id}{path}"
        return "engage-entry" in self.browser.post(url, data={"key": "", **fields}, headers=cookie).headers

    def kill(self) -> None:
        """And start again at once."""
        self.server.send_signal(signal.SIGKILL)
        self.server.wait()
        self.server = self.machine.serve(self.city.data, self.port, is_control=self.is_control)
        self.kills += 1

    def read(self, work: Callable[[Session], T]) -> T:
        return self.store.read_now(work)

    def end(self) -> None:
        self.server.kill()
        self.server.wait()
        self.browser.close()
        self.store.close()


def seat(db: Session, city: Planted) -> tuple[str, str]:
    """An item is called, and four people wait on it; a session that is over, and the first request's id."""
    meeting, item = db.get_one(Meeting, city.meeting_id), db.get_one(AgendaItem, city.item_ids[0])
    actions.call_item(db, meeting, item, by=make.SYSTEM)
    people_here = [make.participant(db, meeting, name) for name in NAMES]
    requests = [join_queue(db, meeting, item, who, by=who.actor, mode="in_person") for who in people_here]
    clerk = db.get_one(SignIn, people.token_hash(city.clerk_token)).account_id
    over = people.sign_in(db, clerk)
    db.get_one(SignIn, people.token_hash(over)).until = clock.now() - timedelta(seconds=1)
    return over, requests[0].id
