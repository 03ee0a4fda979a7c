"""What everyone sees of the minutes on the meeting's page: where to read them, once they are published."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from engage.push.panels import Panel
from meetings.minutes import queries
from meetings.minutes.models import STATES
from meetings.models import ADJOURNED, Meeting


def minutes(db: Session, meeting_id: str) -> Mapping[str, Any] | None:
    meeting = db.get_one(Meeting, meeting_id)
    found = queries.minutes_state(db, meeting_id) if meeting.state == ADJOURNED else None
    return {"meeting": meeting, "minutes": found, "minutes_states": STATES} if found else None


panels = [Panel("minutes", "meetings/minutes/_panel.html", minutes)]

touches = {
    "minutes.published": ("minutes",),
    "minutes.approved": ("minutes",),
    "minutes.noted": (),
    "meeting.adjourned": ("minutes",),
}
