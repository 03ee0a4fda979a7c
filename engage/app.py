"""The app: routes, middleware and what lives as long as it does; no logic."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket

from comments import codes
from comments.kiosk import clerk as kiosk_clerk
from comments.kiosk import pages as kiosk_pages
from comments.queue import clerk as queue_clerk
from comments.queue import own as queue_own
from comments.queue import pages as queue_pages
from comments.queue import ruling as queue_ruling
from comments.surveys import clerk as surveys_clerk
from comments.surveys import pages as surveys_pages
from comments.written import clerk as written_clerk
from comments.written import pages as written_pages
from engage import chair, console, entrance, hall, health, language, receipt, record, room, search
from engage.db import Database, StoreFailed
from engage.doors import SignInFirst
from engage.headers import SafeHeaders
from engage.hub import Hub
from engage.index import Index
from engage.indexing import Indexer
from engage.language import N_
from engage.limit import TooMany
from engage.migrations import migrate
from engage.minutes import clerk as minutes_clerk
from engage.minutes import pages as minutes_pages
from engage.origin import POLICY_VIOLATION, OwnOriginOnly
from engage.people import Refused
from engage.render import STATIC, page
from engage.settings import Settings
from meetings import bodies as meetings_bodies
from meetings import clerk as meetings_clerk
from meetings import feeds as meetings_feeds
from meetings import notices as meetings_notices
from meetings import pages as meetings_pages
from meetings.agenda import clerk as agenda_clerk
from meetings.agenda import files as agenda_files
from meetings.agenda import paste as agenda_paste
from meetings.disruption import clerk as disruption_clerk
from meetings.members import clerk as members_clerk
from meetings.members import roll as members_roll
from meetings.motions import clerk as motions_clerk
from transcripts import clerk as transcripts_clerk
from transcripts import pages as transcripts_pages
from transcripts import proof as transcripts_proof
from transcripts import uploads
from transcripts.live import running

ROOMS = (
    meetings_pages,
    meetings_feeds,
    meetings_clerk,
    meetings_notices,
    meetings_bodies,
    agenda_files,
    agenda_paste,
    agenda_clerk,
    disruption_clerk,
    members_clerk,
    members_roll,
    motions_clerk,
    queue_pages,
    queue_own,
    written_pages,
    surveys_pages,
    kiosk_pages,
    kiosk_clerk,
    codes,
    room,
    receipt,
    hall,
    chair,
    minutes_pages,
    minutes_clerk,
    search,
    console,
    queue_clerk,
    queue_ruling,
    written_clerk,
    surveys_clerk,
    transcripts_pages,
    transcripts_clerk,
    transcripts_proof,
    entrance,
    health,
)
"""Every module with a table of routes. To add one: its line here."""

STORE_POLL_S = 0.25
"""How soon another process's commit is noticed."""


def create_app(settings: Settings) -> Starlette:
    routes: list[BaseRoute] = [route for module in ROOMS for route in module.routes]
    app = Starlette(
        routes=[*routes, Mount("/static", StaticFiles(directory=STATIC), name="static")],
        middleware=[
            Middleware(SafeHeaders, https=settings.https),
            Middleware(OwnOriginOnly, origins=frozenset(settings.origins.split())),
        ],
        exception_handlers=PROBLEMS,
        lifespan=lifespan,
    )
    for route in routes:
        if not hasattr(getattr(route, "endpoint", None), "access"):
            raise RuntimeError(f"{route} does not say who may come in")
    app.state.settings = settings
    return app


@contextlib.asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    await asyncio.to_thread(migrate, settings.database)
    db = Database(settings.database)
    app.state.db = db
    await db.read(lambda session: uploads.sweep(session, settings))
    app.state.hub = Hub(db, room.PANELS, room.joined_touches())
    app.state.index = Index(settings.index)
    indexer = Indexer(db, app.state.index, search.joined_readings())
    indexer.start()
    following = asyncio.create_task(follow_store(app.state.hub, db))
    try:
        yield
    finally:
        following.cancel()
        await asyncio.to_thread(indexer.stop)
        await asyncio.to_thread(db.close)


async def follow_store(hub: Hub, db: Database) -> None:
    """Wake the hub for what other processes commit (a worker, a command)."""
    seen, told = await db.read(lambda session: (record.heads(session), running(session)))
    while True:
        await asyncio.sleep(STORE_POLL_S)
        with contextlib.suppress(OperationalError):  # locked or full just now: asked again in a moment
            heads, progress = await db.read(lambda session: (record.heads(session), running(session)))
            for book in heads.items() - seen.items():
                hub.wake(book[0])
            for job in progress.items() - told.items():
                hub.wake(job[0], {"transcript"})
            seen, told = heads, progress


async def _problem(
    conn: HTTPConnection, status: int, title: str, text: str, **values: object
) -> Response | None:
    """A page that says what is wrong; a socket that may not be opened is refused before it is accepted."""
    if isinstance(conn, WebSocket):
        await conn.close(POLICY_VIOLATION)
        return None
    lang = language.of_request(conn)
    sentence = language.translate(lang, text, **values)
    request = Request(conn.scope)
    return page(
        request, "problem.html", status=status, heading=language.translate(lang, title), text=sentence
    )


async def missing(conn: HTTPConnection, _: Exception) -> Response | None:
    return await _problem(
        conn,
        404,
        N_("This page is not here"),
        N_("It may have been moved, or the address has a typing error."),
    )


async def refused(conn: HTTPConnection, refusal: Exception) -> Response | None:
    assert isinstance(refusal, Refused)
    return await _problem(conn, 409, N_("Nothing was changed"), refusal.message, **refusal.values)


async def too_many(conn: HTTPConnection, _: Exception) -> Response | None:
    response = await _problem(conn, 429, N_("Please wait a minute"), TooMany.message)
    if response:
        response.headers["Retry-After"] = "60"
    return response


async def busy(conn: HTTPConnection, _: Exception) -> Response | None:
    """A full disk or a lock that did not come free: nothing of this request was kept."""
    response = await _problem(
        conn,
        503,
        N_("This could not be saved"),
        N_("The server's store is full or busy. Nothing was saved; please go back and send it again."),
    )
    if response:
        response.headers["Retry-After"] = "5"
    return response


async def sign_in_first(conn: HTTPConnection, _: Exception) -> Response | None:
    if isinstance(conn, WebSocket):
        await conn.close(POLICY_VIOLATION)
        return None
    wanted = quote(conn.url.path) if conn.scope["method"] == "GET" else "/clerk"
    return RedirectResponse(f"/sign-in?next={wanted}", status_code=303)


PROBLEMS: dict[Any, Any] = {
    404: missing,
    405: missing,
    Refused: refused,
    SignInFirst: sign_in_first,
    TooMany: too_many,
    OperationalError: busy,
    StoreFailed: busy,
}
