"""What a clerk does with surveys and polls; each verb changes the rows and appends the entry."""

from sqlalchemy.orm import Session

from comments.surveys import queries
from comments.surveys.drafting import QuestionDraft, SurveyDraft
from comments.surveys.models import CLOSED, DRAFT, OPEN, Option, Question, Survey
from comments.surveys.rules import may_close, may_open, may_release
from engage import clock, record
from engage.db import new_id
from engage.language import N_
from engage.people import Refused
from meetings.models import Meeting


def draft_survey(db: Session, meeting: Meeting, draft: SurveyDraft, *, by: str) -> Survey:
    """A survey that only the clerks see until it is opened."""
    survey = Survey(
        id=new_id(), meeting_id=meeting.id, state=DRAFT, drafted_at=clock.now(), salt=record.new_salt()
    )
    _write(survey, draft)
    db.add(survey)
    db.flush()
    _note(db, survey, "survey.drafted", by=by, **asked(survey))
    return survey


def change_survey(db: Session, survey: Survey, draft: SurveyDraft, *, by: str) -> None:
    """Refused once it is open: everyone answers the same questions."""
    if survey.state != DRAFT:
        raise Refused(N_("This survey was opened meanwhile and can no longer be changed."))
    _write(survey, draft)
    db.flush()
    _note(db, survey, "survey.changed", by=by, **asked(survey))


def open_survey(db: Session, meeting: Meeting, survey: Survey, *, by: str) -> None:
    if not may_open(meeting, survey.state):
        raise Refused(N_("This survey cannot be opened now."))
    survey.state, survey.opened_at = OPEN, clock.now()
    _note(db, survey, "survey.opened", by=by, **asked(survey))


def open_poll(db: Session, meeting: Meeting, draft: SurveyDraft, *, by: str) -> Survey:
    """Written and opened in one: the show of hands, and whatever else the moment asks for."""
    poll = draft_survey(db, meeting, draft, by=by)
    open_survey(db, meeting, poll, by=by)
    return poll


def close_survey(db: Session, survey: Survey, *, by: str) -> None:
    """The entry holds the result, so that it cannot be changed afterwards without showing; what is random in
    it keeps the result from being guessed by its hash before it is released."""
    if not may_close(survey.state):
        raise Refused(N_("This survey is not open."))
    survey.state, survey.closed_at = CLOSED, clock.now()
    result = queries.result_of(db, survey)
    _note(
        db, survey, "survey.closed", by=by,
        answers=result.answers, people=result.people, counts=result.counts, points=result.points,
        blind=record.new_salt(),
    )  # fmt: skip


def release_survey(db: Session, survey: Survey, *, by: str) -> None:
    """From here on everybody sees the result."""
    if not may_release(survey):
        raise Refused(N_("This result cannot be released now."))
    survey.released_at = clock.now()
    _note(db, survey, "survey.released", by=by)


def asked(survey: Survey) -> dict[str, object]:
    """What an entry says of what is asked: all that it takes to count the ballots again, and of the words
    their seal."""
    return {
        "item": survey.item_id,
        "audience": survey.audience,
        "shows": survey.shows,
        "questions": [question.id for question in survey.questions],
        "kinds": {question.id: question.kind for question in survey.questions},
        "options": {question.id: [option.id for option in question.options] for question in survey.questions},
        "words": record.sealed(survey.salt, survey.words),
    }


def _write(survey: Survey, draft: SurveyDraft) -> None:
    survey.title, survey.item_id = draft.title, draft.item_id
    survey.audience, survey.shows = draft.audience, draft.shows
    survey.questions = [_question(place, each) for place, each in enumerate(draft.questions, 1)]


def _question(place: int, draft: QuestionDraft) -> Question:
    options = [Option(id=new_id(), place=n, words=words) for n, words in enumerate(draft.all_options, 1)]
    return Question(id=new_id(), place=place, kind=draft.kind, words=draft.words, options=options)


def _note(db: Session, survey: Survey, kind: str, *, by: str, **facts: object) -> None:
    record.append(db, survey.meeting_id, kind, by=by, survey=survey.id, **facts)
