"""The promise of every published order, over any list of people who wait."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments.queue.models import ANSWER, MODES, RANKS, STANCES
from comments.queue.order import (
    ALTERNATING,
    BY_MODE,
    FIRST_COME,
    FIRST_TIME,
    MODES_IN_TURN,
    ORDERS,
    STANCES_IN_TURN,
    Asked,
    commitment,
    draw,
    in_order,
    moved,
    next_up,
    side_of,
    side_of_mode,
)

IDS = "abcdefghijkl"
orders = st.sampled_from(sorted(ORDERS))


@st.composite
def crowds(draw: st.DrawFn, *, kinds: Sequence[str] = tuple(RANKS)) -> list[Asked]:
    """People who wait, in any sequence; answers are to somebody here or to somebody who is heard already."""
    count = draw(st.integers(0, len(IDS)))
    places = draw(st.lists(st.integers(-20, 40), min_size=count, max_size=count, unique=True))
    crowd = []
    for one, place in zip(IDS, places, strict=False):
        kind = draw(st.sampled_from([*kinds, *["comment"] * 5]))
        crowd.append(
            Asked(
                one, place, RANKS[kind], draw(st.booleans()) if kind == "comment" else False,
                draw(st.sampled_from(sorted(MODES))), draw(st.sampled_from(["", *STANCES])),
                draw(st.booleans()), draw(st.sampled_from(IDS)) if kind == ANSWER else None,
            )
        )  # fmt: skip
    return crowd


comments_only = crowds(kinds=("comment",))
lasts = st.one_of(st.none(), comments_only.filter(bool).map(lambda crowd: replace(crowd[0], id="last")))


def comments_of(crowd: Sequence[Asked]) -> list[Asked]:
    return [each for each in crowd if not each.rank]


def rest_of(crowd: Sequence[Asked]) -> list[Asked]:
    """Those whose place the body's order gives."""
    return [each for each in comments_of(crowd) if not each.is_set]


def by_place(crowd: Sequence[Asked]) -> list[Asked]:
    return sorted(crowd, key=lambda each: each.place)


@given(orders, crowds(), lasts)
def test_everyone_stands_once_wherever_the_list_was_read_from(
    order: str, crowd: list[Asked], last: Asked | None
) -> None:
    called = in_order(order, crowd, last)
    assert sorted(each.id for each in called) == sorted(each.id for each in crowd)
    assert in_order(order, reversed(crowd), last) == called


@given(orders, crowds(), lasts)
def test_points_by_rank_then_places_set_by_hand_then_the_bodys_order(
    order: str, crowd: list[Asked], last: Asked | None
) -> None:
    called = in_order(order, crowd, last)
    points = [each for each in crowd if each.rank]
    by_hand = by_place([each for each in comments_of(crowd) if each.is_set])
    assert {each.id for each in called[: len(points)]} == {each.id for each in points}
    assert called[len(points) : len(points) + len(by_hand)] == by_hand
    asked = [each for each in called if each.rank and not each.answer_to]
    assert asked == sorted(asked, key=lambda each: (each.rank, each.place))


@given(orders, crowds(), lasts)
def test_an_answer_stands_right_behind_what_it_answers_or_first_when_that_is_heard(
    order: str, crowd: list[Asked], last: Asked | None
) -> None:
    called = in_order(order, crowd, last)
    waiting = {each.id for each in crowd if each.rank and not each.answer_to}
    for at, each in enumerate(called):
        if each.answer_to is None:
            continue
        before = called[at - 1] if at else None
        if each.answer_to in waiting:
            assert before is not None
            assert each.answer_to in (before.id, before.answer_to)
        else:
            assert before is None or (before.answer_to and before.answer_to not in waiting)
        if before and before.answer_to == each.answer_to:
            assert before.place < each.place


@given(crowds(), lasts)
def test_in_the_order_of_asking(crowd: list[Asked], last: Asked | None) -> None:
    assert rest_of(in_order(FIRST_COME, crowd, last)) == by_place(rest_of(crowd))


@given(crowds(), lasts)
def test_who_has_not_spoken_yet_goes_first_and_else_who_asked_first(
    crowd: list[Asked], last: Asked | None
) -> None:
    called = rest_of(in_order(FIRST_TIME, crowd, last))
    assert called == sorted(rest_of(crowd), key=lambda each: (each.has_spoken, each.place))


def side(order: str, one: Asked) -> str:
    return side_of_mode(one.mode) if order == BY_MODE else side_of(one.stance)


SIDES = {ALTERNATING: STANCES_IN_TURN, BY_MODE: MODES_IN_TURN}


@pytest.mark.parametrize("order", SIDES)
@given(crowd=crowds(), last=lasts)
def test_sides_in_turn_and_each_in_the_order_of_asking(
    order: str, crowd: list[Asked], last: Asked | None
) -> None:
    """Two of one side follow each other only when nobody of another side waits behind them."""
    ordered = in_order(order, crowd, last)
    called = rest_of(ordered)
    by_hand = [each for each in comments_of(ordered) if each.is_set]
    before = by_hand[-1] if by_hand else last
    for at, one in enumerate(called):
        if before is None:
            assert one == by_place(called)[0]
        else:
            behind = {side(order, each) for each in called[at:]}
            sides = SIDES[order]
            start = sides.index(side(order, before)) + 1
            turns = [sides[(start + n) % len(sides)] for n in range(len(sides))]
            assert side(order, one) == next(each for each in turns if each in behind)
        before = one
    for name in SIDES[order]:
        here = [each for each in called if side(order, each) == name]
        assert here == by_place(here)


@given(orders, crowds(kinds=("comment", "point", "question")), lasts)
def test_when_the_first_is_called_everyone_else_moves_up_by_one(
    order: str, crowd: list[Asked], last: Asked | None
) -> None:
    called = in_order(order, crowd, last)
    if called:
        last = last if called[0].rank else called[0]
        assert in_order(order, called[1:], last) == called[1:]


@given(st.text(), st.lists(st.text(min_size=1), unique=True))
def test_the_draw_follows_from_the_seed_and_the_ids_alone(seed: str, ids: list[str]) -> None:
    """As anyone would compute it who has read how."""
    keys = {one: hashlib.sha256(f"{seed}:{one}".encode()).hexdigest() for one in ids}
    assert draw(seed, ids) == sorted(ids, key=keys.__getitem__) == draw(seed, reversed(ids))
    assert commitment(seed) == hashlib.sha256(seed.encode()).hexdigest()


def test_another_seed_is_another_draw_and_another_commitment() -> None:
    ids = list(IDS)
    assert len({tuple(draw(f"seed {n}", ids)) for n in range(50)}) == 50
    firsts = [draw(f"seed {n}", "abc")[0] for n in range(600)]
    assert all(150 < firsts.count(one) < 250 for one in "abc")
    assert len({commitment(f"seed {n}") for n in range(50)}) == 50


@given(orders, crowds(), lasts, st.integers(-15, 15), st.data())
def test_who_is_moved_stands_there_and_what_stands_above_stays(
    order: str, crowd: list[Asked], last: Asked | None, steps: int, data: st.DataObject
) -> None:
    before = in_order(order, crowd, last)
    shown = comments_of(before)
    if not shown:
        return
    one = data.draw(st.sampled_from(shown))
    head = moved(before, one.id, steps)

    wanted = [each.id for each in shown if each is not one]
    wanted.insert(min(max(shown.index(one) + steps, 0), len(wanted)), one.id)
    by_id = {each.id: each for each in crowd} | {each.id: each for each in head}
    after = in_order(order, by_id.values(), last)
    now = [each.id for each in comments_of(after)]
    assert now[: len(head)] == wanted[: len(head)] == [each.id for each in head]
    assert one.id in wanted[: len(head)]
    assert sorted(each.place for each in after) == sorted(each.place for each in crowd)
    assert [each for each in after if each.rank] == [each for each in before if each.rank]
    if order == FIRST_COME and steps:
        assert now == wanted


@given(crowds(), st.dictionaries(st.sampled_from(MODES_IN_TURN), st.booleans()))
def test_the_next_is_the_first_whose_side_has_time_and_a_point_needs_none(
    crowd: list[Asked], has_time: dict[str, bool]
) -> None:
    up = next_up(crowd, lambda side: has_time.get(side, True))
    may = [each for each in crowd if each.rank or has_time.get(side_of_mode(each.mode), True)]
    assert up == (may[0] if may else None)
