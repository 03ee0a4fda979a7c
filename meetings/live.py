"""What everyone sees of the meeting itself: its state."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from engage.hub import Panel
from meetings.models import STATES, Meeting


def status(db: Session, meeting_id: str) -> Mapping[str, Any]:
    meeting = db.get_one(Meeting, meeting_id)
    return {"meeting": meeting, "states": STATES}


panels = [Panel("status", "meetings/_status.html", status)]

EVERYTHING = ("status", "agenda")
touches = {
    "meeting.published": EVERYTHING,
    "meeting.opened": EVERYTHING,
    "meeting.recessed": EVERYTHING,
    "meeting.reconvened": EVERYTHING,
    "meeting.adjourned": EVERYTHING,
    "meeting.cancelled": EVERYTHING,
    "meeting.changed": EVERYTHING,
    "item.called": ("agenda",),
    "agenda.changed": ("agenda",),
}
