"""What everyone sees of a recess, a closed session, a disruption and the locked room; the console's part."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy.orm import Session

from engage import clock
from meetings.disruption import queries
from meetings.disruption.models import (
    ACCESS_RESTORED,
    ENDINGS,
    FINDING,
    GROUNDS,
    ORDER_RESTORED,
    REASONS,
    REMOTE,
    SECTIONS,
    STEPS,
    TIME_PASSED,
    Disruption,
    Recess,
)
from meetings.disruption.queries import Pause
from meetings.disruption.rules import may_reconvene_at
from meetings.models import AgendaItem, Meeting


@dataclass(frozen=True)
class Timer:
    """For js/clock.js, in milliseconds; `started` is on the server's clock, `left` as of now."""

    started: int
    limit: int
    left: int


@dataclass(frozen=True)
class HeldUp:
    """What holds the meeting up now, until when, and what was reported from its closed sessions."""

    recess: Recess | None
    disruption: Disruption | None
    until: datetime | None
    """When the recess is meant to end; of a disruption, from when on the body may go on regardless."""
    timer: Timer | None
    items: list[AgendaItem]
    reports: list[Pause]
    reasons: ClassVar[Mapping[str, str]] = REASONS
    steps: ClassVar[Mapping[str, str]] = STEPS
    grounds: ClassVar[Mapping[str, str]] = GROUNDS
    sections: ClassVar[Mapping[str, str]] = SECTIONS


@dataclass(frozen=True)
class DisruptionOnConsole:
    """The clerk's part: what is under way, and the choices of each act."""

    held_up: HeldUp
    unfound: Disruption | None
    """Is over, and the body has still to find by roll call that it may go on."""
    steps: Mapping[str, str]
    ending: str
    """The likeliest of `endings`."""
    endings: ClassVar[Mapping[str, str]] = ENDINGS
    finding: ClassVar[str] = FINDING


def held_up(db: Session, meeting: Meeting) -> HeldUp:
    rows = queries.recess_rows(db, meeting.id)
    pauses = queries.pauses(db, meeting.id, rows)
    recess = next((row for row in rows if row.ended_at is None), None)
    disruption = queries.disruption_under_way(db, meeting.id) if meeting.is_queue_frozen else None
    began, until = span(recess, disruption)
    return HeldUp(
        recess=recess,
        disruption=disruption,
        until=until,
        timer=timer(began, until) if began and until else None,
        items=next((pause.items for pause in pauses if pause.ended is None), []),
        reports=[pause for pause in pauses if pause.report],
    )


def span(recess: Recess | None, disruption: Disruption | None) -> tuple[datetime | None, datetime | None]:
    """What the timer counts: a disruption's hour before a recess's planned length."""
    if disruption:
        return disruption.began_at, may_reconvene_at(disruption.began_at)
    return (recess.began_at, recess.resumes_at) if recess else (None, None)


def timer(began: datetime, until: datetime) -> Timer:
    limit = clock.ms(until) - clock.ms(began)
    return Timer(clock.ms(began), limit, clock.ms(until) - clock.ms(clock.now()))


def on_console(db: Session, meeting: Meeting) -> dict[str, Any]:
    now = held_up(db, meeting)
    shown = DisruptionOnConsole(
        held_up=now,
        unfound=queries.without_finding(db, meeting.id),
        steps=step_choices(now.disruption),
        ending=likely_ending(now),
    )
    return {"disruption": shown}


def step_choices(disruption: Disruption | None) -> Mapping[str, str]:
    """The finding only where remote access is what failed."""
    is_remote = disruption is not None and disruption.reason in REMOTE
    return STEPS if is_remote else {kind: label for kind, label in STEPS.items() if kind != FINDING}


def likely_ending(now: HeldUp) -> str:
    if now.timer and now.timer.left <= 0:
        return TIME_PASSED
    return ACCESS_RESTORED if now.disruption and now.disruption.reason in REMOTE else ORDER_RESTORED


STATUS_AND_AGENDA = ("status", "agenda")
touches = {
    "disruption.declared": STATUS_AND_AGENDA,
    "disruption.step_taken": ("status",),
    "disruption.ended": STATUS_AND_AGENDA,
    "session.closed": STATUS_AND_AGENDA,
    "session.reopened": STATUS_AND_AGENDA,
    "room.locked": STATUS_AND_AGENDA,
    "room.unlocked": STATUS_AND_AGENDA,
}
