"""The app: routes and middleware; no logic."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

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
from engage import agreement, chair, console, entrance, hall, receipt, room, search
from engage.counting import Counted
from engage.course import course_of
from engage.headers import SafeHeaders
from engage.health import metrics
from engage.health import pages as health
from engage.lifetime import lifespan
from engage.minutes import clerk as minutes_clerk
from engage.minutes import pages as minutes_pages
from engage.origin import OwnOriginOnly
from engage.problems import PROBLEMS
from engage.render import STATIC
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
from meetings.floor import chairing as floor_chairing
from meetings.floor import clerk as floor_clerk
from meetings.floor import pages as floor_pages
from meetings.floor import sockets as floor_sockets
from meetings.floor import streaming as floor_streaming
from meetings.floor import tracks as floor_tracks
from meetings.members import clerk as members_clerk
from meetings.members import roll as members_roll
from meetings.motions import clerk as motions_clerk
from transcripts import clerk as transcripts_clerk
from transcripts import pages as transcripts_pages
from transcripts import publishing as transcripts_publishing
from transcripts.attribution import clerk as clock_clerk
from transcripts.attribution import naming as naming_clerk
from transcripts.captioning import clerk as captioning_clerk
from transcripts.captioning import pages as captioning_pages
from transcripts.editing import clerk as editing_clerk
from transcripts.editing import lines as editing_lines
from transcripts.editing import pages as editing_pages
from transcripts.fetching import clerk as fetching_clerk
from transcripts.formats import clip_pages
from transcripts.formats import pages as formats_pages
from transcripts.imports import clerk as imports_clerk
from transcripts.vocabulary import clerk as vocabulary_clerk
from transcripts.withholding import clerk as withholding_clerk
from transcripts.withholding import media as withholding_media

ROOMS = (
    meetings_feeds,
    room,
    floor_sockets,
    floor_streaming,
    queue_pages,
    console,
    queue_clerk,
    meetings_pages,
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
    floor_chairing,
    floor_clerk,
    floor_pages,
    floor_tracks,
    queue_own,
    agreement,
    written_pages,
    surveys_pages,
    kiosk_pages,
    kiosk_clerk,
    codes,
    receipt,
    hall,
    chair,
    minutes_pages,
    minutes_clerk,
    search,
    queue_ruling,
    written_clerk,
    surveys_clerk,
    transcripts_pages,
    captioning_pages,
    captioning_clerk,
    formats_pages,
    clip_pages,
    withholding_media,
    transcripts_clerk,
    fetching_clerk,
    transcripts_publishing,
    imports_clerk,
    vocabulary_clerk,
    withholding_clerk,
    clock_clerk,
    naming_clerk,
    editing_pages,
    editing_lines,
    editing_clerk,
    entrance,
    health,
    metrics,
)
"""Every module with a table of routes, the most asked for first (a meeting's feed is an address
that its page would take, too). To add one: its line here."""


def create_app(settings: Settings, *, is_prepared: bool = False) -> Starlette:
    """`is_prepared`: the store has this version's tables, and what a crash has left is gone."""
    routes: list[BaseRoute] = [route for module in ROOMS for route in module.routes]
    app = Starlette(
        routes=[*routes, Mount("/static", StaticFiles(directory=STATIC), name="static")],
        middleware=[
            Middleware(Counted),
            Middleware(SafeHeaders, https=settings.https),
            Middleware(OwnOriginOnly, origins=frozenset(settings.origins.split())),
        ],
        exception_handlers=PROBLEMS,
        lifespan=lifespan,
    )
    for route in routes:
        if not hasattr(getattr(route, "endpoint", None), "access"):
            raise RuntimeError(f"{route} does not say who may come in")
    app.state.settings, app.state.is_prepared = settings, is_prepared
    app.state.course_of = course_of
    return app
