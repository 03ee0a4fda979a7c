"""The clerk says whether the public has a recording and its transcript."""

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engage.doors import staff, writes
from engage.forms import Form
from transcripts import actions
from transcripts.clerk import list_of, meeting_and_recording


@writes("clerk")
def publish(request: Request, db: Session, form: Form) -> Response:
    meeting, recording = meeting_and_recording(request, db)
    actions.publish_recording(db, recording, by=staff(request).actor)
    return list_of(meeting, recording.id)


@writes("clerk")
def unpublish(request: Request, db: Session, form: Form) -> Response:
    meeting, recording = meeting_and_recording(request, db)
    actions.unpublish_recording(db, recording, by=staff(request).actor)
    return list_of(meeting, recording.id)


AT = "/clerk/meetings/{meeting_id}/recordings/{recording_id}/publication"
routes = [
    Route(AT, publish, methods=["POST"]),
    Route(f"{AT}/withdrawal", unpublish, methods=["POST"]),
]
