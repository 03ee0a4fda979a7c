"""What is done to microphones' places and to the sound as a whole; each verb appends its entry."""

import secrets

from sqlalchemy.orm import Session

from engage import clock, record
from engage.db import new_id
from engage.language import N_
from engage.people import Refused, token_hash
from meetings.floor import queries
from meetings.floor.models import CHAIR, INTERPRETER, Agreement, Place
from meetings.members.models import Member
from meetings.models import Meeting


def make_place(
    db: Session, meeting: Meeting, kind: str, *, by: str, member: Member | None = None, name: str = "",
    language: str = "",
) -> tuple[Place, str]:  # fmt: skip
    """A microphone with its own channel; its link's secret part is told once. There is one chair's place."""
    if not meeting.carries_sound or meeting.is_over:
        raise Refused(N_("This meeting does not carry sound. Choose that in its details first."))
    former = next((each for each in queries.places_of(db, meeting.id) if each.kind == kind == CHAIR), None)
    if former:
        raise Refused(N_("The chair has a place already. End it before you make another."))
    token = secrets.token_urlsafe(24)
    place = Place(
        id=new_id(), meeting_id=meeting.id, channel=queries.next_channel(db, meeting.id, kind), kind=kind,
        member_id=member.id if member else None, name=name, language=language if kind == INTERPRETER else "",
        token=token_hash(token), made_at=clock.now(), salt=record.new_salt(),
    )  # fmt: skip
    db.add(place)
    db.flush()
    record.append(
        db, meeting.id, "place.made", by=by, place=place.id, what=kind, channel=place.channel,
        member=place.member_id, language=place.language or None,
        name=record.sealed(place.salt, name) if name else None,
    )  # fmt: skip
    return place, token


def end_place(db: Session, place: Place, *, by: str) -> None:
    """Its link no longer holds, and whoever speaks there is off the air."""
    place.ended_at = clock.now()
    record.append(db, place.meeting_id, "place.ended", by=by, place=place.id, channel=place.channel)


def open_place(db: Session, place: Place, *, by: str) -> None:
    if place.is_open:
        raise Refused(N_("This microphone is open already."))
    place.is_open = True
    record.append(db, place.meeting_id, "place.opened", by=by, place=place.id, channel=place.channel)


def close_place(db: Session, place: Place, *, by: str) -> None:
    """Whoever sits there is off the air until it is opened again."""
    if not place.is_open:
        raise Refused(N_("This microphone is closed already."))
    place.is_open = False
    record.append(db, place.meeting_id, "place.closed", by=by, place=place.id, channel=place.channel)


def hush(db: Session, meeting: Meeting, *, by: str) -> None:
    """At once nobody but the chair can be heard. Turns and clocks go on; they are the queue's."""
    if not meeting.carries_sound or meeting.is_hushed:
        raise Refused(N_("Every microphone but the chair's is closed already."))
    meeting.is_hushed = True
    record.append(db, meeting.id, "sound.hushed", by=by)


def end_hush(db: Session, meeting: Meeting, *, by: str) -> None:
    if not meeting.is_hushed:
        raise Refused(N_("The microphones are not closed."))
    meeting.is_hushed = False
    record.append(db, meeting.id, "sound.restored", by=by)


def agree_to_be_heard(db: Session, meeting: Meeting, person: str, *, by: str) -> None:
    """Once in a meeting; a second time changes nothing."""
    if queries.has_agreed(db, meeting.id, person):
        return
    db.add(Agreement(meeting_id=meeting.id, person=person, at=clock.now()))
    kind, _, who = person.partition(":")
    record.append(db, meeting.id, "microphone.agreed", by=by, **{kind: who})


def choose_captions(db: Session, meeting: Meeting, *, wanted: bool, by: str, why: str | None = None) -> None:
    """Live captions cost the machine a core; a clerk turns them off when it is busy. Where the captioner has
    to, `why` says it: "busy" or "no_model"."""
    if meeting.has_captions == wanted:
        raise Refused(N_("That is so already."))
    meeting.has_captions = wanted
    record.append(db, meeting.id, "captions.started" if wanted else "captions.stopped", by=by, why=why)
