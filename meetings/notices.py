"""What a clerk announces of a meeting: that it is published, moved or cancelled."""

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engage import clock
from engage.doors import new_form, reads, refuse, staff, writes
from engage.forms import Form
from engage.people import Refused
from engage.render import page
from meetings import actions, details, queries
from meetings.clerk import AT, to_meeting
from meetings.desk import clerks

LONGEST_NOTICE = 2000


@reads("clerk")
def ask_publication(request: Request, db: Session) -> Response:
    """What the public will see, and what may have been forgotten."""
    meeting = clerks(request, db)
    return page(
        request,
        "meetings/publish.html",
        meeting=meeting,
        form=new_form(request),
        items=len(queries.flat(queries.agenda(db, meeting.id))),
        is_past=meeting.starts_at < clock.now(),
    )


@writes("clerk")
def publish(request: Request, db: Session, form: Form) -> Response:
    meeting = clerks(request, db)
    actions.publish_meeting(db, meeting, by=staff(request).actor)
    return to_meeting(meeting)


@reads("clerk")
def ask_notice(request: Request, db: Session) -> Response:
    """The form that cancels, or the one that moves, by the address."""
    meeting = clerks(request, db)
    is_move = request.url.path.endswith("/move")
    values = details.values_in_form(meeting) if is_move else {}
    template = "meetings/move.html" if is_move else "meetings/cancel.html"
    return page(request, template, meeting=meeting, form=new_form(request, **values))


@writes("clerk")
def cancel(request: Request, db: Session, form: Form) -> Response:
    meeting = clerks(request, db)
    notice = form.text("notice", most=LONGEST_NOTICE, needed=True, lines=True)
    if form.is_wrong:
        return page(request, "meetings/cancel.html", status=422, meeting=meeting, form=form)
    actions.cancel_meeting(db, meeting, by=staff(request).actor, notice=notice)
    return to_meeting(meeting)


@writes("clerk")
def move(request: Request, db: Session, form: Form) -> Response:
    meeting = clerks(request, db)
    zone = details.read_zone(form)
    wanted = details.read_time_and_place(form, zone)
    wanted["comments_until"] = details.read_moment(form, "comments_until", zone, is_needed=False)
    notice = form.text("notice", most=LONGEST_NOTICE, needed=True, lines=True)
    if form.is_wrong:
        return page(request, "meetings/move.html", status=422, meeting=meeting, form=form)
    try:
        actions.move_meeting(db, meeting, by=staff(request).actor, notice=notice, **wanted)
    except Refused as refusal:
        return refuse(request, refusal, "meetings/move.html", form, meeting=meeting)
    return to_meeting(meeting)


routes = [
    Route(f"{AT}/publication", ask_publication),
    Route(f"{AT}/publication", publish, methods=["POST"]),
    Route(f"{AT}/cancellation", ask_notice),
    Route(f"{AT}/cancellation", cancel, methods=["POST"]),
    Route(f"{AT}/move", ask_notice),
    Route(f"{AT}/move", move, methods=["POST"]),
]
