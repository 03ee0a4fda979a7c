"""Reads of places, agreements and the sound's standing at the dais."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engage import record
from engage.doors import NotFound
from engage.language import N_
from engage.people import token_hash
from meetings.floor.models import CHAIR, FIRST_CHANNEL, Agreement, Caption, Place, Track
from meetings.models import Meeting
from meetings.queries import public_meeting

WHY_NO_CAPTIONS = {
    None: N_("The clerk has turned them off."),
    "busy": N_("The machine is busy."),
    "no_model": N_("No speech model is installed."),
}


def places_of(db: Session, meeting_id: str) -> list[Place]:
    """Those that still hold, the chair's first."""
    wanted = select(Place).where(Place.meeting_id == meeting_id, Place.ended_at.is_(None))
    return list(db.scalars(wanted.order_by(Place.channel)))


def every_place_of(db: Session, meeting_id: str) -> list[Place]:
    """Also those whose link no longer holds: their channel may be on a track."""
    return list(db.scalars(select(Place).where(Place.meeting_id == meeting_id).order_by(Place.channel)))


def interpreters(db: Session, meeting_id: str) -> frozenset[int]:
    """Channels that are or were heard instead of the floor."""
    return frozenset(each.channel for each in every_place_of(db, meeting_id) if each.is_interpreter)


def place_of(db: Session, meeting_id: str, place_id: str) -> Place:
    place = db.get(Place, place_id)
    if place is None or place.meeting_id != meeting_id or place.ended_at is not None:
        raise NotFound
    return place


def place_of_link(db: Session, token: str) -> tuple[Place, Meeting]:
    """The place of this link and its meeting; NotFound once it is ended, as for one that never was."""
    place = db.scalar(select(Place).where(Place.token == token_hash(token), Place.ended_at.is_(None)))
    if place is None:
        raise NotFound
    return place, public_meeting(db, place.meeting_id)


def next_channel(db: Session, meeting_id: str, kind: str) -> int:
    """0 for the chair, whose place may be made anew; any other gets one that no place has had."""
    if kind == CHAIR:
        return 0
    highest = db.scalar(select(func.max(Place.channel)).where(Place.meeting_id == meeting_id))
    return max((highest or 0) + 1, FIRST_CHANNEL)


def has_agreed(db: Session, meeting_id: str, person: str) -> bool:
    return db.get(Agreement, (meeting_id, person)) is not None


def tracks_of(db: Session, meeting_id: str) -> list[Track]:
    return list(db.scalars(select(Track).where(Track.meeting_id == meeting_id).order_by(Track.channel)))


def captions_of(db: Session, meeting_id: str) -> list[Caption]:
    """In the order in which they were said."""
    wanted = select(Caption).where(Caption.meeting_id == meeting_id)
    return list(db.scalars(wanted.order_by(Caption.start_at, Caption.id)))


def why_no_captions(db: Session, meeting: Meeting) -> str:
    """One of WHY_NO_CAPTIONS, as the record has it; empty where they are wanted."""
    if meeting.has_captions:
        return ""
    entries = record.of_kinds(db, [meeting.id], ["captions.stopped"])
    return WHY_NO_CAPTIONS[entries[-1].facts.get("why") if entries else None]
