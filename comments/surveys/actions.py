"""What is done with surveys; each verb changes the rows and appends the entry."""

from collections.abc import Iterable

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from comments.surveys import queries
from comments.surveys.answering import Answer
from comments.surveys.drafting import QuestionDraft, SurveyDraft
from comments.surveys.models import (
    CLOSED,
    DRAFT,
    OPEN,
    Answered,
    Ballot,
    Mark,
    Option,
    Question,
    Survey,
)
from comments.surveys.rules import may_close, may_open
from engage import clock, people, record
from engage.db import new_id
from engage.language import N_
from engage.people import Participant, Refused
from meetings.models import Meeting

ALREADY = N_("You have already answered this survey. Your first answers count.")
NOT_OPEN = N_("This survey is closed. Your answers were not sent.")


def draft_survey(db: Session, meeting: Meeting, draft: SurveyDraft, *, by: str) -> Survey:
    """A survey that only the clerks see until it is opened."""
    survey = Survey(
        id=new_id(), meeting_id=meeting.id, state=DRAFT, drafted_at=clock.now(), salt=record.new_salt()
    )
    _write(survey, draft)
    db.add(survey)
    db.flush()
    _note(db, survey, "survey.drafted", by=by, **wording(survey))
    return survey


def change_survey(db: Session, survey: Survey, draft: SurveyDraft, *, by: str) -> None:
    """Refused once it is open: everyone answers the same questions."""
    if survey.state != DRAFT:
        raise Refused(N_("This survey was opened meanwhile and can no longer be changed."))
    _write(survey, draft)
    db.flush()
    _note(db, survey, "survey.changed", by=by, **wording(survey))


def open_survey(db: Session, meeting: Meeting, survey: Survey, *, by: str) -> None:
    if not may_open(meeting, survey.state):
        raise Refused(N_("This survey cannot be opened now."))
    survey.state, survey.opened_at = OPEN, clock.now()
    _note(db, survey, "survey.opened", by=by, **wording(survey))


def close_survey(db: Session, survey: Survey, *, by: str) -> None:
    """The entry holds the result, so that it cannot be changed afterwards without showing."""
    if not may_close(survey.state):
        raise Refused(N_("This survey is not open."))
    survey.state, survey.closed_at = CLOSED, clock.now()
    result = queries.result_of(db, survey)
    _note(db, survey, "survey.closed", by=by, answers=result.answers, counts=result.counts)


def voter(db: Session, meeting_id: str, token: str | None) -> Participant:
    """The participant behind this browser. Who becomes one by answering gets no entry for it: next to the
    answer's it would say in the public record who has answered."""
    if token is None:
        raise Refused(N_("Please open the form again and allow cookies for this site."))
    person = people.participant_of(db, meeting_id, token)
    if person is None:
        person = Participant(id=new_id(), meeting_id=meeting_id, token=people.token_hash(token))
        db.add(person)
        db.flush()
    return person


def answer_survey(db: Session, survey: Survey, person: Participant, answers: Iterable[Answer]) -> None:
    """Count somebody's answers, once. The entry names neither the person nor what they chose."""
    if not survey.is_open:
        raise Refused(NOT_OPEN)
    try:
        with db.begin_nested():
            db.execute(insert(Answered).values(survey_id=survey.id, participant_id=person.id))
    except IntegrityError:
        raise Refused(ALREADY) from None
    db.add_all(_ballot(answer) for answer in answers)
    db.flush()
    _note(db, survey, "survey.answered", by=None)


def wording(survey: Survey) -> dict[str, object]:
    """What an entry says of what is asked: no words, but their seal."""
    return {
        "item": survey.item_id,
        "questions": [question.id for question in survey.questions],
        "words": record.sealed(survey.salt, survey.words),
    }


def _write(survey: Survey, draft: SurveyDraft) -> None:
    survey.title, survey.item_id = draft.title, draft.item_id
    survey.questions = [_question(place, each) for place, each in enumerate(draft.questions, 1)]


def _question(place: int, draft: QuestionDraft) -> Question:
    options = [Option(id=new_id(), place=n, words=words) for n, words in enumerate(draft.options, 1)]
    return Question(id=new_id(), place=place, kind=draft.kind, words=draft.words, options=options)


def _ballot(answer: Answer) -> Ballot:
    ballot = Ballot(id=new_id(), question_id=answer.question_id, text=answer.text)
    ballot.marks = [Mark(option_id=option_id) for option_id in answer.options]
    return ballot


def _note(db: Session, survey: Survey, kind: str, *, by: str | None, **facts: object) -> None:
    record.append(db, survey.meeting_id, kind, by=by, survey=survey.id, **facts)
