"""The clerk's pages of rules, for a body, a meeting and one list, and the console's quick times."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments.queue import lists
from comments.queue.order import ORDERS
from comments.queue.rules import AT_ZERO, Rules
from comments.queue.ruling import read_rules, typed
from engage.forms import Form
from tests import make
from tests.comments.test_queue_clerk import act, ask, entries, line
from tests.make import Cast

seconds = st.integers(10, 3600)
all_rules = st.builds(
    Rules,
    order=st.sampled_from(sorted(ORDERS)),
    limit_s=st.none() | seconds,
    total_s=st.none() | st.integers(10, 12 * 3600),
    is_split=st.booleans(),
    cut_off_min=st.none() | st.integers(0, 60 * 24 * 30),
    at_zero=st.sampled_from(sorted(AT_ZERO)),
    grace_s=st.integers(0, 300),
    shows_names=st.booleans(),
    cede_most=st.integers(0, 20),
    asks_stance=st.booleans(),
    point_s=seconds,
)
SENT = {
    "order": "alternating", "limit_s": "1:30", "total_s": "20", "is_split": "yes", "cut_off_min": "60",
    "at_zero": "grace", "grace_s": "10", "shows_names": "yes", "cede_most": "2", "point_s": "45",
}  # fmt: skip
MEANT = Rules(
    order="alternating", limit_s=90, total_s=1200, is_split=True, cut_off_min=60, at_zero="grace", grace_s=10,
    shows_names=True, cede_most=2, asks_stance=False, point_s=45,
)  # fmt: skip


@given(all_rules)
def test_rules_come_back_from_an_entry_and_from_their_form(rules: Rules) -> None:
    assert Rules.of(rules.facts) == rules
    form = Form(typed(rules))
    assert (read_rules(form), form.errors) == (rules, {})


def pages(cast: Cast) -> dict[str, tuple[str, str]]:
    """The address, and whose rules they are."""
    meeting = f"/clerk/meetings/{cast.city.meeting.id}"
    return {
        "body": (f"/clerk/bodies/{cast.city.body.id}/speaking-rules", cast.city.body.id),
        "meeting": (f"{meeting}/speaking-rules", cast.city.meeting.id),
        "list": (f"{meeting}/lists/{cast.city.item.id}/rules", f"{cast.city.meeting.id}.{cast.city.item.id}"),
        "general": (f"{meeting}/lists/general/rules", f"{cast.city.meeting.id}.general"),
    }


@pytest.mark.parametrize("of", ["body", "meeting", "list", "general"])
def test_rules_are_saved_and_shown_again(cast: Cast, of: str) -> None:
    url, row = pages(cast)[of]
    assert cast.clerk.post(url, data=SENT).status_code == 303
    assert cast.read(lambda db: lists.own_rules(db, row)) == MEANT
    again = cast.clerk.get(url).text
    for value in ("1:30", "20:00", "60", "10", "45"):
        assert f'value="{value}"' in again


@pytest.mark.parametrize("of", ["body", "meeting", "list"])
def test_what_is_typed_wrong_is_said_beside_the_field_and_all_of_it_is_kept(cast: Cast, of: str) -> None:
    url, row = pages(cast)[of]
    wrong = {
        "order": "by beauty", "limit_s": "two", "total_s": "0:05", "cut_off_min": "-1", "at_zero": "",
        "grace_s": "999", "cede_most": "many", "point_s": "5",
    }  # fmt: skip
    answer = cast.clerk.post(url, data=SENT | wrong)
    assert answer.status_code == 422
    marked = {
        part.split('"', 1)[0]
        for part in answer.text.split('id="f-')[1:]
        if part.split('"')[0].endswith("-error")
    }
    assert marked == {f"{name}-error" for name in wrong}
    for name in ("limit_s", "total_s", "cut_off_min", "grace_s", "cede_most", "point_s"):
        assert f'value="{wrong[name]}"' in answer.text
    assert cast.read(lambda db: lists.own_rules(db, row)) is None


def test_a_meetings_rules_change_the_lists_that_are_open(cast: Cast) -> None:
    ask(cast, "Ana")
    assert cast.clerk.post(pages(cast)["meeting"][0], data=SENT).status_code == 303
    assert [each.limit_s for each in line(cast)] == [90]
    assert [entry.kind for entry in entries(cast)[-2:]] == ["rules.set", "rules.set"]


def test_a_bodys_rules_are_for_the_lists_that_are_opened_later(cast: Cast) -> None:
    ask(cast, "Ana")
    cast.clerk.post(pages(cast)["body"][0], data=SENT)
    assert [each.limit_s for each in line(cast)] == [180]
    form = f"/meetings/{cast.city.meeting.id}/items/{cast.city.item.id}/request"
    assert "Each speaker has 1:30 minutes." in cast.anyone.get(form).text


@pytest.mark.parametrize("of", ["body", "meeting", "list", "general"])
def test_another_bodys_clerk_finds_no_rules(cast: Cast, of: str) -> None:
    url, row = pages(cast)[of]
    stranger = cast.signed_in("stranger")
    assert [stranger.get(url).status_code, stranger.post(url, data=SENT).status_code] == [404, 404]
    assert cast.read(lambda db: lists.own_rules(db, row)) is None


def times(cast: Cast, **fields: str) -> Any:
    return act(cast, "lists/general/times", **fields)


def test_the_quick_form_sets_a_limit_or_a_total_and_leaves_the_other(cast: Cast) -> None:
    ask(cast, "Ana")
    assert times(cast, limit_s="1:30", total_s="").status_code == 303
    assert times(cast, limit_s="", total_s="20").status_code == 303
    rules = cast.read(lambda db: lists.own_rules(db, f"{cast.city.meeting.id}.general"))
    assert rules == Rules(limit_s=90, total_s=1200)
    count = len(entries(cast))
    assert times(cast, limit_s="", total_s="20:00").status_code == 303
    assert len(entries(cast)) == count
    assert times(cast, limit_s="", total_s="").status_code == 303
    assert cast.read(lambda db: lists.own_rules(db, f"{cast.city.meeting.id}.general")) == Rules(limit_s=90)


@pytest.mark.parametrize("limit", ["soon", "0:09", "61", "1:60", "-2", "9" * 40])
def test_a_time_that_is_none_is_said_and_nothing_is_changed(cast: Cast, limit: str) -> None:
    ask(cast, "Ana")
    before = len(entries(cast))
    answer = times(cast, limit_s=limit, total_s="20")
    assert answer.status_code == 409
    assert "Please give minutes, or minutes and seconds such as 1:30." in answer.text
    assert len(entries(cast)) == before


def test_a_list_of_another_meeting_is_not_found(cast: Cast) -> None:
    def elsewhere(db: Any) -> str:
        meeting = make.meeting(db, db.merge(cast.city.body))
        return make.item(db, meeting).id

    item_id = cast.db.write_now(elsewhere)
    assert act(cast, f"lists/{item_id}/closing").status_code == 404
