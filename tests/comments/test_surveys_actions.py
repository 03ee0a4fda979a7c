"""Surveys: once per person, counted exactly, and nothing that leads from a ballot to who gave it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Text, func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from comments.surveys import actions, queries
from comments.surveys.answering import Answer
from comments.surveys.drafting import QuestionDraft, SurveyDraft
from comments.surveys.models import (
    SINGLE,
    Answered,
    Ballot,
    Mark,
    Survey,
)
from engage import people, record
from engage.db import Base, Database, Moment
from engage.people import Participant, Refused
from engage.record import Entry
from meetings.models import Meeting
from tests.make import SYSTEM, City, body, kinds, meeting, participant, survey


def answer(db: Session, to: Survey, person: Participant, *chosen: int, words: str = "") -> None:
    """The options at these places of the first question, and a text for the last."""
    first, last = to.questions[0], to.questions[-1]
    answers = [Answer(first.id, frozenset(first.options[n].id for n in chosen))] if chosen else []
    actions.answer_survey(db, to, person, [*answers, *([Answer(last.id, text=words)] if words else [])])


def rows(db: Session, to: Survey, question: int = 0) -> list[int]:
    return [count for _, count in queries.result_of(db, to).questions[question].rows]


def test_a_life_of_a_survey_is_on_the_record(db: Session) -> None:
    of = meeting(db, body(db))
    one = survey(db, of, state="draft")
    actions.change_survey(
        db, one, SurveyDraft("Hours", (QuestionDraft(SINGLE, "When?", ("Now", "Later")),)), by=SYSTEM
    )
    actions.open_survey(db, of, one, by=SYSTEM)
    answer(db, one, participant(db, of), 1)
    actions.close_survey(db, one, by=SYSTEM)
    entries = db.scalars(
        select(Entry).where(Entry.book == of.id, Entry.kind.like("survey.%")).order_by(Entry.seq)
    )
    now, later = one.questions[0].options
    wording = {
        "survey": one.id,
        "item": None,
        "questions": [one.questions[0].id],
        "words": record.sealed(one.salt, "Hours\nsingle\nWhen?\nNow\nLater"),
    }
    assert [(each.kind, each.actor, each.facts) for each in entries][1:] == [
        ("survey.changed", SYSTEM, wording),
        ("survey.opened", SYSTEM, wording),
        ("survey.answered", None, {"survey": one.id}),
        ("survey.closed", SYSTEM, {"survey": one.id, "answers": 1, "counts": {now.id: 0, later.id: 1}}),
    ]


def test_changing_replaces_the_questions_without_leaving_any(db: Session) -> None:
    one = survey(db, meeting(db, body(db)), state="draft")
    before = {question.id for question in one.questions}
    actions.change_survey(
        db, one, SurveyDraft("Hours", (QuestionDraft(SINGLE, "When?", ("Now", "Later")),)), by=SYSTEM
    )
    db.expire_all()
    assert [question.words for question in one.questions] == ["When?"]
    assert before.isdisjoint(question.id for question in one.questions)
    assert db.scalar(text("select count(*) from option")) == 2


@pytest.mark.parametrize("state", ["open", "closed"])
def test_the_questions_stand_once_it_was_opened(db: Session, state: str) -> None:
    one = survey(db, meeting(db, body(db)), state=state)
    with pytest.raises(Refused, match="can no longer be changed"):
        actions.change_survey(db, one, SurveyDraft("x", (QuestionDraft("text", "y"),)), by=SYSTEM)


def test_only_what_can_be_opened_and_closed_is(db: Session) -> None:
    of = meeting(db, body(db))
    closed = survey(db, of, state="closed")
    draft_meeting = meeting(db, of.body, state="draft")
    unseen = survey(db, draft_meeting, state="draft")
    for at, one in ((of, closed), (draft_meeting, unseen), (of, survey(db, of))):
        with pytest.raises(Refused):
            actions.open_survey(db, at, one, by=SYSTEM)
    for one in (closed, unseen):
        with pytest.raises(Refused):
            actions.close_survey(db, one, by=SYSTEM)


@pytest.mark.parametrize("state", ["draft", "closed"])
def test_what_is_not_open_takes_no_answers(db: Session, state: str) -> None:
    of = meeting(db, body(db))
    one = survey(db, of, state=state)
    with pytest.raises(Refused, match="Your answers were not sent"):
        answer(db, one, participant(db, of), 0)
    assert queries.result_of(db, one).answers == 0


def test_results_count_people_and_what_they_chose(db: Session) -> None:
    of = meeting(db, body(db))
    one = survey(db, of)
    which, what_for, missing = one.questions
    books, films, _ = what_for.options
    answer(db, one, participant(db, of), 0)
    answer(db, one, participant(db, of), 1, words="A café")
    both = [Answer(what_for.id, frozenset({books.id, films.id}))]
    actions.answer_survey(db, one, participant(db, of), both)
    survey(db, of, title="Another")
    result = queries.result_of(db, one)
    assert result.answers == 3
    assert [each.people for each in result.questions] == [2, 1, 1]
    assert [[count for _, count in each.rows] for each in result.questions] == [[1, 1], [1, 1, 0], []]
    assert queries.texts(db, one) == {missing.id: ["A café"]}
    assert which.id not in queries.texts(db, one)


def test_a_second_answer_of_the_same_person_changes_nothing(db: Session) -> None:
    of = meeting(db, body(db))
    one, me = survey(db, of), participant(db, of)
    answer(db, one, me, 0)
    with pytest.raises(Refused, match="You have already answered this survey"):
        answer(db, one, me, 1, words="Me again")
    assert rows(db, one) == [1, 0]
    assert queries.texts(db, one) == {}
    assert kinds(db, of.id).count("survey.answered") == 1


def press_twice(store: Database, city: City, one: Survey, people_each: int = 8) -> tuple[list[Any], int, int]:
    """Every one of some residents sends twice at once, from two threads; outcomes, ballots and entries."""

    def send(token: str) -> str:
        def work(db: Session) -> str:
            to = db.get_one(Survey, one.id)
            answer(db, to, actions.voter(db, city.meeting.id, token), 0)
            return "counted"

        try:
            return store.write_now(work)
        except Refused:
            return "refused"

    tokens = [f"token {n}" for n in range(people_each)]
    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(send, tokens * 2))
    ballots = store.read_now(lambda db: db.scalar(select(func.count()).select_from(Ballot)))
    entries = store.read_now(lambda db: kinds(db, city.meeting.id).count("survey.answered"))
    return sorted(outcomes), ballots or 0, entries


def test_answers_sent_twice_at_once_are_counted_once(store: Database, city: City) -> None:
    one = store.write_now(lambda db: survey(db, db.get_one(Meeting, city.meeting.id)))
    assert press_twice(store, city, one) == (["counted"] * 8 + ["refused"] * 8, 8, 8)


def test_it_is_the_key_of_the_table_that_lets_nobody_be_counted_twice(store: Database, city: City) -> None:
    """The control: the same, in a database whose table has lost its key."""

    def lose_key(db: Session) -> None:
        db.execute(text("drop table answered"))
        db.execute(text("create table answered (survey_id text not null, participant_id text not null)"))

    one = store.write_now(lambda db: survey(db, db.get_one(Meeting, city.meeting.id)))
    store.write_now(lose_key)
    assert press_twice(store, city, one) == (["counted"] * 16, 16, 16)


def test_a_ballot_has_nothing_of_a_person_or_a_time() -> None:
    for table in (Ballot.__table__, Mark.__table__):
        keys = {key.column.table.name for column in table.columns for key in column.foreign_keys}
        assert keys <= {"question", "ballot", "option"}
        assert not [column for column in table.columns if isinstance(column.type, Moment)]
        assert {type(column.type) for column in table.columns} == {Text}
    assert [column.name for column in Answered.__table__.columns] == ["survey_id", "participant_id"]


@pytest.mark.parametrize("table", ["ballot", "mark", "answered"])
def test_the_tables_do_not_know_in_which_order_their_rows_came(db: Session, table: str) -> None:
    assert table in Base.metadata.tables
    with pytest.raises(OperationalError, match="no such column: rowid"):
        db.execute(text(f"select rowid from {table}"))
    db.execute(text("select rowid from participant"))


def test_ballots_are_read_back_in_an_order_that_is_not_that_of_the_people(db: Session) -> None:
    """Thirty texts come back in the same order by chance once in 30!; so do a person's two answers."""
    of = meeting(db, body(db))
    one = survey(db, of)
    sent = [f"text {n}" for n in range(30)]
    for words in sent:
        answer(db, one, participant(db, of), 0, words=words)
    read = list(db.scalars(text("select text from ballot where text != ''")))
    assert sorted(read) == sorted(sent)
    assert read != sent
    assert queries.texts(db, one)[one.questions[2].id] != sent


def test_the_public_record_does_not_say_who_has_answered(db: Session) -> None:
    of = meeting(db, body(db))
    one = survey(db, of)
    me = actions.voter(db, of.id, "token")
    answer(db, one, me, 0)
    last = db.scalars(select(Entry).where(Entry.book == of.id).order_by(Entry.seq.desc())).all()[:2]
    assert [each.kind for each in last] == ["survey.answered", "survey.opened"]
    everything = db.scalars(select(Entry).where(Entry.book == of.id)).all()
    assert not [each for each in everything if me.id in each.data + (each.actor or "")]
    assert people.participant_of(db, of.id, "token") is me


def test_a_browser_without_a_cookie_has_no_vote(db: Session) -> None:
    with pytest.raises(Refused):
        actions.voter(db, meeting(db, body(db)).id, None)


def test_coming_back_on_another_phone_gives_no_second_vote(db: Session) -> None:
    of = meeting(db, body(db))
    one = survey(db, of)
    me = people.take_part(db, of.id, "phone", name="Ana")
    answer(db, one, me, 0)
    people.move_to_browser(db, me, "tablet")
    with pytest.raises(Refused, match="already answered"):
        answer(db, one, actions.voter(db, of.id, "tablet"), 1)
