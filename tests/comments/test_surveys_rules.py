"""Points, means and what may be shown: pure rules, over random orders and ratings."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments.surveys.models import AUDIENCES, CLOSED, DRAFT, OPEN, SHOWS, STATES, Survey
from comments.surveys.rules import (
    may_answer,
    may_release,
    may_show_counts,
    may_show_turnout,
    mean_tenths,
    points,
    ranked,
)
from engage import clock

Orders = tuple[list[str], list[tuple[str, ...]]]


@st.composite
def elections(draw: st.DrawFn) -> Orders:
    """Some options, and what order each of some people put them in."""
    options = [f"option {n}" for n in range(draw(st.integers(2, 10)))]
    return options, draw(st.lists(st.permutations(options).map(tuple), max_size=30))


@given(elections())
def test_every_order_gives_out_the_same_points_and_one_first_place(given_orders: Orders) -> None:
    options, orders = given_orders
    total, firsts = ranked(options, orders)
    n = len(options)
    assert sum(total.values()) == len(orders) * n * (n - 1) // 2
    assert sum(firsts.values()) == len(orders)
    assert list(total) == list(firsts) == options


@given(elections())
def test_points_count_the_options_that_were_put_below(given_orders: Orders) -> None:
    """Borda's score told another way: one point for each option below, in each order."""
    options, orders = given_orders
    total, firsts = ranked(options, orders)
    for option in options:
        below = sum(
            order.index(option) < order.index(other)
            for order in orders
            for other in options
            if other != option
        )
        assert total[option] == below
        assert firsts[option] == sum(order[0] == option for order in orders)


@given(elections())
def test_the_order_of_the_ballots_and_of_the_options_does_not_matter(given_orders: Orders) -> None:
    options, orders = given_orders
    assert ranked(options, orders) == ranked(options[::-1], orders[::-1])


@given(elections(), st.data())
def test_who_is_put_one_place_higher_gains_just_one_point(given_orders: Orders, data: st.DataObject) -> None:
    options, orders = given_orders
    order = list(data.draw(st.permutations(options)))
    place = data.draw(st.integers(1, len(order) - 1))
    higher = [*order]
    higher[place - 1], higher[place] = order[place], order[place - 1]
    before, _ = ranked(options, [*orders, order])
    after, _ = ranked(options, [*orders, higher])
    change = {option: after[option] - before[option] for option in options if after[option] != before[option]}
    assert change == {order[place]: 1, order[place - 1]: -1}


def test_the_last_place_is_worth_nothing() -> None:
    assert [points(place, 4) for place in (1, 2, 3, 4)] == [3, 2, 1, 0]


@given(st.lists(st.integers(1, 5), min_size=1, max_size=200))
def test_a_mean_is_the_nearest_tenth_halves_up(ratings: list[int]) -> None:
    tenths = mean_tenths([ratings.count(each) for each in range(1, 6)])
    exact = Fraction(10 * sum(ratings), len(ratings))
    assert tenths is not None
    assert Fraction(-1, 2) <= exact - tenths < Fraction(1, 2)


def test_nobody_has_rated() -> None:
    assert mean_tenths([0, 0, 0, 0, 0]) is None


@pytest.mark.parametrize(("shows", "state", "released"), list(product(SHOWS, STATES, (False, True))))
def test_the_public_sees_counts_as_was_said(shows: str, state: str, released: bool) -> None:
    one = Survey(
        shows=shows, state=state, audience="residents", released_at=clock.now() if released else None
    )
    wanted = {
        "live": state in (OPEN, CLOSED),
        "closing": state == CLOSED,
        "release": state == CLOSED and released,
    }
    assert may_show_counts(one) is wanted[shows]
    assert may_release(one) is (shows == "release" and state == CLOSED and not released)


@pytest.mark.parametrize(("audience", "state"), list(product(AUDIENCES, STATES)))
def test_how_many_of_the_members_have_answered_is_not_told(audience: str, state: str) -> None:
    assert may_show_turnout(Survey(audience=audience, state=state)) is (
        audience == "residents" and state != DRAFT
    )


def test_members_answer_theirs_and_residents_theirs() -> None:
    told = {each: may_answer(each[0], is_member=each[1]) for each in product(AUDIENCES, (True, False))}
    assert told == {
        ("residents", True): False,
        ("residents", False): True,
        ("members", True): True,
        ("members", False): False,
    }
