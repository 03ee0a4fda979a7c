"""When a disrupted meeting may go on, and what has to be found before it does."""

from collections.abc import Collection
from datetime import datetime, timedelta

from meetings.disruption.models import FINDING, REMOTE, TIME_PASSED

LEAST = timedelta(hours=1)
"""How long the body waits while access is not restored (California Gov. Code 54953.4, SB 707)."""


def may_reconvene_at(began_at: datetime) -> datetime:
    """From when on the body may go on although nothing is restored."""
    return began_at + LEAST


def may_end(began_at: datetime, because: str, now: datetime) -> bool:
    """Before the hour is over only because access or order is restored."""
    return because != TIME_PASSED or now >= may_reconvene_at(began_at)


def may_find(reason: str, began_at: datetime, now: datetime) -> bool:
    """The finding is about remote access that has stayed away for the whole hour."""
    return reason in REMOTE and now >= may_reconvene_at(began_at)


def needs_finding(reason: str, ended_because: str, steps: Collection[str]) -> bool:
    """The body goes on without remote access and has not yet found by roll call that it may."""
    return reason in REMOTE and ended_because == TIME_PASSED and FINDING not in steps
