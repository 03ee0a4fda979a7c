"""Steps, reopening and the lock through the real app."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from engage.people import Refused
from meetings.disruption import actions, clerk, queries, recesses
from meetings.disruption.models import Disruption, Recess
from meetings.models import Meeting
from tests.make import SYSTEM, Cast, kinds


def act(cast: Cast, path: str, client: Any = None, **fields: str) -> Any:
    return (client or cast.clerk).post(f"/clerk/meetings/{cast.city.meeting.id}/{path}", data=fields)


def begun(cast: Cast, begin: Callable[..., Any], what: str) -> str:
    """The id of a disruption or a closed session that is under way."""

    def work(db: Session) -> str:
        one: Disruption | Recess = begin(db, db.get_one(Meeting, cast.city.meeting.id), what, by=SYSTEM)
        return one.id

    return cast.db.write_now(work)


def book(cast: Cast) -> list[str]:
    return cast.read(lambda db: kinds(db, cast.city.meeting.id))


def test_steps_are_noted_with_and_without_words(cast: Cast) -> None:
    one = begun(cast, actions.declare_disruption, "noise")
    first = act(cast, f"disruptions/{one}/steps", kind="warned", note=" Twice. ")
    assert (first.status_code, first.headers["location"]) == (
        303, f"/clerk/meetings/{cast.city.meeting.id}/console",
    )  # fmt: skip
    assert act(cast, f"disruptions/{one}/steps", kind="cleared_room").status_code == 303
    (told,) = cast.read(lambda db: queries.disruptions(db, cast.city.meeting.id))
    assert [(step.kind, step.note) for step in told.steps] == [("warned", "Twice."), ("cleared_room", "")]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": "shouted"}, "Please choose which step was taken."),
        ({}, "Please choose which step was taken."),
        ({"kind": "other"}, "Please say in the note which step it was."),
        ({"kind": "warned", "note": "x" * 501}, "The note is too long: at most 500 characters fit."),
        ({"kind": "finding"}, "A finding is made only when remote access has failed for an hour."),
    ],
)
def test_a_step_that_does_not_fit_is_refused(cast: Cast, fields: dict[str, str], words: str) -> None:
    one = begun(cast, actions.declare_disruption, "noise")
    before = book(cast)
    answer = act(cast, f"disruptions/{one}/steps", **fields)
    assert (answer.status_code, words in answer.text) == (409, True)
    assert book(cast) == before


def test_what_is_not_under_way_is_not_found_or_refused(cast: Cast) -> None:
    one = begun(cast, recesses.close_session, "labor")
    assert act(cast, "disruptions/nosuch/steps", kind="warned").status_code == 404
    assert act(cast, f"disruptions/{one}/steps", kind="warned").status_code == 404
    unknown = act(cast, "closed-session/reopening", session="nosuch")
    assert (unknown.status_code, "The session has been reopened meanwhile." in unknown.text) == (409, True)


def test_the_session_is_reopened_with_its_report(cast: Cast) -> None:
    one = begun(cast, recesses.close_session, "litigation")
    too_long = act(cast, "closed-session/reopening", session=one, report="x" * 4001)
    assert (too_long.status_code, "at most 4000 characters fit" in too_long.text) == (409, True)
    words = "The city will appeal.\n\nAll were in favor."
    assert act(cast, "closed-session/reopening", session=one, report=words).status_code == 303
    (told,) = cast.read(lambda db: queries.recesses(db, cast.city.meeting.id))
    assert told.report == words
    again = act(cast, "closed-session/reopening", session=one)
    assert (again.status_code, "The session has been reopened meanwhile." in again.text) == (409, True)


def test_the_lock_and_the_public_page(cast: Cast) -> None:
    url = f"/meetings/{cast.city.meeting.id}"
    ask, write = f"{url}/items/{cast.city.item.id}/request", f"{url}/items/{cast.city.item.id}/comment"
    assert (ask in cast.anyone.get(url).text, write in cast.anyone.get(url).text) == (True, True)
    assert act(cast, "room/locking").status_code == 303
    locked = cast.anyone.get(url).text
    assert (ask in locked, write in locked, "Nobody new can ask to speak" in locked) == (False, True, True)
    again = act(cast, "room/locking")
    assert (again.status_code, "The room is locked already." in again.text) == (409, True)
    assert act(cast, "room/unlocking").status_code == 303
    assert ask in cast.anyone.get(url).text
    assert book(cast)[-2:] == ["room.locked", "room.unlocked"]


@pytest.mark.parametrize("path", ["disruptions/x/steps", "closed-session/reopening", "room/locking"])
def test_another_bodys_clerk_finds_nothing(cast: Cast, path: str) -> None:
    before = book(cast)
    assert act(cast, path, cast.signed_in("stranger")).status_code == 404
    assert act(cast, path, cast.resident()).headers["location"].startswith("/sign-in")
    assert book(cast) == before


def test_items_are_named_by_their_numbers(cast: Cast) -> None:
    def numbers(typed: str) -> list[str]:
        def work(db: Session) -> list[str]:
            of = db.get_one(Meeting, cast.city.meeting.id)
            return [item.number for item in clerk.numbered_items(db, of, typed)]

        return cast.read(work)

    assert [numbers(typed) for typed in ("", "2", "2, 1.", " 1;2 ,")] == [[], ["2"], ["1", "2"], ["1", "2"]]
    with pytest.raises(Refused) as refused:
        numbers("1, 9")
    assert refused.value.values == {"number": "9"}
