"""Residents and members at a survey or poll: answer once, and see the result when it is shown."""

from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from comments.surveys import queries, voting
from comments.surveys.answering import read_answers
from comments.surveys.models import MEMBERS, SHOWS, Survey
from engage import people, record
from engage.doors import (
    acknowledged,
    back,
    database,
    give_participant_cookie,
    new_form,
    open_to,
    participant_token,
    read_form,
    reads,
    refuse,
)
from engage.forms import Form
from engage.limit import count_post
from engage.people import Participant, Refused
from engage.record import Cursor, Entry
from engage.render import page
from meetings.members.models import Member
from meetings.members.queries import member_of_account
from meetings.models import AgendaItem, Meeting
from meetings.queries import meeting_day, public_meeting

TEMPLATE = "comments/surveys/show.html"
KEPT_S = 400 * 86400


def meeting_and_survey(request: Request, db: Session) -> tuple[Meeting, Survey]:
    meeting = public_meeting(db, request.path_params["meeting_id"])
    return meeting, queries.public_survey(db, meeting.id, request.path_params["survey_id"])


def address(survey: Survey) -> str:
    return f"/meetings/{survey.meeting_id}/surveys/{survey.id}"


def known_person(
    request: Request, db: Session, meeting: Meeting, survey: Survey
) -> Participant | Member | None:
    """Who this browser is to the survey: a member of the body by their account, or a participant."""
    if survey.audience != MEMBERS:
        return people.participant_of(db, meeting.id, participant_token(request))
    account = request.state.account
    return member_of_account(db, meeting.body_id, account.id, meeting_day(meeting)) if account else None


def standing(request: Request, db: Session, meeting: Meeting, survey: Survey) -> dict[str, Any]:
    """The survey as this browser meets it: to be answered, answered, or closed with its result."""
    me = known_person(request, db, meeting, survey)
    has_answered = me is not None and queries.answered(db, survey.id, me) is not None
    is_asked = survey.audience != MEMBERS or me is not None
    return {
        "meeting": meeting,
        "survey": survey,
        "item": db.get(AgendaItem, survey.item_id) if survey.item_id else None,
        "has_answered": has_answered,
        "is_asked": is_asked,
        "may_send": survey.is_open and is_asked and not has_answered,
        "entry": queries.ballot_entry(db, survey, kept_entry(request, survey)),
        "result": queries.result_of(db, survey),
        "shows": SHOWS,
    }


@reads("public")
def show(request: Request, db: Session) -> Response:
    meeting, survey = meeting_and_survey(request, db)
    view = standing(request, db, meeting, survey)
    return give_participant_cookie(request, page(request, TEMPLATE, form=new_form(request), **view))


@open_to("public")
async def answer(request: Request) -> Response:
    """The door of `writes` would keep this browser, its form and the time in one row, and the time leads to
    the ballot's entry. Here `Answered` keeps the form's key, and nothing keeps the time."""
    form = await read_form(request)
    count_post(request)
    return await database(request).write(lambda db: take_answer(request, db, form))


def take_answer(request: Request, db: Session, form: Form) -> Response:
    meeting, survey = meeting_and_survey(request, db)
    view = standing(request, db, meeting, survey)
    answers = read_answers(form, survey)
    if form.is_wrong:
        return page(request, TEMPLATE, status=422, form=form, **view)
    try:
        me = voting_person(request, db, meeting, survey)
        entry = voting.answer_survey(db, survey, me, answers, key=form.value("key")[:64])
    except Refused as refusal:
        response = refuse(request, refusal, TEMPLATE, form, **view)
        db.rollback()
        return response
    head = record.head(db, meeting.id)  # sent twice, the ballot is somewhere before: nothing keeps where
    return acknowledged(keep_entry(request, survey, back(address(survey)), entry), f"{meeting.id}/{head}")


def voting_person(request: Request, db: Session, meeting: Meeting, survey: Survey) -> Participant | Member:
    """Refused for who is no member where only members answer, and without a cookie where everyone does."""
    if survey.audience != MEMBERS:
        return voting.voter(db, meeting.id, participant_token(request))
    member = known_person(request, db, meeting, survey)
    if member is None:
        raise Refused(voting.MEMBERS_ONLY)
    return member


def keep_entry(request: Request, survey: Survey, response: Response, entry: Entry | None) -> Response:
    """Only the browser knows which entry is its own: in the store it would lead from a person to a ballot."""
    if entry:
        response.set_cookie(
            cookie_of(survey), str(Cursor(entry.seq, entry.hash[:8])), max_age=KEPT_S, path=address(survey),
            httponly=True, samesite="lax", secure=request.app.state.settings.https,
        )  # fmt: skip
    return response


def kept_entry(request: Request, survey: Survey) -> Cursor | None:
    return Cursor.parse(request.cookies.get(cookie_of(survey)))


def cookie_of(survey: Survey) -> str:
    return f"e_{survey.id}"


routes = [
    Route("/meetings/{meeting_id}/surveys/{survey_id}", show),
    Route("/meetings/{meeting_id}/surveys/{survey_id}", answer, methods=["POST"]),
]
