"""Whose meeting or body a staff page is about, and the way back to the meeting's console."""

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from engage.doors import back, staff
from meetings import queries
from meetings.models import Body, Meeting


def clerks(request: Request, db: Session) -> Meeting:
    """The meeting that the address names; NotFound for the clerk of another body."""
    return queries.clerks_meeting(db, request.path_params["meeting_id"], staff(request))


def clerks_body(request: Request, db: Session) -> Body:
    """The body that the address names; NotFound for the clerk of another."""
    return queries.clerks_body(db, request.path_params["body_id"], staff(request))


def console(meeting: Meeting) -> Response:
    return back(f"/clerk/meetings/{meeting.id}/console")
