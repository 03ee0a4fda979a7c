"""The page of whoever sits at a microphone's place: the microphone, the floor with its clock, agreeing."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from engage import language, record
from engage.doors import back, database, kept_private, marked, new_form, reads, writes
from engage.forms import Form
from engage.push.hub import Hub
from engage.push.panels import draw
from engage.render import page
from meetings.disruption.live import held_up
from meetings.floor import actions, live, queries
from meetings.floor.interpreting import language_name
from meetings.floor.models import CHAIR, KINDS, Place
from meetings.floor.seats import names_of
from meetings.models import Meeting

PANELS = ("sound", "floor", "interpreters")
"""Of the meeting's own page."""


@reads("public")
def show(request: Request, db: Session) -> Response:
    """Whoever has the link sits there; the chair's also closes and opens the others."""
    link = request.path_params["place"]
    place, meeting = queries.place_of_link(db, link)
    lang = language.of_request(request)
    response = page(
        request,
        "meetings/floor/place.html",
        meeting=meeting,
        place=place,
        sitter=names_of(db, [place])[place.id],
        language=language_name(place.language, lang),
        kinds=KINDS,
        at=f"/microphone/{link}",
        form=new_form(request),
        has_agreed=queries.has_agreed(db, meeting.id, place.person),
        held_up=held_up(db, meeting),
        panels=drawn(request, db, meeting, lang),
        since=record.head(db, meeting.id),
        **chairs_part(request, db, meeting, place),
    )
    return kept_private(response)


def chairs_part(request: Request, db: Session, meeting: Meeting, place: Place) -> Mapping[str, Any]:
    """How it stands with everybody's microphone; the chair's alone."""
    if place.kind != CHAIR:
        return {"sound": None}
    return live.on_console(db, meeting, request.app.state.sound.report(meeting.id))


def drawn(request: Request, db: Session, meeting: Meeting, lang: str) -> dict[str, str]:
    """By panel: what the public sees of the sound and of the floor, drawn once for everybody."""
    hub: Hub = request.app.state.hub
    html = hub.newsroom.drawn.of(meeting.id, record.head(db, meeting.id))
    return {name: draw(hub.newsroom.panels[name], html, db, meeting.id, lang) for name in PANELS}


@writes("public")
def agree(request: Request, db: Session, form: Form) -> Response:
    link = request.path_params["place"]
    place, meeting = queries.place_of_link(db, link)
    actions.agree_to_be_heard(db, meeting, place.person, by=place.person)
    return back(f"/microphone/{link}")


async def watch(socket: WebSocket) -> None:
    """Told that something changed, never what: the page fetches itself anew."""
    link = socket.path_params["place"]
    _, meeting = await database(socket).read(lambda db: queries.place_of_link(db, link))
    hub: Hub = socket.app.state.hub
    await socket.accept()
    await hub.watch(socket, meeting.id, lang=language.of_request(socket), staff=True)


marked(watch, "public")

AT = "/microphone/{place}"
routes = [
    Route(AT, show),
    Route(f"{AT}/agreement", agree, methods=["POST"]),
    WebSocketRoute(f"{AT}/live", watch),
]
