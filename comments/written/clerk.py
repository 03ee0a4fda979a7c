"""The clerk and written comments: withhold, restore, set the cut-off, print them for the members."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from comments.written import actions, queries
from comments.written.models import POSITIONS, Comment
from comments.written.pages import sheet_wanted
from engage import clock
from engage.doors import back, new_form, reads, refuse, staff, writes
from engage.forms import Form
from engage.people import Refused
from engage.render import page
from meetings.desk import clerks
from meetings.models import Meeting

LONGEST_REASON = 500


def meeting_and_comment(request: Request, db: Session) -> tuple[Meeting, Comment]:
    meeting = clerks(request, db)
    return meeting, queries.written_comment(db, meeting.id, request.path_params["comment_id"])


def to_comment(comment: Comment) -> Response:
    """Back to the comment's place on the clerk's list."""
    at = f"/clerk/meetings/{comment.meeting_id}/comments"
    return back(f"{at}?comment={comment.id}#comment-{comment.id}")


@reads("clerk")
def index(request: Request, db: Session) -> Response:
    meeting = clerks(request, db)
    return page(
        request,
        "comments/written/clerk.html",
        meeting=meeting,
        sheet=sheet_wanted(request, db, meeting.id),
        positions=POSITIONS,
        form=new_form(request),
    )


@reads("clerk")
def print_all(request: Request, db: Session) -> Response:
    """Everything for the members, on one page; what the public does not see is marked."""
    meeting = clerks(request, db)
    sheet = queries.whole_sheet(db, meeting.id)
    return page(
        request, "comments/written/print.html", meeting=meeting, sheet=sheet, positions=POSITIONS,
        printed_at=clock.now(),
    )  # fmt: skip


@reads("clerk")
def ask_reason(request: Request, db: Session) -> Response:
    meeting, one = meeting_and_comment(request, db)
    form = new_form(request)
    return page(
        request, "comments/written/withhold.html", meeting=meeting, one=one, positions=POSITIONS, form=form
    )


@writes("clerk")
def withhold(request: Request, db: Session, form: Form) -> Response:
    meeting, one = meeting_and_comment(request, db)
    view = {"meeting": meeting, "one": one, "positions": POSITIONS}
    reason = form.text("reason", most=LONGEST_REASON, needed=True)
    if form.is_wrong:
        return page(request, "comments/written/withhold.html", status=422, form=form, **view)
    try:
        actions.withhold_comment(db, one, by=staff(request).actor, reason=reason)
    except Refused as refusal:
        return refuse(request, refusal, "comments/written/withhold.html", form, **view)
    return to_comment(one)


@writes("clerk")
def restore(request: Request, db: Session, form: Form) -> Response:
    _, one = meeting_and_comment(request, db)
    actions.restore_comment(db, one, by=staff(request).actor)
    return to_comment(one)


@reads("clerk")
def ask_cut_off(request: Request, db: Session) -> Response:
    meeting = clerks(request, db)
    form = new_form(request, until=local_text(meeting.comments_until, meeting.zone))
    return page(request, "comments/written/cut_off.html", meeting=meeting, form=form)


def local_text(moment: datetime | None, zone: str) -> str:
    """As a date-and-time field takes it, in the meeting's zone."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M") if moment else ""


@writes("clerk")
def set_cut_off(request: Request, db: Session, form: Form) -> Response:
    meeting = clerks(request, db)
    until = form.moment("until", meeting.zone, needed=False)
    if form.is_wrong:
        return page(request, "comments/written/cut_off.html", status=422, meeting=meeting, form=form)
    try:
        actions.set_cut_off(db, meeting, until, by=staff(request).actor)
    except Refused as refusal:
        return refuse(request, refusal, "comments/written/cut_off.html", form, meeting=meeting)
    return back(f"/clerk/meetings/{meeting.id}/comments")


AT = "/clerk/meetings/{meeting_id}/comments"
routes = [
    Route(AT, index),
    Route(f"{AT}/print", print_all),
    Route(f"{AT}/cut-off", ask_cut_off),
    Route(f"{AT}/cut-off", set_cut_off, methods=["POST"]),
    Route(f"{AT}/{{comment_id}}/withholding", ask_reason),
    Route(f"{AT}/{{comment_id}}/withholding", withhold, methods=["POST"]),
    Route(f"{AT}/{{comment_id}}/restoration", restore, methods=["POST"]),
]
