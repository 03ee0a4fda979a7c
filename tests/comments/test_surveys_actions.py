"""What a clerk does with surveys and polls is on the record, and only what can be done is."""

from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from comments.surveys import actions, queries, voting
from comments.surveys.answering import Answer
from comments.surveys.drafting import QuestionDraft, SurveyDraft
from comments.surveys.models import HANDS, MEMBERS, RANKING, RATING, RELEASE, SINGLE, TEXT, Survey
from engage import record
from engage.people import Participant, Refused
from engage.record import Entry
from meetings.models import Meeting
from tests.make import SYSTEM, body, kinds, meeting, participant, survey


def answer(db: Session, to: Survey, person: Participant, *chosen: int, words: str = "") -> None:
    """The options at these places of the first question, and a text for the last."""
    first, last = to.questions[0], to.questions[-1]
    answers = [Answer(first.id, frozenset(first.options[n].id for n in chosen))] if chosen else []
    voting.answer_survey(db, to, person, [*answers, *([Answer(last.id, text=words)] if words else [])])


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
    (question,) = one.questions
    now, later = question.options
    wording = {
        "survey": one.id,
        "item": None,
        "audience": "residents",
        "shows": "closing",
        "questions": [question.id],
        "kinds": {question.id: "single"},
        "options": {question.id: [now.id, later.id]},
        "words": record.sealed(one.salt, "Hours\nsingle\nWhen?\nNow\nLater"),
    }
    result = {"answers": 1, "people": {question.id: 1}, "counts": {now.id: 0, later.id: 1}, "points": {}}
    told = [(each.kind, each.actor, each.facts) for each in entries][1:]
    blinds = [facts.pop("blind") for kind, _, facts in told if kind in ("survey.answered", "survey.closed")]
    assert {len(blind) for blind in blinds} == {32}
    assert told == [
        ("survey.changed", SYSTEM, wording),
        ("survey.opened", SYSTEM, wording),
        ("survey.answered", None, {"survey": one.id, "choices": {question.id: [later.id]}}),
        ("survey.closed", SYSTEM, {"survey": one.id, **result}),
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


def test_results_count_people_and_what_they_chose(db: Session) -> None:
    of = meeting(db, body(db))
    one = survey(db, of)
    which, what_for, missing = one.questions
    books, films, _ = what_for.options
    answer(db, one, participant(db, of), 0)
    answer(db, one, participant(db, of), 1, words="A café")
    both = [Answer(what_for.id, frozenset({books.id, films.id}))]
    voting.answer_survey(db, one, participant(db, of), both)
    survey(db, of, title="Another")
    result = queries.result_of(db, one)
    assert result.answers == 3
    assert [each.people for each in result.questions] == [2, 1, 1]
    assert [[count for _, count in each.rows] for each in result.questions] == [[1, 1], [1, 1, 0], []]
    assert queries.texts(db, [one]) == {}
    actions.close_survey(db, one, by=SYSTEM)
    assert queries.texts(db, [one]) == {missing.id: ["A café"]}
    assert which.kind == SINGLE


def poll(db: Session, of: Meeting, kind: str = HANDS, *options: str, **over: Any) -> Survey:
    return actions.open_poll(db, of, SurveyDraft("", (QuestionDraft(kind, "", options),), **over), by=SYSTEM)


def test_a_poll_is_drafted_and_opened_in_one(db: Session) -> None:
    of = meeting(db, body(db))
    one = poll(db, of)
    assert kinds(db, of.id)[-2:] == ["survey.drafted", "survey.opened"]
    assert (one.is_open, one.is_poll) == (True, True)
    assert [option.words for option in one.questions[0].options] == ["Yes", "No", "I abstain"]
    assert (one.heading("en"), one.questions[0].wording(one.questions[0].options[0], "en")) == (
        "Show of hands",
        "Yes",
    )


def test_a_poll_that_cannot_be_opened_leaves_no_draft(db: Session) -> None:
    of = meeting(db, body(db), state="draft")
    with pytest.raises(Refused), db.begin_nested():
        poll(db, of)
    assert queries.surveys(db, of.id) == []


def test_a_result_is_released_once_and_only_when_it_was_kept_back(db: Session) -> None:
    of = meeting(db, body(db))
    kept, shown = poll(db, of, shows=RELEASE), poll(db, of)
    for one in (kept, shown):
        with pytest.raises(Refused):
            actions.release_survey(db, one, by=SYSTEM)
        actions.close_survey(db, one, by=SYSTEM)
    assert [queries.result_of(db, one).shows_counts for one in (kept, shown)] == [False, True]
    actions.release_survey(db, kept, by=SYSTEM)
    assert queries.result_of(db, kept).shows_counts is True
    assert kinds(db, of.id)[-1] == "survey.released"
    for one in (kept, shown):
        with pytest.raises(Refused):
            actions.release_survey(db, one, by=SYSTEM)


def test_a_result_that_is_not_public_cannot_be_counted_from_the_record(db: Session) -> None:
    of = meeting(db, body(db))
    shows = {each: poll(db, of, shows=each) for each in ("live", "closing", "release")}

    def readable() -> dict[str, list[bool]]:
        entries = db.scalars(select(Entry).where(Entry.book == of.id).order_by(Entry.seq)).all()
        return {
            name: [
                queries.may_read_entry(db, each)
                for each in entries
                if each.kind in ("survey.answered", "survey.closed") and each.facts["survey"] == one.id
            ]
            for name, one in shows.items()
        }

    for one in shows.values():
        answer(db, one, participant(db, of), 0)
    assert readable() == {"live": [True], "closing": [False], "release": [False]}
    for one in shows.values():
        actions.close_survey(db, one, by=SYSTEM)
    assert readable() == {"live": [True] * 2, "closing": [True] * 2, "release": [False] * 2}
    actions.release_survey(db, shows["release"], by=SYSTEM)
    assert readable()["release"] == [True, True]
    others = db.scalars(select(Entry).where(Entry.kind.not_in(["survey.answered", "survey.closed"])))
    assert {queries.may_read_entry(db, each) for each in others} == {True}


def test_a_rating_has_its_spread_and_its_mean(db: Session) -> None:
    of = meeting(db, body(db))
    one = poll(db, of, RATING)
    assert queries.result_of(db, one).questions[0].mean_tenths is None
    for rating in (1, 4, 4):
        answer(db, one, participant(db, of), rating - 1)
    (result,) = queries.result_of(db, one).questions
    assert ([count for _, count in result.rows], result.mean_tenths) == ([1, 0, 0, 2, 0], 30)
    ballots = db.scalars(select(Entry).where(Entry.kind == "survey.answered").order_by(Entry.seq))
    assert [each.facts["choices"] for each in ballots] == [{one.questions[0].id: n} for n in (1, 4, 4)]


def test_an_order_has_points_and_first_places(db: Session) -> None:
    of = meeting(db, body(db))
    one = poll(db, of, RANKING, "Park", "Pool", "Hall")
    (question,) = one.questions
    for order in ((0, 1, 2), (0, 1, 2), (2, 1, 0)):
        by_place = tuple(question.options[n].id for n in order)
        voting.answer_survey(db, one, participant(db, of), [Answer(question.id, order=by_place)])
    (result,) = queries.result_of(db, one).questions
    told = [(option.words, points, firsts) for option, points, firsts in result.ranking]
    assert told == [("Park", 4, 2), ("Pool", 3, 0), ("Hall", 2, 1)]
    assert (result.people, result.most_points) == (3, 6)
    last = db.scalars(select(Entry).where(Entry.kind == "survey.answered").order_by(Entry.seq.desc())).first()
    assert last and last.facts["choices"] == {question.id: [question.options[n].id for n in (2, 1, 0)]}


def test_the_poll_on_show_is_the_open_one_or_the_last_with_a_public_result(db: Session) -> None:
    of = meeting(db, body(db))
    shown = []

    def note() -> None:
        found = queries.poll_on_show(db, of.id)
        shown.append(found and (found.survey.id, found.shows_counts, found.shows_turnout))

    note()
    survey(db, of)
    poll_of_old = poll(db, of, TEXT, shows="live", audience=MEMBERS)
    note()
    actions.close_survey(db, poll_of_old, by=SYSTEM)
    secret = poll(db, of, shows=RELEASE)
    note()
    actions.close_survey(db, secret, by=SYSTEM)
    note()
    actions.release_survey(db, secret, by=SYSTEM)
    note()
    assert shown == [
        None,
        (poll_of_old.id, True, False),
        (secret.id, False, True),
        (poll_of_old.id, True, False),
        (secret.id, True, True),
    ]
