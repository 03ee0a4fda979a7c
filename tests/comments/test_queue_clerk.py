"""The clerk at the queue, through the real app."""

from typing import Any

import pytest

from comments.queue import actions, queries
from comments.queue.models import Request
from engage import people
from tests.make import Cast, kinds


def ask(cast: Cast, *names: str) -> list[str]:
    def work(db: Any) -> list[str]:
        meeting = cast.city.meeting
        made = []
        for name in names:
            person = people.take_part(db, meeting.id, None, name=name)
            made.append(actions.join_queue(db, meeting, None, person, by=person.actor, mode="remote").id)
        return made

    return cast.db.write_now(work)  # type: ignore[no-any-return]


def act(cast: Cast, path: str, client: Any = None, **fields: str) -> Any:
    return (client or cast.clerk).post(f"/clerk/meetings/{cast.city.meeting.id}/{path}", data=fields)


def state(cast: Cast, request_id: str) -> str:
    return cast.read(lambda db: db.get_one(Request, request_id).state)  # type: ignore[no-any-return]


def test_a_turn_from_call_to_end(cast: Cast) -> None:
    (ana,) = ask(cast, "Ana")
    states = []
    for path, fields in (
        ("floor", {"request": ana}),
        (f"requests/{ana}/start", {}),
        (f"requests/{ana}/pause", {}),
        (f"requests/{ana}/start", {}),
        (f"requests/{ana}/end", {}),
    ):
        answer = act(cast, path, **fields)
        assert answer.headers["location"].endswith("/console")
        states.append(state(cast, ana))
    assert states == ["called", "speaking", "paused", "speaking", "finished"]


def test_a_second_press_of_call_next_calls_nobody_else(cast: Cast) -> None:
    ana, ben = ask(cast, "Ana", "Ben")
    assert act(cast, "floor", request=ana).status_code == 303
    again = act(cast, "floor", request=ana)
    assert again.status_code == 409
    assert "The queue has moved on meanwhile." in again.text
    assert (state(cast, ana), state(cast, ben)) == ("called", "waiting")


def test_removing_needs_a_reason_and_keeps_it_out_of_the_record(cast: Cast) -> None:
    (ana,) = ask(cast, "Ana")
    assert act(cast, f"requests/{ana}/removal", reason=" ").status_code == 422
    assert act(cast, f"requests/{ana}/removal", reason="Asked twice by phone").status_code == 303
    assert state(cast, ana) == "removed"
    book = cast.read(lambda db: db.connection().exec_driver_sql("SELECT data FROM entry").scalars().all())
    assert not any("Asked twice" in data for data in book)


def test_a_card_is_added_for_a_person_without_a_device(cast: Cast) -> None:
    answer = act(cast, "requests", name="Paper card", mode="in_person", item="general", interpreter="on")
    assert answer.status_code == 303
    one = cast.read(lambda db: queries.waiting(db, cast.city.meeting.id)[0])
    assert (one.name, one.mode, one.limit_s) == ("Paper card", "in_person", 360)


def test_moving_and_closing(cast: Cast) -> None:
    ana, ben = ask(cast, "Ana", "Ben")
    act(cast, f"requests/{ben}/move", steps="-1")
    order = cast.read(lambda db: [each.id for each in queries.waiting(db, cast.city.meeting.id)])
    assert order == [ben, ana]
    act(cast, "queue/closing")
    assert "The list of speakers is closed." in cast.anyone.get(f"/meetings/{cast.city.meeting.id}").text
    act(cast, "queue/reopening")
    assert cast.read(lambda db: kinds(db, cast.city.meeting.id))[-2:] == ["queue.closed", "queue.reopened"]


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
    assert state(cast, ben) == "skipped"
    assert cast.read(lambda db: kinds(db, cast.city.meeting.id))[-1] == "meeting.adjourned"


@pytest.mark.parametrize("path", ["floor", "recess", "queue/closing", "requests"])
def test_another_bodys_clerk_finds_nothing(cast: Cast, path: str) -> None:
    before = cast.read(lambda db: kinds(db, cast.city.meeting.id))
    assert act(cast, path, cast.signed_in("stranger")).status_code == 404
    assert act(cast, path, cast.resident()).headers["location"].startswith("/sign-in")
    assert cast.read(lambda db: kinds(db, cast.city.meeting.id)) == before
