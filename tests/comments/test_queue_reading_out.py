"""Requests in writing: the clerk reads them out, with a place and a time like everybody's."""

from typing import Any

import pytest
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from comments.queue import actions, floor, lists
from comments.queue.checking import faults
from comments.queue.models import Request
from comments.queue.order import Asked, in_order, next_up
from comments.queue.reading_out import LONGEST_WORDS, hand_in_words
from comments.queue.rules import Rules
from engage import record
from engage.minutes.public_part import speakers
from engage.on_air import standing_of
from engage.people import Refused
from meetings.minutes.doings import Speakers
from meetings.models import Meeting
from tests import make
from tests.make import Cast, kinds, send

CLERK = "account:clerk"
JOINED_OR_WRITTEN = ("request.joined", "request.written")
WORDS = "My daughter rides to school along Elm Street."


@pytest.fixture
def sounding(cast: Cast) -> Cast:
    """The city's meeting is heard in its page."""

    def work(db: Session) -> None:
        db.get_one(Meeting, cast.city.meeting.id).carries_sound = True

    cast.db.write_now(work)
    return cast


def join(cast: Cast, client: TestClient, **fields: str) -> Any:
    url = f"/meetings/{cast.city.meeting.id}/items/{cast.city.item.id}/request"
    return send(client, url, **{"name": "Ana", "mode": "written", "words": WORDS} | fields)


def mine(cast: Cast, client: TestClient) -> str:
    return client.get(f"/meetings/{cast.city.meeting.id}/mine").text


def id_of(cast: Cast, client: TestClient) -> str:
    return mine(cast, client).split('data-ids="', 1)[1].split('"', 1)[0].split()[0]


def attribute(html: str, name: str) -> str:
    return html.split(f'{name}="', 1)[1].split('"', 1)[0].strip()


def call(cast: Cast, client: TestClient) -> None:
    url = f"/clerk/meetings/{cast.city.meeting.id}/requests/{id_of(cast, client)}/out-of-turn"
    assert cast.clerk.post(url, data={"act": "call", "reason": "chair"}).status_code == 303


def test_where_the_meeting_is_heard_in_its_page_one_may_write_instead(sounding: Cast) -> None:
    url = f"/meetings/{sounding.city.meeting.id}/items/general/request"
    page = sounding.anyone.get(url).text
    assert "Here, with my microphone" in page
    assert ('value="written"' in page, 'name="words"' in page) == (True, True)


def test_elsewhere_nobody_is_offered_it_and_nobody_gets_it(cast: Cast) -> None:
    resident = cast.resident()
    page = resident.get(f"/meetings/{cast.city.meeting.id}/items/general/request").text
    assert ("By phone or video" in page, 'value="written"' in page, 'name="words"' in page) == (
        True, False, False,
    )  # fmt: skip
    assert join(cast, resident).status_code == 422


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"words": ""}, "Please write what the clerk is to read out."),
        ({"words": " \n\u200b"}, "Please write what the clerk is to read out."),
        ({"mode": "remote"}, "There is something to be read out here."),
        ({"words": "x" * (LONGEST_WORDS + 1)}, "This is 3001 characters long; at most 3000 fit."),
        ({"mode": ""}, "Please choose one of the answers."),
    ],
)
def test_what_does_not_fit_is_said_beside_the_field_and_nothing_typed_is_lost(
    sounding: Cast, fields: dict[str, str], complaint: str
) -> None:
    answer = join(sounding, sounding.resident(), **fields)
    assert (answer.status_code, complaint in answer.text) == (422, True)
    assert fields.get("words", WORDS) in answer.text
    assert "request.joined" not in sounding.read(lambda db: kinds(db, sounding.city.meeting.id))


def test_the_words_are_for_staff_when_the_turn_comes_and_the_public_hears_them(sounding: Cast) -> None:
    ana, at = sounding.resident(), sounding.city.meeting.id
    assert join(sounding, ana).status_code == 303
    assert "In writing, read out by the clerk" in sounding.anyone.get(f"/meetings/{at}").text
    call(sounding, ana)

    hall = sounding.anyone.get(f"/meetings/{at}/hall").text
    assert ("Is read out by the clerk" in hall, WORDS in hall) == (True, False)
    public = ana.get(f"/meetings/{at}").text
    assert ("Is read out by the clerk" in public, WORDS in public) == (True, False)
    assert attribute(mine(sounding, ana), "data-say") == "The clerk reads out what you have written."
    console = sounding.clerk.get(f"/clerk/meetings/{at}/console").text
    assert ("Read this out" in console, WORDS in console) == (True, True)
    assert WORDS in sounding.signed_in("chair").get(f"/chair/meetings/{at}").text


def test_who_is_read_out_gets_no_microphone(sounding: Cast) -> None:
    ana, ben = sounding.resident(), sounding.resident()
    join(sounding, ana)
    join(sounding, ben, name="Ben", mode="remote", words="")
    for client, count in ((ana, 0), (ben, 1)):
        call(sounding, client)
        now = sounding.read(lambda db: standing_of(db, sounding.city.meeting.id))
        assert (now.is_on, len(now.grants)) == (True, count)


def test_the_strip_tells_the_microphone_how_the_request_stands(sounding: Cast) -> None:
    ana, ben = sounding.resident(), sounding.resident()
    at = f"/clerk/meetings/{sounding.city.meeting.id}"
    told = [attribute(mine(sounding, ana), "data-microphone-state")]
    join(sounding, ana, mode="remote", words="")
    join(sounding, ben, name="Ben")
    told.append(attribute(mine(sounding, ana), "data-microphone-state"))
    for act in (f"items/{sounding.city.item.id}/call", "out-of-turn", "start", "pause", "end"):
        url = f"{at}/{act}" if "/" in act else f"{at}/requests/{id_of(sounding, ana)}/{act}"
        assert sounding.clerk.post(url, data={"act": "call"}).status_code == 303
        told.append(attribute(mine(sounding, ana), "data-microphone-state"))
    assert told == ["", "listed", "on_deck", "called", "called", "called", ""]
    assert attribute(mine(sounding, ben), "data-microphone-state") == ""


def test_a_microphone_stands_on_the_page_of_who_asked_to_speak_with_one_until_the_end(sounding: Cast) -> None:
    ana, ben, at = sounding.resident(), sounding.resident(), f"/meetings/{sounding.city.meeting.id}"
    join(sounding, ana, mode="remote", words="")
    join(sounding, ben, name="Ben")
    shown = ["data-microphone " in client.get(at).text for client in (ana, ben, sounding.anyone)]
    assert shown == [True, False, False]
    assert sounding.clerk.post(f"/clerk{at}/adjournment").status_code == 303
    page = ana.get(at).text
    assert ("data-microphone " in page, "data-listen=" in page) == (False, False)


def hand_in(cast: Cast, client: TestClient, words: str = WORDS, *, request: str = "") -> Any:
    url = f"/meetings/{cast.city.meeting.id}/requests/{request or id_of(cast, client)}"
    key = client.get(url).text.split('name="key" value="', 1)[-1].split('"', 1)[0]
    return client.post(f"{url}/words", data={"key": f"{key}-words", "words": words})


def test_a_microphone_that_does_not_work_costs_nobody_their_place(sounding: Cast) -> None:
    ana, ben = sounding.resident(), sounding.resident()
    for client, name in ((ana, "Ana"), (ben, "Ben")):
        join(sounding, client, name=name, mode="remote", words="")
    before = mine(sounding, ben)
    assert attribute(before, "data-say").startswith("You are number 2 in the queue.")
    assert hand_in(sounding, ben).status_code == 303
    assert attribute(mine(sounding, ben), "data-say") == attribute(before, "data-say")
    assert sounding.read(lambda db: kinds(db, sounding.city.meeting.id))[-1] == "request.written"
    assert WORDS in ben.get(f"/meetings/{sounding.city.meeting.id}/requests/{id_of(sounding, ben)}").text
    assert hand_in(sounding, ben, "Or rather this.").status_code == 303
    call(sounding, ben)
    assert "Or rather this." in sounding.clerk.get(f"/clerk/meetings/{sounding.city.meeting.id}/console").text
    assert sounding.read(lambda db: faults(db, sounding.city.meeting.id)) == []


def test_words_are_handed_in_by_their_own_person_before_their_turn(sounding: Cast) -> None:
    ana, ben = sounding.resident(), sounding.resident()
    join(sounding, ana, mode="remote", words="")
    join(sounding, ben, name="Ben", mode="in_person", words="")
    assert hand_in(sounding, ana, " ").status_code == 422
    assert hand_in(sounding, ana, "x" * 3001).status_code == 422
    assert hand_in(sounding, ben).status_code == 409
    assert hand_in(sounding, ben, request=id_of(sounding, ana)).status_code == 404
    call(sounding, ana)
    answer = hand_in(sounding, ana)
    assert (answer.status_code, "The queue has moved on meanwhile." in answer.text) == (409, True)
    assert "request.written" not in sounding.read(lambda db: kinds(db, sounding.city.meeting.id))


def test_where_nobody_is_heard_in_the_page_nothing_is_handed_in(cast: Cast) -> None:
    ana = cast.resident()
    join(cast, ana, mode="remote", words="")
    assert hand_in(cast, ana).status_code == 404


def test_the_clerk_adds_nobody_in_writing(sounding: Cast) -> None:
    """Who has a paper card is called by name; what stands on it can be read out all the same."""
    form = {"name": "Card", "mode": "written", "item": "general", "words": WORDS}
    answer = sounding.clerk.post(f"/clerk/meetings/{sounding.city.meeting.id}/requests", data=form)
    assert answer.status_code == 422


def waiting(db: Session, meeting: Meeting, name: str, mode: str) -> Request:
    person = make.participant(db, meeting, name)
    words = WORDS if mode == "written" else ""
    return actions.join_queue(db, meeting, None, person, by=person.actor, mode=mode, words=words)


def test_words_go_with_a_request_in_writing_and_with_no_other(db: Session) -> None:
    meeting = make.meeting(db, make.body(db))
    person = make.participant(db, meeting)
    for mode, words in (("written", ""), ("remote", WORDS), ("in_person", WORDS)):
        with pytest.raises(Refused):
            actions.join_queue(db, meeting, None, person, by=person.actor, mode=mode, words=words)


def test_the_record_holds_a_seal_and_not_the_words(db: Session) -> None:
    meeting = make.meeting(db, make.body(db))
    one = waiting(db, meeting, "Ana", "written")
    hand_in_words(db, one, "Anew", by=one.participant.actor)
    entries = record.since(db, meeting.id, record.Cursor(0, "")) or []
    assert not any(words in entry.data for entry in entries for words in (WORDS, "Anew"))
    sealed = [
        entry.facts["words"] for entry in entries if entry.kind in ("request.joined", "request.written")
    ]
    assert sealed == [record.sealed(one.salt, WORDS), record.sealed(one.salt, "Anew")]
    one.words = "Something else"
    db.flush()
    assert faults(db, meeting.id) == [
        f"Request {one.id} has another words in the store than the one that the record has sealed."
    ]


def test_who_is_read_out_has_a_remote_speakers_time_and_turn(db: Session) -> None:
    meeting = make.meeting(db, make.body(db))
    lists.set_rules(db, meeting.id, Rules(order="by_mode", total_s=600))
    room = [waiting(db, meeting, f"R{n}", "in_person") for n in (1, 2)]
    apart = [waiting(db, meeting, "W", "written"), waiting(db, meeting, "P", "remote")]
    assert lists.line(db, meeting, None) == [room[0], apart[0], room[1], apart[1]]
    floor.call_out_of_turn(db, meeting, apart[0], by=CLERK, reason="chair")
    floor.start_turn(db, apart[0], by=CLERK)
    apart[0].running_since = None
    apart[0].spoken_ms = 250_000
    db.flush()
    left = {mode: lists.left_for(db, meeting, None, mode) for mode in ("in_person", "remote", "written")}
    assert left == {"in_person": 300, "remote": 50, "written": 50}


def test_the_published_order_takes_writing_for_remote() -> None:
    crowd = [Asked("a", 1, mode="in_person"), Asked("b", 2, mode="in_person"), Asked("c", 3, mode="written")]
    assert [each.id for each in in_order("by_mode", crowd)] == ["a", "c", "b"]
    assert next_up(crowd[2:], lambda side: side != "remote") is None


def test_who_speaks_again_is_read_out_again(db: Session) -> None:
    meeting = make.meeting(db, make.body(db))
    one = waiting(db, meeting, "Ana", "written")
    floor.call_next(db, meeting, one, by=CLERK)
    floor.start_turn(db, one, by=CLERK)
    floor.end_turn(db, meeting, one, by=CLERK)
    again = actions.speak_again(db, meeting, one, by=CLERK)
    assert (again.is_written, again.words) == (True, WORDS)
    db.flush()
    assert faults(db, meeting.id) == []


@pytest.mark.parametrize(
    ("carries_sound", "remote"), [(True, "Online, with a microphone"), (False, "By phone or video")]
)
def test_the_minutes_say_how_each_was_heard(db: Session, carries_sound: bool, remote: str) -> None:
    meeting = make.meeting(db, make.body(db))
    meeting.carries_sound = carries_sound
    for name, mode in (("A", "in_person"), ("B", "remote"), ("C", "written")):
        one = waiting(db, meeting, name, mode)
        floor.call_next(db, meeting, one, by=CLERK)
        floor.start_turn(db, one, by=CLERK)
        floor.end_turn(db, meeting, one, by=CLERK)
    db.flush()
    (done,) = speakers(db, meeting.id)
    assert isinstance(done.block, Speakers)
    assert (done.block.in_room, done.block.remote) == (1, 2)
    assert [each.mode for each in done.block.people] == [
        "In the room", remote, "In writing, read out by the clerk",
    ]  # fmt: skip
