"""Reads of live captions: which meetings want them, what is there, and why there are none."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engage.language import N_
from engage.people import Participant
from meetings.floor.models import KINDS, Caption, Place
from meetings.floor.queries import interpreters
from meetings.floor.seats import names_of
from meetings.models import OPEN, Meeting

Row = TypeVar("Row", Participant, Place)


class Wanted(NamedTuple):
    meeting_id: str
    language: str
    without: frozenset[int]
    """Channels of interpreters: they say again what is captioned already."""


class Name(NamedTuple):
    """Who speaks: a name, or a msgid where there is none."""

    text: str
    is_name: bool


def wanted(db: Session) -> list[Wanted]:
    """The meetings that are heard just now and are to be captioned."""
    live = select(Meeting.id, Meeting.language).where(
        Meeting.state == OPEN, Meeting.carries_sound.is_(True), Meeting.has_captions.is_(True)
    )
    found = db.execute(live.order_by(Meeting.id)).all()
    return [Wanted(row[0], row[1], interpreters(db, row[0])) for row in found]


def newest(db: Session, meeting_id: str, most: int, before: datetime | None = None) -> list[Caption]:
    """The last ones, in the order in which they were said."""
    mine = select(Caption).where(Caption.meeting_id == meeting_id)
    if before:
        mine = mine.where(Caption.start_at < before)
    return list(db.scalars(mine.order_by(Caption.start_at.desc(), Caption.id.desc()).limit(most)))[::-1]


def count(db: Session, meeting_id: str) -> int:
    mine = select(func.count()).select_from(Caption).where(Caption.meeting_id == meeting_id)
    return db.scalar(mine) or 0


def withheld(db: Session, meeting_id: str) -> list[str]:
    """Ids."""
    return list(db.scalars(select(Caption.id).where(Caption.meeting_id == meeting_id, Caption.text == "")))


def chosen(db: Session, meeting_id: str, ids: Collection[str]) -> list[Caption]:
    """Those of them that are this meeting's and can still be read, in order."""
    mine = select(Caption).where(Caption.meeting_id == meeting_id, Caption.id.in_(ids), Caption.text != "")
    return list(db.scalars(mine.order_by(Caption.start_at, Caption.id)))


def ended_at(db: Session, meeting_id: str) -> datetime | None:
    """Where the last caption ends."""
    end = func.max(Caption.end_at, type_=Caption.end_at.type)
    return db.scalar(select(end).where(Caption.meeting_id == meeting_id))


def stamps(db: Session) -> dict[tuple[str, str], object]:
    """By meeting that is heard, and the panel: another one whenever its captions have changed."""
    live = select(Meeting.id).where(Meeting.carries_sound.is_(True), Meeting.state == OPEN)
    found: dict[tuple[str, str], object] = {}
    for meeting_id in db.scalars(live):
        last = [(each.id, each.text, each.is_final) for each in newest(db, meeting_id, 3)]
        if last:
            found[meeting_id, "captions"] = (count(db, meeting_id), *last)
    return found


def _by_id(db: Session, table: type[Row], ids: Collection[str]) -> list[Row]:
    return list(db.scalars(select(table).where(table.id.in_(ids)))) if ids else []


def names(db: Session, captions: Sequence[Caption]) -> dict[str, Name]:
    """By person, how each of those who speak is called."""
    ids = {person.partition(":")[2] for person in {each.person for each in captions} if person}
    found: dict[str, Name] = {}
    for participant in _by_id(db, Participant, ids):
        found[participant.actor] = (
            Name(participant.name, True) if participant.name else Name(N_("Public speaker"), False)
        )
    places = _by_id(db, Place, ids)
    called = names_of(db, places)
    for place in places:
        name = called[place.id]
        found[place.person] = Name(name, True) if name else Name(KINDS[place.kind], False)
    return found
