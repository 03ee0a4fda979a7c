"""Trouble at the console, through the real app: each act in place, with what the clerk saw."""

from typing import Any

import pytest

from engage import clock
from meetings.disruption import queries
from meetings.models import Meeting
from tests.make import EPOCH, MINUTE, Cast, kinds


def act(cast: Cast, path: str, client: Any = None, **fields: str) -> Any:
    return (client or cast.clerk).post(f"/clerk/meetings/{cast.city.meeting.id}/{path}", data=fields)


def console(cast: Cast) -> str:
    page = cast.clerk.get(f"/clerk/meetings/{cast.city.meeting.id}/console")
    assert page.status_code == 200
    return " ".join(page.text.split()).replace("\xa0", " ")


def state(cast: Cast) -> str:
    return cast.read(lambda db: db.get_one(Meeting, cast.city.meeting.id).state)


def book(cast: Cast) -> list[str]:
    return cast.read(lambda db: kinds(db, cast.city.meeting.id))


def forms(html: str) -> set[str]:
    """Which of our acts the console offers."""
    ids = ("begin-recess", "close-session", "reopen-session", "declare-disruption", "take-step")
    acts = (*ids, "end-disruption", "take-finding", "lock-room", "unlock-room")
    return {each for each in acts if f'id="{each}"' in html}


def test_each_state_offers_its_next_acts(cast: Cast) -> None:
    opened = {"begin-recess", "close-session", "declare-disruption", "lock-room"}
    assert forms(console(cast)) == opened
    act(cast, "recess", minutes="15")
    assert forms(console(cast)) == opened - {"begin-recess"}
    act(cast, "closed-session", ground="labor", items="2")
    html = console(cast)
    assert forms(html) == {"reopen-session", "declare-disruption", "lock-room"}
    assert "Negotiations with employees, item 2" in html
    act(cast, "disruption", reason="technical")
    assert forms(console(cast)) == {"reopen-session", "take-step", "end-disruption", "lock-room"}
    act(cast, "room/locking")
    assert forms(console(cast)) == {"reopen-session", "take-step", "end-disruption", "unlock-room"}


def test_no_key_is_given_twice(cast: Cast) -> None:
    def keys() -> list[str]:
        return [part[0] for part in console(cast).split('data-key="')[1:]]

    found = [keys()]
    for path, fields in (
        ("recess", {}),
        ("closed-session", {"ground": "labor"}),
        ("disruption", {"reason": "noise"}),
    ):
        act(cast, path, **fields)
        found.append(keys())
    assert [sorted(each) for each in found] == [sorted(set(each)) for each in found]


@pytest.mark.parametrize("minutes", ["", "15"])
def test_a_recess_with_and_without_a_length(cast: Cast, minutes: str) -> None:
    with clock.set_to(EPOCH):
        assert act(cast, "recess", minutes=minutes).status_code == 303
    (told,) = cast.read(lambda db: queries.recesses(db, cast.city.meeting.id))
    assert told.resumes_at == (EPOCH + 15 * MINUTE if minutes else None)
    assert act(cast, "reconvening").status_code == 303
    assert state(cast) == "open"


@pytest.mark.parametrize(
    ("path", "fields", "words"),
    [
        ("recess", {"minutes": "soon"}, "Please type the length as whole minutes from 1 to 600"),
        ("recess", {"minutes": "0"}, "Please type the length as whole minutes from 1 to 600"),
        ("closed-session", {"ground": "dinner"}, "Please choose the legal reason for the closed session."),
        ("closed-session", {"ground": "labor", "items": "77"}, "There is no item 77 on the agenda."),
        ("disruption", {"reason": "his opinion"}, "Please choose what disrupts the meeting."),
        ("disruption", {}, "Please choose what disrupts the meeting."),
    ],
)
def test_what_does_not_fit_is_said_and_changes_nothing(
    cast: Cast, path: str, fields: dict[str, str], words: str
) -> None:
    before = book(cast)
    answer = act(cast, path, **fields)
    assert (answer.status_code, words in answer.text) == (409, True)
    assert (book(cast), state(cast)) == (before, "open")


def test_a_disruption_from_its_declaration_to_the_finding(cast: Cast) -> None:
    with clock.set_to(EPOCH):
        assert act(cast, "disruption", reason="technical").status_code == 303
        (one,) = cast.read(lambda db: queries.disruptions(db, cast.city.meeting.id))
        assert '<option value="access" selected>' in console(cast)
        reconvene = act(cast, "reconvening")
        assert "End the disruption first." in reconvene.text
        early = act(cast, "disruption/ending", disruption=one.id, because="time")
        assert (early.status_code, "The hour has not passed." in early.text) == (409, True)
        unsaid = act(cast, "disruption/ending", disruption=one.id)
        assert (unsaid.status_code, "Please choose why the meeting can go on." in unsaid.text) == (409, True)
    with clock.set_to(EPOCH + 61 * MINUTE):
        assert '<option value="time" selected>' in console(cast)
        assert act(cast, "disruption/ending", disruption=one.id, because="time").status_code == 303
        assert "take-finding" in forms(console(cast))
        assert act(cast, f"disruptions/{one.id}/steps", kind="finding").status_code == 303
        assert "take-finding" not in forms(console(cast))
    assert state(cast) == "open"
    assert book(cast)[-3:] == ["disruption.declared", "disruption.ended", "disruption.step_taken"]


def test_ending_what_another_clerk_has_ended_is_refused(cast: Cast) -> None:
    act(cast, "disruption", reason="noise")
    (one,) = cast.read(lambda db: queries.disruptions(db, cast.city.meeting.id))
    assert act(cast, "disruption/ending", disruption=one.id, because="order").status_code == 303
    act(cast, "disruption", reason="threats")
    stale = act(cast, "disruption/ending", disruption=one.id, because="order")
    assert (stale.status_code, "This disruption is over." in stale.text) == (409, True)
    assert state(cast) == "recess"


@pytest.mark.parametrize("path", ["recess", "closed-session", "disruption", "disruption/ending"])
def test_another_bodys_clerk_finds_nothing(cast: Cast, path: str) -> None:
    before = book(cast)
    assert act(cast, path, cast.signed_in("stranger")).status_code == 404
    assert act(cast, path, cast.resident()).headers["location"].startswith("/sign-in")
    assert book(cast) == before
