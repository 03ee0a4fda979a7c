"""The record alone gives the tally again, and whatever was changed is named."""

import json
import random
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from comments.surveys import actions, queries, voting
from comments.surveys.answering import Answer
from comments.surveys.drafting import QuestionDraft
from comments.surveys.models import HANDS, MEMBERS, MULTIPLE, RANKING, RATING, SINGLE, TEXT, Question, Survey
from comments.surveys.recount import faults, recount
from comments.surveys.result import Count
from engage import record
from engage.db import new_id
from engage.record import Entry
from meetings.members.models import Member
from meetings.models import Meeting
from tests.make import SYSTEM, body, kinds, meeting, participant, survey

EVERYTHING = (
    QuestionDraft(SINGLE, "Where?", ("Park", "Pool")),
    QuestionDraft(MULTIPLE, "When?", ("Monday", "Friday", "Sunday")),
    QuestionDraft(RATING, "How was it?"),
    QuestionDraft(RANKING, "What first?", ("Path", "Light", "Bench")),
    QuestionDraft(HANDS, "Again?"),
)
SOME = (*EVERYTHING[:4], QuestionDraft(TEXT, "What else?"))


def some_answer(question: Question, chance: random.Random) -> Answer:
    ids = [option.id for option in question.options]
    if question.kind == TEXT:
        return Answer(question.id, text="A bench")
    if question.kind == RANKING:
        return Answer(question.id, order=tuple(chance.sample(ids, len(ids))))
    count = chance.randint(1, len(ids)) if question.kind == MULTIPLE else 1
    return Answer(question.id, options=frozenset(chance.sample(ids, count)))


def fill(db: Session, of: Meeting, one: Survey, people: int, chance: random.Random) -> None:
    """So many answer, each some of the questions."""
    for place in range(people):
        answered = chance.sample(one.questions, chance.randint(1, len(one.questions)))
        person: Any = participant(db, of)
        if one.audience == MEMBERS:
            person = Member(id=new_id(), body_id=of.body_id, place=place + 1, name="A member")
            db.add(person)
            db.flush()
        voting.answer_survey(db, one, person, [some_answer(each, chance) for each in answered])


def book(db: Session, of: Meeting) -> list[Entry]:
    db.flush()
    return record.since(db, of.id, record.Cursor(0, "")) or []


@pytest.mark.parametrize("seed", range(8))
def test_the_record_gives_what_the_rows_give(db: Session, seed: int) -> None:
    chance = random.Random(seed)
    of = meeting(db, body(db))
    made = [survey(db, of, questions=asked) for asked in (EVERYTHING, SOME)]
    made.append(survey(db, of, questions=EVERYTHING, audience=MEMBERS))
    for one in made:
        fill(db, of, one, chance.randint(0, 12), chance)
    actions.close_survey(db, made[0], by=SYSTEM)
    fill(db, of, made[1], 3, chance)
    survey(db, of, state="draft")
    counted = recount(book(db, of))
    for result in queries.results(db, made):
        stored = {each.question.id: each.count for each in result.questions if each.question.kind != TEXT}
        assert counted[result.survey.id] == stored
    assert faults(db, of.id) == []


def test_a_small_poll_counted_by_hand(db: Session) -> None:
    of = meeting(db, body(db))
    one = survey(db, of, questions=(EVERYTHING[3],))
    (question,) = one.questions
    path, light, bench = (option.id for option in question.options)
    for order in ((path, light, bench), (path, bench, light), (light, path, bench)):
        voting.answer_survey(db, one, participant(db, of), [Answer(question.id, order=order)])
    assert recount(book(db, of)) == {
        one.id: {
            question.id: Count(3, {path: 2, light: 1, bench: 0}, {path: 5, light: 3, bench: 1}),
        }
    }


def filled(db: Session) -> tuple[Meeting, Survey]:
    of = meeting(db, body(db))
    one = survey(db, of, questions=SOME, shows="release")
    everybody = random.Random(1)
    for _ in range(4):
        answers = [some_answer(each, everybody) for each in one.questions]
        voting.answer_survey(db, one, participant(db, of), answers)
    actions.close_survey(db, one, by=SYSTEM)
    db.flush()
    assert faults(db, of.id) == []
    return of, one


ROWS = {
    "a ballot is gone": "delete from ballot where id in (select id from ballot where text = '' limit 1)",
    "a mark is turned": (
        "update mark set option_id = (select o.id from option o join question q on q.id = o.question_id where"
        " q.kind = 'single' and o.id != mark.option_id) where option_id in (select o.id from option o join"
        " question q on q.id = o.question_id where q.kind = 'single')"
        " and ballot_id = (select min(b.id) from ballot b join question q on q.id = b.question_id"
        " where q.kind = 'single')"
    ),
    "somebody is counted who has not answered": (
        "insert into answered (survey_id, participant_id) select id, 'nobody' from survey"
    ),
    "somebody's answer is forgotten": (
        "delete from answered where participant_id = (select min(participant_id) from answered)"
    ),
    "a text is gone": "delete from ballot where id = (select min(id) from ballot where text != '')",
    "a word of the question": "update question set words = 'Where not?' where kind = 'single'",
    "it is open again": "update survey set state = 'open'",
    "it is released without an entry": "update survey set released_at = closed_at",
    "it was for the members": "update survey set audience = 'members'",
    "the survey is gone": "delete from survey",
}


@pytest.mark.parametrize("change", ROWS)
def test_a_changed_row_is_named_by_its_survey(db: Session, change: str) -> None:
    of, one = filled(db)
    survey_id = one.id
    db.execute(text("pragma defer_foreign_keys=on"))
    db.execute(text(ROWS[change]))
    db.expire_all()
    found = faults(db, of.id)
    assert found != []
    assert all(survey_id in each or "closes with" in each for each in found)


def edited(db: Session, of: Meeting, kind: str, **facts: Any) -> int:
    """Somebody writes other facts into the last entry of a kind, past the trigger that forbids it."""
    seq = max(entry.seq for entry in book(db, of) if entry.kind == kind)
    entry = db.get_one(Entry, (of.id, seq))
    for (trigger,) in db.execute(text("select name from sqlite_master where type = 'trigger'")).all():
        db.execute(text(f"drop trigger {trigger}"))
    data = json.dumps(entry.facts | facts)
    db.execute(
        text("update entry set data = :data where book = :book and seq = :seq"),
        {"data": data, "book": of.id, "seq": seq},
    )
    db.expire_all()
    return seq


def test_another_result_at_the_close_is_named_by_its_entry(db: Session) -> None:
    of, _ = filled(db)
    seq = edited(db, of, "survey.closed", answers=5)
    assert faults(db, of.id) == [f"Entry {seq} closes with answers 5, and its ballots give 4."]


BALLOTS: dict[str, Any] = {
    "an unknown option": lambda one: {one.questions[0].id: ["elsewhere"]},
    "two where one may be chosen": lambda one: {
        one.questions[0].id: [option.id for option in one.questions[0].options]
    },
    "none of several": lambda one: {one.questions[1].id: []},
    "one option twice": lambda one: {one.questions[1].id: [one.questions[1].options[0].id] * 2},
    "a rating of six": lambda one: {one.questions[2].id: 6},
    "a rating in words": lambda one: {one.questions[2].id: "five"},
    "half an order": lambda one: {one.questions[3].id: [one.questions[3].options[0].id]},
    "a text": lambda one: {one.questions[4].id: ["A bench"]},
    "an unknown question": lambda one: {"elsewhere": []},
    "lists of lists": lambda one: {one.questions[1].id: [[]]},
}


@pytest.mark.parametrize("ballot", BALLOTS)
def test_a_ballot_that_no_form_can_send_is_named_by_its_entry(db: Session, ballot: str) -> None:
    of, one = filled(db)
    seq = edited(db, of, "survey.answered", choices=BALLOTS[ballot](one))
    assert faults(db, of.id)[0] == f"Entry {seq} is a ballot that does not fit its question."


@pytest.mark.parametrize("state", ["draft", "closed"])
def test_a_ballot_outside_of_the_opening_is_named_by_its_entry(db: Session, state: str) -> None:
    of = meeting(db, body(db))
    one = survey(db, of, state=state)
    entry = record.append(db, of.id, "survey.answered", by=None, survey=one.id, choices={})
    db.flush()
    assert faults(db, of.id) == [f"Entry {entry.seq} is a ballot on a survey that was not open."]


def test_books_from_before_ballots_were_kept_are_not_complained_about(db: Session) -> None:
    """As the first entries of this house were: who has answered is counted, the choices are not known."""
    of = meeting(db, body(db))
    one = survey(db, of)
    answers = [Answer(one.questions[0].id, frozenset({one.questions[0].options[0].id}))]
    voting.answer_survey(db, one, participant(db, of), answers)
    db.flush()
    edited(db, of, "survey.answered", choices={})
    seq = max(entry.seq for entry in book(db, of) if entry.kind == "survey.opened")
    old = {"survey": one.id, "item": None, "questions": [], "words": record.sealed(one.salt, one.words)}
    db.execute(
        text("update entry set data = :data where book = :book and seq = :seq"),
        {"data": json.dumps(old), "book": of.id, "seq": seq},
    )
    db.expire_all()
    assert faults(db, of.id) == []
    assert recount(book(db, of)) == {}
    assert kinds(db, of.id)[-1] == "survey.answered"
