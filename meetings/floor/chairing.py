"""Closing and opening microphones: by the chair, by the clerk at the console, from the chair's own place."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engage.doors import Access, NotFound, back, staff, writes
from engage.forms import Form
from meetings.chairing.queries import chairs_meeting
from meetings.desk import clerks
from meetings.floor import actions, queries
from meetings.floor.models import CHAIR
from meetings.models import Meeting


@dataclass(frozen=True)
class Desk:
    """From where somebody acts on a meeting's sound: who acts, and the page to go back to."""

    meeting: Meeting
    by: str
    page: str


DeskOf = Callable[[Request, Session, Form], Desk]
Handler = Callable[[Request, Session, Form], Response]


def chairs_desk(request: Request, db: Session, form: Form) -> Desk:
    account = staff(request)
    meeting = chairs_meeting(db, request.path_params["meeting_id"], account)
    return Desk(meeting, account.actor, f"/chair/meetings/{meeting.id}")


def clerks_desk(request: Request, db: Session, form: Form) -> Desk:
    """The console, or the page of the microphones where the form says that it stands there."""
    meeting = clerks(request, db)
    page = "microphones" if form.value("to") == "microphones" else "console"
    return Desk(meeting, staff(request).actor, f"/clerk/meetings/{meeting.id}/{page}")


def chairs_place(request: Request, db: Session, form: Form) -> Desk:
    """NotFound for the link of any other place."""
    link = request.path_params["place"]
    place, meeting = queries.place_of_link(db, link)
    if place.kind != CHAIR:
        raise NotFound
    return Desk(meeting, place.person, f"/microphone/{link}")


def on_meeting(desk_of: DeskOf, act: Callable[..., None]) -> Handler:
    def handler(request: Request, db: Session, form: Form) -> Response:
        desk = desk_of(request, db, form)
        act(db, desk.meeting, by=desk.by)
        return back(desk.page)

    return handler


def on_place(desk_of: DeskOf, act: Callable[..., None]) -> Handler:
    def handler(request: Request, db: Session, form: Form) -> Response:
        desk = desk_of(request, db, form)
        place = queries.place_of(db, desk.meeting.id, request.path_params["place_id"])
        act(db, place, by=desk.by)
        return back(desk.page)

    return handler


def routes_at(path: str, access: Access, desk_of: DeskOf) -> list[Route]:
    acts = {
        "hush": on_meeting(desk_of, actions.hush),
        "hush/ending": on_meeting(desk_of, actions.end_hush),
        "microphones/{place_id}/closing": on_place(desk_of, actions.close_place),
        "microphones/{place_id}/opening": on_place(desk_of, actions.open_place),
    }
    return [Route(f"{path}/{word}", writes(access)(act), methods=["POST"]) for word, act in acts.items()]


routes = [
    *routes_at("/chair/meetings/{meeting_id}", "chair", chairs_desk),
    *routes_at("/clerk/meetings/{meeting_id}", "clerk", clerks_desk),
    *routes_at("/microphone/{place}", "public", chairs_place),
]
