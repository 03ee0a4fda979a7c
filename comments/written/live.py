"""What everyone sees of written comments on the meeting's page: how many on what, and the latest."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from comments.written import queries
from comments.written.models import POSITIONS
from engage.push.panels import Panel
from meetings.models import Meeting

MOST_SHOWN = 3
"""Of the latest comments; the list has them all."""


def comments(db: Session, meeting_id: str) -> Mapping[str, Any] | None:
    """Shown while comments are taken, and wherever there are some."""
    meeting = db.get_one(Meeting, meeting_id)
    groups = queries.groups(db, meeting_id, queries.places(db, meeting_id))
    if not (groups or meeting.takes_comments):
        return None
    return {
        "meeting": meeting,
        "groups": groups,
        "items": {group.item.id: group.item for group in groups if group.item},
        "total": sum(group.total for group in groups),
        "latest": queries.latest(db, meeting_id, most=MOST_SHOWN),
        "positions": POSITIONS,
    }


panels = [Panel("comments", "comments/written/_panel.html", comments)]

touches = {
    "comment.received": ("comments",),
    "comment.withheld": ("comments",),
    "comment.restored": ("comments",),
    "comments.cut_off_set": ("comments", "agenda"),
    "meeting.published": ("comments",),
    "meeting.adjourned": ("comments",),
    "meeting.cancelled": ("comments",),
    **dict.fromkeys(
        ("agenda.changed", "item.changed", "item.moved", "item.withdrawn", "item.restored", "item.removed"),
        ("comments",),
    ),
}
