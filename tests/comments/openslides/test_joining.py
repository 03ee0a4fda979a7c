"""Onto the list: who may ask, where they stand, and what is refused."""

import pytest
from sqlalchemy import select

from comments.queue import listing
from comments.queue.models import ON_DECK, WAITING, Request
from tests import make
from tests.comments.openslides.hall import CLERK, Hall
from tests.comments.openslides.street import (
    OUTSIDERS,
    act,
    ask,
    client_of,
    line,
    request_url,
    state,
)
from tests.make import Cast, kinds, send


def test_whom_the_clerk_adds_waits_behind_those_who_wait(hall: Hall) -> None:
    first, second = hall.add("Ana"), hall.add("Ben")
    assert hall.line() == ["Ana", "Ben"]
    assert (first.state, second.state) == (ON_DECK, WAITING)
    assert first.called_at is None


@pytest.mark.parametrize("kind", ["comment", "point"])
def test_while_only_a_speaker_is_there_a_new_request_is_first_of_the_waiting(hall: Hall, kind: str) -> None:
    speaker = hall.speaker()
    note = "The door is locked." if kind == "point" else ""
    one = hall.add("Ben", kind, note=note)
    assert hall.line() == ["Ben"]
    assert (one.note, speaker.state) == (note, "speaking")


@pytest.mark.parametrize("is_every_list", [False, True])
def test_a_closed_list_takes_no_resident(hall: Hall, is_every_list: bool) -> None:
    if is_every_list:
        listing.close_queue(hall.db, hall.meeting, by=CLERK)
    else:
        hall.close()
    with hall.refused("The list of speakers is closed."):
        hall.ask("Ana")


def test_the_clerk_adds_others_and_themself_to_a_closed_list(cast: Cast) -> None:
    act(cast, "clerk", "lists/general/closing")
    answer = ask(cast, cast.resident())
    assert answer.status_code == 409
    assert "The list of speakers is closed." in answer.text
    for name in ("Paper card", "The clerk"):
        assert act(cast, "clerk", "requests", name=name, mode="in_person", item="general").status_code == 303
    assert line(cast) == ["Paper card", "The clerk"]


@pytest.mark.parametrize("fields", [{}, {"colour": "blue"}])
def test_a_form_without_what_is_needed_says_what_is_missing(cast: Cast, fields: dict[str, str]) -> None:
    before = state(cast)
    resident = send(cast.resident(), request_url(cast), **fields)
    clerk = act(cast, "clerk", "requests", **fields)
    missing = {"resident": ("mode",), "clerk": ("mode", "item")}
    for answer, names in zip((resident, clerk), missing.values(), strict=True):
        assert answer.status_code == 422
        assert [name for name in names if f'href="#f-{name}"' not in answer.text] == []
    assert state(cast) == before


def test_a_second_request_of_the_same_person_on_the_same_list_is_refused(hall: Hall) -> None:
    ana = hall.person("Ana")
    one = hall.ask(ana)
    hall.ask("Ben")
    for by in (ana.actor, CLERK):
        with hall.refused("already on the list"):
            hall.ask(ana, by=by)
    hall.ask(ana, hall.item)
    hall.hear(one)
    with hall.refused("already on the list"):
        hall.ask(ana)
    hall.end(one)
    hall.ask(ana)
    assert hall.line() == ["Ben", "Ana"]


def test_with_a_point_of_order_waiting_the_same_person_may_ask_to_speak(hall: Hall) -> None:
    """Each kind is counted by itself, and the point of order keeps its place."""
    ana = hall.person("Ana")
    hall.speaker("Cleo")
    hall.add("Ben")
    hall.add(ana, "point")
    hall.ask(ana)
    assert hall.line() == ["Ana", "Ben", "Ana"]


def test_who_takes_part_in_another_meeting_takes_no_part_here(cast: Cast) -> None:
    """The cookie of one meeting is nobody's at another: the form has to be opened there first."""
    other = cast.db.write_now(lambda db: make.meeting(db, db.merge(cast.city.body)).id)
    resident = cast.resident()
    ask(cast, resident)
    here = state(cast)
    own = cast.read(lambda db: db.scalars(select(Request.id)).one())

    answer = resident.post(f"/meetings/{other}/items/general/request", data={"mode": "remote", "key": "k"})
    assert answer.status_code == 409
    assert "request.joined" not in cast.read(lambda db: kinds(db, other))
    resident.get(f"/meetings/{other}/items/general/request")
    foreign = f"/meetings/{other}/requests/{own}/withdrawal"
    assert resident.post(foreign, data={"key": "k"}).status_code == 404
    assert state(cast) == here


def test_a_note_goes_with_a_point_or_a_question_only(hall: Hall) -> None:
    with hall.refused("has a note"):
        hall.add("Ana", note="About the bus stop.")
    assert hall.add("Ana", "question", note="About the bus stop.").note == "About the bus stop."


def test_a_note_on_a_comment_is_said_beside_the_field(cast: Cast) -> None:
    before = state(cast)
    fields = {"name": "Ana", "mode": "in_person", "item": "general", "note": "About the bus stop."}
    answer = act(cast, "clerk", "requests", **fields)
    assert answer.status_code == 422
    assert 'href="#f-note"' in answer.text
    assert "About the bus stop." in answer.text
    assert state(cast) == before


@pytest.mark.parametrize("kind", ["comment", "intervention"])
def test_only_the_clerk_adds_somebody_else(cast: Cast, kind: str) -> None:
    before = state(cast)
    fields = {"name": "", "mode": "in_person", "item": "general", "kind": kind}
    for who in OUTSIDERS:
        answer = act(cast, who, "requests", **fields)
        is_sent_away = answer.status_code == 404 or answer.headers["location"].startswith("/sign-in")
        assert is_sent_away, (who, answer.status_code)
    assert state(cast) == before
    assert act(cast, "clerk", "requests", **fields).status_code == 303
    assert line(cast) == [""]


def test_anybody_adds_themself_without_an_account(cast: Cast) -> None:
    assert ask(cast, client_of(cast, "nobody"), name="Ana").status_code == 303
    assert ask(cast, client_of(cast, "nobody"), name="").status_code == 303
    assert line(cast) == ["Ana", ""]
