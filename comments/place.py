"""What the public speaks, writes or is asked about: an item of the agenda, or general public comment."""

from sqlalchemy.orm import Session
from starlette.requests import Request

from meetings.models import AgendaItem, Meeting
from meetings.queries import agenda_item, public_meeting

GENERAL = "general"
"""Stands in the URL for public comment that is on no item."""
LONGEST_NAME = 80


def place(request: Request, db: Session) -> tuple[Meeting, AgendaItem | None]:
    """The meeting and the item that the URL names; NotFound for an item of another meeting."""
    meeting = public_meeting(db, request.path_params["meeting_id"])
    item_id = request.path_params["item_id"]
    return meeting, None if item_id == GENERAL else agenda_item(db, meeting, item_id)
