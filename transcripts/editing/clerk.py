"""The clerk's forms on a whole transcript: undoing, reviewing all of it, and the certification."""

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engage.doors import staff, writes
from engage.forms import Form
from transcripts.editing import actions, undoing
from transcripts.editing.pages import recording_of, to_transcript


@writes("clerk")
def undo(request: Request, db: Session, form: Form) -> Response:
    """The form names the edit: of two clerks who undo at once, neither undoes what they have not seen."""
    meeting, recording = recording_of(request, db)
    n = form.number("n", least=0, most=10**9, default=0) or 0
    edit = undoing.undo_edit(db, recording, n, by=staff(request).actor)
    return to_transcript(form, meeting, recording, edit.line_id)


@writes("clerk")
def review(request: Request, db: Session, form: Form) -> Response:
    meeting, recording = recording_of(request, db)
    actions.review_all(db, recording, by=staff(request).actor)
    return to_transcript(form, meeting, recording)


@writes("clerk")
def certify(request: Request, db: Session, form: Form) -> Response:
    meeting, recording = recording_of(request, db)
    actions.certify_transcript(db, recording, by=staff(request).actor)
    return to_transcript(form, meeting, recording)


@writes("clerk")
def withdraw(request: Request, db: Session, form: Form) -> Response:
    meeting, recording = recording_of(request, db)
    actions.withdraw_certification(db, recording, by=staff(request).actor)
    return to_transcript(form, meeting, recording)


RECORDING = "/clerk/meetings/{meeting_id}/recordings/{recording_id}"
routes = [
    Route(f"{RECORDING}/undoing", undo, methods=["POST"]),
    Route(f"{RECORDING}/review", review, methods=["POST"]),
    Route(f"{RECORDING}/certification", certify, methods=["POST"]),
    Route(f"{RECORDING}/certification/withdrawal", withdraw, methods=["POST"]),
]
