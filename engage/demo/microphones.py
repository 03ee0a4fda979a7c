"""The live meeting's microphones in the demonstration; the chair's link is made anew at each start."""

from sqlalchemy.orm import Session

from engage import record
from meetings.floor.actions import end_place, make_place
from meetings.floor.models import CHAIR, INTERPRETER, MEMBER, ROOM
from meetings.floor.queries import places_of
from meetings.members.models import Member
from meetings.members.queries import members_of
from meetings.models import Meeting
from meetings.queries import live_meetings, meeting_day

SYSTEM = record.SYSTEM


def give_microphones(db: Session, meeting: Meeting) -> None:
    """Everybody on the body but the chair, the room's own sound, and an interpreter into Spanish."""
    for member in _members(db, meeting):
        if not member.is_chair:
            make_place(db, meeting, MEMBER, by=SYSTEM, member=member)
    make_place(db, meeting, ROOM, by=SYSTEM)
    make_place(db, meeting, INTERPRETER, by=SYSTEM, language="es")


def chairs_link(db: Session) -> str:
    """Of the live meeting, a new one; empty where none that carries sound is live."""
    meeting = next((each for each in live_meetings(db) if each.carries_sound), None)
    if meeting is None:
        return ""
    for former in (each for each in places_of(db, meeting.id) if each.kind == CHAIR):
        end_place(db, former, by=SYSTEM)
    db.flush()
    chair = next((each for each in _members(db, meeting) if each.is_chair), None)
    _, token = make_place(db, meeting, CHAIR, by=SYSTEM, member=chair)
    return f"/microphone/{token}"


def _members(db: Session, meeting: Meeting) -> list[Member]:
    return members_of(db, meeting.body_id, meeting_day(meeting))
