"""Arithmetic of the queue: every rule about time, over any list of speakers."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments.queue.console import what_if
from comments.queue.lists import is_past_cut_off
from comments.queue.models import IN_PERSON, REMOTE, SIDES, Request
from comments.queue.rules import (
    Rules,
    limit_within,
    may_cede,
    time_left,
    time_limit,
    time_needed,
    wait_range,
    whole_seconds,
)
from engage import clock
from meetings.models import Meeting
from tests.make import EPOCH

OTHER = {IN_PERSON: REMOTE, REMOTE: IN_PERSON}
modes = st.sampled_from(SIDES)
used = st.dictionaries(modes, st.integers(0, 900))
seconds = st.integers(10, 3600)


@given(st.integers(1, 3600))
def test_an_interpreter_doubles_the_time(limit_s: int) -> None:
    assert time_limit(limit_s, wants_interpreter=False) == limit_s
    assert time_limit(limit_s, wants_interpreter=True) == 2 * limit_s


@given(st.integers(1, 900), used, st.lists(modes), modes, st.booleans())
def test_no_side_is_given_more_than_is_left_nor_more_than_half_while_the_other_waits(
    total_s: int, used: dict[str, int], waiting: list[str], mode: str, is_split: bool
) -> None:
    rules = Rules(total_s=total_s, is_split=is_split)
    left = time_left(rules, used, waiting, mode, other=OTHER[mode])
    spent = sum(used.values())
    assert left is not None
    assert 0 <= left <= max(total_s - spent, 0)
    if not is_split or OTHER[mode] not in waiting:
        assert left == max(total_s - spent, 0)
    elif left:
        assert used.get(mode, 0) + left <= total_s // 2


@given(used, st.lists(modes), modes)
def test_without_a_total_nothing_is_used_up(used: dict[str, int], waiting: list[str], mode: str) -> None:
    assert time_left(Rules(total_s=None), used, waiting, mode, other=OTHER[mode]) is None


@given(
    st.integers(60, 1200),
    st.booleans(),
    st.lists(st.tuples(modes, st.integers(10, 300), st.floats(0, 1)), max_size=30),
)
def test_speakers_who_stop_at_their_limit_never_use_more_than_the_total(
    total_s: int, is_split: bool, speakers: list[tuple[str, int, float]]
) -> None:
    """Called in any order, with limits of any length, each speaking for a part of it, to the millisecond."""
    rules, spoken = Rules(total_s=total_s, is_split=is_split), dict.fromkeys(SIDES, 0)
    for n, (mode, limit_s, share) in enumerate(speakers):
        waiting = [each for each, _, _ in speakers[n:]]
        used = {each: whole_seconds(ms) for each, ms in spoken.items()}
        left = time_left(rules, used, waiting, mode, other=OTHER[mode])
        limit = limit_within(limit_s, left)
        spoken[mode] += int(limit * 1000 * share)
        if is_split and OTHER[mode] in waiting and limit:
            assert spoken[mode] <= total_s * 1000 // 2
    assert sum(spoken.values()) <= total_s * 1000


def test_what_one_side_leaves_is_handed_over_once_nobody_there_waits() -> None:
    """California SB 707: ten minutes, five for each side; the room needs two of them."""
    rules = Rules(total_s=600, is_split=True)
    spoken = {IN_PERSON: 120, REMOTE: 240}
    assert time_left(rules, spoken, [IN_PERSON, REMOTE], REMOTE, other=IN_PERSON) == 60
    assert time_left(rules, spoken, [REMOTE, REMOTE], REMOTE, other=IN_PERSON) == 240
    assert time_left(rules, spoken, [REMOTE], IN_PERSON, other=REMOTE) == 180


@pytest.mark.parametrize(("ms", "s"), [(0, 0), (1, 1), (999, 1), (1000, 1), (1001, 2)])
def test_a_second_that_has_begun_is_used(ms: int, s: int) -> None:
    assert whole_seconds(ms) == s


@given(seconds, st.none() | st.integers(0, 900))
def test_the_last_speaker_of_a_total_has_what_is_left(limit_s: int, left_s: int | None) -> None:
    assert limit_within(limit_s, left_s) == (limit_s if left_s is None or left_s > limit_s else left_s)


@given(st.integers(0, 5), st.integers(0, 8))
def test_only_so_many_may_give_their_time(most: int, given_already: int) -> None:
    assert may_cede(Rules(cede_most=most), given_already) == (given_already < most)


def test_45_waiting_times_two_minutes_is_one_hour_thirty() -> None:
    line = [Request(kind="comment", wants_interpreter=False) for _ in range(45)]
    shown = {each.limit_s: each.needed_s for each in what_if(line, 180)}
    assert shown == {60: 2700, 120: 5400, 180: 8100, 300: 13_500}
    assert [each.limit_s for each in what_if(line, 90) if each.is_now] == [90]


@given(st.lists(st.tuples(st.sampled_from(["comment", "point"]), st.booleans())), seconds)
def test_what_if_counts_comments_and_doubles_for_an_interpreter(
    who: list[tuple[str, bool]], limit_s: int
) -> None:
    line = [Request(kind=kind, wants_interpreter=wants) for kind, wants in who]
    units = sum(1 + wants for kind, wants in who if kind == "comment")
    assert {each.needed_s for each in what_if(line, limit_s)} == {
        each.limit_s * units for each in what_if(line, limit_s)
    }
    assert time_needed([limit_s] * units) == limit_s * units


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


@pytest.mark.parametrize(("minutes_before", "is_past"), [(61, False), (60, False), (59, True), (-5, True)])
def test_sign_up_ends_at_the_cut_off_and_not_before(minutes_before: int, is_past: bool) -> None:
    meeting = Meeting(starts_at=EPOCH)
    with clock.set_to(EPOCH - timedelta(minutes=minutes_before)):
        assert is_past_cut_off(meeting, Rules(cut_off_min=60)) is is_past
        assert not is_past_cut_off(meeting, Rules())


def test_an_entry_from_before_a_rule_existed_is_read_and_so_is_one_with_a_later_rule() -> None:
    assert Rules.of({"limit_s": 60, "a_later_rule": 1}) == Rules(limit_s=60)
