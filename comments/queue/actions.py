"""What is done on the list of speakers; each verb changes the rows and appends the entry."""

from sqlalchemy.orm import Session

from comments.queue import admission, lists, queries
from comments.queue.deck import is_to_be_drawn, settle
from comments.queue.ending import end_dependents, stop_clock
from comments.queue.models import (
    AWAY,
    CALLED,
    COMMENT,
    FINISHED,
    IN_LINE,
    NO_SHOW,
    REMOVED,
    SIGNED_UP,
    SKIPPED,
    WAITING,
    WITHDRAWN,
    Request,
    SpeakerList,
)
from comments.queue.order import moved
from comments.queue.rules import may_cede
from engage import clock, record
from engage.db import new_id
from engage.language import N_
from engage.people import Participant, Refused
from meetings.models import AgendaItem, Meeting

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
    stance: str = "",
    kind: str = COMMENT,
    note: str = "",
    answer_to: str | None = None,
    words: str = "",
) -> Request:
    """Ask for the floor. Refused on a closed list (but not for staff), and for a second live request.

    All kinds but a comment are for staff to add: points of order are heard also when the list is closed.
    `answer_to` goes with an answer, and is the question or intervention that it answers; `words` go with
    a request in writing, and are read out by the clerk.
    """
    item_id = item.id if item else None
    admission.expect_may_join(db, meeting, item, person, is_staff=by.startswith("account:"), kind=kind)
    admission.expect_fits_kind(kind, stance=stance, note=note)
    admission.expect_fits_mode(mode, words)
    admission.expect_answers(db, item_id, kind, answer_to)
    if stance:
        admission.expect_stance_asked(db, meeting, item_id)
    its_list = lists.open_list(db, meeting, item_id)
    request = Request(
        id=new_id(), meeting_id=meeting.id, item_id=item_id, participant_id=person.id, participant=person,
        state=_first_state(db, meeting, its_list, kind), mode=mode, stance=stance, kind=kind, note=note,
        words=words, answer_to=answer_to, wants_interpreter=wants_interpreter,
        place=queries.next_place(db, meeting.id),
        limit_s=lists.limit_of(db, meeting, item_id, kind=kind, wants_interpreter=wants_interpreter),
        asked_at=clock.now(), spoken_ms=0, salt=record.new_salt(),
    )  # fmt: skip
    db.add(request)
    _note_joined(db, request, by=by)
    settle(db, meeting, by=by)
    return request


def _first_state(db: Session, meeting: Meeting, its_list: SpeakerList, kind: str) -> str:
    waits_for_draw = kind == COMMENT and is_to_be_drawn(db, meeting, its_list)
    return WAITING if meeting.is_live and not waits_for_draw else SIGNED_UP


def _note_joined(db: Session, request: Request, *, by: str) -> None:
    db.flush()
    note_act(
        db, request, "request.joined", by=by, participant=request.participant_id, mode=request.mode,
        stance=request.stance, request_kind=request.kind, interpreter=request.wants_interpreter,
        limit_s=request.limit_s, place=request.place, is_set=request.is_set, state=request.state,
        answer_to=request.answer_to,
        note=record.sealed(request.salt, request.note) if request.note else None,
        words=record.sealed(request.salt, request.words) if request.words else None,
    )  # fmt: skip


def skip_request(db: Session, meeting: Meeting, request: Request, *, by: str, reason: str) -> None:
    """Passed over while waiting: out of the line until the clerk takes them back."""
    expect_state(request, *IN_LINE)
    end_dependents(db, request, by=by)
    request.state, request.called_at = SKIPPED, request.called_at or clock.now()
    note_act(db, request, "request.skipped", by=by, reason=reason)
    settle(db, meeting, by=by)


def note_no_show(db: Session, meeting: Meeting, request: Request, *, by: str) -> None:
    """Called and not there: out of the line until the clerk takes them back."""
    expect_state(request, CALLED)
    end_dependents(db, request, by=by)
    request.state = NO_SHOW
    note_act(db, request, "request.no_show", by=by)
    settle(db, meeting, by=by)


def take_back(db: Session, meeting: Meeting, request: Request, *, by: str) -> None:
    """Somebody who was away is here now: first in line, with the time that everyone on the list has now."""
    expect_state(request, *AWAY)
    admission.expect_may_return(db, meeting, request)
    request.state, request.place, request.is_set = WAITING, queries.first_place(db, request.meeting_id), True
    if not queries.ceded_to(db, request):
        request.limit_s = lists.limit_of(
            db, meeting, request.item_id, kind=request.kind, wants_interpreter=request.wants_interpreter
        )
    note_act(db, request, "request.taken_back", by=by, place=request.place, limit_s=request.limit_s)
    settle(db, meeting, by=by)


def speak_again(db: Session, meeting: Meeting, request: Request, *, by: str) -> Request:
    """Who has spoken last gets another turn: a request of its own, first of its rank in line."""
    expect_state(request, FINISHED)
    admission.expect_may_return(db, meeting, request)
    again = Request(
        id=new_id(), meeting_id=meeting.id, item_id=request.item_id, participant_id=request.participant_id,
        participant=request.participant, state=WAITING, mode=request.mode, stance=request.stance,
        kind=request.kind, words=request.words, answer_to=request.answer_to,
        wants_interpreter=request.wants_interpreter, place=queries.first_place(db, meeting.id), is_set=True,
        asked_at=clock.now(), spoken_ms=0,
        salt=record.new_salt(),
        limit_s=lists.limit_of(
            db, meeting, request.item_id, kind=request.kind, wants_interpreter=request.wants_interpreter
        ),
    )  # fmt: skip
    db.add(again)
    _note_joined(db, again, by=by)
    settle(db, meeting, by=by)
    return again


def change_stance(db: Session, meeting: Meeting, request: Request, stance: str, *, by: str) -> None:
    """In favor, against or neither, until the turn is over; the order may change with it."""
    if not request.is_under_way or request.kind != COMMENT:
        raise Refused(MOVED_ON)
    admission.expect_stance_asked(db, meeting, request.item_id)
    if stance == request.stance:
        return
    request.stance = stance
    note_act(db, request, "request.stance_changed", by=by, stance=stance)
    settle(db, meeting, by=by)


def withdraw_request(db: Session, meeting: Meeting, request: Request, *, by: str) -> None:
    """The person gives up their place, or the floor."""
    if not request.is_under_way:
        raise Refused(N_("This request is already over."))
    end_dependents(db, request, by=by)
    stop_clock(request)
    request.state, request.ended_at = WITHDRAWN, clock.now()
    note_act(db, request, "request.withdrawn", by=by, spoken_ms=request.spoken_ms)
    settle(db, meeting, by=by)


def cede_time(db: Session, meeting: Meeting, request: Request, to: Request, *, by: str) -> None:
    """Give one's time to somebody who waits on the same list, and leave the list."""
    if not request.is_listed or not to.is_listed or request is to or request.kind != COMMENT:
        raise Refused(MOVED_ON)
    if (to.item_id, to.kind) != (request.item_id, COMMENT):
        raise Refused(N_("Time can be given to somebody on the same list only."))
    if not may_cede(lists.rules_of(db, meeting, to.item_id), queries.ceded_to(db, to)):
        raise Refused(N_("Nobody can be given more time here."))
    to.limit_s += request.limit_s
    request.state, request.ended_at, request.ceded_to = WITHDRAWN, clock.now(), to.id
    note_act(db, request, "request.ceded", by=by, to=to.id, limit_s=to.limit_s)
    settle(db, meeting, by=by)


def remove_request(db: Session, meeting: Meeting, request: Request, *, by: str, reason: str) -> None:
    """Staff takes a request off the list; the reason is kept and its seal is on the record."""
    if not request.is_under_way:
        raise Refused(MOVED_ON)
    _take_off(db, request, by=by, reason=reason)
    settle(db, meeting, by=by)


def _take_off(db: Session, request: Request, *, by: str, reason: str) -> None:
    end_dependents(db, request, by=by)
    stop_clock(request)
    request.state, request.ended_at, request.reason = REMOVED, clock.now(), reason
    note_act(
        db, request, "request.removed", by=by, spoken_ms=request.spoken_ms,
        reason=record.sealed(request.salt, reason),
    )  # fmt: skip


def clear_list(db: Session, meeting: Meeting, item_id: str | None, *, by: str, reason: str) -> int:
    """Staff takes everyone who waits off one list, for one reason; how many they were."""
    waiting = queries.on_item(queries.listed(db, meeting.id), item_id)
    for each in waiting:
        if each.is_listed:  # an answer goes with its question
            _take_off(db, each, by=by, reason=reason)
    settle(db, meeting, by=by)
    return len(waiting)


def move_request(
    db: Session, meeting: Meeting, request: Request, steps: int, *, by: str, reason: str
) -> None:
    """Move a waiting comment up (negative) or down; places from the head to there are then set by hand."""
    expect_state(request, *IN_LINE)
    if request.kind != COMMENT:
        raise Refused(N_("Points of order stand in the order of their rank."))
    waiting = lists.line(db, meeting, request.item_id)
    spoken = queries.have_spoken(db, meeting.id)
    head = moved([queries.as_asked(each, spoken) for each in waiting], request.id, steps)
    by_id = {each.id: each for each in waiting}
    for each in head:
        by_id[each.id].place, by_id[each.id].is_set = each.place, True
    order = [each.id for each in head]
    note_act(db, request, "request.moved", by=by, steps=steps, order=order, reason=reason)
    settle(db, meeting, by=by)


def expect_state(request: Request, *states: str) -> None:
    """Refused when the request has moved on to another state than the clerk or the person saw."""
    if request.state not in states:
        raise Refused(MOVED_ON)


def note_act(db: Session, request: Request, kind: str, *, by: str, **facts: object) -> None:
    """The entry of an act on one request; of a person's own act the request keeps the number."""
    entry = record.append(
        db, request.meeting_id, kind, by=by, request=request.id, item=request.item_id, **facts
    )
    if by == request.participant.actor:
        request.receipt = entry.seq
