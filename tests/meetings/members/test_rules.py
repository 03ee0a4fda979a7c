"""Seats, quorum and days."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.members.rules import (
    has_quorum,
    may_take_attendance,
    overlap,
    quorum_of,
    read_day,
    seats_of,
)

seats = st.integers(1, 60)
days = st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 20))


@dataclass
class Held:
    since: date | None
    until: date | None


@pytest.mark.parametrize(
    ("number", "of", "quorum"), [(None, 7, 4), (None, 6, 4), (None, 5, 3), (3, 7, 3), (5, 7, 5)]
)
def test_a_quorum_is_more_than_half_of_the_seats_or_the_bodys_own_number(
    number: int | None, of: int, quorum: int
) -> None:
    assert quorum_of(number, of) == quorum


@given(seats)
def test_two_quorums_cannot_meet_in_two_rooms(of: int) -> None:
    quorum = quorum_of(None, of)
    assert 2 * quorum > of
    assert 2 * (quorum - 1) <= of


@given(seats, st.integers(0, 60))
def test_more_members_never_lose_a_quorum(of: int, here: int) -> None:
    quorum = quorum_of(None, of)
    assert has_quorum(quorum, quorum)
    assert not has_quorum(quorum - 1, quorum)
    assert has_quorum(here + 1, quorum) >= has_quorum(here, quorum)


def test_vacant_seats_count_and_members_are_never_more_than_seats() -> None:
    assert [seats_of(7, 5), seats_of(None, 5), seats_of(3, 5)] == [7, 5, 5]


def test_attendance_is_taken_from_opening_to_adjournment() -> None:
    states = ("draft", "published", "open", "recess", "adjourned", "cancelled")
    assert [state for state in states if may_take_attendance(state)] == ["open", "recess"]


@given(days, days, days, days)
def test_two_seats_overlap_when_some_day_is_in_both(
    since: date | None, until: date | None, other: date | None, last: date | None
) -> None:
    some = [date(2025, 12, 31) + timedelta(days=n) for n in range(23)]
    one, two = Held(since, until), Held(other, last)
    both = [day for day in some if holds(one, day) and holds(two, day)]
    assert overlap(one, two) == bool(both)


def holds(held: Held, day: date) -> bool:
    return (held.since or date.min) <= day <= (held.until or date.max)


def test_a_day_is_read_as_a_date_field_sends_it() -> None:
    assert [read_day(" 2026-11-24 "), read_day("")] == [date(2026, 11, 24), None]
    with pytest.raises(ValueError, match="yesterday"):
        read_day("yesterday")
