"""Who sits at each microphone's place, by name, and how it stands with them just now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage.people import Participant
from meetings.floor.models import FLOOR_CHANNEL, Place
from meetings.floor.queries import places_of
from meetings.floor.report import Report
from meetings.members.models import Member

AT_THE_FLOOR = "participant:"
"""How the engine names somebody from the queue; a place is "place:ID"."""


@dataclass(frozen=True)
class Seat:
    """A person at a microphone. `place` is None for whoever has the floor from the queue."""

    name: str
    """Empty for somebody without one."""
    is_connected: bool
    is_on_air: bool
    lost: datetime | None
    """Since when the connection of somebody who is on the air is lost."""
    place: Place | None = None

    @property
    def is_heard(self) -> bool:
        """What is said there goes to the listeners and into the recording."""
        return self.is_on_air and self.is_connected


def names_of(db: Session, places: Sequence[Place]) -> dict[str, str]:
    """By the place's id: the member who sits there, or what the clerk calls it; may be empty."""
    ids = {each.member_id for each in places if each.member_id}
    members = (
        {each.id: each.name for each in db.scalars(select(Member).where(Member.id.in_(ids)))} if ids else {}
    )
    return {each.id: members.get(each.member_id or "", each.name) for each in places}


def seats(db: Session, meeting_id: str, report: Report) -> list[Seat]:
    """The places that hold, the chair's first."""
    places = places_of(db, meeting_id)
    names = names_of(db, places)
    return [_seat(names[each.id], each.person, report, each) for each in places]


def speaker(db: Session, report: Report) -> Seat | None:
    """Whoever has the floor's channel."""
    person = report.on_air.get(FLOOR_CHANNEL, "")
    if not person.startswith(AT_THE_FLOOR):
        return None
    found = db.get(Participant, person.removeprefix(AT_THE_FLOOR))
    return _seat(found.name, person, report) if found else None


def _seat(name: str, person: str, report: Report, place: Place | None = None) -> Seat:
    return Seat(
        name=name,
        is_connected=person in report.microphones,
        is_on_air=person in report.on_air.values(),
        lost=report.lost.get(person),
        place=place,
    )
