"""Arithmetic of the queue."""

from hypothesis import given
from hypothesis import strategies as st

from comments.queue.rules import move, time_limit, wait_range

orders = st.lists(st.text(min_size=1, max_size=3), min_size=1, unique=True)


def test_an_interpreter_doubles_the_time() -> None:
    assert time_limit(180, wants_interpreter=False) == 180
    assert time_limit(180, wants_interpreter=True) == 360


@given(st.lists(st.integers(1, 900)), st.integers(0, 900), st.lists(st.floats(0, 3)))
def test_a_wait_is_a_range_that_grows_with_everyone_ahead(
    limits: list[int], left: int, shares: list[float]
) -> None:
    least, most = wait_range(limits, floor_left_s=left, shares=shares)
    longer = wait_range([*limits, 60], floor_left_s=left, shares=shares)

    assert 0 <= least <= most
    assert longer[0] >= least
    assert longer[1] >= most


def test_a_wait_is_taken_from_the_meetings_own_speakers_once_there_are_five() -> None:
    assert wait_range([100], shares=[0.1] * 4) == (50, 100)
    assert wait_range([100], shares=[0.1] * 5) == (10, 10)


@given(orders, st.data())
def test_moving_keeps_everyone_once_and_the_others_in_order(order: list[str], data: st.DataObject) -> None:
    one = data.draw(st.sampled_from(order))
    steps = data.draw(st.integers(-10, 10))
    moved = move(order, one, steps)

    assert sorted(moved) == sorted(order)
    assert [each for each in moved if each != one] == [each for each in order if each != one]
    assert moved.index(one) == min(max(order.index(one) + steps, 0), len(order) - 1)
