"""Who may be heard just now: the places at the dais, and whoever has the floor from the queue."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from comments.queue import queries
from comments.queue.lists import rules_of
from comments.queue.models import Request
from comments.queue.rules import CUT
from meetings.floor.models import CHAIR, FLOOR_CHANNEL
from meetings.floor.queries import places_of
from meetings.floor.standing import Grant, Standing
from meetings.models import OPEN, Meeting


def standing_of(db: Session, meeting_id: str) -> Standing:
    """Nobody is heard before the meeting opens, in a recess, in closed session, and after it."""
    meeting = db.get(Meeting, meeting_id)
    if meeting is None or not meeting.carries_sound:
        return Standing(why_off="elsewhere")
    if meeting.state != OPEN:
        return Standing(why_off=why_off(meeting))
    return Standing(is_on=True, grants=tuple(grants(db, meeting)), is_hushed=meeting.is_hushed)


def why_off(meeting: Meeting) -> str:
    if meeting.is_over:
        return "over"
    if not meeting.is_live:
        return "before"
    if meeting.is_in_closed_session:
        return "closed_session"
    return "disruption" if meeting.is_queue_frozen else "recess"


def grants(db: Session, meeting: Meeting) -> Iterator[Grant]:
    """Hushed, only the chair's."""
    for place in places_of(db, meeting.id):
        if place.is_open and (place.kind == CHAIR or not meeting.is_hushed):
            yield Grant(place.channel, place.person, 0, is_apart=place.is_interpreter)
    speaker = queries.on_floor(db, meeting.id)
    if speaker and not speaker.is_written and not meeting.is_hushed:
        yield Grant(
            FLOOR_CHANNEL, speaker.participant.actor, speaker.called_no or 0, until=cut_at(db, speaker)
        )


def cut_at(db: Session, speaker: Request) -> datetime | None:
    """When the running clock comes to zero, where the rule is that the microphone is cut then."""
    meeting = db.get_one(Meeting, speaker.meeting_id)
    if speaker.running_since is None or rules_of(db, meeting, speaker.item_id).at_zero != CUT:
        return None
    left_ms = speaker.limit_s * 1000 - speaker.spoken_ms
    return speaker.running_since + timedelta(milliseconds=left_ms)
