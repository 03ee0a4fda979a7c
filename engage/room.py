"""The meeting's own page and its socket: the one place that shows all domains together."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from comments.queue import live as queue_live
from comments.queue import pages as queue_pages
from comments.queue import queries as queue_queries
from comments.surveys import live as surveys_live
from comments.written import live as written_live
from engage import hall, language, people, record
from engage.doors import database, let_in, marked, participant_token, reads, staff
from engage.push.hub import Hub
from engage.push.kept import KeptPages, is_for_everybody
from engage.push.panels import MEETING, Drawn, Panel, draw
from engage.render import page
from meetings import live as meetings_live
from meetings import queries
from meetings.chairing.queries import chairs_meeting
from meetings.disruption import live as disruption_live
from meetings.embedding import embed_of, origins
from meetings.floor import live as floor_live
from meetings.members import live as members_live
from meetings.minutes import live as minutes_live
from meetings.models import STATES, Meeting
from meetings.motions import live as motions_live
from meetings.queries import Branch
from transcripts import live as transcripts_live
from transcripts import pages as transcripts_pages
from transcripts.attribution.items import item_moments
from transcripts.captioning import live as captioning_live


def agenda(db: Session, meeting_id: str) -> Mapping[str, Any]:
    """The agenda with what can be done on each item, how many wait to speak there, and where it is heard."""
    meeting = db.get_one(Meeting, meeting_id)
    waiting: dict[str | None, int] = {}
    for each in queue_queries.listed(db, meeting_id):
        waiting[each.item_id] = waiting.get(each.item_id, 0) + 1
    branches: list[Branch] = queries.agenda(db, meeting_id)
    marks = queries.marks(db, meeting_id)
    moments = item_moments(db, meeting_id)
    return {
        "meeting": meeting, "branches": branches, "waiting": waiting, "marks": marks, "moments": moments,
    }  # fmt: skip


PANELS = [
    *meetings_live.panels,
    *floor_live.panels,
    *members_live.panels,
    *motions_live.panels,
    *minutes_live.panels,
    *queue_live.panels,
    *surveys_live.panels,
    *written_live.panels,
    *transcripts_live.panels,
    *captioning_live.panels,
    Panel("agenda", "room/_agenda.html", agenda),
    *hall.panels,
]


def joined_touches() -> dict[str, set[str]]:
    """Entry kind to the panels that it changes, from every domain's table."""
    joined: dict[str, set[str]] = {}
    tables = (
        meetings_live.touches,
        disruption_live.touches,
        floor_live.touches,
        members_live.touches,
        motions_live.touches,
        minutes_live.touches,
        queue_live.touches,
        surveys_live.touches,
        written_live.touches,
        transcripts_live.touches,
        captioning_live.touches,
    )
    for table in tables:
        for kind, names in table.items():
            joined.setdefault(kind, set()).update(names)
    for changed in joined.values():
        changed |= {"hall"} if changed & hall.FOLLOWS else set()
    return joined


@reads("public")
def fresh(request: Request, db: Session) -> Response:
    """Before, live and after, at one address; page and stamp come from one state of the database."""
    meeting = queries.public_meeting(db, request.path_params["meeting_id"])
    lang, head = language.of_request(request), record.head(db, meeting.id)
    html = drawn(request).of(meeting.id, head)
    embed = embed_of(meeting, origins(request.app.state.settings.embeds))
    response = page(
        request,
        "room/show.html",
        states=STATES,
        panels={
            panel.name: draw(panel, html, db, meeting.id, lang) for panel in PANELS if panel.page == MEETING
        },
        since=head,
        embed=embed,
        **queue_pages.strip(request, db, meeting),
        **transcripts_pages.afterwards(request, db, meeting),
    )
    response.headers.update(embed.headers if embed else {})
    return response


def drawn(request: Request) -> Drawn:
    """The panels that the hub draws, too."""
    hub: Hub = request.app.state.hub
    return hub.newsroom.drawn


async def show(request: Request) -> Response:
    """Rendered for this visitor, or for everybody who is unknown to us."""
    if not is_for_everybody(request):
        return await fresh(request)
    kept: KeptPages = request.app.state.kept
    return await kept.answer(
        request, (request.path_params["meeting_id"], language.of_request(request)), fresh
    )


async def watch(socket: WebSocket) -> None:
    """The public's socket of a meeting."""
    meeting_id = socket.path_params["meeting_id"]
    kept: KeptPages = socket.app.state.kept
    await kept.is_public(
        meeting_id, lambda: database(socket).read(lambda db: queries.public_meeting(db, meeting_id))
    )
    await _watch(socket, meeting_id, is_staff=False)


async def watch_as_staff(socket: WebSocket) -> None:
    """The clerk's socket: told that something changed, never what."""
    meeting_id = socket.path_params["meeting_id"]

    def may_watch(db: Session) -> None:
        let_in(socket, db, "clerk")
        queries.clerks_meeting(db, meeting_id, staff(socket))

    await database(socket).read(may_watch)
    await _watch(socket, meeting_id, is_staff=True)


async def watch_as_chair(socket: WebSocket) -> None:
    """The chair's socket: as the clerk's."""
    meeting_id = socket.path_params["meeting_id"]

    def may_watch(db: Session) -> None:
        let_in(socket, db, "chair")
        chairs_meeting(db, meeting_id, staff(socket))

    await database(socket).read(may_watch)
    await _watch(socket, meeting_id, is_staff=True)


async def _watch(socket: WebSocket, meeting_id: str, *, is_staff: bool) -> None:
    hub: Hub = socket.app.state.hub
    token = participant_token(socket)
    person = people.token_hash(token) if token else None
    await socket.accept()
    await hub.watch(socket, meeting_id, lang=language.of_request(socket), staff=is_staff, person=person)


marked(show, "public")
marked(watch, "public")
marked(watch_as_staff, "clerk")
marked(watch_as_chair, "chair")

routes = [
    Route("/meetings/{meeting_id}", show),
    WebSocketRoute("/meetings/{meeting_id}/live", watch),
    WebSocketRoute("/clerk/meetings/{meeting_id}/live", watch_as_staff),
    WebSocketRoute("/chair/meetings/{meeting_id}/live", watch_as_chair),
]
