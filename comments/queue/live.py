"""What everyone sees of the queue: the floor with its clock, and who waits."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from comments.queue import queries
from comments.queue.models import Request
from engage import clock
from engage.hub import Panel
from meetings.models import AgendaItem, Meeting
from meetings.queries import agenda, flat


def floor(db: Session, meeting_id: str) -> Mapping[str, Any] | None:
    """Shown while the meeting is live: the open item, and who has the floor with their clock."""
    meeting = db.get_one(Meeting, meeting_id)
    if not meeting.is_live:
        return None
    speaker = queries.on_floor(db, meeting_id)
    item = db.get(AgendaItem, meeting.item_id) if meeting.item_id else None
    return {
        "meeting": meeting,
        "item": item,
        "speaker": speaker,
        "clock": speaker and running_clock(speaker),
    }


def running_clock(request: Request) -> dict[str, int | bool]:
    """For js/clock.js: all in milliseconds; `started` is on the server's clock."""
    return {
        "started": clock.ms(request.running_since) if request.running_since else 0,
        "elapsed": request.spoken_ms,
        "limit": request.limit_s * 1000,
        "running": request.running_since is not None,
        "left": request.limit_s * 1000 - round(request.spoken().total_seconds() * 1000),
    }


def queue(db: Session, meeting_id: str) -> Mapping[str, Any] | None:
    """Who waits, item by item in the agenda's order; general comment last."""
    meeting = db.get_one(Meeting, meeting_id)
    if meeting.is_over:
        return None
    requests = queries.waiting(db, meeting_id)
    if not (requests or meeting.is_live):
        return None
    items = [item for item in flat(agenda(db, meeting_id)) if queries.on_item(requests, item.id)]
    groups = [(item, queries.on_item(requests, item.id)) for item in items]
    general = queries.on_item(requests, None)
    return {
        "meeting": meeting,
        "groups": [*groups, *([(None, general)] if general else [])],
        "count": len(requests),
    }


panels = [
    Panel("floor", "comments/queue/_floor.html", floor),
    Panel("queue", "comments/queue/_queue.html", queue),
]

FLOOR_AND_QUEUE = ("floor", "queue")
touches = {
    "request.joined": ("queue", "agenda"),
    "request.withdrawn": (*FLOOR_AND_QUEUE, "agenda"),
    "request.removed": (*FLOOR_AND_QUEUE, "agenda"),
    "request.skipped": (*FLOOR_AND_QUEUE, "agenda"),
    "request.taken_back": ("queue", "agenda"),
    "request.moved": ("queue",),
    "floor.called": (*FLOOR_AND_QUEUE, "agenda"),
    "floor.started": ("floor",),
    "floor.resumed": ("floor",),
    "floor.paused": ("floor",),
    "floor.ended": ("floor",),
    "queue.closed": ("queue", "agenda"),
    "queue.reopened": ("queue", "agenda"),
    "participant.named": FLOOR_AND_QUEUE,
    "meeting.published": FLOOR_AND_QUEUE,
    "meeting.opened": FLOOR_AND_QUEUE,
    "meeting.recessed": FLOOR_AND_QUEUE,
    "meeting.reconvened": FLOOR_AND_QUEUE,
    "meeting.adjourned": FLOOR_AND_QUEUE,
    "meeting.cancelled": FLOOR_AND_QUEUE,
    "meeting.changed": FLOOR_AND_QUEUE,
    "meeting.moved": FLOOR_AND_QUEUE,
    **{f"item.{act}": FLOOR_AND_QUEUE for act in ("called", "changed", "moved", "withdrawn", "restored")},
}
