"""Makes the places of everybody who sits on the body, at once."""

from sqlalchemy.orm import Session

from engage.language import N_
from engage.people import Refused
from meetings.floor.actions import make_place
from meetings.floor.models import CHAIR, MEMBER, Place
from meetings.floor.queries import places_of
from meetings.members.models import Member
from meetings.members.queries import members_of
from meetings.models import Meeting
from meetings.queries import meeting_day


def make_places_for_body(db: Session, meeting: Meeting, *, by: str) -> list[tuple[Place, str]]:
    """The chair's, for the member who chairs, and one for each other member seated on that day; whoever has
    a place already keeps it. Each with the secret part of its link."""
    places = places_of(db, meeting.id)
    has_chair = any(each.kind == CHAIR for each in places)
    seated = {each.member_id for each in places}
    on_body = members_of(db, meeting.body_id, meeting_day(meeting))
    members = [each for each in on_body if each.id not in seated]
    chair = None if has_chair else next((each for each in members if each.is_chair), None)
    wanted: list[tuple[str, Member | None]] = [] if has_chair else [(CHAIR, chair)]
    wanted += [(MEMBER, each) for each in members if each is not chair]
    if not wanted:
        raise Refused(N_("Everybody on the body has a place already."))
    return [make_place(db, meeting, kind, by=by, member=member) for kind, member in wanted]
