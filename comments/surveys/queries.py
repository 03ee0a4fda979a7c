"""Reads of surveys and their results."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from comments.surveys.models import (
    DRAFT,
    RANKING,
    Answered,
    Ballot,
    Mark,
    MemberAnswered,
    Option,
    Question,
    Survey,
)
from comments.surveys.result import QuestionResult, Result
from comments.surveys.rules import may_read_texts, may_show_counts, points
from engage.doors import NotFound
from engage.people import Participant
from engage.record import Cursor, Entry
from meetings.members.models import Member

ANSWERED, ENDED = "survey.answered", "survey.closed"
Places = dict[str, dict[int | None, int]]
"""Option's id, and how many gave it each place; place None where it was only chosen."""


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


def public_surveys(db: Session, meeting_id: str) -> list[Survey]:
    """The open ones and the closed ones."""
    return [each for each in surveys(db, meeting_id) if each.state != DRAFT]


def answered(db: Session, survey_id: str, person: Participant | Member) -> Answered | MemberAnswered | None:
    """That they have answered, if they have."""
    key = (survey_id, person.id)
    return db.get(MemberAnswered, key) if isinstance(person, Member) else db.get(Answered, key)


def results(db: Session, surveys: Sequence[Survey]) -> list[Result]:
    """Counted anew from the ballots: four queries for any number of surveys."""
    of_these = [survey.id for survey in surveys]
    chosen = places(db, of_these)
    people = _counted(
        db,
        select(Ballot.question_id, func.count())
        .join(Question)
        .where(Question.survey_id.in_(of_these))
        .group_by(Ballot.question_id),
    )
    answers = _answers(db, of_these)
    return [
        Result(
            survey,
            answers.get(survey.id, 0),
            [_question_result(each, people.get(each.id, 0), chosen) for each in survey.questions],
        )
        for survey in surveys
    ]


def places(db: Session, survey_ids: Sequence[str]) -> Places:
    found: Places = defaultdict(dict)
    rows = (
        select(Mark.option_id, Mark.place, func.count())
        .join(Option)
        .join(Question)
        .where(Question.survey_id.in_(survey_ids))
        .group_by(Mark.option_id, Mark.place)
    )
    for option_id, place, count in db.execute(rows):
        found[option_id][place] = count
    return found


def _answers(db: Session, survey_ids: Sequence[str]) -> dict[str, int]:
    """Survey's id to how many have answered it; each is answered by residents or by members."""
    found: dict[str, int] = {}
    for table in (Answered, MemberAnswered):
        column = table.survey_id
        found |= _counted(db, select(column, func.count()).where(column.in_(survey_ids)).group_by(column))
    return found


def _counted(db: Session, rows: Select[str, int]) -> dict[str, int]:
    return {row[0]: row[1] for row in db.execute(rows)}


def _question_result(question: Question, people: int, chosen: Places) -> QuestionResult:
    first = 1 if question.kind == RANKING else None
    rows = [(option, chosen.get(option.id, {}).get(first, 0)) for option in question.options]
    if question.kind != RANKING:
        return QuestionResult(question, people, rows)
    of = len(question.options)
    borda = {
        option.id: sum(points(place or of, of) * n for place, n in chosen.get(option.id, {}).items())
        for option in question.options
    }
    return QuestionResult(question, people, rows, borda)


def result_of(db: Session, survey: Survey) -> Result:
    return results(db, [survey])[0]


def poll_on_show(db: Session, meeting_id: str) -> Result | None:
    """The poll that is open, the latest of several; else the one closed last whose result the public may see.
    `shows_counts` and `shows_turnout` of it say what of an open one may be shown."""
    polls = [each for each in public_surveys(db, meeting_id) if each.is_poll]
    is_open = [each for each in polls if each.is_open]
    ended = [each for each in polls if not each.is_open and may_show_counts(each)]
    if is_open:
        return result_of(db, max(is_open, key=lambda each: (each.opened_at, each.drafted_at)))
    if ended:
        return result_of(db, max(ended, key=lambda each: (each.closed_at, each.drafted_at)))
    return None


def texts(db: Session, surveys: Sequence[Survey]) -> dict[str, list[str]]:
    """Question's id to what was written, in no order that tells when: for the clerk only, and of a survey
    that asks for choices too not before it is closed."""
    found: dict[str, list[str]] = {}
    readable = [survey.id for survey in surveys if may_read_texts(survey)]
    rows = db.execute(
        select(Ballot.question_id, Ballot.text)
        .join(Question)
        .where(Question.survey_id.in_(readable), Ballot.text != "")
        .order_by(Ballot.id)
    )
    for question_id, text in rows:
        found.setdefault(question_id, []).append(text)
    return found


def may_read_entry(db: Session, entry: Entry) -> bool:
    """Whether everyone may read what an entry says: of a ballot and of a close only once the result is
    public, or it could be counted before its time."""
    if entry.kind not in (ANSWERED, ENDED):
        return True
    survey = db.get(Survey, entry.facts["survey"])
    return survey is None or may_show_counts(survey)


def ballot_entry(db: Session, survey: Survey, cursor: Cursor | None) -> Entry | None:
    """The entry of a ballot on this survey that a browser says is its own."""
    entry = db.get(Entry, (survey.meeting_id, cursor.seq)) if cursor else None
    if entry is None or cursor is None or entry.kind != ANSWERED:
        return None
    is_same = entry.hash[:8] == cursor.hash8 and entry.facts["survey"] == survey.id
    return entry if is_same else None
