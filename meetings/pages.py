"""The public's pages of meetings: the front page and the list. The meeting's own page is the roof's."""

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engage.doors import reads
from engage.render import page
from meetings import queries
from meetings.models import STATES


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
    return page(request, "meetings/index.html", meetings=queries.public_meetings(db), states=STATES)


routes = [
    Route("/", front),
    Route("/meetings", index),
]
