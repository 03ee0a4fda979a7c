"""The queue under fifty clients, in short; tests/benchmarks/queue_proof.py is the whole proof."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from comments.queue import floor, undo
from comments.queue.models import ANSWER, INTERVENTION
from comments.queue.order import ALTERNATING, DRAWN, FIRST_COME
from engage import record
from engage.people import Refused
from tests.benchmarks.queue_acts import Act, perform
from tests.benchmarks.queue_answers import Answer, answer_of
from tests.benchmarks.queue_evening import prepare
from tests.benchmarks.queue_faults import FAULTS
from tests.benchmarks.queue_proof import Figures, caught, check_evening, check_histories, check_posts

pytestmark = pytest.mark.proof
BY_WORDS = {each.words: each for each in FAULTS}


@pytest.fixture
def empty(empty_store: Path) -> Path:
    """A data folder to be copied."""
    return empty_store.parent


def test_the_record_gives_every_answer_of_an_evening_and_a_seed_the_same_record(empty: Path) -> None:
    figures = Figures()
    heads = [check_evening(empty, ALTERNATING, 4, figures, acts=45, clients=50) for _ in range(2)]

    assert figures.found == {}
    assert heads[0] == heads[1]
    assert (figures.done + figures.refused, figures.refused > 10, figures.entries > 60) == (90, True, True)


def test_the_record_gives_every_answer_of_posts_some_of_them_sent_twice(empty: Path) -> None:
    figures = Figures()
    sent = check_posts(empty, DRAWN, 4, figures, acts=45, clients=50)

    assert figures.found == {}
    assert sent > 45


def test_small_histories_have_an_order_that_explains_them(empty: Path) -> None:
    assert check_histories(empty, 4, 6) == []


@pytest.mark.parametrize(
    "words",
    ["the next place is read outside the transaction", "the call does not check who was seen as next"],
)
def test_a_planted_fault_is_found_in_the_record(empty: Path, words: str) -> None:
    assert "retold" in caught(empty, BY_WORDS[words], 4, acts=50, histories=0)


def test_a_fault_that_house_and_replay_share_is_found_by_the_second_opinion(empty: Path) -> None:
    fault = BY_WORDS["house and replay agree on a wrong order"]
    assert list(caught(empty, fault, 4, acts=0, histories=4)) == ["linear"]


def test_a_form_that_is_done_twice_is_found(empty: Path) -> None:
    fault = next(each for each in FAULTS if each.is_at_the_door)
    assert "posts" in caught(empty, fault, 4, acts=50)


def done(db: Session, meeting_id: str, verb: str, who: str, request: str = "", **given: Any) -> Answer:
    act, as_of = Act(verb, who, request=request, **given), record.head(db, meeting_id).seq
    perform(db, meeting_id, act)
    return answer_of(db, meeting_id, act, as_of)


def test_what_another_clerk_has_done_again_since_is_theirs(db: Session) -> None:
    """Found by the proof: the row is as the first clerk had left it, but by the other's act."""
    meeting_id = prepare(db, FIRST_COME, is_open=True).meeting_id
    one = done(db, meeting_id, "join", "resident").request
    seen = done(db, meeting_id, "skip", "ana", one).undoable
    done(db, meeting_id, "return", "ben", one)
    done(db, meeting_id, "skip", "ben", one)

    with pytest.raises(Refused, match=undo.MOVED_ON):
        done(db, meeting_id, "undo", "ana", value=seen)


def test_an_answer_is_not_called_before_what_it_answers_has_begun(db: Session) -> None:
    """Found by the proof: who was called and had not begun was not there, so their answer was withdrawn,
    and then had the floor."""
    meeting_id = prepare(db, FIRST_COME, is_open=True).meeting_id
    one = done(db, meeting_id, "card", "ana", value=INTERVENTION).request
    answer = done(db, meeting_id, "card", "ana", one, value=ANSWER).request
    done(db, meeting_id, "call", "ana", one)

    with pytest.raises(Refused, match=floor.SOMEBODY_ELSE):
        done(db, meeting_id, "call", "ana", answer)
