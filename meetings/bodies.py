"""The staff's pages of bodies: the list, a new one, its name and what it is about."""

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engage.doors import NotFound, back, new_form, reads, refuse, staff, writes
from engage.forms import Form
from engage.people import Refused
from engage.render import page
from meetings import actions, queries
from meetings.desk import clerks_body
from meetings.rules import may_create_bodies

LONGEST_NAME = 120
LONGEST_ABOUT = 2000


@reads("clerk")
def index(request: Request, db: Session) -> Response:
    account = staff(request)
    return page(
        request,
        "meetings/bodies.html",
        bodies=queries.bodies_run_by(db, account),
        may_create=may_create_bodies(account),
    )


def creator(request: Request) -> str:
    """Who creates a body; NotFound for the clerk of one."""
    if not may_create_bodies(staff(request)):
        raise NotFound
    return staff(request).actor


@reads("clerk")
def ask_new(request: Request, db: Session) -> Response:
    creator(request)
    return page(request, "meetings/body.html", body=None, form=new_form(request))


@writes("clerk")
def create(request: Request, db: Session, form: Form) -> Response:
    by = creator(request)
    name, about = read_body(form)
    if form.is_wrong:
        return page(request, "meetings/body.html", status=422, body=None, form=form)
    try:
        actions.create_body(db, name, by=by, about=about)
    except Refused as refusal:
        return refuse(request, refusal, "meetings/body.html", form, body=None)
    return back("/clerk/bodies")


def read_body(form: Form) -> tuple[str, str]:
    name = form.text("name", most=LONGEST_NAME, needed=True)
    return name, form.text("about", most=LONGEST_ABOUT, lines=True)


@reads("clerk")
def ask_changes(request: Request, db: Session) -> Response:
    body = clerks_body(request, db)
    form = new_form(request, name=body.name, about=body.about)
    return page(request, "meetings/body.html", body=body, form=form)


@writes("clerk")
def change(request: Request, db: Session, form: Form) -> Response:
    body = clerks_body(request, db)
    name, about = read_body(form)
    if form.is_wrong:
        return page(request, "meetings/body.html", status=422, body=body, form=form)
    try:
        actions.change_body(db, body, by=staff(request).actor, name=name, about=about)
    except Refused as refusal:
        return refuse(request, refusal, "meetings/body.html", form, body=body)
    return back("/clerk/bodies")


routes = [
    Route("/clerk/bodies", index),
    Route("/clerk/bodies/new", ask_new),
    Route("/clerk/bodies/new", create, methods=["POST"]),
    Route("/clerk/bodies/{body_id}", ask_changes),
    Route("/clerk/bodies/{body_id}", change, methods=["POST"]),
]
