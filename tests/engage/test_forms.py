"""What a person typed is read, checked and never lost."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.forms import Form, clean


@given(st.text(max_size=200))
def test_cleaning_is_final_and_leaves_no_control_characters(text: str) -> None:
    once = clean(text, lines=True)
    assert clean(once, lines=True) == once
    assert not any(c < " " and c != "\n" for c in once)
    assert "\n" not in clean(text)


@pytest.mark.parametrize("text", ["שלום עולם", "مرحبا", "a\u200db", "日本語", "👩‍👩‍👧"])
def test_every_script_stays_as_it_is(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("2026-11-30T18:30", datetime(2026, 12, 1, 2, 30, tzinfo=UTC)),
        ("2026-07-01 18:30", datetime(2026, 7, 2, 1, 30, tzinfo=UTC)),
        ("2026-11-30T18:30+00:00", datetime(2026, 11, 30, 18, 30, tzinfo=UTC)),
    ],
)
def test_a_time_is_meant_in_the_meetings_zone(typed: str, moment: datetime) -> None:
    assert Form({"at": typed}).moment("at", "America/Los_Angeles") == moment


@pytest.mark.parametrize("typed", ["", "tomorrow", "2026-13-01T10:00", "9999-12-31T23:59", "x" * 10_000])
def test_a_time_that_is_none_is_said_so(typed: str) -> None:
    form = Form({"at": typed})
    form.moment("at", "America/Los_Angeles")
    assert form.errors.keys() == {"at"}
    assert form.value("at") == typed


@pytest.mark.parametrize(("typed", "number"), [("", 5), ("7", 7), (" 12 ", 12), ("-3", -3)])
def test_a_number(typed: str, number: int) -> None:
    form = Form({"n": typed})
    assert form.number("n", least=-5, most=20, default=5) == number
    assert not form.is_wrong


@pytest.mark.parametrize("typed", ["21", "-6", "1.5", "seven", "٣", "9" * 50, "1e3"])
def test_a_number_out_of_range_is_said_so(typed: str) -> None:
    form = Form({"n": typed})
    form.number("n", least=-5, most=20)
    assert form.error("n") == "Please type a whole number from -5 to 20."


@pytest.mark.parametrize("typed", ["", "   ", "\u200d\u200c", "\n\n", "\x00"])
def test_what_shows_nothing_is_empty(typed: str) -> None:
    form = Form({"t": typed})
    form.text("t", most=10, needed=True, lines=True)
    assert form.errors == {"t": "Please fill this in."}


def test_the_first_complaint_about_a_field_stays() -> None:
    form = Form({"t": ""})
    form.say("t", "first")
    form.text("t", most=1, needed=True)
    assert form.errors == {"t": "first"}
