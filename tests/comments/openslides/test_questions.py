"""Questions to the speaker, interventions, and the answers to both."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from comments.queue import actions
from comments.queue.models import Request
from comments.queue.replay import replay
from engage.people import Participant
from tests.comments.openslides.hall import CLERK, POINT_S, Hall
from tests.comments.openslides.street import act, line, speaking, state, waiting
from tests.make import Cast

BOTH = pytest.mark.parametrize("kind", ["question", "intervention"])
NOTHING_TO_ANSWER = "There is no question and no intervention here"


@BOTH
@pytest.mark.parametrize("name", ["Ben", ""])
def test_the_clerk_adds_one_named_or_not(cast: Cast, kind: str, name: str) -> None:
    speaking(cast)
    waiting(cast, "Cleo")
    fields = {"name": name, "mode": "in_person", "item": "general", "kind": kind}
    assert act(cast, "clerk", "requests", **fields).status_code == 303
    assert line(cast) == [name, "Cleo"]


def crowd(hall: Hall) -> dict[str, Request]:
    """While somebody speaks, one of each waits; they have come in the reverse order."""
    hall.speaker("Speaker")
    kinds = {"C": "comment", "I": "intervention", "Q": "question", "P": "point"}
    return {name: hall.add(name, kind) for name, kind in kinds.items()}


@pytest.mark.parametrize(
    "kind, expected",
    [
        ("comment", "P Q I C new"),
        ("intervention", "P Q I new C"),
        ("question", "P Q new I C"),
        ("point", "P new Q I C"),
        ("privilege", "new P Q I C"),
    ],
)
def test_a_new_one_stands_behind_its_own_kind(hall: Hall, kind: str, expected: str) -> None:
    crowd(hall)
    hall.add("new", kind)
    assert hall.line() == expected.split()


@pytest.mark.parametrize(
    "kind, expected",
    [
        ("intervention", "P Q Q1 I I1 I2 new C"),
        ("question", "P Q Q1 new I I1 I2 C"),
        ("point", "P new Q Q1 I I1 I2 C"),
    ],
)
def test_answers_belong_to_what_they_answer(hall: Hall, kind: str, expected: str) -> None:
    there = crowd(hall)
    for name, to in (("I1", "I"), ("Q1", "Q"), ("I2", "I")):
        hall.add(name, "answer", there[to])
    hall.add("new", kind)
    assert hall.line() == expected.split()


@BOTH
def test_an_answer_stands_right_behind_what_it_answers_and_behind_earlier_answers(
    hall: Hall, kind: str
) -> None:
    hall.speaker()
    hall.add("Comment")
    first, _ = hall.add("First", kind), hall.add("Second", kind)
    hall.add("Answer", "answer", first)
    assert hall.line() == ["First", "Answer", "Second", "Comment"]
    another = hall.add("Another", "answer", first)
    assert hall.line() == ["First", "Answer", "Another", "Second", "Comment"]
    assert (another.kind, another.answer_to, another.limit_s) == ("answer", first.id, POINT_S)


@BOTH
def test_an_answer_to_the_last_of_the_list_is_last(hall: Hall, kind: str) -> None:
    hall.speaker()
    hall.add("First", kind)
    last = hall.add("Last", kind)
    hall.add("Answer", "answer", last)
    assert hall.line() == ["First", "Last", "Answer"]


@BOTH
def test_an_answer_to_what_is_being_heard_is_next(hall: Hall, kind: str) -> None:
    hall.speaker()
    hall.add("Comment")
    heard = hall.hear(hall.add("Heard", kind))
    hall.add("Waits", kind)
    hall.add("Answer", "answer", heard)
    assert hall.line() == ["Answer", "Waits", "Comment"]
    hall.add("Another", "answer", heard)
    assert hall.line() == ["Answer", "Another", "Waits", "Comment"]


@BOTH
def test_answers_are_next_once_what_they_answer_has_begun(hall: Hall, kind: str) -> None:
    hall.speaker()
    asked = hall.add("Asked", kind)
    other = hall.add("Other", kind)
    hall.add("To other", "answer", other)
    hall.add("Answer", "answer", asked)
    hall.hear(asked)
    hall.add("Point", "point")
    assert hall.line() == ["Answer", "Point", "Other", "To other"]


def test_an_answer_waits_also_before_anybody_has_spoken(hall: Hall) -> None:
    hall.add("Comment")
    asked = hall.add("Asked", "intervention")
    hall.add("Answer", "answer", asked)
    assert hall.line() == ["Asked", "Answer", "Comment"]


@pytest.mark.parametrize("is_over", [False, True])
@pytest.mark.parametrize("kind", ["comment", "point"])
def test_a_comment_or_a_point_of_order_is_not_answered(hall: Hall, kind: str, is_over: bool) -> None:
    hall.speaker()
    spoken, person = hall.add("Spoken", kind), hall.person("Answer")
    if is_over:
        hall.end(hall.hear(spoken))
    with hall.refused(NOTHING_TO_ANSWER):
        hall.add(person, "answer", spoken)


@BOTH
@pytest.mark.parametrize("over", ["finished", "removed"])
def test_what_is_over_is_not_answered(hall: Hall, kind: str, over: str) -> None:
    hall.speaker()
    asked, person = hall.add("Asked", kind), hall.person("Answer")
    if over == "finished":
        hall.end(hall.hear(asked))
    else:
        hall.remove(asked)
    assert asked.state == over
    with hall.refused("This question is over."):
        hall.add(person, "answer", asked)


@BOTH
def test_an_answer_is_not_answered(hall: Hall, kind: str) -> None:
    hall.speaker()
    answer = hall.add("Answer", "answer", hall.add("Asked", kind))
    person = hall.person("Another")
    with hall.refused(NOTHING_TO_ANSWER):
        hall.add(person, "answer", answer)


@BOTH
def test_what_is_asked_on_another_list_is_not_answered_here(hall: Hall, kind: str) -> None:
    elsewhere, person = hall.add("Elsewhere", kind, item=hall.item), hall.person("Answer")
    with hall.refused(NOTHING_TO_ANSWER):
        hall.add(person, "answer", elsewhere)
    hall.add(person, "answer", elsewhere, item=hall.item)
    assert hall.line(hall.item) == ["Elsewhere", "Answer"]


@pytest.mark.parametrize("to", ["question", "intervention"])
@pytest.mark.parametrize("kind", ["comment", "point", "question", "intervention"])
@pytest.mark.parametrize("is_over", [False, True])
def test_only_an_answer_is_to_something(hall: Hall, kind: str, to: str, is_over: bool) -> None:
    hall.speaker()
    asked, person = hall.add("Asked", to), hall.person("Ben")
    if is_over:
        hall.end(hall.hear(asked))
    with hall.refused("Only an answer is given to something."):
        hall.add(person, kind, asked)


@pytest.mark.parametrize("kind", ["question", "intervention"])
@pytest.mark.parametrize("is_over", [False, True])
def test_a_question_or_intervention_is_not_to_a_comment(hall: Hall, kind: str, is_over: bool) -> None:
    comment, person = hall.add("Comment"), hall.person("Ben")
    if is_over:
        hall.end(hall.hear(comment))
    with hall.refused("Only an answer is given to something."):
        hall.add(person, kind, comment)


def test_an_answer_to_nothing_is_refused(hall: Hall) -> None:
    hall.speaker()
    person = hall.person("Answer")
    for to in (None, "unknown"):
        with hall.refused(NOTHING_TO_ANSWER):
            hall.add(person, "answer", answer_to=to)


def test_at_the_console_an_answer_is_to_what_is_heard_or_is_heard_next(cast: Cast) -> None:
    """Unless the form names what it answers."""
    speaking(cast)
    fields = {"mode": "in_person", "item": "general", "kind": "answer"}
    before = state(cast)
    refused = act(cast, "clerk", "requests", name="Too early", **fields)
    assert (refused.status_code, state(cast)) == (409, before)
    second, first = waiting(cast, "I", kind="intervention") + waiting(cast, "Q", kind="question")
    act(cast, "clerk", "requests", name="Named", answer_to=second, **fields)
    act(cast, "clerk", "requests", name="Next", **fields)
    assert line(cast) == ["Q", "Next", "I", "Named"]
    act(cast, "clerk", f"requests/{first}/out-of-turn", act="call")
    act(cast, "clerk", "requests", name="Heard", **fields)
    assert line(cast) == ["Next", "Heard", "I", "Named"]


def test_an_answer_to_a_question_lets_the_speaker_go_on_afterwards(hall: Hall) -> None:
    speaker = hall.speaker()
    question = hall.hear(hall.add("Ben", "question"))
    answer = hall.hear(hall.add("Cleo", "answer", question))
    assert [speaker.state, question.state, answer.state] == ["paused", "paused", "speaking"]
    for each in (answer, question):
        hall.end(each)
    hall.start(speaker)
    assert speaker.state == "speaking"


def test_an_intervention_and_its_answer_each_end_the_turn_before(hall: Hall) -> None:
    speaker = hall.speaker()
    intervention = hall.hear(hall.add("Ben", "intervention"))
    assert [speaker.state, intervention.state] == ["finished", "speaking"]
    answer = hall.hear(hall.add("Cleo", "answer", intervention))
    assert [intervention.state, answer.state] == ["finished", "speaking"]


@BOTH
def test_answers_leave_the_list_with_what_nobody_will_hear(hall: Hall, kind: str) -> None:
    hall.speaker()
    for leave in (hall.remove, hall.withdraw):
        asked, kept = hall.add("Asked", kind), hall.add("Kept", kind)
        answer, other = hall.add("Answer", "answer", asked), hall.add("Other", "answer", kept)
        leave(asked)
        assert (answer.state, hall.line()) == ("withdrawn", ["Kept", "Other"])
        for each in (kept, other):
            if each.is_listed:
                hall.remove(each)


def test_clearing_a_list_takes_answers_with_their_questions(hall: Hall) -> None:
    hall.speaker()
    question = hall.add("Asked", "question")
    hall.add("Answer", "answer", question)
    hall.add("Comment")
    actions.clear_list(hall.db, hall.meeting, None, by=CLERK, reason="a test")
    assert hall.line() == []


def test_the_person_of_a_question_has_one_of_each_kind_at_most(hall: Hall) -> None:
    hall.speaker()
    ben: Participant = hall.person("Ben")
    question = hall.add(ben, "question")
    hall.add(ben, "intervention")
    with hall.refused("already on the list"):
        hall.add(ben, "question")
    hall.add(ben, "answer", question)
    assert hall.line() == ["Ben", "Ben", "Ben"]


@dataclass
class Forged:
    """An entry that says something else."""

    seq: int
    at: datetime
    kind: str
    facts: dict[str, Any]


@pytest.mark.parametrize("to", ["nobody", "comment", "itself", "elsewhere"])
def test_a_record_with_an_answer_to_what_cannot_be_answered_is_found_out(hall: Hall, to: str) -> None:
    comment, elsewhere = hall.add("Comment"), hall.add("Elsewhere", "intervention", item=hall.item)
    answer = hall.add("Answer", "answer", hall.add("Asked", "intervention"))
    ids = {"nobody": "unknown", "comment": comment.id, "itself": answer.id, "elsewhere": elsewhere.id}
    entries = [Forged(each.seq, each.at, each.kind, each.facts) for each in hall.entries()]
    joined = next(each for each in entries if each.facts.get("answer_to"))
    joined.facts["answer_to"] = ids[to]
    named = [seq for seq, _ in replay(hall.meeting.id, entries).faults]
    assert named[:1] == [joined.seq]
