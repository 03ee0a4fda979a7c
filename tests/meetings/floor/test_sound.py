"""The sound of the whole app: how it stands, and where another process leads it."""

import pytest
from starlette.websockets import WebSocket, WebSocketDisconnect

from engage import clock
from meetings.floor.models import CHAIR
from meetings.floor.recording import IS_FULL
from meetings.floor.report import Report
from tests.make import Cast, wait_for
from tests.meetings.floor.sounding import ORIGIN, Sounding


@pytest.fixture
def sounding(cast: Cast) -> Sounding:
    return Sounding(cast)


def test_a_fault_of_the_recorder_is_told_to_staff(sounding: Sounding) -> None:
    sound, portal = sounding.sound, sounding.cast.anyone.portal
    assert portal
    url = f"/clerk/meetings/{sounding.meeting_id}/live"
    with sounding.cast.clerk.websocket_connect(url, headers=ORIGIN) as console, sounding.listen() as ear:
        assert console.receive_json()["nudge"]
        assert ear.receive_json()["sound"] == "on"
        told = [sound.report(sounding.meeting_id)]
        for fault in (IS_FULL, ""):
            portal.call(sound.note_fault, sounding.meeting_id, fault)
            assert console.receive_json()["nudge"]
            told.append(sound.report(sounding.meeting_id))
    assert [each.is_recording for each in told] == [True, False, True]
    assert [each.recorder_fault for each in told] == ["", IS_FULL, ""]


def test_who_does_not_lead_asks_the_others(sounding: Sounding) -> None:
    elsewhere = Report(on_air={0: "place:x"}, lost={"place:x": clock.now()}, listeners=7)
    sounding.sound.is_leading = False
    sounding.sound.others = {sounding.meeting_id: elsewhere}.__getitem__
    report = sounding.sound.report(sounding.meeting_id)
    assert (report.on_air, report.lost, report.listeners) == (elsewhere.on_air, elsewhere.lost, 7)


def test_sockets_are_passed_on_to_who_leads(sounding: Sounding) -> None:
    passed = list[str]()

    async def pass_on(socket: WebSocket) -> None:
        passed.append(socket.url.path)
        await socket.accept()
        await socket.close(1000)

    sounding.sound.is_leading, sounding.sound.pass_on = False, pass_on
    sockets = (sounding.listen(), sounding.speak("ana"), sounding.speak_at(sounding.links[CHAIR]))
    assert [closed_with(each) for each in sockets] == [1000] * 3
    assert len(set(passed)) == 3


def test_while_nobody_leads_browsers_are_told_to_come_back(sounding: Sounding) -> None:
    sounding.sound.is_leading = False
    assert [closed_with(each) for each in (sounding.listen(), sounding.speak("ana"))] == [1013] * 2


def test_what_does_not_lead_follows_nothing(sounding: Sounding) -> None:
    sound, portal = sounding.sound, sounding.cast.anyone.portal
    assert portal
    room = wait_for(lambda: sound.engine.rooms.get(sounding.meeting_id))
    wait_for(lambda: not sound.following._tasks)
    sound.is_leading = False
    sounding.call("ana")
    portal.call(sound.note, sounding.meeting_id)
    assert (sound.following._tasks, sorted(room.grants)) == ({}, [0])


def closed_with(socket: object) -> int:
    with pytest.raises(WebSocketDisconnect) as end, socket as opened:  # type: ignore[attr-defined]  # a TestClient's
        opened.receive_json()
    return end.value.code
