"""The clerk at the queue: every act a form of its own, all of them back to the console."""

from collections.abc import Callable

from sqlalchemy.orm import Session
from starlette.requests import Request as HTTPRequest
from starlette.responses import Response
from starlette.routing import Route

from comments.place import GENERAL, LONGEST_NAME
from comments.queue import actions, queries
from comments.queue.models import MODES, Request
from engage import people
from engage.doors import back, new_form, reads, staff, writes
from engage.forms import Form
from engage.render import page
from meetings.models import AgendaItem, Meeting
from meetings.queries import agenda, agenda_item, clerks_meeting, flat

LONGEST_REASON = 500


def console(meeting: Meeting) -> Response:
    return back(f"/clerk/meetings/{meeting.id}/console")


def meeting_and_request(request: HTTPRequest, db: Session) -> tuple[Meeting, Request]:
    meeting = clerks_meeting(db, request.path_params["meeting_id"], staff(request))
    return meeting, queries.request_to_speak(db, meeting.id, request.path_params["request_id"])


@writes("clerk")
def call(request: HTTPRequest, db: Session, form: Form) -> Response:
    """The form carries the request that the clerk saw; if the queue has moved, nothing happens."""
    meeting = clerks_meeting(db, request.path_params["meeting_id"], staff(request))
    seen = queries.request_to_speak(db, meeting.id, form.value("request"))
    actions.call_next(db, meeting, seen, by=staff(request).actor)
    return console(meeting)


Act = Callable[..., None]


def on_request(act: Act) -> Callable[[HTTPRequest, Session, Form], Response]:
    """A handler for an act that needs nothing but the request it is about."""

    def handler(request: HTTPRequest, db: Session, form: Form) -> Response:
        meeting, one = meeting_and_request(request, db)
        act(db, one, by=staff(request).actor)
        return console(meeting)

    return handler


def on_queue(act: Act) -> Callable[[HTTPRequest, Session, Form], Response]:
    def handler(request: HTTPRequest, db: Session, form: Form) -> Response:
        meeting = clerks_meeting(db, request.path_params["meeting_id"], staff(request))
        act(db, meeting, by=staff(request).actor)
        return console(meeting)

    return handler


@writes("clerk")
def move(request: HTTPRequest, db: Session, form: Form) -> Response:
    meeting, one = meeting_and_request(request, db)
    steps = form.number("steps", least=-500, most=500, default=0) or 0
    actions.move_request(db, one, steps, by=staff(request).actor)
    return console(meeting)


@reads("clerk")
def ask_reason(request: HTTPRequest, db: Session) -> Response:
    meeting, one = meeting_and_request(request, db)
    return page(request, "comments/queue/remove.html", meeting=meeting, one=one, form=new_form(request))


@writes("clerk")
def remove(request: HTTPRequest, db: Session, form: Form) -> Response:
    meeting, one = meeting_and_request(request, db)
    reason = form.text("reason", most=LONGEST_REASON, needed=True)
    if form.is_wrong:
        return page(request, "comments/queue/remove.html", status=422, meeting=meeting, one=one, form=form)
    actions.remove_request(db, one, by=staff(request).actor, reason=reason)
    return console(meeting)


def card_choices(db: Session, meeting: Meeting) -> list[AgendaItem]:
    return [item for item in flat(agenda(db, meeting.id)) if item.kind != "section"]


@reads("clerk")
def ask_card(request: HTTPRequest, db: Session) -> Response:
    """A person without a device: a paper card, or a caller on the telephone."""
    meeting = clerks_meeting(db, request.path_params["meeting_id"], staff(request))
    form = new_form(request, mode="in_person", item=meeting.item_id or GENERAL)
    return page(
        request, "comments/queue/card.html", meeting=meeting, form=form, modes=MODES,
        items=card_choices(db, meeting),
    )  # fmt: skip


@writes("clerk")
def add_card(request: HTTPRequest, db: Session, form: Form) -> Response:
    meeting = clerks_meeting(db, request.path_params["meeting_id"], staff(request))
    by = staff(request).actor
    items = card_choices(db, meeting)
    name = form.text("name", most=LONGEST_NAME)
    mode = form.choice("mode", MODES)
    chosen = form.choice("item", [GENERAL, *(item.id for item in items)])
    if form.is_wrong:
        return page(
            request, "comments/queue/card.html", status=422, meeting=meeting, form=form, modes=MODES,
            items=items,
        )  # fmt: skip
    person = people.take_part(db, meeting.id, None, name=name)
    item = None if chosen == GENERAL else agenda_item(db, meeting, chosen)
    interpreter = form.ticked("interpreter")
    actions.join_queue(db, meeting, item, person, by=by, mode=mode, wants_interpreter=interpreter)
    return console(meeting)


ACTS: dict[str, Act] = {
    "start": actions.start_turn,
    "pause": actions.pause_turn,
    "end": actions.end_turn,
    "skip": actions.skip_request,
    "return": actions.take_back,
}

AT = "/clerk/meetings/{meeting_id}"
routes = [
    Route(f"{AT}/floor", call, methods=["POST"]),
    Route(f"{AT}/requests/new", ask_card),
    Route(f"{AT}/requests", add_card, methods=["POST"]),
    Route(f"{AT}/requests/{{request_id}}/move", move, methods=["POST"]),
    Route(f"{AT}/requests/{{request_id}}/removal", ask_reason),
    Route(f"{AT}/requests/{{request_id}}/removal", remove, methods=["POST"]),
    *(
        Route(f"{AT}/requests/{{request_id}}/{word}", writes("clerk")(on_request(act)), methods=["POST"])
        for word, act in ACTS.items()
    ),
    Route(f"{AT}/queue/closing", writes("clerk")(on_queue(actions.close_queue)), methods=["POST"]),
    Route(f"{AT}/queue/reopening", writes("clerk")(on_queue(actions.reopen_queue)), methods=["POST"]),
]
