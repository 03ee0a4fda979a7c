"""Timekeeping: what is done when somebody, or NTP, sets the machine's clock.

The house goes by its steady clock, so a meeting that is under way goes on unchanged: the jump stands in its
book and in the city's, and the clerk is told. When no meeting is under way the new time is taken over.
"""

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

from babel.units import format_unit
from sqlalchemy.orm import Session

from engage import people, record, steady
from engage.db import Database
from meetings.queries import live_meetings
from transcripts import lease

LOOK_S = 1.0
REMEMBER = 60
"""After so many looks the time is noted, for the next boot."""
STEP_MS = 500
"""NTP's corrections are slow below this; what is set by less is left until it adds up."""
JUMPED, SET = "clock.jumped", "clock.set"
UNITS = (("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1))

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Step:
    """`ahead_ms` is how far the machine's clock is ahead of ours after it, `started_ms` when the machine was
    started by our time after it (since 1970): another boot begins another count."""

    kind: str
    by_ms: int
    ahead_ms: int
    started_ms: int

    def is_same(self, other: "Step") -> bool:
        """Of one kind, and leaves the clocks alike."""
        ends = (self.ahead_ms, other.ahead_ms), (self.started_ms, other.started_ms)
        return self.kind == other.kind and all(is_near(*each) for each in ends)


@dataclass(frozen=True)
class Off:
    """How the machine's clock differs from a meeting's, in words."""

    is_back: bool
    time: str


async def keep_time(db: Database) -> None:
    """Until cancelled: looks at the two clocks every second, in every process that serves."""
    seen: int | None = None
    for looks in count():
        ahead = ahead_ms()
        is_news = seen is None or not is_near(ahead, seen)
        try:
            if is_news or (not is_near(ahead, 0) and not await db.read(live_meetings)):
                await note_step(db)
                seen = ahead
            if looks % REMEMBER == 0:
                await asyncio.to_thread(steady.remember)
        except Exception:
            log.exception("what has happened to the machine's clock could not be noted just now")
        await asyncio.sleep(LOOK_S)


async def note_step(db: Database) -> None:
    """Put on the record what has happened to the machine's clock, if anything has, and go by it if we may.

    The entry comes first: killed in between, we go on by the old time, and by the new one at the next look.
    """
    if not await db.read(next_step):
        return
    step = await db.write(append_step)
    if step and step.kind == SET:
        await asyncio.to_thread(steady.start_at, step.started_ms * 1_000_000)
        if step.by_ms < 0:
            await db.write(lambda session: lease.carry_over(session, timedelta(milliseconds=step.by_ms)))


def next_step(db: Session) -> Step | None:
    """What there is to be done: note a jump while a meeting is under way, else take the new time over."""
    ahead, started = ahead_ms(), steady.started_ns() // 1_000_000
    if not is_near(ahead, 0) and not live_meetings(db):
        return Step(SET, ahead, 0, started + ahead)
    last = last_step(db)
    is_known = last and last.kind == JUMPED and is_near(last.started_ms, started)
    known = last.ahead_ms if last and is_known else 0
    return None if is_near(ahead, known) else Step(JUMPED, ahead - known, ahead, started)


def append_step(db: Session) -> Step | None:
    """One entry a step, whichever process is the first. Sessions that are over are ended, so that none
    begins again when it is earlier."""
    if not (step := next_step(db)):
        return None
    last = last_step(db)
    if not (last and step.is_same(last)):
        facts = {"by_ms": step.by_ms, "ahead_ms": step.ahead_ms, "started_ms": step.started_ms}
        for book in (record.CITY, *(meeting.id for meeting in live_meetings(db))):
            record.append(db, book, step.kind, by=record.SYSTEM, **facts)
    if step.kind == SET:
        people.end_expired_sessions(db)
        if step.by_ms > 0:
            lease.carry_over(db, timedelta(milliseconds=step.by_ms))
    return step


def last_step(db: Session) -> Step | None:
    """The latest on the record."""
    entries = record.of_kinds(db, [record.CITY], (JUMPED, SET))
    return Step(entries[-1].kind, **entries[-1].facts) if entries else None


def off(lang: str) -> Off | None:
    """What the clerk is told while a meeting is under way; None when the clocks agree."""
    ahead = ahead_ms()
    return None if is_near(ahead, 0) else Off(ahead < 0, span(abs(ahead), lang))


def span(ms: int, lang: str) -> str:
    """A duration in its two largest units: 1 day 2 hours."""
    rest, parts = round(ms / 1000), list[str]()
    for unit, seconds in UNITS:
        number, rest = divmod(rest, seconds)
        if number or (unit == "second" and not parts):
            parts.append(format_unit(number, f"duration-{unit}", locale=lang))
    return " ".join(parts[:2])


def ahead_ms() -> int:
    return round(steady.ahead_ns() / 1_000_000)


def is_near(one_ms: int, other_ms: int) -> bool:
    return abs(one_ms - other_ms) < STEP_MS
