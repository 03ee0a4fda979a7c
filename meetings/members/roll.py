"""The clerk's acts of attendance at the console: the roll call, single changes, who steps aside."""

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engage.doors import NotFound, staff, writes
from engage.forms import Form
from engage.language import N_
from engage.people import Refused
from meetings.desk import clerks, console
from meetings.members import attending, queries
from meetings.members.models import REASONS, Recusal
from meetings.queries import agenda_item

MOST_CHANGES = 10**9


@writes("clerk")
def take(request: Request, db: Session, form: Form) -> Response:
    """All radios of the table at once: a roll call the first time or when asked for, else the changes."""
    meeting = clerks(request, db)
    by = staff(request).actor
    states = marked(form, "state-")
    seen = form.number("seen", least=0, most=MOST_CHANGES)
    was_called = queries.attendance(db, meeting.id).called_at is not None
    if was_called and not form.ticked("again"):
        attending.note_changes(db, meeting, states, by=by, seen=seen)
    else:
        attending.call_roll(db, meeting, states, by=by, seen=seen)
    return console(meeting)


def marked(form: Form, prefix: str) -> dict[str, str]:
    """What a table of radios says: member id to the answer chosen in the member's row."""
    return {
        name.removeprefix(prefix): value for name, value in form.values.items() if name.startswith(prefix)
    }


@writes("clerk")
def recuse(request: Request, db: Session, form: Form) -> Response:
    meeting = clerks(request, db)
    if not (form.value("item") and form.value("member")):
        raise Refused(N_("Choose a member."))
    item = agenda_item(db, meeting, form.value("item"))
    member = queries.body_member(db, meeting.body_id, form.value("member"))
    if form.value("reason") not in REASONS:
        raise Refused(N_("Choose a reason."))
    attending.recuse(db, meeting, item, member, form.value("reason"), by=staff(request).actor)
    return console(meeting)


@writes("clerk")
def end_recusal(request: Request, db: Session, form: Form) -> Response:
    meeting = clerks(request, db)
    recusal = db.get(Recusal, request.path_params["recusal_id"])
    if recusal is None or recusal.meeting_id != meeting.id:
        raise NotFound
    attending.end_recusal(db, meeting, recusal, by=staff(request).actor)
    return console(meeting)


AT = "/clerk/meetings/{meeting_id}"
routes = [
    Route(f"{AT}/attendance", take, methods=["POST"]),
    Route(f"{AT}/recusals", recuse, methods=["POST"]),
    Route(f"{AT}/recusals/{{recusal_id}}/end", end_recusal, methods=["POST"]),
]
