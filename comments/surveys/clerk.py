"""The clerk and surveys: draft, change, open, close and release them, poll at once, and read the result."""

from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from comments.surveys import actions, queries
from comments.surveys.drafting import BLOCKS, empty_blocks, is_begun, read_draft, typed
from comments.surveys.models import AUDIENCES, KINDS, SHOWS, STATES, Survey
from comments.surveys.polling import read_poll
from comments.surveys.rules import LONGEST_QUESTION, LONGEST_TITLE, may_open, may_read_texts, may_release
from engage.doors import back, new_form, reads, refuse, staff, writes
from engage.forms import Form
from engage.people import Refused
from engage.render import page
from meetings.desk import clerks
from meetings.models import SECTION, AgendaItem, Meeting
from meetings.queries import agenda, flat

CONSOLE = "console"
"""Sent along by the console's buttons, so that they lead back to it."""
TEMPLATE = "comments/surveys/write.html"


def meeting_and_survey(request: Request, db: Session) -> tuple[Meeting, Survey]:
    meeting = clerks(request, db)
    return meeting, queries.survey_of(db, meeting.id, request.path_params["survey_id"])


def to_list(meeting: Meeting, form: Form) -> Response:
    """To where the button was: the console, or the list."""
    place = CONSOLE if form.value("from") == CONSOLE else "surveys"
    return back(f"/clerk/meetings/{meeting.id}/{place}")


@reads("clerk")
def index(request: Request, db: Session) -> Response:
    meeting = clerks(request, db)
    results = queries.results(db, queries.surveys(db, meeting.id))
    openable = {each.survey.id for each in results if may_open(meeting, each.survey.state)}
    releasable = {each.survey.id for each in results if may_release(each.survey)}
    return page(
        request, "comments/surveys/index.html", meeting=meeting, results=results, openable=openable,
        releasable=releasable, states=STATES,
    )  # fmt: skip


@reads("clerk")
def show(request: Request, db: Session) -> Response:
    """The result as it stands, and what people wrote."""
    meeting, survey = meeting_and_survey(request, db)
    return page(
        request,
        "comments/surveys/result.html",
        meeting=meeting,
        item=db.get(AgendaItem, survey.item_id) if survey.item_id else None,
        result=queries.result_of(db, survey),
        texts=queries.texts(db, [survey]),
        may_read_texts=may_read_texts(survey),
        states=STATES,
        audiences=AUDIENCES,
        shows=SHOWS,
    )


def desk(db: Session, meeting: Meeting, survey: Survey | None, form: Form) -> dict[str, Any]:
    """What the form of a survey needs beside what was typed."""
    return {
        "meeting": meeting,
        "survey": survey,
        "items": [item for item in flat(agenda(db, meeting.id)) if item.kind != SECTION],
        "kinds": KINDS,
        "audiences": AUDIENCES,
        "shows": SHOWS,
        "blocks": [(n, n == 1 or is_begun(form, n)) for n in BLOCKS],
        "longest_title": LONGEST_TITLE,
        "longest_question": LONGEST_QUESTION,
    }


@reads("clerk")
def ask_new(request: Request, db: Session) -> Response:
    meeting = clerks(request, db)
    form = new_form(request, item=meeting.item_id or "", **empty_blocks())
    return page(request, TEMPLATE, form=form, **desk(db, meeting, None, form))


@writes("clerk")
def create(request: Request, db: Session, form: Form) -> Response:
    meeting = clerks(request, db)
    view = desk(db, meeting, None, form)
    draft = read_draft(form, [item.id for item in view["items"]])
    if form.is_wrong:
        return page(request, TEMPLATE, status=422, form=form, **view)
    actions.draft_survey(db, meeting, draft, by=staff(request).actor)
    return to_list(meeting, form)


@reads("clerk")
def ask_wording(request: Request, db: Session) -> Response:
    meeting, survey = meeting_and_survey(request, db)
    form = new_form(request, **typed(survey))
    return page(request, TEMPLATE, form=form, **desk(db, meeting, survey, form))


@writes("clerk")
def change(request: Request, db: Session, form: Form) -> Response:
    meeting, survey = meeting_and_survey(request, db)
    view = desk(db, meeting, survey, form)
    draft = read_draft(form, [item.id for item in view["items"]])
    if form.is_wrong:
        return page(request, TEMPLATE, status=422, form=form, **view)
    try:
        actions.change_survey(db, survey, draft, by=staff(request).actor)
    except Refused as refusal:
        return refuse(request, refusal, TEMPLATE, form, **view)
    return to_list(meeting, form)


@writes("clerk")
def open_one(request: Request, db: Session, form: Form) -> Response:
    meeting, survey = meeting_and_survey(request, db)
    actions.open_survey(db, meeting, survey, by=staff(request).actor)
    return to_list(meeting, form)


@writes("clerk")
def close_one(request: Request, db: Session, form: Form) -> Response:
    meeting, survey = meeting_and_survey(request, db)
    actions.close_survey(db, survey, by=staff(request).actor)
    return to_list(meeting, form)


@writes("clerk")
def release_one(request: Request, db: Session, form: Form) -> Response:
    meeting, survey = meeting_and_survey(request, db)
    actions.release_survey(db, survey, by=staff(request).actor)
    return to_list(meeting, form)


@writes("clerk")
def poll(request: Request, db: Session, form: Form) -> Response:
    """From the console: written and open in one act, on the item that is open."""
    meeting = clerks(request, db)
    actions.open_poll(db, meeting, read_poll(form, meeting.item_id), by=staff(request).actor)
    return back(f"/clerk/meetings/{meeting.id}/console")


AT = "/clerk/meetings/{meeting_id}/surveys"
routes = [
    Route(AT, index),
    Route(AT, create, methods=["POST"]),
    Route(f"{AT}/new", ask_new),
    Route(f"{AT}/{{survey_id}}", show),
    Route(f"{AT}/{{survey_id}}/wording", ask_wording),
    Route(f"{AT}/{{survey_id}}/wording", change, methods=["POST"]),
    Route(f"{AT}/{{survey_id}}/opening", open_one, methods=["POST"]),
    Route(f"{AT}/{{survey_id}}/closing", close_one, methods=["POST"]),
    Route(f"{AT}/{{survey_id}}/release", release_one, methods=["POST"]),
    Route("/clerk/meetings/{meeting_id}/polls", poll, methods=["POST"]),
]
