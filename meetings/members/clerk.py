"""The staff's pages of a body's members: the roll, a seat, its end, and the body's rules of voting."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engage import clock, language
from engage.doors import back, new_form, reads, refuse, staff, writes
from engage.forms import Form
from engage.people import Refused
from engage.render import page
from meetings.desk import clerks_body
from meetings.members import actions, queries
from meetings.members.form import EXPLAINED, read_last_day, read_seat, values_of
from meetings.members.models import Member
from meetings.members.rules import MOST_SEATS
from meetings.models import MAJORITIES, Body


def body_and_member(request: Request, db: Session) -> tuple[Body, Member]:
    body = clerks_body(request, db)
    return body, queries.body_member(db, body.id, request.path_params["member_id"])


def to_roll(body: Body, focus: str = "") -> Response:
    """Back to the list, with the keyboard where it was."""
    return back(f"/clerk/bodies/{body.id}/members" + (f"?focus={focus}" if focus else ""))


def day_in(lang: str) -> Callable[[date], str]:
    """Writes a day, which has no zone."""
    return lambda day: language.short_date(datetime.combine(day, time(12), UTC), lang, "UTC")


@reads("clerk")
def show(request: Request, db: Session) -> Response:
    """Who is seated today, then who will be and who was."""
    body = clerks_body(request, db)
    today = clock.now().date()
    members = queries.all_members(db, body.id)
    seated = [each for each in members if each.is_seated(today)]
    seats, quorum = queries.due(body, seated)
    return page(
        request,
        "meetings/members/members.html",
        body=body,
        seated=seated,
        others=[each for each in members if each not in seated],
        today=today,
        day_of=day_in(language.of_request(request)),
        seats=seats,
        quorum=quorum,
        majorities=MAJORITIES,
        focus=request.query_params.get("focus", ""),
    )


def seat_page(db: Session, body: Body, member: Member | None) -> dict[str, Any]:
    return {"body": body, "member": member, "accounts": queries.accounts_of(db, body.id)}


SEAT = "meetings/members/member.html"


@reads("clerk")
def ask_new(request: Request, db: Session) -> Response:
    body = clerks_body(request, db)
    form = new_form(request, voting="yes")
    return page(request, SEAT, form=form, **seat_page(db, body, None))


@writes("clerk")
def add(request: Request, db: Session, form: Form) -> Response:
    return _save(request, db, form, clerks_body(request, db), None)


@reads("clerk")
def ask_changes(request: Request, db: Session) -> Response:
    body, member = body_and_member(request, db)
    return page(request, SEAT, form=new_form(request, **values_of(member)), **seat_page(db, body, member))


@writes("clerk")
def change(request: Request, db: Session, form: Form) -> Response:
    return _save(request, db, form, *body_and_member(request, db))


def _save(request: Request, db: Session, form: Form, body: Body, member: Member | None) -> Response:
    shown = seat_page(db, body, member)
    held = member.account_id if member else None
    seat = read_seat(form, {account.id for account in shown["accounts"]} | {held or ""})
    if seat is None:
        return page(request, SEAT, status=422, form=form, **shown)
    try:
        if member:
            actions.change_member(db, member, seat, by=staff(request).actor)
        else:
            member = actions.add_member(db, body, seat, by=staff(request).actor)
    except Refused as refusal:
        return refuse(request, refusal, SEAT, form, **shown)
    return to_roll(body, f"edit-{member.id}")


@writes("clerk")
def move(request: Request, db: Session, form: Form) -> Response:
    body, member = body_and_member(request, db)
    steps = form.number("steps", least=-MOST_SEATS, most=MOST_SEATS, default=0) or 0
    actions.move_member(db, member, steps, by=staff(request).actor)
    return to_roll(body, f"{'up' if steps < 0 else 'down'}-{member.id}")


@reads("clerk")
def ask_end(request: Request, db: Session) -> Response:
    body, member = body_and_member(request, db)
    return page(request, "meetings/members/end.html", body=body, member=member, form=new_form(request))


@writes("clerk")
def end(request: Request, db: Session, form: Form) -> Response:
    body, member = body_and_member(request, db)
    shown = {"body": body, "member": member}
    last = read_last_day(form)
    if last is None:
        return page(request, "meetings/members/end.html", status=422, form=form, **shown)
    try:
        actions.end_seat(db, member, last, by=staff(request).actor)
    except Refused as refusal:
        return refuse(request, refusal, "meetings/members/end.html", form, **shown)
    return to_roll(body)


RULES: dict[str, Any] = {"majorities": MAJORITIES, "explained": EXPLAINED}


@reads("clerk")
def ask_rules(request: Request, db: Session) -> Response:
    body = clerks_body(request, db)
    numbers = {"seats": body.seats, "quorum": body.quorum}
    typed = {name: str(number) if number else "" for name, number in numbers.items()}
    form = new_form(request, majority=body.majority, **typed)
    return page(request, "meetings/members/rules.html", form=form, body=body, **RULES)


@writes("clerk")
def set_rules(request: Request, db: Session, form: Form) -> Response:
    body = clerks_body(request, db)
    shown = {"body": body, **RULES}
    wanted = {name: form.number(name, least=1, most=MOST_SEATS) for name in ("seats", "quorum")}
    majority = form.choice("majority", MAJORITIES)
    if form.is_wrong:
        return page(request, "meetings/members/rules.html", status=422, form=form, **shown)
    try:
        by = staff(request).actor
        actions.set_voting_rules(
            db, body, by=by, seats=wanted["seats"], quorum=wanted["quorum"], majority=majority
        )
    except Refused as refusal:
        return refuse(request, refusal, "meetings/members/rules.html", form, **shown)
    return to_roll(body)


AT = "/clerk/bodies/{body_id}/members"
ONE = f"{AT}/{{member_id}}"
routes = [
    Route(AT, show),
    Route(f"{AT}/new", ask_new),
    Route(f"{AT}/new", add, methods=["POST"]),
    Route(ONE, ask_changes),
    Route(ONE, change, methods=["POST"]),
    Route(f"{ONE}/move", move, methods=["POST"]),
    Route(f"{ONE}/end", ask_end),
    Route(f"{ONE}/end", end, methods=["POST"]),
    Route("/clerk/bodies/{body_id}/voting", ask_rules),
    Route("/clerk/bodies/{body_id}/voting", set_rules, methods=["POST"]),
]
