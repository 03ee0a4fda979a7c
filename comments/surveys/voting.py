"""How an answer is counted: once a person, with nothing that leads from the ballot to who gave it."""

import secrets
from collections.abc import Iterable

from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from comments.surveys import queries
from comments.surveys.answering import Answer
from comments.surveys.models import (
    RATING,
    TEXT,
    Answered,
    Ballot,
    Mark,
    MemberAnswered,
    Question,
    Survey,
)
from comments.surveys.rules import may_answer
from engage import people, record
from engage.db import new_id
from engage.language import N_
from engage.people import Participant, Refused
from engage.record import Entry
from meetings.members.models import Member

ALREADY = N_("You have already answered. Your first answer counts.")
NOT_OPEN = N_("This is closed. Your answer was not sent.")
MEMBERS_ONLY = N_("Only members of the body answer this. Nothing was sent.")


def voter(db: Session, meeting_id: str, token: str | None) -> Participant:
    """The participant behind this browser.

    Who becomes one by answering gets no entry for it, and a random place in the table: both would put them
    in the order in which the ballots stand in the record.
    """
    if token is None:
        raise Refused(N_("Please open the form again and allow cookies for this site."))
    person = people.participant_of(db, meeting_id, token)
    if person is None:
        person = Participant(id=new_id(), meeting_id=meeting_id, token=people.token_hash(token))
        db.add(person)
        db.flush()
        place = {"place": secrets.randbits(62), "id": person.id}
        db.execute(text("UPDATE participant SET rowid = :place WHERE id = :id"), place)
    return person


def answer_survey(
    db: Session, survey: Survey, person: Participant | Member, answers: Iterable[Answer], *, key: str = ""
) -> Entry | None:
    """Count somebody's answers, once. The entry has what they chose and neither who nor what they wrote.

    `key` is of the form that was sent: where this very form has been counted, nothing happens and there is
    no entry to name.
    """
    if not survey.is_open:
        raise Refused(NOT_OPEN)
    if not may_answer(survey.audience, is_member=isinstance(person, Member)):
        raise Refused(MEMBERS_ONLY)
    if not note_answered(db, survey, person, key):
        return None
    given = list(answers)
    db.add_all(_ballot(answer) for answer in given)
    db.flush()
    return record.append(
        db, survey.meeting_id, "survey.answered", by=None,
        survey=survey.id, choices=choices_of(survey, given), blind=record.new_salt(),
    )  # fmt: skip


def note_answered(db: Session, survey: Survey, person: Participant | Member, key: str) -> bool:
    """That they have answered; False when they did with this same form, Refused when with another."""
    is_member = isinstance(person, Member)
    table, column = (MemberAnswered, "member_id") if is_member else (Answered, "participant_id")
    row = {"survey_id": survey.id, column: person.id, "key": key or None}
    try:
        with db.begin_nested():
            db.execute(insert(table).values(**row))
    except IntegrityError:
        before = queries.answered(db, survey.id, person)
        if before and key and before.key == key:
            return False
        raise Refused(ALREADY) from None
    return True


def choices_of(survey: Survey, answers: Iterable[Answer]) -> dict[str, list[str] | int]:
    """What a ballot's entry holds, by question's id: the ids of the chosen options, all of them in order, or
    the number of a rating. Of a text there is nothing, not even that it was given: beside somebody's choices
    it would tell whose they are."""
    by_id = {answer.question_id: answer for answer in answers}
    return {
        question.id: _choice(question, by_id[question.id])
        for question in survey.questions
        if question.id in by_id and question.kind != TEXT
    }


def _choice(question: Question, answer: Answer) -> list[str] | int:
    chosen = [option for option in question.options if option.id in answer.options]
    if question.kind == RATING:
        return chosen[0].place
    return list(answer.order) or [option.id for option in chosen]


def _ballot(answer: Answer) -> Ballot:
    ballot = Ballot(id=new_id(), question_id=answer.question_id, text=answer.text)
    ballot.marks = [Mark(option_id=option_id) for option_id in answer.options]
    ballot.marks += [
        Mark(option_id=option_id, place=place) for place, option_id in enumerate(answer.order, 1)
    ]
    return ballot
