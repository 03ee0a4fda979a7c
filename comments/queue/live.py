"""What everyone sees of the queue: the floor with its clock, and who waits."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from comments.queue import lists, queries
from comments.queue.models import KINDS, SIGNED_UP, STANCES, Request, modes_of
from comments.queue.order import DRAWN, ORDERS
from comments.queue.rules import GRACE, Rules
from engage import clock
from engage.push.panels import Panel
from meetings.models import AgendaItem, Meeting
from meetings.queries import agenda, flat

LABELS = {"stances": STANCES, "kinds": KINDS, "orders": ORDERS}


@dataclass(frozen=True)
class OneList:
    """A list of speakers as it is read out: who waits, in order, and who has signed up for a later draw."""

    item: AgendaItem | None
    rules: Rules
    line: list[Request]
    signed_up: list[Request]
    is_closed: bool

    @property
    def is_to_be_drawn(self) -> bool:
        return self.rules.order == DRAWN and bool(self.signed_up)


def floor(db: Session, meeting_id: str) -> Mapping[str, Any] | None:
    """Shown while the meeting is live: the open item, and who has the floor with their clock."""
    meeting = db.get_one(Meeting, meeting_id)
    if not meeting.is_live:
        return None
    item = db.get(AgendaItem, meeting.item_id) if meeting.item_id else None
    takes = lists.takes_requests(db, meeting, item)
    return {"meeting": meeting, "item": item, "takes_requests": takes, **holders(db, meeting)}


def holders(db: Session, meeting: Meeting) -> dict[str, Any]:
    """Who has the floor with the clock's values, and whom they have interrupted."""
    speaker, *interrupted = [*queries.with_floor(db, meeting.id), None]
    return {
        "speaker": speaker,
        "modes": modes_of(meeting),
        "interrupted": [each for each in interrupted if each],
        "clock": speaker and running_clock(speaker, lists.rules_of(db, meeting, speaker.item_id)),
        **LABELS,
    }


def running_clock(request: Request, rules: Rules | None = None) -> dict[str, int | bool | str]:
    """For js/clock.js: all in milliseconds; `started` is on the server's clock."""
    rules = rules or Rules()
    return {
        "started": clock.ms(request.running_since) if request.running_since else 0,
        "elapsed": request.spoken_ms,
        "limit": request.limit_s * 1000,
        "grace": rules.grace_s * 1000 if rules.at_zero == GRACE else 0,
        "running": request.running_since is not None,
        "left": request.limit_s * 1000 - round(request.spoken().total_seconds() * 1000),
    }


def one_list(db: Session, meeting: Meeting, item: AgendaItem | None) -> OneList:
    item_id = item.id if item else None
    here = queries.on_item(queries.listed(db, meeting.id), item_id)
    its_list = lists.lists_in(db, meeting.id).get(item_id)
    return OneList(
        item,
        lists.rules_of(db, meeting, item_id),
        lists.line(db, meeting, item_id),
        [each for each in here if each.state == SIGNED_UP],
        bool(its_list and its_list.is_closed),
    )


def lists_in_use(db: Session, meeting: Meeting) -> list[OneList]:
    """Those on which somebody stands, in the agenda's order; general comment last."""
    wanted = {each.item_id for each in queries.listed(db, meeting.id)}
    items: list[AgendaItem | None] = [item for item in flat(agenda(db, meeting.id)) if item.id in wanted]
    return [one_list(db, meeting, item) for item in [*items, *([None] if None in wanted else [])]]


def queue(db: Session, meeting_id: str) -> Mapping[str, Any] | None:
    """Who waits, list by list."""
    meeting = db.get_one(Meeting, meeting_id)
    if meeting.is_over:
        return None
    in_use = lists_in_use(db, meeting)
    if not (in_use or meeting.is_live):
        return None
    count = len(queries.listed(db, meeting_id))
    return {"meeting": meeting, "lists": in_use, "count": count, "modes": modes_of(meeting), **LABELS}


panels = [
    Panel("floor", "comments/queue/_floor.html", floor),
    Panel("queue", "comments/queue/_queue.html", queue),
]

FLOOR_AND_QUEUE = ("floor", "queue")
touches: dict[str, tuple[str, ...]] = {
    **{
        f"request.{act}": (*FLOOR_AND_QUEUE, "agenda")
        for act in (
            *("joined", "withdrawn", "removed", "ceded", "lapsed", "skipped", "no_show", "taken_back"),
            *("stance_changed", "on_deck", "off_deck", "moved", "written"),
        )
    },
    **{
        f"floor.{act}": FLOOR_AND_QUEUE
        for act in ("called", "started", "resumed", "paused", "extended", "ended")
    },
    **{f"list.{act}": (*FLOOR_AND_QUEUE, "agenda") for act in ("opened", "admitted", "closed", "reopened")},
    **{
        kind: (*FLOOR_AND_QUEUE, "agenda")
        for kind in ("draw.held", "rules.set", "act.undone", "queue.closed", "queue.reopened")
    },
    "participant.named": FLOOR_AND_QUEUE,
    **{f"disruption.{act}": FLOOR_AND_QUEUE for act in ("declared", "ended")},
    **{f"session.{act}": FLOOR_AND_QUEUE for act in ("closed", "reopened")},
    **{f"room.{act}": FLOOR_AND_QUEUE for act in ("locked", "unlocked")},
    **{
        f"meeting.{act}": FLOOR_AND_QUEUE
        for act in (
            *("published", "opened", "recessed", "reconvened", "adjourned", "cancelled", "changed", "moved"),
        )
    },
    **{
        f"item.{act}": FLOOR_AND_QUEUE
        for act in ("called", "closed", "changed", "moved", "withdrawn", "restored")
    },
}
