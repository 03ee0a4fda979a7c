"""The clerk at the queue, through the real app: every act a form, each answered with the console."""

import hashlib
import html
import json
from typing import Any

import pytest
from sqlalchemy.orm import Session

from comments.queue import actions, listing, lists
from comments.queue.checking import faults
from comments.queue.models import Request
from comments.queue.rules import Rules
from engage import people, record
from tests import make
from tests.make import Cast, kinds, send


def ask(cast: Cast, *names: str, **over: Any) -> list[str]:
    def work(db: Session) -> list[str]:
        meeting = db.merge(cast.city.meeting, load=True)
        made = []
        for name in names:
            person = people.take_part(db, meeting.id, None, name=name)
            details = {"mode": "remote"} | over
            made.append(actions.join_queue(db, meeting, None, person, by=person.actor, **details).id)
        return made

    return cast.db.write_now(work)


def act(cast: Cast, path: str, client: Any = None, **fields: str) -> Any:
    return (client or cast.clerk).post(f"/clerk/meetings/{cast.city.meeting.id}/{path}", data=fields)


def state(cast: Cast, request_id: str) -> str:
    return cast.read(lambda db: db.get_one(Request, request_id).state)


def line(cast: Cast) -> list[Request]:
    return cast.read(lambda db: lists.line(db, db.merge(cast.city.meeting), None))


def entries(cast: Cast) -> list[record.Entry]:
    return cast.read(lambda db: record.since(db, cast.city.meeting.id, record.Cursor(0, "")))


def test_a_turn_from_call_to_end_and_again(cast: Cast) -> None:
    (ana,) = ask(cast, "Ana")
    states = []
    for path, fields in (
        ("floor", {"request": ana}),
        (f"requests/{ana}/no-show", {}),
        (f"requests/{ana}/return", {}),
        ("floor", {"request": ana}),
        (f"requests/{ana}/start", {}),
        (f"requests/{ana}/pause", {}),
        (f"requests/{ana}/extension", {}),
        (f"requests/{ana}/start", {}),
        (f"requests/{ana}/end", {}),
        (f"requests/{ana}/again", {}),
    ):
        answer = act(cast, path, **fields)
        assert answer.headers["location"].endswith("/console")
        states.append(state(cast, ana))
    assert states == [
        "called", "no_show", "on_deck", "called", "speaking", "paused", "paused", "speaking", "finished",
        "finished",
    ]  # fmt: skip
    assert [(each.name, each.is_set) for each in line(cast)] == [("Ana", True)]
    assert cast.read(lambda db: faults(db, cast.city.meeting.id)) == []


def test_a_second_press_of_call_next_calls_nobody_else(cast: Cast) -> None:
    ana, ben = ask(cast, "Ana", "Ben")
    assert act(cast, "floor", request=ana).status_code == 303
    again = act(cast, "floor", request=ana)
    assert again.status_code == 409
    assert "The queue has moved on meanwhile." in again.text
    assert (state(cast, ana), state(cast, ben)) == ("called", "on_deck")


def test_removing_needs_a_reason_and_keeps_it_out_of_the_record(cast: Cast) -> None:
    (ana,) = ask(cast, "Ana")
    wrong = act(cast, f"requests/{ana}/removal", reason=" ")
    assert wrong.status_code == 422
    assert "Please fill this in." in wrong.text
    assert act(cast, f"requests/{ana}/removal", reason="Asked twice by phone").status_code == 303
    assert state(cast, ana) == "removed"
    assert not any("Asked twice" in entry.data for entry in entries(cast))


def test_a_card_is_added_for_a_person_without_a_device(cast: Cast) -> None:
    answer = act(cast, "requests", name="Paper card", mode="in_person", item="general", interpreter="on")
    assert answer.status_code == 303
    (one,) = line(cast)
    assert (one.name, one.mode, one.limit_s) == ("Paper card", "in_person", 360)


def test_a_card_that_says_too_little_comes_back_with_all_that_was_typed(cast: Cast) -> None:
    answer = act(cast, "requests", name="A long card", mode="", item="nowhere", stance="oppose", kind="point")
    assert answer.status_code == 422
    assert answer.text.count('class="error-message"') == 2 or answer.text.count("Please choose one") >= 2
    assert 'value="A long card"' in answer.text


@pytest.mark.parametrize(
    ("what", "order"),
    [("up", "Ana Cleo Ben"), ("first", "Cleo Ana Ben"), ("skip", "Ana Ben"), ("call", "Ana Ben")],
)
def test_out_of_turn_with_a_reason_that_asks_nothing_about_their_view(
    cast: Cast, what: str, order: str
) -> None:
    *_, cleo = ask(cast, "Ana", "Ben", "Cleo")
    answer = act(cast, f"requests/{cleo}/out-of-turn", act=what, reason="child")
    assert answer.status_code == 303
    assert " ".join(each.name for each in line(cast)) == order
    reasons = [entry.facts.get("reason", entry.facts.get("out_of_turn")) for entry in entries(cast)]
    assert reasons.count("child") == 1


@pytest.mark.parametrize("fields", [{}, {"act": "up", "reason": "I like her"}, {"act": "delete"}])
def test_an_act_or_a_reason_that_is_not_offered_changes_nothing(cast: Cast, fields: dict[str, str]) -> None:
    _, ben = ask(cast, "Ana", "Ben")
    answer = act(cast, f"requests/{ben}/out-of-turn", **fields)
    assert answer.status_code == 409
    assert "Please choose a reason and what is to be done." in answer.text
    assert [each.name for each in line(cast)] == ["Ana", "Ben"]


def test_closing_one_list_and_all(cast: Cast) -> None:
    page = f"/meetings/{cast.city.meeting.id}"
    form = f"{page}/items/{cast.city.item.id}/request"
    act(cast, f"lists/{cast.city.item.id}/closing")
    assert "The list of speakers is closed." in cast.anyone.get(form).text
    assert "The list of speakers is closed." not in cast.anyone.get(f"{page}/items/general/request").text
    act(cast, f"lists/{cast.city.item.id}/reopening")
    act(cast, "queue/closing")
    assert "The list of speakers is closed." in cast.anyone.get(page).text
    act(cast, "queue/reopening")
    assert cast.read(lambda db: kinds(db, cast.city.meeting.id))[-5:] == [
        "list.opened", "list.closed", "list.reopened", "queue.closed", "queue.reopened",
    ]  # fmt: skip


def test_clearing_a_list_needs_a_reason(cast: Cast) -> None:
    ask(cast, "Ana", "Ben")
    answer = act(cast, "lists/general/clearing", reason="")
    assert (answer.status_code, len(line(cast))) == (409, 2)
    assert act(cast, "lists/general/clearing", reason="The item is put off").status_code == 303
    assert line(cast) == []


def test_recess_and_adjournment_stop_the_clock(cast: Cast) -> None:
    ana, ben = ask(cast, "Ana", "Ben")
    act(cast, "floor", request=ana)
    act(cast, f"requests/{ana}/start")
    act(cast, "recess")
    assert state(cast, ana) == "finished"
    assert act(cast, "floor", request=ben).status_code == 409
    act(cast, "reconvening")
    act(cast, "floor", request=ben)
    act(cast, "adjournment")
    assert state(cast, ben) == "no_show"
    assert cast.read(lambda db: kinds(db, cast.city.meeting.id))[-1] == "meeting.adjourned"


def test_undo_is_offered_by_name_and_takes_back_ones_own_last_act(cast: Cast) -> None:
    (ana,) = ask(cast, "Ana")
    mine, other = cast.clerk, cast.signed_in("admin")
    console = f"/clerk/meetings/{cast.city.meeting.id}/console"
    act(cast, "floor", mine, request=ana)
    assert "Undo: Call to the floor (Ana)" in mine.get(console).text
    assert 'id="undo"' not in other.get(console).text
    seq = mine.get(console).text.split('name="seq" value="', 1)[1].split('"', 1)[0]
    stolen = act(cast, "undo", other, seq=seq)
    assert (stolen.status_code, state(cast, ana)) == (409, "called")
    assert act(cast, "undo", mine, seq=seq).status_code == 303
    assert state(cast, ana) == "on_deck"
    assert act(cast, "undo", mine, seq=seq).status_code == 409


@pytest.mark.parametrize("seq", ["", "x", "-1", "99"])
def test_an_undo_of_nothing_is_answered_and_changes_nothing(cast: Cast, seq: str) -> None:
    before = cast.read(lambda db: kinds(db, cast.city.meeting.id))
    assert act(cast, "undo", seq=seq).status_code == 409
    assert cast.read(lambda db: kinds(db, cast.city.meeting.id)) == before


def test_a_draw_that_anyone_can_recompute(cast: Cast) -> None:
    """From the public pages alone: the seed's hash before sign-up, the seed and the order after the draw."""

    def announce(db: Session) -> tuple[str, str]:
        body = db.merge(cast.city.body)
        meeting = make.meeting(db, body, state="published")
        item = make.item(db, meeting)
        listing.set_meeting_rules(db, meeting, Rules(order="drawn"), by="system")
        return meeting.id, item.id

    meeting_id, item_id = cast.db.write_now(announce)
    page = f"/meetings/{meeting_id}"
    for name in ("Ana", "Ben", "Cleo", "Dora"):
        resident = cast.resident()
        form = f"{page}/items/{item_id}/request"
        assert "Drawn by lot when the item is called" in resident.get(form).text
        assert send(resident, form, name=name, mode="remote").status_code == 303
    assert "Their order is drawn by lot when the item is called." in cast.anyone.get(page).text

    clerk = cast.clerk
    for path in ("opening", f"items/{item_id}/call"):
        assert clerk.post(f"/clerk/meetings/{meeting_id}/{path}").status_code == 303
    book = cast.read(lambda db: kinds(db, meeting_id))
    promised = shown(cast, f"{page}/entries/{book.index('list.opened') + 1}")
    held = shown(cast, f"{page}/entries/{book.index('draw.held') + 1}")
    assert hashlib.sha256(held["seed"].encode()).hexdigest() == promised["commitment"]
    keys = {one: hashlib.sha256(f"{held['seed']}:{one}".encode()).hexdigest() for one in held["order"]}
    assert held["order"] == sorted(keys, key=keys.__getitem__)
    listed = cast.anyone.get(page).text
    assert [listed.index(f'id="request-{one}"') for one in held["order"]] == sorted(
        listed.index(f'id="request-{one}"') for one in held["order"]
    )
    assert len(held["order"]) == 4


def shown(cast: Cast, url: str) -> dict[str, Any]:
    """The facts of an entry, as its page shows them."""
    text = cast.anyone.get(url).text.split("<pre", 1)[1].split(">", 1)[1].split("</pre>", 1)[0]
    facts: dict[str, Any] = json.loads(html.unescape(text))
    return facts


@pytest.mark.parametrize(
    "path", ["floor", "recess", "queue/closing", "requests", "undo", "lists/general/times"]
)
def test_another_bodys_clerk_finds_nothing(cast: Cast, path: str) -> None:
    before = cast.read(lambda db: kinds(db, cast.city.meeting.id))
    assert act(cast, path, cast.signed_in("stranger")).status_code == 404
    assert act(cast, path, cast.resident()).headers["location"].startswith("/sign-in")
    assert cast.read(lambda db: kinds(db, cast.city.meeting.id)) == before
