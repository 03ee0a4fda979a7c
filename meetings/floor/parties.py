"""Who takes part in a meeting's sound: voices, ears and taps as the engine sees them, and events."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

from meetings.floor.packets import Packet

ON_AIR, OFF_AIR, LOST, BACK = "on_air", "off_air", "lost", "back"
CAME, WENT = "came", "went"
"""A microphone of somebody who is not on the air."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Event:
    """Something has happened to a meeting's sound."""

    meeting_id: str
    what: str
    channel: int | None = None
    person: str = ""
    turn: int = 0


class Voice(Protocol):
    """A microphone's socket."""

    @property
    def person(self) -> str: ...

    def tell(self, **state: object) -> None: ...

    def close(self, code: int) -> None: ...


class Ear(Protocol):
    """A listener's socket. `choice` is a channel that is heard instead of the floor, or None."""

    @property
    def choice(self) -> int | None: ...

    def write(self, packet: bytes) -> None: ...

    def tell(self, **state: object) -> None: ...


class Tap(Protocol):
    """Who gets every packet that is on the air: the recorder, the mixer."""

    def heard(self, meeting_id: str, packet: Packet) -> None: ...

    def paused(self, meeting_id: str) -> None:
        """Nothing is on the air until further notice: recess, closed session, the end."""

    def closed(self, meeting_id: str) -> None:
        """The meeting is over."""


def tell_taps(
    taps: Iterable[Tap], what: Literal["heard", "paused", "closed"], meeting_id: str, *more: Packet
) -> None:
    """One that fails silences nobody."""
    for tap in taps:
        try:
            getattr(tap, what)(meeting_id, *more)
        except Exception:
            log.exception("%s has failed in meeting %s", type(tap).__name__, meeting_id)
