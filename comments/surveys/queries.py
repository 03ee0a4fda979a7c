"""Reads of surveys and their results."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from comments.surveys.models import CLOSED, DRAFT, OPEN, Answered, Ballot, Mark, Option, Question, Survey
from engage.doors import NotFound


@dataclass(frozen=True)
class QuestionResult:
    """`people` have answered it; `rows` are its options in order, each with how many chose it."""

    question: Question
    people: int
    rows: list[tuple[Option, int]]


@dataclass(frozen=True)
class Result:
    """`answers` people have answered at least one of the survey's questions."""

    survey: Survey
    answers: int
    questions: list[QuestionResult]

    @property
    def counts(self) -> dict[str, int]:
        """Option's id to how many chose it."""
        return {option.id: count for each in self.questions for option, count in each.rows}


def survey_of(db: Session, meeting_id: str, survey_id: str) -> Survey:
    survey = db.get(Survey, survey_id)
    if survey is None or survey.meeting_id != meeting_id:
        raise NotFound
    return survey


def public_survey(db: Session, meeting_id: str, survey_id: str) -> Survey:
    """NotFound for a draft as for one that never was."""
    survey = survey_of(db, meeting_id, survey_id)
    if survey.state == DRAFT:
        raise NotFound
    return survey


def surveys(db: Session, meeting_id: str) -> list[Survey]:
    """All of a meeting's, drafts included, in the order in which they were drafted."""
    return list(
        db.scalars(
            select(Survey).where(Survey.meeting_id == meeting_id).order_by(Survey.drafted_at, Survey.id)
        )
    )


def public_surveys(db: Session, meeting_id: str) -> tuple[list[Survey], list[Survey]]:
    """The open ones, and the closed ones."""
    found = surveys(db, meeting_id)
    return [each for each in found if each.state == OPEN], [each for each in found if each.state == CLOSED]


def has_answered(db: Session, survey_id: str, participant_id: str) -> bool:
    return db.get(Answered, (survey_id, participant_id)) is not None


def results(db: Session, surveys: Sequence[Survey]) -> list[Result]:
    """Counted anew from the ballots: three queries for any number of surveys."""
    ids = [survey.id for survey in surveys]
    of_these = Question.survey_id.in_(ids)
    chosen = _counted(
        db, select(Mark.option_id, func.count()).join(Option).join(Question).where(of_these), Mark.option_id
    )
    people = _counted(
        db, select(Ballot.question_id, func.count()).join(Question).where(of_these), Ballot.question_id
    )
    answers = _counted(
        db,
        select(Answered.survey_id, func.count()).where(Answered.survey_id.in_(ids)),
        Answered.survey_id,
    )
    return [
        Result(
            survey,
            answers.get(survey.id, 0),
            [
                QuestionResult(
                    question,
                    people.get(question.id, 0),
                    [(option, chosen.get(option.id, 0)) for option in question.options],
                )
                for question in survey.questions
            ],
        )
        for survey in surveys
    ]


def _counted(db: Session, rows: Select[str, int], group: InstrumentedAttribute[str]) -> dict[str, int]:
    return {row[0]: row[1] for row in db.execute(rows.group_by(group))}


def result_of(db: Session, survey: Survey) -> Result:
    return results(db, [survey])[0]


def texts(db: Session, survey: Survey) -> dict[str, list[str]]:
    """Question's id to what was written, in no order that tells when: for the clerk only."""
    found: dict[str, list[str]] = {}
    rows = db.execute(
        select(Ballot.question_id, Ballot.text)
        .join(Question)
        .where(Question.survey_id == survey.id, Ballot.text != "")
        .order_by(Ballot.id)
    )
    for question_id, text in rows:
        found.setdefault(question_id, []).append(text)
    return found
