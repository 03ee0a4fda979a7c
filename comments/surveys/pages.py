"""Residents and surveys: answer once, and see the result when it is closed."""

from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from comments.surveys import actions, queries
from comments.surveys.answering import read_answers
from comments.surveys.models import CLOSED, Survey
from engage import people
from engage.doors import back, give_participant_cookie, new_form, participant_token, reads, refuse, writes
from engage.forms import Form
from engage.people import Refused
from engage.render import page
from meetings.models import AgendaItem, Meeting
from meetings.queries import public_meeting

TEMPLATE = "comments/surveys/show.html"


def meeting_and_survey(request: Request, db: Session) -> tuple[Meeting, Survey]:
    meeting = public_meeting(db, request.path_params["meeting_id"])
    return meeting, queries.public_survey(db, meeting.id, request.path_params["survey_id"])


def standing(request: Request, db: Session, meeting: Meeting, survey: Survey) -> dict[str, Any]:
    """The survey as this browser meets it: to be answered, answered, or closed with its result."""
    me = people.participant_of(db, meeting.id, participant_token(request))
    return {
        "meeting": meeting,
        "survey": survey,
        "item": db.get(AgendaItem, survey.item_id) if survey.item_id else None,
        "has_answered": me is not None and queries.has_answered(db, survey.id, me.id),
        "result": queries.result_of(db, survey) if survey.state == CLOSED else None,
    }


@reads("public")
def show(request: Request, db: Session) -> Response:
    meeting, survey = meeting_and_survey(request, db)
    view = standing(request, db, meeting, survey)
    return give_participant_cookie(request, page(request, TEMPLATE, form=new_form(request), **view))


@writes("public")
def answer(request: Request, db: Session, form: Form) -> Response:
    meeting, survey = meeting_and_survey(request, db)
    view = standing(request, db, meeting, survey)
    answers = read_answers(form, survey)
    if form.is_wrong:
        return page(request, TEMPLATE, status=422, form=form, **view)
    try:
        me = actions.voter(db, meeting.id, participant_token(request))
        actions.answer_survey(db, survey, me, answers)
    except Refused as refusal:
        return refuse(request, refusal, TEMPLATE, form, **view)
    return back(f"/meetings/{meeting.id}/surveys/{survey.id}")


routes = [
    Route("/meetings/{meeting_id}/surveys/{survey_id}", show),
    Route("/meetings/{meeting_id}/surveys/{survey_id}", answer, methods=["POST"]),
]
