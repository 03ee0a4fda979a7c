"""What is done in the queue and with the floor; each verb changes the rows and appends the entry."""

from sqlalchemy.orm import Session

from comments.queue import queries
from comments.queue.models import (
    CALLED,
    FINISHED,
    PAUSED,
    REMOVED,
    SKIPPED,
    SPEAKING,
    WAITING,
    WITHDRAWN,
    Request,
)
from comments.queue.rules import move, time_limit
from engage import clock, record
from engage.db import new_id
from engage.language import N_
from engage.people import Participant, Refused
from meetings.models import OPEN, SECTION, AgendaItem, Meeting

MOVED_ON = N_("The queue has moved on meanwhile. Nothing was changed; here is how it stands now.")


def join_queue(
    db: Session,
    meeting: Meeting,
    item: AgendaItem | None,
    person: Participant,
    *,
    by: str,
    mode: str,
    wants_interpreter: bool = False,
) -> Request:
    """Ask for the floor. Refused on a closed queue (but not for staff), and for a second live request."""
    is_staff = by.startswith("account:")
    if meeting.is_over or not (meeting.takes_requests or is_staff):
        raise Refused(N_("The list of speakers is closed."))
    if item and (item.is_withdrawn or item.kind == SECTION):
        raise Refused(N_("Nobody is called to speak on this item."))
    if queries.under_way(db, person.id, item.id if item else None):
        raise Refused(N_("You are already on the list for this item."))
    request = Request(
        id=new_id(),
        meeting_id=meeting.id,
        item_id=item.id if item else None,
        participant_id=person.id,
        participant=person,
        state=WAITING,
        mode=mode,
        wants_interpreter=wants_interpreter,
        place=queries.next_place(db, meeting.id),
        limit_s=time_limit(meeting.speaking_s, wants_interpreter=wants_interpreter),
        asked_at=clock.now(),
        salt=record.new_salt(),
    )
    db.add(request)
    db.flush()
    record.append(
        db, meeting.id, "request.joined", by=by, request=request.id, item=request.item_id,
        mode=mode, interpreter=wants_interpreter, limit_s=request.limit_s, place=request.place,
    )  # fmt: skip
    return request


def call_next(db: Session, meeting: Meeting, request: Request, *, by: str) -> None:
    """Give the floor to the request that the clerk saw as next; whoever has it is finished first."""
    if meeting.state != OPEN:
        raise Refused(N_("Open the meeting first."))
    queue = queries.on_item(queries.waiting(db, meeting.id), request.item_id)
    if not queue or queue[0].id != request.id:
        raise Refused(MOVED_ON)
    if speaker := queries.on_floor(db, meeting.id):
        end_turn(db, speaker, by=by)
    request.state, request.called_at = CALLED, clock.now()
    _note(db, request, "floor.called", by=by)


def start_turn(db: Session, request: Request, *, by: str) -> None:
    """Start the clock, or let it run on after a pause."""
    _expect(request, CALLED, PAUSED)
    kind = "floor.started" if request.state == CALLED else "floor.resumed"
    request.state, request.running_since = SPEAKING, clock.now()
    _note(db, request, kind, by=by, spoken_ms=request.spoken_ms)


def pause_turn(db: Session, request: Request, *, by: str) -> None:
    _expect(request, SPEAKING)
    _stop_clock(request)
    request.state = PAUSED
    _note(db, request, "floor.paused", by=by, spoken_ms=request.spoken_ms)


def end_turn(db: Session, request: Request, *, by: str) -> None:
    """The speaker is done. Somebody who was called and never started counts as not there."""
    if request.state == CALLED:
        skip_request(db, request, by=by)
        return
    _expect(request, SPEAKING, PAUSED)
    _stop_clock(request)
    request.state, request.ended_at = FINISHED, clock.now()
    _note(db, request, "floor.ended", by=by, spoken_ms=request.spoken_ms)


def skip_request(db: Session, request: Request, *, by: str) -> None:
    """Called and not there: out of the queue until the clerk takes them back."""
    _expect(request, WAITING, CALLED)
    request.state, request.called_at = SKIPPED, request.called_at or clock.now()
    _note(db, request, "request.skipped", by=by)


def take_back(db: Session, request: Request, *, by: str) -> None:
    """Somebody who was skipped is here now: first in the queue."""
    _expect(request, SKIPPED)
    request.state, request.place = WAITING, queries.first_place(db, request.meeting_id)
    _note(db, request, "request.taken_back", by=by, place=request.place)


def withdraw_request(db: Session, request: Request, *, by: str) -> None:
    """The person gives up their place, or the floor."""
    if not request.is_under_way:
        raise Refused(N_("This request is already over."))
    _stop_clock(request)
    request.state, request.ended_at = WITHDRAWN, clock.now()
    _note(db, request, "request.withdrawn", by=by, spoken_ms=request.spoken_ms)


def remove_request(db: Session, request: Request, *, by: str, reason: str) -> None:
    """Staff takes a request off the list; the reason is kept and its seal is on the record."""
    if not request.is_under_way:
        raise Refused(MOVED_ON)
    _stop_clock(request)
    request.state, request.ended_at, request.reason = REMOVED, clock.now(), reason
    _note(db, request, "request.removed", by=by, reason=record.sealed(request.salt, reason))


def move_request(db: Session, request: Request, steps: int, *, by: str) -> None:
    """Move a waiting request up (negative) or down its item's queue. The places themselves stay the same."""
    _expect(request, WAITING)
    queue = queries.on_item(queries.waiting(db, request.meeting_id), request.item_id)
    order = move([each.id for each in queue], request.id, steps)
    places = sorted(each.place for each in queue)
    by_id = {each.id: each for each in queue}
    for place, request_id in zip(places, order, strict=True):
        by_id[request_id].place = place
    _note(db, request, "request.moved", by=by, order=order)


def close_queue(db: Session, meeting: Meeting, *, by: str) -> None:
    meeting.is_queue_closed = True
    record.append(db, meeting.id, "queue.closed", by=by)


def reopen_queue(db: Session, meeting: Meeting, *, by: str) -> None:
    meeting.is_queue_closed = False
    record.append(db, meeting.id, "queue.reopened", by=by)


def clear_floor(db: Session, meeting: Meeting, *, by: str) -> None:
    """At recess and adjournment nobody's clock runs on."""
    if speaker := queries.on_floor(db, meeting.id):
        end_turn(db, speaker, by=by)


def _stop_clock(request: Request) -> None:
    request.spoken_ms = round(request.spoken().total_seconds() * 1000)
    request.running_since = None


def _expect(request: Request, *states: str) -> None:
    if request.state not in states:
        raise Refused(MOVED_ON)


def _note(db: Session, request: Request, kind: str, *, by: str, **facts: object) -> None:
    record.append(db, request.meeting_id, kind, by=by, request=request.id, item=request.item_id, **facts)
