"""What everyone sees of surveys on the meeting's page: what can be answered, and the results."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from comments.surveys import queries
from engage.hub import Panel
from meetings.models import Meeting


def surveys(db: Session, meeting_id: str) -> Mapping[str, Any] | None:
    """Shown from the first survey on. Answers change nothing here until their survey is closed."""
    is_open, is_closed = queries.public_surveys(db, meeting_id)
    if not (is_open or is_closed):
        return None
    return {
        "meeting": db.get_one(Meeting, meeting_id),
        "open_surveys": is_open,
        "results": queries.results(db, is_closed),
    }


panels = [Panel("surveys", "comments/surveys/_panel.html", surveys)]

touches = {
    "survey.opened": ("surveys",),
    "survey.closed": ("surveys",),
}
