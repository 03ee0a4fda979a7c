"""The sockets of the sound, in the whole app: who may come in, what they are told and what they hear."""

import re
from threading import current_thread
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.event import listen, remove
from sqlalchemy.orm import Session
from starlette.testclient import TestClient, WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from meetings import actions
from meetings.disruption import recesses
from meetings.disruption.models import Recess
from meetings.floor import actions as floor_actions
from meetings.floor import microphone, sockets
from meetings.floor.models import CHAIR, INTERPRETER, MEMBER, Agreement
from meetings.floor.packets import OPUS, SUBPROTOCOL, Packet, packed
from meetings.floor.parties import Event
from tests.make import SYSTEM, Cast, wait_for
from tests.meetings.floor.sounding import ORIGIN, Sounding, connect, heard, sent

OFF, ON = {"state": "off_air", "channel": None}, {"state": "on_air", "channel": 1}


@pytest.fixture
def sounding(cast: Cast) -> Sounding:
    return Sounding(cast)


def under_way(db: Session) -> Recess:
    """The closed session."""
    return db.scalars(select(Recess)).one()


def say(speaker: WebSocketTestSession, *seqs: int) -> None:
    for seq in seqs:
        speaker.send_bytes(sent(seq))


def test_a_resident_is_heard_from_the_call_to_the_end(sounding: Sounding) -> None:
    with sounding.listen() as ear, sounding.speak("ana") as ana:
        assert ear.accepted_subprotocol == ana.accepted_subprotocol == SUBPROTOCOL
        assert ear.receive_json() == {"sound": "on", "on": [0]}
        assert ana.receive_json() == OFF
        say(ana, 1)
        sounding.call("ana")
        assert ana.receive_json() == ON
        assert ear.receive_json() == {"on": 1, "turn": 1}
        say(ana, 2, 3)
        assert [ear.receive_bytes(), ear.receive_bytes()] == [
            packed(Packet(OPUS, 1, 1, seq, sent(seq)[8:])) for seq in (2, 3)
        ]
        sounding.start("ana")
        sounding.end("ana")
        assert ana.receive_json() == OFF
        assert ear.receive_json() == {"off": 1, "turn": 1}
        say(ana, 4)
        sounding.call("ben")
        assert ear.receive_json() == {"on": 1, "turn": 2}
        with sounding.speak("ben") as ben:
            assert ben.receive_json() == ON
            say(ana, 5)
            say(ben, 6)
            assert heard(ear.receive_bytes()) == (1, 2, 6)


def test_the_chair_is_heard_from_the_chairs_place(sounding: Sounding) -> None:
    with sounding.listen() as ear, sounding.speak_at(sounding.links[CHAIR]) as chair:
        assert ear.receive_json() == {"sound": "on", "on": [0]}
        assert chair.receive_json() == {"state": "on_air", "channel": 0}
        say(chair, 1)
        assert heard(ear.receive_bytes()) == (0, 0, 1)


def test_hush_leaves_only_the_chair_and_ends(sounding: Sounding) -> None:
    link = sounding.make_place(MEMBER, name="Ruiz")
    sounding.call("ana")
    with sounding.speak_at(link) as member, sounding.speak("ana") as ana:
        assert [member.receive_json()["state"], ana.receive_json()["state"]] == ["on_air", "on_air"]
        sounding.act(lambda db, of: floor_actions.hush(db, of, by=SYSTEM))
        assert [member.receive_json()["state"], ana.receive_json()["state"]] == ["off_air", "off_air"]
        with sounding.listen() as ear:
            assert ear.receive_json() == {"sound": "on", "on": [0]}
        sounding.act(lambda db, of: floor_actions.end_hush(db, of, by=SYSTEM))
        assert [member.receive_json()["channel"], ana.receive_json()["channel"]] == [2, 1]


def test_a_place_is_closed_opened_and_ended(sounding: Sounding) -> None:
    link = sounding.make_place(MEMBER)
    acts = (floor_actions.close_place, floor_actions.open_place, floor_actions.end_place)
    with sounding.speak_at(link) as member:
        states = [member.receive_json()["state"]]
        for act in acts:
            sounding.on_place(1, act)
            states.append(member.receive_json()["state"])
    assert states == ["on_air", "off_air", "on_air", "off_air"]
    assert is_refused(sounding.cast.resident(), f"/microphone/{link}/speak")


def test_an_interpreter_is_chosen_instead_of_the_floor(sounding: Sounding) -> None:
    link = sounding.make_place(INTERPRETER, language="es")
    with (
        sounding.listen() as floor, sounding.listen("?channel=2") as spanish,
        sounding.speak_at(link) as interpreter, sounding.speak_at(sounding.links[CHAIR]) as chair,
    ):  # fmt: skip
        greetings = [each.receive_json() for each in (floor, spanish, interpreter, chair)]
        assert greetings[:2] == [{"sound": "on", "on": [0, 2]}] * 2
        say(interpreter, 1)
        say(chair, 2)
        assert heard(spanish.receive_bytes()) == (2, 0, 1)
        assert heard(floor.receive_bytes()) == (0, 0, 2)


@pytest.mark.parametrize("choice", ["?channel=", "?channel=x", "?channel=-1", f"?channel={'9' * 5000}"])
def test_who_chooses_no_channel_hears_the_floor(sounding: Sounding, choice: str) -> None:
    with sounding.listen(choice) as ear, sounding.speak_at(sounding.links[CHAIR]) as chair:
        assert [ear.receive_json()["sound"], chair.receive_json()["state"]] == ["on", "on_air"]
        say(chair, 1)
        assert heard(ear.receive_bytes()) == (0, 0, 1)


def test_closed_session_recess_and_end_are_said(sounding: Sounding) -> None:
    with sounding.listen() as ear, sounding.speak_at(sounding.links[CHAIR]) as chair:
        assert ear.receive_json()["sound"] == "on"
        assert chair.receive_json()["state"] == "on_air"
        sounding.act(lambda db, of: recesses.close_session(db, of, "personnel", by=SYSTEM))
        assert chair.receive_json()["state"] == "off_air"
        assert ear.receive_json() == {"off": 0, "turn": 0}
        assert ear.receive_json() == {"sound": "closed_session", "on": []}
        say(chair, 1)
        sounding.act(lambda db, of: recesses.reopen_session(db, of, under_way(db), by=SYSTEM))
        assert [ear.receive_json(), ear.receive_json()] == [{"sound": "on", "on": []}, {"on": 0, "turn": 0}]
        say(chair, 2)
        assert heard(ear.receive_bytes()) == (0, 0, 2)
        sounding.act(lambda db, of: actions.adjourn_meeting(db, of, by=SYSTEM))
        assert ear.receive_json() == {"off": 0, "turn": 0}
        assert ear.receive_json() == {"sound": "over", "on": []}
    with sounding.listen() as late:
        assert late.receive_json() == {"sound": "over", "on": []}


def test_a_meeting_without_sound_says_so(cast: Cast) -> None:
    with connect(cast.resident(), f"/meetings/{cast.city.meeting.id}/listen") as ear:
        assert ear.receive_json() == {"sound": "elsewhere", "on": []}


def test_nobody_is_heard_who_has_not_agreed(sounding: Sounding) -> None:
    sounding.act(lambda db, of: db.execute(delete(Agreement)))
    for socket in (sounding.speak("ana"), sounding.speak_at(sounding.links[CHAIR])):
        with socket as refused:
            assert refused.receive_json() == {"state": "not_agreed", "channel": None}
            assert closed_with(refused) == 4003


def test_strangers_are_refused(sounding: Sounding) -> None:
    nobody, meeting = sounding.cast.resident(), f"/meetings/{sounding.meeting_id}"
    draft = f"/meetings/{sounding.cast.city.draft.id}"
    for url in (
        f"{meeting}/speak",
        "/microphone/no/speak",
        f"{draft}/listen",
        "/meetings/no/listen",
    ):
        assert is_refused(nobody, url), url
    assert is_refused(sounding.browser("nobody"), f"{meeting}/speak")
    for origin in ("https://evil.example", "null"):
        assert is_refused(nobody, f"{meeting}/listen", origin=origin)
        assert is_refused(sounding.browser("ana"), f"{meeting}/speak", origin=origin)
        assert is_refused(nobody, f"/microphone/{sounding.links[CHAIR]}/speak", origin=origin)


def test_a_lost_speaker_comes_back_into_the_same_turn(sounding: Sounding) -> None:
    sounding.call("ana")
    sounding.start("ana")
    with sounding.listen() as ear:
        assert ear.receive_json() == {"sound": "on", "on": [0, 1]}
        with sounding.speak("ana") as ana:
            assert ana.receive_json() == ON
            say(ana, 1)
            assert heard(ear.receive_bytes()) == (1, 1, 1)
            assert not sounding.sound.report(sounding.meeting_id).lost
        person = wait_for(lambda: list(sounding.sound.report(sounding.meeting_id).lost))
        assert sounding.sound.report(sounding.meeting_id).on_air[1] == person[0]
        with sounding.speak("ana") as again:
            assert again.receive_json() == ON
            say(again, 2)
            assert heard(ear.receive_bytes()) == (1, 1, 2)
            assert not sounding.sound.report(sounding.meeting_id).lost


def test_a_speaker_of_whom_nothing_comes_is_lost(sounding: Sounding, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their socket is open: a dead line says nothing for a long time."""
    for each in (microphone, sockets):
        monkeypatch.setattr(each, "QUIET_S", 0.05)
    sounding.call("ana")
    room = wait_for(lambda: sounding.sound.engine.rooms.get(sounding.meeting_id))
    events, tell = list[Event](), room.on_event

    def note(event: Event) -> None:
        events.append(event)
        tell(event)

    room.on_event = note
    with sounding.speak("ana") as ana:
        assert ana.receive_json() == ON
        say(ana, 1)
        wait_for(lambda: len(sounding.sound.report(sounding.meeting_id).lost) == 1)
        assert len(sounding.sound.report(sounding.meeting_id).microphones) == 1
        say(ana, 2)
        wait_for(lambda: any(each.what == "back" for each in events))


def test_one_tab_of_a_person_holds_the_microphone(sounding: Sounding) -> None:
    with sounding.speak("ana") as first:
        assert first.receive_json() == OFF
        with sounding.speak("ana") as second:
            assert first.receive_json()["state"] == "replaced"
            assert closed_with(first) == 1008
            assert second.receive_json() == OFF
            assert len(sounding.sound.report(sounding.meeting_id).microphones) == 1


def test_garbage_is_cut_off(sounding: Sounding) -> None:
    with sounding.speak("ana") as ana:
        assert ana.receive_json() == OFF
        for _ in range(30):
            ana.send_text("let me in")
        assert ana.receive_json()["state"] == "cut_off"
        assert closed_with(ana) == 1008


def test_staff_see_how_it_stands(sounding: Sounding) -> None:
    """And their pages are told to look again."""
    sounding.call("ana")
    url = f"/clerk/meetings/{sounding.meeting_id}/live"
    with sounding.cast.clerk.websocket_connect(url, headers=ORIGIN) as console, sounding.listen() as ear:
        assert console.receive_json()["nudge"]
        assert ear.receive_json()["sound"] == "on"
        with sounding.speak("ana") as ana:
            assert ana.receive_json() == ON
            assert console.receive_json()["nudge"]
            report = sounding.sound.report(sounding.meeting_id)
            assert [*report.on_air] == [0, 1]
            assert report.microphones == {report.on_air[1]}
            assert report.listeners == 1
    assert sounding.sound.report("nosuchmeeting").listeners == 0


def test_a_microphone_costs_three_queries(sounding: Sounding) -> None:
    """Meeting, participant, agreement; what comes from it then asks the store nothing."""
    reader, asked = sounding.cast.db.reader, list[str]()

    def note(*event: Any) -> None:
        if current_thread().name != "sound_0":  # which reads after commits, not for sockets
            asked.append(event[2])

    with sounding.speak_at(sounding.links[CHAIR]) as chair, sounding.listen() as ear:
        assert [chair.receive_json()["state"], ear.receive_json()["sound"]] == ["on_air", "on"]
        listen(reader, "before_cursor_execute", note)
        with sounding.speak("ana") as ana:
            assert ana.receive_json() == OFF
            say(ana, *range(20))
            say(chair, *range(20))
            assert [heard(ear.receive_bytes())[2] for _ in range(20)] == list(range(20))
        remove(reader, "before_cursor_execute", note)
    tables = [
        table for each in asked if (table := first_table(each)) in ("meeting", "participant", "agreement")
    ]
    assert sorted(tables) == ["agreement", "meeting", "participant"]


def first_table(statement: str) -> str:
    found = re.search(r"FROM (\w+)", statement)
    return found.group(1) if found else ""


def closed_with(socket: WebSocketTestSession) -> int:
    with pytest.raises(WebSocketDisconnect) as end:
        socket.receive_json()
    return end.value.code


def is_refused(client: TestClient, url: str, **headers: str) -> bool:
    try:
        with connect(client, url, **headers):
            return False
    except WebSocketDisconnect:
        return True
