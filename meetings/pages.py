"""The public's pages of meetings: the front page and the list. The meeting's own page is the roof's."""

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engage.doors import NotFound, reads
from engage.render import page
from meetings import queries
from meetings.models import STATES, Body

ON_A_PAGE = 50
SPANS = {"": None, "upcoming": False, "past": True}
"""?when= and whether only past meetings are wanted."""


@reads("public")
def front(request: Request, db: Session) -> Response:
    return page(
        request,
        "meetings/front.html",
        live=queries.live_meetings(db),
        upcoming=queries.upcoming_meetings(db),
        past=queries.past_meetings(db, most=5),
        states=STATES,
    )


@reads("public")
def index(request: Request, db: Session) -> Response:
    """All meetings, or those of a body (?body=ID), upcoming or past (?when=), in pages."""
    asked = request.query_params
    when, number = asked.get("when", ""), asked.get("page", "1")
    if when not in SPANS or not (number.isascii() and number.isdigit() and 0 < int(number[:6]) < 10_000):
        raise NotFound
    body = db.get(Body, asked["body"]) if asked.get("body") else None
    if asked.get("body") and body is None:
        raise NotFound
    at = int(number)
    found = queries.public_meetings(
        db,
        body_id=body.id if body else "",
        is_past=SPANS[when],
        most=ON_A_PAGE + 1,
        skip=(at - 1) * ON_A_PAGE,
    )
    return page(
        request,
        "meetings/index.html",
        meetings=found[:ON_A_PAGE],
        has_more=len(found) > ON_A_PAGE,
        at=at,
        when=when,
        body=body,
        bodies=queries.bodies(db),
        states=STATES,
    )


routes = [
    Route("/", front),
    Route("/meetings", index),
]
