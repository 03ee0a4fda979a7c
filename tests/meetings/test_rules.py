"""What a state allows, and how typed times, addresses and lengths are read."""

from datetime import UTC, datetime

import pytest

from engage.people import Account, Role
from meetings.rules import (
    fingerprint,
    is_web_address,
    is_zone,
    may_be_edited,
    may_be_rearranged,
    may_become,
    may_create_bodies,
    minutes_of,
    moments_of,
    seconds_of,
    wall_time,
)

PACIFIC = "America/Los_Angeles"


@pytest.mark.parametrize(
    ("state", "wanted"),
    [("draft", "open"), ("published", "draft"), ("open", "cancelled"), ("cancelled", "published")],
)
def test_a_meeting_cannot_skip_or_go_back(state: str, wanted: str) -> None:
    assert not may_become(state, wanted)


def test_what_may_be_changed_in_which_state() -> None:
    states = ["draft", "published", "open", "recess", "adjourned", "cancelled"]
    assert [may_be_edited(state) for state in states] == [True, True, True, True, True, False]
    assert [may_be_rearranged(state) for state in states] == [True, True, True, True, False, False]


@pytest.mark.parametrize(
    ("role", "body_id", "may"),
    [("admin", None, True), ("clerk", None, True), ("clerk", "b", False), ("moderator", None, False)],
)
def test_only_who_serves_all_bodies_creates_one(role: str, body_id: str | None, may: bool) -> None:
    account = Account(name="x", password="", roles=[Role(name=role, body_id=body_id)])
    assert may_create_bodies(account) is may


def test_a_wall_time_is_read_in_its_zone() -> None:
    assert moments_of("2026-12-07T18:30", PACIFIC) == [datetime(2026, 12, 8, 2, 30, tzinfo=UTC)]
    assert moments_of(" 2026-07-07 18:30 ", PACIFIC) == [datetime(2026, 7, 8, 1, 30, tzinfo=UTC)]


def test_a_time_that_the_clocks_leave_out_is_no_moment() -> None:
    assert moments_of("2026-03-08T02:30", PACIFIC) == []


def test_a_time_that_the_clocks_show_twice_is_two_moments() -> None:
    first, second = moments_of("2026-11-01T01:30", PACIFIC)
    assert (first, second) == (
        datetime(2026, 11, 1, 8, 30, tzinfo=UTC),
        datetime(2026, 11, 1, 9, 30, tzinfo=UTC),
    )
    assert wall_time(first, PACIFIC) == wall_time(second, PACIFIC) == "2026-11-01T01:30"


@pytest.mark.parametrize("typed", ["", "soon", "2026-13-01T10:00", "0001-01-01T00:00", "2026-01-01T10:00Z"])
def test_what_is_no_date_and_time_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        moments_of(typed, PACIFIC)


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("https://video.example.org/j/1?a=b", True),
        ("http://example.org", True),
        ("javascript:alert(1)", False),
        ("//example.org", False),
        ("https://", False),
        ("https://exa mple.org", False),
        ("http://[::1", False),
        ("ftp://example.org", False),
    ],
)
def test_only_web_addresses_become_links(address: str, is_one: bool) -> None:
    assert is_web_address(address) is is_one


def test_zones_are_those_of_the_database() -> None:
    assert [is_zone(name) for name in (PACIFIC, "Europe/Madrid", "Pacific Time", "")] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [("3", 180), ("1:30", 90), (" 0:45 ", 45), ("1:75", None), ("", None), ("-3", None), ("3m", None)],
)
def test_a_length_is_minutes_and_seconds(typed: str, seconds: int | None) -> None:
    assert seconds_of(typed) == seconds


def test_a_length_is_shown_as_it_is_typed() -> None:
    assert [minutes_of(seconds) for seconds in (180, 95, 3600)] == ["3:00", "1:35", "60:00"]


def test_a_fingerprint_tells_values_apart() -> None:
    assert fingerprint(["a", 1]) == fingerprint(["a", 1])
    assert fingerprint(["a", "b"]) != fingerprint(["ab", ""])
