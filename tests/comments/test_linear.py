"""The search for an order: what is linearizable, and hand-made histories that are not."""

import pytest

from tests.benchmarks.linear import Call, linear_order
from tests.benchmarks.queue_acts import Act
from tests.benchmarks.queue_answers import Answer, Seen
from tests.benchmarks.queue_spec import Line, step
from tests.make import EPOCH

Written = tuple[str, int]


def register(value: int, asked: Written, answer: int) -> int | None:
    """("write", n) is answered n; ("read", 0) is answered what was written last."""
    what, given = asked
    return given if what == "write" else value if answer == value else None


def write(value: int, began: float, ended: float) -> Call[Written, int]:
    return Call(("write", value), value, began, ended)


def read(value: int, began: float, ended: float) -> Call[Written, int]:
    return Call(("read", 0), value, began, ended)


@pytest.mark.parametrize(
    ("calls", "order"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([write(1, 0, 1), read(1, 2, 3)], [0, 1], id="one after the other"),
        pytest.param([write(1, 0, 9), read(0, 1, 2), read(1, 3, 4)], [1, 0, 2], id="while it is written"),
        pytest.param([write(1, 0, 1), read(0, 2, 3)], None, id="a stale read"),
        pytest.param([write(1, 0, 9), read(1, 1, 2), read(0, 3, 4)], None, id="written and unwritten"),
        pytest.param(
            [write(1, 0, 4), write(2, 0, 4), read(1, 5, 6), read(2, 7, 8)], None, id="two orders at once"
        ),
    ],
)
def test_a_register(calls: list[Call[Written, int]], order: list[int] | None) -> None:
    assert linear_order(calls, 0, register) == order


def done(verb: str, one: str, seen: Seen, began: float, ended: float) -> Call[Act, Answer]:
    """Somebody's act on their own request, whose id is their name."""
    act = Act(verb, one, request="" if verb == "join" else one)
    return Call(act, Answer(0, 0, EPOCH, request=one, seen=seen), began, ended)


def waits(place: int, *, first: str) -> Seen:
    return Seen("on_deck" if place == 1 else "waiting", 120, place, (first,), None, False)


def called(one: str, *, next_up: str = "") -> Seen:
    return Seen("called", 120, 0, tuple(next_up), one, False)


GONE = Seen("withdrawn", 120, 0, (), None, False)
A_FIRST = done("join", "a", waits(1, first="a"), 0, 1)
B_SECOND = done("join", "b", waits(2, first="a"), 2, 3)
A_AND_B_AT_ONCE = [
    done("join", "a", waits(2, first="b"), 0, 3),
    done("join", "b", waits(1, first="b"), 1, 2),
]


def test_where_two_joined_at_once_their_places_give_the_order() -> None:
    assert linear_order(A_AND_B_AT_ONCE, Line(), step) == [1, 0]


@pytest.mark.parametrize(
    "calls",
    [
        pytest.param([A_FIRST, done("join", "b", waits(1, first="b"), 2, 3)], id="two first places"),
        pytest.param(
            [done("join", "a", waits(2, first="b"), 0, 1), done("join", "b", waits(1, first="b"), 2, 3)],
            id="who came later stands before who was answered earlier",
        ),
        pytest.param([A_FIRST, done("join", "a", waits(2, first="a"), 2, 3)], id="joined twice"),
        pytest.param(
            [A_FIRST, done("call", "a", called("a"), 2, 5), done("call", "a", called("a"), 3, 6)],
            id="two clerks call the same person",
        ),
        pytest.param(
            [
                *(A_FIRST, B_SECOND),
                done("call", "a", called("a", next_up="b"), 4, 8),
                done("call", "b", called("b", next_up="a"), 5, 9),
            ],
            id="two calls that do not see each other",
        ),
        pytest.param(
            [A_FIRST, done("withdraw", "a", GONE, 2, 3), done("call", "a", called("a"), 4, 5)],
            id="called after the withdrawal",
        ),
        pytest.param(
            [A_FIRST, B_SECOND, done("first", "b", waits(2, first="a"), 4, 5)], id="a move that is lost"
        ),
    ],
)
def test_what_no_queue_would_answer_has_no_order(calls: list[Call[Act, Answer]]) -> None:
    assert linear_order(calls, Line(), step) is None
