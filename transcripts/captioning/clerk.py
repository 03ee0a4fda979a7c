"""The clerk's page of what was captioned, to take words from the public while the meeting still goes on."""

from datetime import datetime

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engage import clock
from engage.doors import back, new_form, reads, staff, writes
from engage.forms import Form
from engage.language import N_
from engage.render import page
from meetings.desk import clerks
from meetings.models import Meeting
from transcripts.captioning import queries
from transcripts.captioning.live import written
from transcripts.withholding.actions import withhold_captioned
from transcripts.withholding.models import REASONS

SHOWN = 20
"""Captions on a page, the newest first: some two minutes."""


@reads("clerk")
def show(request: Request, db: Session) -> Response:
    """`?before=MS`: those that were said earlier."""
    return captions_page(request, db, clerks(request, db), new_form(request))


def captions_page(
    request: Request, db: Session, meeting: Meeting, form: Form, *, status: int = 200
) -> Response:
    shown = queries.newest(db, meeting.id, SHOWN + 1, read_before(request))
    return page(
        request, "transcripts/captions_withholding.html", status=status, meeting=meeting, form=form,
        reasons=REASONS, chosen=form.lists.get("caption", []), has_earlier=len(shown) > SHOWN,
        **written(db, shown[-SHOWN:]),
    )  # fmt: skip


def read_before(request: Request) -> datetime | None:
    typed = request.query_params.get("before", "")
    return clock.of_ms(int(typed)) if typed.isascii() and typed.isdigit() and len(typed) < 15 else None


@writes("clerk")
def withhold(request: Request, db: Session, form: Form) -> Response:
    """What was withheld meanwhile by another clerk stays so, and is no fault."""
    meeting = clerks(request, db)
    reason, ids = form.choice("reason", REASONS), form.lists.get("caption", [])
    if not ids:
        form.say("caption", N_("Please choose at least one line."))
    if form.is_wrong:
        return captions_page(request, db, meeting, form, status=422)
    if captions := queries.chosen(db, meeting.id, ids):
        withhold_captioned(db, meeting, captions, reason=reason, by=staff(request).actor)
    return back(AT.format(meeting_id=meeting.id))


AT = "/clerk/meetings/{meeting_id}/captions/withholding"
routes = [Route(AT, show), Route(AT, withhold, methods=["POST"])]
