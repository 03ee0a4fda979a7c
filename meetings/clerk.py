"""The clerk's desk: their meetings, one meeting, and its details."""

from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engage import clock
from engage.doors import back, new_form, reads, staff, writes
from engage.forms import Form
from engage.render import page
from meetings import actions, details, queries
from meetings.agenda.actions import copy_agenda, relabel_agenda
from meetings.desk import clerks
from meetings.embedding import origins
from meetings.models import (
    ADJOURNED,
    CANCELLED,
    DRAFT,
    HEARD,
    KINDS,
    OPEN,
    PUBLISHED,
    RECESS,
    SHOWN,
    STATES,
    Meeting,
)
from meetings.rules import may_be_edited, may_choose_sound, minutes_of

PAST_ON_A_PAGE = 20


def to_meeting(meeting: Meeting) -> Response:
    return back(f"/clerk/meetings/{meeting.id}")


@reads("clerk")
def desk(request: Request, db: Session) -> Response:
    """Live, upcoming, drafts, past; the past in pages."""
    account = staff(request)
    number = request.query_params.get("page", "1")
    at = int(number) if number.isascii() and number.isdigit() and len(number) < 5 else 1
    skip = (max(at, 1) - 1) * PAST_ON_A_PAGE
    past = queries.meetings_run_by(db, account, ADJOURNED, CANCELLED, most=PAST_ON_A_PAGE + 1, skip=skip)
    return page(
        request,
        "meetings/desk.html",
        live=queries.meetings_run_by(db, account, OPEN, RECESS, is_next_first=True),
        upcoming=queries.meetings_run_by(db, account, PUBLISHED, is_next_first=True),
        drafts=queries.meetings_run_by(db, account, DRAFT, is_next_first=True),
        past=past[:PAST_ON_A_PAGE],
        has_older=len(past) > PAST_ON_A_PAGE,
        at=max(at, 1),
        states=STATES,
    )


@reads("clerk")
def show(request: Request, db: Session) -> Response:
    """One meeting as its clerk sees it: what is announced, and what can be done next."""
    meeting = clerks(request, db)
    return page(
        request,
        "meetings/manage.html",
        meeting=meeting,
        states=STATES,
        kinds=KINDS,
        heard=HEARD,
        items=len(queries.flat(queries.agenda(db, meeting.id))),
        speaking=minutes_of(meeting.speaking_s),
        may_edit=may_be_edited(meeting.state),
        is_past=meeting.starts_at < clock.now(),
    )


def details_page(
    request: Request,
    db: Session,
    form: Form,
    meeting: Meeting | None,
    *,
    status: int = 200,
    is_conflict: bool = False,
) -> Response:
    """`is_conflict`: somebody else has changed the meeting since the form was opened; both are shown."""
    return page(
        request, "meetings/details.html", status=status, form=form, meeting=meeting, kinds=KINDS,
        bodies=queries.bodies_run_by(db, staff(request)),
        stamp=details.stamp(meeting) if meeting else "", is_conflict=is_conflict, heard=HEARD, shown=SHOWN,
        may_choose_sound=meeting is None
        or may_choose_sound(meeting.state, carries_sound=meeting.carries_sound),
        now=Form(details.values_in_form(meeting) if meeting else {}),
    )  # fmt: skip


@reads("clerk")
def ask_new(request: Request, db: Session) -> Response:
    """Empty, or after the pattern of a former meeting (?from=ID)."""
    former = request.query_params.get("from")
    if former:
        values = details.values_of_next(queries.clerks_meeting(db, former, staff(request)))
    else:
        zone = request.app.state.settings.zone
        values = {"zone": zone, "kind": "regular", "language": "en", "speaking_s": "3:00"}
        values |= {"carries_sound": details.ELSEWHERE, "embed_is_conference": details.BROADCAST}
        values["body"] = request.query_params.get("body", "")
    return details_page(request, db, new_form(request, **values), None)


@writes("clerk")
def create(request: Request, db: Session, form: Form) -> Response:
    account = staff(request)
    former = form.value("from")
    source = queries.clerks_meeting(db, former, account) if former else None
    wanted = details.read_draft(form, queries.bodies_run_by(db, account)) | details.read_sound(form, None)
    wanted |= details.read_embed(form, None, may_embed(request))
    if form.is_wrong:
        return details_page(request, db, form, None, status=422)
    meeting = actions.draft_meeting(db, by=account.actor, **wanted)
    if source:
        copy_agenda(db, source, meeting, by=account.actor)
    return back(f"/clerk/meetings/{meeting.id}/agenda")


@reads("clerk")
def ask_changes(request: Request, db: Session) -> Response:
    meeting = clerks(request, db)
    return details_page(request, db, new_form(request, **details.values_in_form(meeting)), meeting)


@writes("clerk")
def change(request: Request, db: Session, form: Form) -> Response:
    """The form carries the stamp of the details that it showed; if they have changed, nothing is kept."""
    meeting = clerks(request, db)
    wanted = read_changes(form, db, request, meeting)
    if form.is_wrong:
        return details_page(request, db, form, meeting, status=422)
    if form.value("seen") != details.stamp(meeting):
        return details_page(request, db, form, meeting, status=409, is_conflict=True)
    language = meeting.language
    actions.change_meeting(db, meeting, by=staff(request).actor, **wanted)
    if meeting.language != language:
        relabel_agenda(db, meeting)
    return to_meeting(meeting)


def read_changes(form: Form, db: Session, request: Request, meeting: Meeting) -> dict[str, Any]:
    sound = details.read_sound(form, meeting) | details.read_embed(form, meeting, may_embed(request))
    if meeting.state == DRAFT:
        return details.read_draft(form, queries.bodies_run_by(db, staff(request))) | sound
    return details.read_changeable(form, meeting.zone) | sound


def may_embed(request: Request) -> frozenset[str]:
    return origins(request.app.state.settings.embeds)


AT = "/clerk/meetings/{meeting_id}"
routes = [
    Route("/clerk", desk),
    Route("/clerk/meetings/new", ask_new),
    Route("/clerk/meetings/new", create, methods=["POST"]),
    Route(AT, show),
    Route(f"{AT}/details", ask_changes),
    Route(f"{AT}/details", change, methods=["POST"]),
]
