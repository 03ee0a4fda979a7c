"""Who may be heard just now, as the record has it; the engine is brought in step after every commit."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Grant:
    """One person may be heard on one channel."""

    channel: int
    person: str
    """"participant:ID" or "place:ID"."""
    turn: int
    """The number of the call from the queue; 0 at a place of its own."""
    is_apart: bool = False
    """Heard only by those who choose it instead of the floor: an interpreter's."""
    until: datetime | None = None
    """Off the air from then on, where the body's rule is that the microphone is cut."""


@dataclass(frozen=True)
class Standing:
    """A meeting's sound. Nothing goes on the air, is recorded or is heard while it is not `is_on`."""

    is_on: bool = False
    grants: tuple[Grant, ...] = ()
    is_hushed: bool = False
    """Nobody but the chair may be heard."""
    why_off: str = ""
    """While it is off: "before", "recess", "closed_session", "disruption", "over" or "elsewhere"."""


StandingOf = Callable[[Session, str], Standing]
"""The standing of the meeting with this id. The roof makes it: it knows the speaker queue."""
