"""The clerk at the queue: every act a form of its own, all of them back to the console."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request as HTTPRequest
from starlette.responses import Response
from starlette.routing import Route

from comments.place import GENERAL, LONGEST_NAME
from comments.queue import actions, floor, queries, undo
from comments.queue.admission import NOTE_IS_FOR_POINTS
from comments.queue.models import ANSWER, COMMENT, KINDS, SIDES, STANCES, Request, modes_of
from comments.queue.rules import REASONS
from engage import people
from engage.doors import new_form, reads, staff, writes
from engage.forms import Form
from engage.language import N_
from engage.people import Refused
from engage.render import page
from meetings.desk import clerks, console
from meetings.models import SECTION, AgendaItem, Meeting
from meetings.queries import agenda, agenda_item, flat

LONGEST_REASON = 500
LONGEST_NOTE = 200
FARTHEST = 500
"""Steps to the head of any list."""


def meeting_and_request(request: HTTPRequest, db: Session) -> tuple[Meeting, Request]:
    meeting = clerks(request, db)
    return meeting, queries.request_to_speak(db, meeting.id, request.path_params["request_id"])


@writes("clerk")
def call(request: HTTPRequest, db: Session, form: Form) -> Response:
    """The form carries the request that the clerk saw; if the queue has moved, nothing happens."""
    meeting, by = clerks(request, db), staff(request).actor
    seen = queries.request_to_speak(db, meeting.id, form.value("request"))
    with undo.kept(db, meeting, by=by):
        floor.call_next(db, meeting, seen, by=by)
    return console(meeting)


Act = Callable[..., Any]


def on_request(act: Act, *, needs_meeting: bool) -> Callable[[HTTPRequest, Session, Form], Response]:
    """A handler for an act that needs nothing but the request it is about."""

    def handler(request: HTTPRequest, db: Session, form: Form) -> Response:
        meeting, one = meeting_and_request(request, db)
        by = staff(request).actor
        with undo.kept(db, meeting, by=by):
            act(db, *((meeting, one) if needs_meeting else (one,)), by=by)
        return console(meeting)

    return handler


@writes("clerk")
def act_out_of_turn(request: HTTPRequest, db: Session, form: Form) -> Response:
    """Move, call or pass over somebody; why is chosen from a list that asks nothing about their view."""
    meeting, one = meeting_and_request(request, db)
    reason, by = form.choice("reason", REASONS, needed=False) or "chair", staff(request).actor
    act = form.choice("act", OUT_OF_TURN)
    if form.is_wrong:
        raise Refused(N_("Please choose a reason and what is to be done."))
    with undo.kept(db, meeting, by=by):
        OUT_OF_TURN[act](db, meeting, one, by=by, reason=reason)
    return console(meeting)


def _moves(steps: int) -> Act:
    def act(db: Session, meeting: Meeting, one: Request, *, by: str, reason: str) -> None:
        actions.move_request(db, meeting, one, steps, by=by, reason=reason)

    return act


OUT_OF_TURN: dict[str, Act] = {
    "up": _moves(-1),
    "down": _moves(1),
    "first": _moves(-FARTHEST),
    "call": floor.call_out_of_turn,
    "skip": actions.skip_request,
}


@reads("clerk")
def ask_reason(request: HTTPRequest, db: Session) -> Response:
    meeting, one = meeting_and_request(request, db)
    return page(request, "comments/queue/remove.html", meeting=meeting, one=one, form=new_form(request))


@writes("clerk")
def remove(request: HTTPRequest, db: Session, form: Form) -> Response:
    meeting, one = meeting_and_request(request, db)
    reason, by = form.text("reason", most=LONGEST_REASON, needed=True), staff(request).actor
    if form.is_wrong and "hx-request" in request.headers:
        raise Refused(N_("Please give a reason of at most %(most)s characters."), most=LONGEST_REASON)
    if form.is_wrong:
        return page(request, "comments/queue/remove.html", status=422, meeting=meeting, one=one, form=form)
    with undo.kept(db, meeting, by=by):
        actions.remove_request(db, meeting, one, by=by, reason=reason)
    return console(meeting)


def card_choices(db: Session, meeting: Meeting) -> list[AgendaItem]:
    return [item for item in flat(agenda(db, meeting.id)) if item.kind != SECTION]


def card_view(db: Session, meeting: Meeting) -> dict[str, Any]:
    return {
        "meeting": meeting, "modes": modes_of(meeting), "stances": STANCES, "kinds": KINDS,
        "items": card_choices(db, meeting),
    }  # fmt: skip


@reads("clerk")
def ask_card(request: HTTPRequest, db: Session) -> Response:
    """A person without a device: a paper card, or a caller on the telephone."""
    meeting = clerks(request, db)
    form = new_form(request, mode="in_person", kind=COMMENT, item=meeting.item_id or GENERAL)
    return page(request, "comments/queue/card.html", form=form, **card_view(db, meeting))


@writes("clerk")
def add_card(request: HTTPRequest, db: Session, form: Form) -> Response:
    """From the card's own page, or from the console's line, which leaves out what it does not ask."""
    meeting, by = clerks(request, db), staff(request).actor
    view = card_view(db, meeting)
    name = form.text("name", most=LONGEST_NAME)
    mode = form.choice("mode", SIDES)
    chosen = form.choice("item", [GENERAL, *(item.id for item in view["items"])])
    stance = form.choice("stance", STANCES, needed=False)
    kind = form.choice("kind", KINDS, needed=False) or COMMENT
    note = form.text("note", most=LONGEST_NOTE)
    if note and kind == COMMENT:
        form.say("note", NOTE_IS_FOR_POINTS)
    if form.is_wrong:
        return page(request, "comments/queue/card.html", status=422, form=form, **view)
    item = None if chosen == GENERAL else agenda_item(db, meeting, chosen)
    answered = queries.to_be_answered(db, meeting.id, item.id if item else None) if kind == ANSWER else None
    with undo.kept(db, meeting, by=by):
        person = people.take_part(db, meeting.id, None, name=name)
        actions.join_queue(
            db, meeting, item, person, by=by, mode=mode, stance=stance, kind=kind, note=note,
            wants_interpreter=form.ticked("interpreter"),
            answer_to=form.value("answer_to") or (answered.id if answered else None),
        )  # fmt: skip
    return console(meeting)


@writes("clerk")
def take_back_last(request: HTTPRequest, db: Session, form: Form) -> Response:
    """Undo. The form carries the number of the act that the clerk saw as their last."""
    meeting = clerks(request, db)
    undo.undo(db, meeting, form.number("seq", least=1, most=10**9) or 0, by=staff(request).actor)
    return console(meeting)


ACTS: dict[str, tuple[Act, bool]] = {
    "start": (floor.start_turn, False),
    "pause": (floor.pause_turn, False),
    "extension": (floor.extend_turn, False),
    "end": (floor.end_turn, True),
    "no-show": (actions.note_no_show, True),
    "return": (actions.take_back, True),
    "again": (actions.speak_again, True),
}
"""With whether the verb needs the meeting."""

AT = "/clerk/meetings/{meeting_id}"
ONE = f"{AT}/requests/{{request_id}}"
routes = [
    Route(f"{AT}/floor", call, methods=["POST"]),
    Route(f"{AT}/undo", take_back_last, methods=["POST"]),
    Route(f"{AT}/requests/new", ask_card),
    Route(f"{AT}/requests", add_card, methods=["POST"]),
    Route(f"{ONE}/out-of-turn", act_out_of_turn, methods=["POST"]),
    Route(f"{ONE}/removal", ask_reason),
    Route(f"{ONE}/removal", remove, methods=["POST"]),
    *(
        Route(f"{ONE}/{word}", writes("clerk")(on_request(act, needs_meeting=needs)), methods=["POST"])
        for word, (act, needs) in ACTS.items()
    ),
]
