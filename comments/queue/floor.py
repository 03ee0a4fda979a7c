"""What is done with the floor: who is called, whose clock runs; each verb appends its entry."""

from sqlalchemy.orm import Session

from comments.queue import lists, queries
from comments.queue.actions import MOVED_ON, expect_state, note_act, note_no_show
from comments.queue.deck import settle
from comments.queue.ending import end_dependents, stop_clock
from comments.queue.models import (
    CALLED,
    COMMENT,
    FINISHED,
    IN_LINE,
    PAUSED,
    SPEAKING,
    Request,
)
from comments.queue.rules import EXTENSION_S, limit_within
from engage import clock
from engage.language import N_
from engage.people import Refused
from meetings.models import OPEN, Meeting

SOMEBODY_ELSE = N_("Somebody else has the floor. End their time first.")


def call_next(db: Session, meeting: Meeting, request: Request, *, by: str) -> None:
    """Give the floor to the request that the clerk saw as next; if another is next by now: Refused."""
    _expect_open(meeting)
    if lists.next_request(db, meeting, request.item_id) is not request:
        raise Refused(MOVED_ON)
    _call(db, meeting, request, by=by, reason=None)


def call_out_of_turn(db: Session, meeting: Meeting, request: Request, *, by: str, reason: str) -> None:
    """Give the floor to somebody who waits further down; the reason is on the record."""
    _expect_open(meeting)
    if request.state not in IN_LINE:
        raise Refused(MOVED_ON)
    is_next = lists.next_request(db, meeting, request.item_id) is request
    _call(db, meeting, request, by=by, reason=None if is_next else reason)


def _expect_open(meeting: Meeting) -> None:
    if meeting.state != OPEN:
        raise Refused(N_("Open the meeting first."))
    if meeting.is_queue_frozen:
        raise Refused(N_("The list of speakers stands still during the disruption."))


def _call(db: Session, meeting: Meeting, request: Request, *, by: str, reason: str | None) -> None:
    """Who has the floor is finished first; somebody who interrupts lets their clock stand instead."""
    holders = queries.with_floor(db, meeting.id)
    if holders and queries.interrupts(db, request):
        if holders[0].state == SPEAKING:
            pause_turn(db, holders[0], by=by)
    else:
        clear_floor(db, meeting, by=by)
        if request.state not in IN_LINE:  # an answer to who was called and has not begun lapses with them
            raise Refused(SOMEBODY_ELSE)
    if request.kind == COMMENT:
        left_s = lists.left_for(db, meeting, request.item_id, request.mode)
        if left_s == 0:
            raise Refused(N_("The time for this list is used up. Give it more time first."))
        request.limit_s = limit_within(request.limit_s, left_s)
    request.state, request.called_at = CALLED, clock.now()
    request.called_no = queries.next_call(db, meeting.id)
    note_act(
        db, request, "floor.called", by=by, limit_s=request.limit_s, number=request.called_no,
        out_of_turn=reason,
    )  # fmt: skip
    settle(db, meeting, by=by)


def start_turn(db: Session, request: Request, *, by: str) -> None:
    """Start the clock, or let it run on after a pause. Refused while somebody else interrupts."""
    meeting = db.get_one(Meeting, request.meeting_id)
    expect_state(request, CALLED, PAUSED)
    _expect_open(meeting)
    if queries.on_floor(db, request.meeting_id) is not request:
        raise Refused(SOMEBODY_ELSE)
    kind = "floor.started" if request.state == CALLED else "floor.resumed"
    request.state, request.running_since = SPEAKING, clock.now()
    note_act(db, request, kind, by=by, spoken_ms=request.spoken_ms)
    settle(db, meeting, by=by)


def pause_turn(db: Session, request: Request, *, by: str) -> None:
    expect_state(request, SPEAKING)
    stop_clock(request)
    request.state = PAUSED
    note_act(db, request, "floor.paused", by=by, spoken_ms=request.spoken_ms)


def extend_turn(db: Session, request: Request, *, by: str, seconds: int = EXTENSION_S) -> None:
    """More time for whoever has the floor."""
    expect_state(request, CALLED, SPEAKING, PAUSED)
    request.limit_s += seconds
    note_act(db, request, "floor.extended", by=by, seconds=seconds, limit_s=request.limit_s)


def end_turn(db: Session, meeting: Meeting, request: Request, *, by: str) -> None:
    """The speaker is done. Somebody who was called and never started counts as not there."""
    if request.state == CALLED:
        note_no_show(db, meeting, request, by=by)
        return
    expect_state(request, SPEAKING, PAUSED)
    if request.kind == COMMENT:
        end_dependents(db, request, by=by)
    stop_clock(request)
    request.state, request.ended_at = FINISHED, clock.now()
    note_act(db, request, "floor.ended", by=by, spoken_ms=request.spoken_ms)
    settle(db, meeting, by=by)


def clear_floor(db: Session, meeting: Meeting, *, by: str) -> None:
    """Who speaks is done, and who has interrupted them: when another is called, at recess and adjournment."""
    for each in reversed(queries.with_floor(db, meeting.id)):
        if each.has_floor:
            end_turn(db, meeting, each, by=by)


def stop_clocks(db: Session, meeting: Meeting, *, by: str) -> None:
    """In a disruption clocks stand, and nobody loses the floor."""
    for each in queries.with_floor(db, meeting.id):
        if each.state == SPEAKING:
            pause_turn(db, each, by=by)
