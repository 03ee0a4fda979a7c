"""Counted once a person, and nothing that leads from a ballot to who gave it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Text, func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from comments.surveys import actions, queries, voting
from comments.surveys.answering import Answer
from comments.surveys.drafting import QuestionDraft
from comments.surveys.models import MEMBERS, SINGLE, Answered, Ballot, Mark, MemberAnswered, Survey
from engage import people
from engage.db import Base, Database, Moment
from engage.people import Participant, Refused
from engage.record import Entry
from meetings.members.models import Member
from meetings.models import Meeting
from tests.make import SYSTEM, City, body, kinds, meeting, participant, survey

YES_NO = (QuestionDraft(SINGLE, "Build it?", ("Yes", "No")),)


def answer(
    db: Session, to: Survey, person: Participant | Member, *chosen: int, words: str = "", key: str = ""
) -> Entry | None:
    """The options at these places of the first question, and a text for the last."""
    first, last = to.questions[0], to.questions[-1]
    answers = [Answer(first.id, frozenset(first.options[n].id for n in chosen))] if chosen else []
    texts = [Answer(last.id, text=words)] if words else []
    return voting.answer_survey(db, to, person, [*answers, *texts], key=key)


def rows(db: Session, to: Survey, question: int = 0) -> list[int]:
    return [count for _, count in queries.result_of(db, to).questions[question].rows]


def all_texts(db: Session, to: Survey) -> list[str]:
    of_these = Ballot.question_id.in_([question.id for question in to.questions])
    return list(db.scalars(select(Ballot.text).where(of_these, Ballot.text != "").order_by(Ballot.id)))


@pytest.mark.parametrize("state", ["draft", "closed"])
def test_what_is_not_open_takes_no_answers(db: Session, state: str) -> None:
    of = meeting(db, body(db))
    one = survey(db, of, state=state)
    with pytest.raises(Refused, match="Your answer was not sent"):
        answer(db, one, participant(db, of), 0)
    assert queries.result_of(db, one).answers == 0


def test_a_second_answer_of_the_same_person_changes_nothing(db: Session) -> None:
    of = meeting(db, body(db))
    one, me = survey(db, of), participant(db, of)
    answer(db, one, me, 0, key="form")
    for key in ("", "another form"):
        with pytest.raises(Refused, match="You have already answered"):
            answer(db, one, me, 1, words="Me again", key=key)
    assert rows(db, one) == [1, 0]
    assert all_texts(db, one) == []
    assert kinds(db, of.id).count("survey.answered") == 1


def test_the_same_form_again_is_no_second_answer_and_no_complaint(db: Session) -> None:
    of = meeting(db, body(db))
    one, me = survey(db, of), participant(db, of)
    first, second = (answer(db, one, me, 0, key="form") for _ in range(2))
    assert (first is None, second) == (False, None)
    assert rows(db, one) == [1, 0]


def seat(db: Session, of: Meeting, account_id: str | None = None) -> Member:
    member = Member(body_id=of.body_id, place=1, name="Ana Ruiz", account_id=account_id)
    db.add(member)
    db.flush()
    return member


def test_a_poll_of_the_members_is_answered_by_members_as_such(db: Session) -> None:
    of = meeting(db, body(db))
    theirs, everybodys = survey(db, of, audience=MEMBERS), survey(db, of)
    member, resident = seat(db, of), participant(db, of)
    answer(db, theirs, member, 1)
    with pytest.raises(Refused, match="already answered"):
        answer(db, theirs, member, 0)
    for one, person in ((theirs, resident), (everybodys, member)):
        with pytest.raises(Refused, match="Only members of the body"):
            answer(db, one, person, 0)
    answer(db, everybodys, resident, 0)
    assert [(queries.result_of(db, one).answers, rows(db, one)) for one in (theirs, everybodys)] == [
        (1, [0, 1]),
        (1, [1, 0]),
    ]


def press_twice(store: Database, city: City, one: Survey, people_each: int = 8) -> tuple[list[Any], int, int]:
    """Every one of some residents sends twice at once, from two threads; outcomes, ballots and entries."""

    def send(token: str) -> str:
        def work(db: Session) -> str:
            to = db.get_one(Survey, one.id)
            answer(db, to, voting.voter(db, city.meeting.id, token), 0)
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
        db.execute(
            text("create table answered (survey_id text not null, participant_id text not null, key text)")
        )

    one = store.write_now(lambda db: survey(db, db.get_one(Meeting, city.meeting.id)))
    store.write_now(lose_key)
    assert press_twice(store, city, one) == (["counted"] * 16, 16, 16)


def test_a_ballot_has_nothing_of_a_person_or_a_time() -> None:
    for table in (Ballot.__table__, Mark.__table__):
        keys = {key.column.table.name for column in table.columns for key in column.foreign_keys}
        assert keys <= {"question", "ballot", "option"}
        assert not [column for column in table.columns if isinstance(column.type, Moment)]
        assert {column.name for column in table.columns if not isinstance(column.type, Text)} <= {"place"}
    assert [column.name for column in Answered.__table__.columns] == ["survey_id", "participant_id", "key"]
    assert [column.name for column in MemberAnswered.__table__.columns] == ["survey_id", "member_id", "key"]


@pytest.mark.parametrize("table", ["ballot", "mark", "answered", "member_answered"])
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
    actions.close_survey(db, one, by=SYSTEM)
    assert queries.texts(db, [one])[one.questions[2].id] != sent


def test_texts_beside_choices_are_read_when_it_is_closed_and_others_at_once(db: Session) -> None:
    of = meeting(db, body(db))
    mixed, plain = survey(db, of), survey(db, of, questions=(QuestionDraft("text", "What else?"),))
    for one in (mixed, plain):
        answer(db, one, participant(db, of), words="A bench")
    assert queries.texts(db, [mixed, plain]) == {plain.questions[0].id: ["A bench"]}
    actions.close_survey(db, mixed, by=SYSTEM)
    assert set(queries.texts(db, [mixed, plain])) == {mixed.questions[2].id, plain.questions[0].id}


def test_who_comes_by_answering_stands_in_no_order(db: Session) -> None:
    """Thirty come in the table's order by chance once in 30!."""
    of = meeting(db, body(db))
    one = survey(db, of)
    came = [voting.voter(db, of.id, f"token {n}") for n in range(30)]
    for each in came:
        answer(db, one, each, 0)
    stand = list(db.scalars(text("select id from participant order by rowid")))
    assert sorted(stand) == sorted(each.id for each in came)
    assert stand != [each.id for each in came]


def test_a_ballots_entry_has_the_choices_and_no_text_nor_that_there_is_one(db: Session) -> None:
    of = meeting(db, body(db))
    one = survey(db, of)
    which, what_for, missing = one.questions
    ticked = [what_for.options[n].id for n in (2, 0)]
    given = [Answer(what_for.id, frozenset(ticked)), Answer(missing.id, text="A café")]
    entry = voting.answer_survey(db, one, participant(db, of), given)
    assert entry and entry.actor is None
    in_order = [option.id for option in what_for.options if option.id in ticked]
    told = {"survey": one.id, "choices": {what_for.id: in_order}}
    assert {**entry.facts, "blind": ""} == {**told, "blind": ""}
    only_text = voting.answer_survey(db, one, participant(db, of), given[1:])
    assert only_text and {**only_text.facts, "blind": ""} == {**told, "choices": {}, "blind": ""}
    assert only_text.facts["blind"] != entry.facts["blind"]
    assert which.kind == SINGLE


def test_the_public_record_does_not_say_who_has_answered(db: Session) -> None:
    of = meeting(db, body(db))
    one = survey(db, of)
    me = voting.voter(db, of.id, "token")
    answer(db, one, me, 0)
    last = db.scalars(select(Entry).where(Entry.book == of.id).order_by(Entry.seq.desc())).all()[:2]
    assert [each.kind for each in last] == ["survey.answered", "survey.opened"]
    everything = db.scalars(select(Entry).where(Entry.book == of.id)).all()
    assert not [each for each in everything if me.id in each.data + (each.actor or "")]
    assert people.participant_of(db, of.id, "token") is me


def test_a_browser_without_a_cookie_has_no_vote(db: Session) -> None:
    with pytest.raises(Refused):
        voting.voter(db, meeting(db, body(db)).id, None)


def test_coming_back_on_another_phone_gives_no_second_vote(db: Session) -> None:
    of = meeting(db, body(db))
    one = survey(db, of)
    me = people.take_part(db, of.id, "phone", name="Ana")
    answer(db, one, me, 0)
    people.move_to_browser(db, me, "tablet")
    with pytest.raises(Refused, match="already answered"):
        answer(db, one, voting.voter(db, of.id, "tablet"), 1)
