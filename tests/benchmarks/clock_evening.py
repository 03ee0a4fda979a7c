"""A meeting on a machine whose clock is set: what its pages and its record show, against what is true."""

import math
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from comments.queue.models import Request
from engage import record
from engage.timekeeping import JUMPED, STEP_MS
from tests.benchmarks.clock_site import NAMES, Reading, Site
from tests.benchmarks.faked_clock import SEEN_S

MOST_OFF_MS = 1000
WITHIN_S = 8


class Evening:
    """Takes down what is wrong in `found`."""

    def __init__(self, site: Site) -> None:
        self.site, self.machine = site, site.machine
        self.before_s = site.machine.off
        """By how much the machine's clock was off when the server first looked at it."""
        self.first = Reading(0, 0, math.nan)
        self.worst_ms = 0.0
        self.jumps: list[tuple[int, datetime]] = []
        """By how many seconds, and since when in truth a server could see it."""
        self.found: list[str] = []

    def begin_speech(self) -> None:
        """What the first page says is what all later ones are held against."""
        self.act("/floor", request=self.site.speaker)
        self.act(f"/requests/{self.site.speaker}/start")
        self.first = self.site.reading()

    def look(self, when: str) -> None:
        """At the speaker's time, the order, and a session that was over before all this."""
        self.compare(self.site.reading(), when)
        page = self.site.get(self.site.public).text
        places = [page.find(name) for name in NAMES[1:]]
        if -1 in places or places != sorted(places):
            self.found.append(f"{when}: the order has changed")
        self.expect_out(self.site.over, when)

    def compare(self, reading: Reading, when: str) -> None:
        """Counts as wrong what is off by more than a slow answer can explain."""
        since_s = reading.at - self.first.at
        off_ms = abs(reading.spoken_ms - self.first.spoken_ms - since_s * 1000)
        unsure_ms = (reading.width_s + self.first.width_s) / 2 * 1000
        if not off_ms - unsure_ms <= MOST_OFF_MS:  # also when no clock is shown
            self.found.append(f"{when}: the speaker's time is off by {off_ms / 1000:,.1f} s")
        self.worst_ms = max(self.worst_ms, off_ms)

    def expect_out(self, token: str, when: str) -> None:
        if self.site.get(self.site.console, token).status_code != 303:
            self.found.append(f"{when}: a session that was over has begun again")

    def jump(self, by_s: int, *, kill_after_s: float | None) -> None:
        when = f"clock set {'back' if by_s < 0 else 'forward'} by {timedelta(seconds=abs(by_s))}"
        self.machine.set(by_s)
        if kill_after_s is None:
            self.jumps.append((by_s, self.true_now()))
            time.sleep(SEEN_S)
        else:
            time.sleep(kill_after_s)
            self.site.kill()
            self.jumps.append((by_s, self.true_now()))
        self.look(when)
        if not self.site.is_control:
            self.expect_told(when)
            self.look(f"{when}, later")

    def true_now(self) -> datetime:
        """As if nobody had set the clock."""
        return datetime.fromtimestamp(time.time() + self.before_s, UTC)

    def expect_told(self, when: str) -> None:
        """The console says how the clocks stand as soon as it is on the record."""
        if not wait_for(lambda: len(self.steps(JUMPED)) >= len(self.jumps), WITHIN_S):
            self.found.append(f"{when}: not on the record")
        is_off = abs(self.machine.off - self.before_s) * 1000 >= STEP_MS
        if ("clock was set" in self.site.get(self.site.console, self.site.city.clerk_token).text) != is_off:
            self.found.append(f"{when}: the clerk is not told how the clocks stand")

    def slowest_s(self) -> float:
        """From a jump, or the start after a kill, to its entry."""
        told = [
            (entry.at - at).total_seconds()
            for entry, (_, at) in zip(self.steps(JUMPED), self.jumps, strict=False)
        ]
        return max(told, default=0)

    def end_meeting(self) -> None:
        """What the record says of the speech, and then the new time."""
        before = time.monotonic()
        self.act(f"/requests/{self.site.speaker}/end")
        after = time.monotonic()
        spoken_ms = self.site.store.read_now(lambda db: db.get_one(Request, self.site.speaker).spoken_ms)
        self.compare(Reading((before + after) / 2, after - before, spoken_ms), "on the record")
        times = self.site.store.read_now(self.times)
        if times != sorted(times):
            self.found.append("times in the meeting's book go backward")
        self.act("/adjournment")
        self.expect_taken_over("after the meeting")

    def times(self, db: Session) -> list[datetime]:
        entries = record.since(db, self.site.city.meeting_id, record.head(db, "none"))
        return [entry.at for entry in entries or ()]

    def set_without_meeting(self, by_s: int) -> None:
        self.machine.set(by_s)
        self.expect_taken_over("set without a meeting")
        self.expect_out(self.site.over, "set back without a meeting")
        self.expect_out(self.site.city.clerk_token, "set back without a meeting")

    def expect_taken_over(self, when: str) -> None:
        if not wait_for(self.is_taken_over, WITHIN_S):
            self.found.append(f"{when}: the new time is not taken over")

    def is_taken_over(self) -> bool:
        """The pages go by the machine's clock."""
        before = self.machine.now()
        return before - 1 < self.site.shown_now() < self.machine.now() + 1

    def act(self, path: str, **fields: str) -> None:
        """The clerk's; nobody may have signed them out."""
        if not self.site.act(path, **fields):
            self.found.append(f"the clerk's {path} was not taken")

    def expect_steps(self, kind: str, wanted: list[int]) -> None:
        """Each once, with its size in seconds."""
        noted = [round(entry.facts["by_ms"] / 1000) for entry in self.steps(kind)]
        if noted != wanted:
            self.found.append(f"{kind}: {noted} s on the record, {wanted} s were set")

    def steps(self, kind: str) -> list[record.Entry]:
        return self.site.store.read_now(lambda db: record.of_kinds(db, [record.CITY], [kind]))


def wait_for(what: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not what():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True
