"""All captions of a meeting on one page, to be read at leisure; the meeting's page fetches it, too."""

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engage.doors import reads
from engage.render import page
from meetings.floor.queries import captions_of
from meetings.queries import public_meeting
from transcripts.captioning.live import written


@reads("public")
def captions(request: Request, db: Session) -> Response:
    meeting = public_meeting(db, request.path_params["meeting_id"])
    found = written(db, captions_of(db, meeting.id))
    return page(request, "transcripts/captions.html", meeting=meeting, **found)


routes = [Route("/meetings/{meeting_id}/captions", captions)]
