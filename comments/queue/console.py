"""What the clerk sees of the queue on the console, and the numbers behind the next decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy.orm import Session

from comments.queue import lists, queries, undo
from comments.queue.live import OneList, holders, lists_in_use, one_list
from comments.queue.models import (
    AWAY,
    COMMENT,
    FINISHED,
    KINDS,
    SIDES,
    STANCES,
    STATES,
    Act,
    Request,
    modes_of,
)
from comments.queue.order import ORDERS
from comments.queue.rules import REASONS, time_limit, time_needed
from engage.language import N_
from meetings.models import AgendaItem, Meeting

LIMITS_S = (60, 120, 180, 300)
"""What a chair is likely to choose among."""

ACTS = {
    "floor.called": N_("Call to the floor"),
    "floor.started": N_("Start the clock"),
    "floor.resumed": N_("Go on"),
    "floor.paused": N_("Pause"),
    "floor.extended": N_("One minute more"),
    "floor.ended": N_("End their time"),
    "request.joined": N_("Add a person"),
    "participant.named": N_("Add a person"),
    "request.skipped": N_("Pass over"),
    "request.no_show": N_("Not here"),
    "request.taken_back": N_("Take back"),
    "request.removed": N_("Remove"),
    "request.moved": N_("Move in the list"),
    "list.opened": N_("Open a list"),
    "list.closed": N_("Close the list"),
    "list.reopened": N_("Reopen the list"),
    "queue.closed": N_("Close all lists"),
    "queue.reopened": N_("Reopen all lists"),
    "rules.set": N_("Change the speaking rules"),
    "item.called": N_("Call an item"),
    "item.closed": N_("Close the item"),
}
"""What a clerk's last act is called where it can be taken back."""


@dataclass(frozen=True)
class WhatIf:
    """With this limit, everyone who waits needs so long. Seconds."""

    limit_s: int
    needed_s: int
    is_now: bool


@dataclass(frozen=True)
class Total:
    """How many have spoken and how long, of one side. `used_ms` without running clocks."""

    label: str
    people: int
    used_ms: int


@dataclass(frozen=True)
class QueueOnConsole:
    """`here` is the list of the open item, or of general comment while none is open."""

    speaker: Request | None
    interrupted: list[Request]
    clock: dict[str, int | bool | str] | None
    here: OneList
    next: Request | None
    elsewhere: list[OneList]
    away: list[Request]
    last: Request | None
    limit_s: int
    left: Mapping[str, int | None]
    what_if: list[WhatIf]
    totals: list[Total]
    undoable: Act | None
    undo_name: str
    modes: Mapping[str, str]
    stances: ClassVar[Mapping[str, str]] = STANCES
    kinds: ClassVar[Mapping[str, str]] = KINDS
    orders: ClassVar[Mapping[str, str]] = ORDERS
    reasons: ClassVar[Mapping[str, str]] = REASONS
    states: ClassVar[Mapping[str, str]] = STATES
    acts: ClassVar[Mapping[str, str]] = ACTS


def on_console(db: Session, meeting: Meeting, *, by: str) -> dict[str, Any]:
    item = db.get(AgendaItem, meeting.item_id) if meeting.item_id else None
    item_id = item.id if item else None
    here, floor = one_list(db, meeting, item), holders(db, meeting)
    requests = queries.requests_in(db, meeting.id)
    limit_s = lists.limit_of(db, meeting, item_id, wants_interpreter=False)
    act = undo.last_act(db, meeting.id, by=by)
    about = db.get(Request, act.request_id) if act and act.request_id else None
    shown = QueueOnConsole(
        speaker=floor["speaker"],
        interrupted=floor["interrupted"],
        clock=floor["clock"],
        here=here,
        next=lists.next_request(db, meeting, item_id),
        elsewhere=[each for each in lists_in_use(db, meeting) if each.item is not item],
        away=[each for each in requests if each.state in AWAY],
        last=last_spoken(requests, item_id),
        limit_s=limit_s,
        left={mode: lists.left_for(db, meeting, item_id, mode) for mode in SIDES},
        what_if=what_if(here.line, limit_s),
        totals=totals(requests, modes_of(meeting)),
        undoable=act,
        undo_name=about.name if about else "",
        modes=modes_of(meeting),
    )
    return {"queue": shown}


def last_spoken(requests: Sequence[Request], item_id: str | None) -> Request | None:
    """Who was done last on this list and is not on it again; of several at once, who was called first."""
    here = [each for each in requests if each.item_id == item_id]
    back = {(each.participant_id, each.kind) for each in here if each.is_under_way}
    done = [each for each in here if each.state == FINISHED]
    done = [each for each in done if (each.participant_id, each.kind) not in back]
    return max(done, key=lambda each: (each.ended_at or each.asked_at, -(each.called_no or 0)), default=None)


def what_if(line: Sequence[Request], limit_s: int) -> list[WhatIf]:
    """45 waiting x 2 minutes = 1 hour 30; with an interpreter it is twice as long."""
    waiting = [each for each in line if each.kind == COMMENT]
    return [
        WhatIf(
            each_s,
            time_needed(time_limit(each_s, wants_interpreter=one.wants_interpreter) for one in waiting),
            each_s == limit_s,
        )
        for each_s in sorted({*LIMITS_S, limit_s})
    ]


def totals(requests: Sequence[Request], modes: Mapping[str, str]) -> list[Total]:
    """Speaking time by mode and by stance, of all comments of the meeting that have had the floor."""
    spoken = [each for each in requests if each.kind == COMMENT and each.spoken_ms]
    sides = [
        *((label, [each for each in spoken if each.mode == mode]) for mode, label in modes.items()),
        *((STANCES[stance], [each for each in spoken if each.stance == stance]) for stance in STANCES),
    ]
    return [Total(label, len(some), sum(each.spoken_ms for each in some)) for label, some in sides if some]
