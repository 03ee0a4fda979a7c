"""A resident agrees to be heard: what they say in this meeting is public and recorded."""

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engage import people
from engage.doors import back, participant_token, writes
from engage.forms import Form
from engage.language import N_
from engage.people import Refused
from meetings.floor.actions import agree_to_be_heard
from meetings.queries import public_meeting

NO_SOUND = N_("Nobody is heard in the page of this meeting.")


@writes("public")
def agree(request: Request, db: Session, form: Form) -> Response:
    """Once in a meeting; who has not taken part yet does so now, without a name."""
    meeting = public_meeting(db, request.path_params["meeting_id"])
    if not meeting.carries_sound or meeting.is_over:
        raise Refused(NO_SOUND)
    me = people.take_part(db, meeting.id, participant_token(request), name="")
    agree_to_be_heard(db, meeting, me.actor, by=me.actor)
    return back(f"/meetings/{meeting.id}#microphone")


routes = [Route("/meetings/{meeting_id}/agreement", agree, methods=["POST"])]
