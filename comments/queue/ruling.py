"""The speaking rules as the clerk types them, of a body, a meeting or a list; a list's quick acts."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request as HTTPRequest
from starlette.responses import Response
from starlette.routing import Route

from comments.place import GENERAL
from comments.queue import actions, listing, lists, undo
from comments.queue.clerk import LONGEST_REASON
from comments.queue.order import ORDERS
from comments.queue.rules import AT_ZERO, Rules
from engage.doors import back, new_form, reads, staff, writes
from engage.forms import Form
from engage.language import N_
from engage.people import Refused
from engage.render import page
from meetings.desk import clerks, clerks_body, console
from meetings.models import AgendaItem, Body, Meeting
from meetings.queries import agenda_item
from meetings.rules import minutes_of, seconds_of

TEMPLATE = "comments/queue/rules.html"
TIMES = N_("Please give minutes, or minutes and seconds such as 1:30.")
LONGEST_TOTAL_S = 12 * 3600


def typed(rules: Rules) -> dict[str, str]:
    """The form's fields for rules that hold; `read_rules` of them is the same rules."""
    times = {name: minutes_of(s) if (s := getattr(rules, name)) else "" for name in ("limit_s", "total_s")}
    numbers = {name: str(getattr(rules, name)) for name in ("grace_s", "cede_most", "point_s")}
    ticks = {
        name: "yes" if getattr(rules, name) else "" for name in ("is_split", "shows_names", "asks_stance")
    }
    cut_off = "" if rules.cut_off_min is None else str(rules.cut_off_min)
    return times | numbers | ticks | {"order": rules.order, "at_zero": rules.at_zero, "cut_off_min": cut_off}


def read_rules(form: Form) -> Rules:
    """What was typed, with the complaints in the form."""
    plain = Rules()
    return Rules(
        order=form.choice("order", ORDERS) or plain.order,
        limit_s=read_time(form, "limit_s", most=3600),
        total_s=read_time(form, "total_s", most=LONGEST_TOTAL_S),
        is_split=form.ticked("is_split"),
        cut_off_min=form.number("cut_off_min", least=0, most=60 * 24 * 30),
        at_zero=form.choice("at_zero", AT_ZERO) or plain.at_zero,
        grace_s=form.number("grace_s", least=0, most=300, default=plain.grace_s) or 0,
        shows_names=form.ticked("shows_names"),
        cede_most=form.number("cede_most", least=0, most=20, default=0) or 0,
        asks_stance=form.ticked("asks_stance"),
        point_s=form.number("point_s", least=10, most=3600, default=plain.point_s) or plain.point_s,
    )


def read_time(form: Form, name: str, *, most: int) -> int | None:
    """Seconds; nothing typed is no limit of one's own."""
    if not form.value(name).strip():
        return None
    seconds = seconds_of(form.value(name))
    if seconds is None or not 10 <= seconds <= most:
        form.say(name, TIMES)
        return None
    return seconds


def view(heading: str, back_to: str, **more: Any) -> dict[str, Any]:
    return {"orders": ORDERS, "at_zero": AT_ZERO, "heading": heading, "back_to": back_to, **more}


def of_body(request: HTTPRequest, db: Session) -> tuple[Body, dict[str, Any]]:
    body = clerks_body(request, db)
    return body, view(body.name, "/clerk/bodies", is_list=False)


def of_meeting(request: HTTPRequest, db: Session) -> tuple[Meeting, dict[str, Any]]:
    meeting = clerks(request, db)
    return meeting, view(meeting.title, f"/clerk/meetings/{meeting.id}", is_list=False)


def of_list(request: HTTPRequest, db: Session) -> tuple[tuple[Meeting, str | None], dict[str, Any]]:
    meeting, item = clerks(request, db), listed_item(request, db)
    heading = f"{item.number} {item.title}" if item else ""
    seen = view(heading, f"/clerk/meetings/{meeting.id}/console", is_list=True)
    return (meeting, item.id if item else None), seen


def listed_item(request: HTTPRequest, db: Session) -> AgendaItem | None:
    """The item whose list the address names; None for general comment."""
    item_id = request.path_params["item_id"]
    return None if item_id == GENERAL else agenda_item(db, clerks(request, db), item_id)


@reads("clerk")
def ask_body(request: HTTPRequest, db: Session) -> Response:
    body, seen = of_body(request, db)
    form = new_form(request, **typed(lists.own_rules(db, body.id) or Rules()))
    return page(request, TEMPLATE, form=form, **seen)


@writes("clerk")
def set_body(request: HTTPRequest, db: Session, form: Form) -> Response:
    body, seen = of_body(request, db)
    rules = read_rules(form)
    if form.is_wrong:
        return page(request, TEMPLATE, status=422, form=form, **seen)
    listing.set_body_rules(db, body, rules, by=staff(request).actor)
    return back(seen["back_to"])


@reads("clerk")
def ask_meeting(request: HTTPRequest, db: Session) -> Response:
    meeting, seen = of_meeting(request, db)
    form = new_form(request, **typed(lists.rules_above(db, meeting)))
    return page(request, TEMPLATE, form=form, **seen)


@writes("clerk")
def set_meeting(request: HTTPRequest, db: Session, form: Form) -> Response:
    meeting, seen = of_meeting(request, db)
    rules, by = read_rules(form), staff(request).actor
    if form.is_wrong:
        return page(request, TEMPLATE, status=422, form=form, **seen)
    with undo.kept(db, meeting, by=by):
        listing.set_meeting_rules(db, meeting, rules, by=by)
    return back(seen["back_to"])


@reads("clerk")
def ask_list(request: HTTPRequest, db: Session) -> Response:
    (meeting, item_id), seen = of_list(request, db)
    form = new_form(request, **typed(lists.rules_of(db, meeting, item_id)))
    return page(request, TEMPLATE, form=form, **seen)


@writes("clerk")
def set_list(request: HTTPRequest, db: Session, form: Form) -> Response:
    (meeting, item_id), seen = of_list(request, db)
    rules, by = read_rules(form), staff(request).actor
    if form.is_wrong:
        return page(request, TEMPLATE, status=422, form=form, **seen)
    with undo.kept(db, meeting, by=by):
        listing.set_list_rules(db, meeting, item_id, rules, by=by)
    return back(seen["back_to"])


Act = Callable[..., Any]


def on_list(act: Act) -> Callable[[HTTPRequest, Session, Form], Response]:
    """A handler for an act on one list that asks nothing further."""

    def handler(request: HTTPRequest, db: Session, form: Form) -> Response:
        meeting, item, by = clerks(request, db), listed_item(request, db), staff(request).actor
        with undo.kept(db, meeting, by=by):
            act(db, meeting, item.id if item else None, by=by)
        return console(meeting)

    return handler


def on_all(act: Act) -> Callable[[HTTPRequest, Session, Form], Response]:
    """A handler for an act on every list of the meeting."""

    def handler(request: HTTPRequest, db: Session, form: Form) -> Response:
        meeting, by = clerks(request, db), staff(request).actor
        with undo.kept(db, meeting, by=by):
            act(db, meeting, by=by)
        return console(meeting)

    return handler


@writes("clerk")
def set_times(request: HTTPRequest, db: Session, form: Form) -> Response:
    """The console's quick form: a limit for each speaker, or a total for the list."""
    meeting, item, by = clerks(request, db), listed_item(request, db), staff(request).actor
    limit_s = read_time(form, "limit_s", most=3600)
    total_s = read_time(form, "total_s", most=LONGEST_TOTAL_S)
    if form.is_wrong:
        raise Refused(TIMES)
    item_id = item.id if item else None
    with undo.kept(db, meeting, by=by):
        if limit_s:
            listing.set_limit(db, meeting, item_id, limit_s, by=by)
        if "total_s" in form.values and total_s != lists.rules_of(db, meeting, item_id).total_s:
            listing.set_total(db, meeting, item_id, total_s, by=by)
    return console(meeting)


@writes("clerk")
def clear(request: HTTPRequest, db: Session, form: Form) -> Response:
    meeting, item, by = clerks(request, db), listed_item(request, db), staff(request).actor
    reason = form.text("reason", most=LONGEST_REASON, needed=True)
    if form.is_wrong:
        raise Refused(N_("Please say why everyone is taken off the list."))
    with undo.kept(db, meeting, by=by):
        actions.clear_list(db, meeting, item.id if item else None, by=by, reason=reason)
    return console(meeting)


AT = "/clerk/meetings/{meeting_id}"
LIST = f"{AT}/lists/{{item_id}}"
routes = [
    Route("/clerk/bodies/{body_id}/speaking-rules", ask_body),
    Route("/clerk/bodies/{body_id}/speaking-rules", set_body, methods=["POST"]),
    Route(f"{AT}/speaking-rules", ask_meeting),
    Route(f"{AT}/speaking-rules", set_meeting, methods=["POST"]),
    Route(f"{AT}/queue/closing", writes("clerk")(on_all(listing.close_queue)), methods=["POST"]),
    Route(f"{AT}/queue/reopening", writes("clerk")(on_all(listing.reopen_queue)), methods=["POST"]),
    Route(f"{LIST}/rules", ask_list),
    Route(f"{LIST}/rules", set_list, methods=["POST"]),
    Route(f"{LIST}/times", set_times, methods=["POST"]),
    Route(f"{LIST}/clearing", clear, methods=["POST"]),
    Route(f"{LIST}/closing", writes("clerk")(on_list(listing.close_list)), methods=["POST"]),
    Route(f"{LIST}/reopening", writes("clerk")(on_list(listing.reopen_list)), methods=["POST"]),
]
