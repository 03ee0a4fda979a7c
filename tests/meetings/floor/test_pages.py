"""The page of a place: who sits there, the floor and its clock, agreeing once; a dead link is gone."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session
from starlette.websockets import WebSocketDisconnect

from comments.queue import floor
from comments.queue.models import Request
from engage import record
from meetings import actions as meeting_actions
from meetings.disruption import recesses
from meetings.floor import actions, queries
from meetings.floor.models import CHAIR, INTERPRETER, MEMBER, ROOM, STAFF
from meetings.models import Meeting
from tests import make
from tests.make import SYSTEM, Cast, in_line, kinds

ORIGIN = {"origin": "http://testserver"}


def place(cast: Cast, kind: str = STAFF, **over: Any) -> str:
    """The path of a place of the open meeting, which is heard in its page."""

    def work(db: Session) -> str:
        meeting = db.get_one(Meeting, cast.city.meeting.id)
        meeting.carries_sound = True
        return actions.make_place(db, meeting, kind, by=SYSTEM, **over)[1]

    return f"/microphone/{cast.db.write_now(work)}"


def test_it_says_who_sits_there_and_keeps_its_address_to_itself(cast: Cast) -> None:
    at = place(cast, name="City attorney")
    page = cast.resident().get(at)
    assert page.status_code == 200
    assert "<h1><bdi>City attorney</bdi></h1>" in page.text
    assert (page.headers["Cache-Control"], page.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert "set-cookie" not in page.headers
    assert f'data-speak="{at}/speak"' in page.text
    assert f'action="{at}/agreement"' in page.text


def test_a_member_is_called_by_name_and_an_interpreter_by_language(cast: Cast) -> None:
    (ana,) = cast.db.write_now(lambda db: make.council(db, db.merge(cast.city.body), "Ana Ruiz"))
    assert "<h1><bdi>Ana Ruiz</bdi></h1>" in cast.resident().get(place(cast, MEMBER, member=ana)).text
    page = cast.resident().get(place(cast, INTERPRETER, language="es")).text
    assert "<h1><bdi>Interpreter</bdi></h1>" in page
    assert "Interpreter, Spanish." in page


def test_the_rooms_own_sound_does_not_listen_to_itself(cast: Cast) -> None:
    listens = {kind: "data-listen=" in cast.resident().get(place(cast, kind)).text for kind in (ROOM, CHAIR)}
    assert listens == {ROOM: False, CHAIR: True}


def test_it_shows_who_has_the_floor_with_the_clock(cast: Cast) -> None:
    at = place(cast)
    (ana,) = in_line(cast, "Rosa Díaz")

    def call(db: Session) -> None:
        meeting, request = db.get_one(Meeting, cast.city.meeting.id), db.get_one(Request, ana)
        floor.call_next(db, meeting, request, by=SYSTEM)
        floor.start_turn(db, request, by=SYSTEM)

    cast.db.write_now(call)
    page = cast.resident().get(at).text
    shown = page.split('id="panel-floor"', 1)[1]
    assert "Rosa Díaz" in shown
    assert "data-clock" in shown


def test_one_agrees_once_whatever_is_sent_twice(cast: Cast) -> None:
    at = place(cast)
    browser = cast.resident()
    key = browser.get(at).text.split('name="key" value="', 1)[1].split('"', 1)[0]
    answers = [browser.post(f"{at}/agreement", data={"key": each}) for each in (key, key, "another")]
    assert [(each.status_code, each.headers["location"]) for each in answers] == [(303, at)] * 3
    person = cast.read(lambda db: queries.places_of(db, cast.city.meeting.id)[0].person)
    assert cast.read(lambda db: queries.has_agreed(db, cast.city.meeting.id, person))
    assert cast.read(lambda db: kinds(db, cast.city.meeting.id)).count("microphone.agreed") == 1
    entry = cast.read(lambda db: record.of_kinds(db, [cast.city.meeting.id], {"microphone.agreed"}))[0]
    assert entry.actor == person
    assert 'data-agreed="true"' in browser.get(at).text


def test_a_form_without_a_key_agrees_to_nothing(cast: Cast) -> None:
    at = place(cast)
    assert cast.resident().post(f"{at}/agreement").status_code == 409
    assert cast.read(lambda db: kinds(db, cast.city.meeting.id)).count("microphone.agreed") == 0


def test_a_dead_link_is_the_usual_nothing(cast: Cast) -> None:
    at = place(cast)

    def end(db: Session) -> None:
        actions.end_place(db, queries.places_of(db, cast.city.meeting.id)[0], by=SYSTEM)

    cast.db.write_now(end)
    for path in (at, "/microphone/never"):
        answers = [cast.anyone.get(path), cast.anyone.post(f"{path}/agreement", data={"key": "k"})]
        assert [each.status_code for each in answers] == [404, 404]
        with (
            pytest.raises(WebSocketDisconnect),
            cast.anyone.websocket_connect(f"{path}/live", headers=ORIGIN),
        ):
            pass


def test_whoever_was_closed_reads_it_on_their_page(cast: Cast) -> None:
    at = place(cast)
    assert "The chair or the clerk opens it again." not in cast.resident().get(at).text

    def close(db: Session) -> None:
        actions.close_place(db, queries.places_of(db, cast.city.meeting.id)[0], by=SYSTEM)

    cast.db.write_now(close)
    assert "The chair or the clerk opens it again." in cast.resident().get(at).text


def test_in_closed_session_it_says_why_nobody_is_heard(cast: Cast) -> None:
    at = place(cast)

    def leave(db: Session) -> None:
        recesses.close_session(db, db.get_one(Meeting, cast.city.meeting.id), "security", by=SYSTEM)

    cast.db.write_now(leave)
    page = cast.resident().get(at).text
    assert "The body meets in closed session" in page
    assert "Sound, recording and captions have stopped together." in page


def test_before_the_meeting_it_says_when_it_begins(cast: Cast) -> None:
    def announce(db: Session) -> str:
        starts_at = datetime(2026, 12, 8, 2, 30, tzinfo=UTC)
        over = {"state": "published", "carries_sound": True, "starts_at": starts_at}
        return actions.make_place(db, make.meeting(db, db.merge(cast.city.body), **over), ROOM, by=SYSTEM)[1]

    page = cast.resident().get(f"/microphone/{cast.db.write_now(announce)}").text
    assert "The meeting begins on Monday, December 7, 2026, at 6:30" in page


def test_a_draft_has_no_place_that_opens(cast: Cast) -> None:
    def work(db: Session) -> str:
        meeting = db.get_one(Meeting, cast.city.draft.id)
        meeting.carries_sound = True
        return actions.make_place(db, meeting, ROOM, by=SYSTEM)[1]

    assert cast.resident().get(f"/microphone/{cast.db.write_now(work)}").status_code == 404


def test_after_the_meeting_it_says_so_and_has_no_microphone(cast: Cast) -> None:
    at = place(cast)
    cast.db.write_now(
        lambda db: meeting_actions.adjourn_meeting(db, db.get_one(Meeting, cast.city.meeting.id), by=SYSTEM)
    )
    page = cast.resident().get(at).text
    assert "The meeting is over." in page
    assert "data-microphone" not in page


def test_the_others_are_only_the_chairs(cast: Cast) -> None:
    chair, other = place(cast, CHAIR), place(cast, name="City attorney")
    assert "City attorney" in cast.resident().get(chair).text
    shown = cast.resident().get(other).text
    assert 'id="sound"' not in shown
    assert "/closing" not in shown


def test_each_act_of_the_chairs_place_has_a_key_of_its_own(cast: Cast) -> None:
    """One key for all would answer the second act as the first."""
    chair = place(cast, CHAIR)
    place(cast, ROOM)
    page = cast.resident().get(chair).text
    keys = [part.split('"', 1)[0] for part in page.split('name="key" value="')[1:]]
    assert len(keys) == len(set(keys)) == 4  # agreeing, all, the chair's own, the room's


def test_it_is_told_that_something_changed_and_nothing_else(cast: Cast) -> None:
    at = place(cast)
    with cast.resident().websocket_connect(f"{at}/live", headers=ORIGIN) as socket:
        first = socket.receive_json()
        cast.db.write_now(lambda db: actions.hush(db, db.get_one(Meeting, cast.city.meeting.id), by=SYSTEM))
        second = socket.receive_json()
    assert [(each["content"], each["nudge"]) for each in (first, second)] == [("", True), ("", True)]
