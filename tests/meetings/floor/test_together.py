"""Two web processes: at either one may speak and listen, and both know how the sound stands."""

import json
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from engage.db import Database
from engage.settings import Settings
from meetings.floor.actions import agree_to_be_heard, make_place
from meetings.floor.leading import Leading
from meetings.floor.models import CHAIR, MEMBER
from meetings.floor.packets import OPUS, Packet, packed
from meetings.floor.sharing import Shared
from meetings.models import Meeting
from tests.engage.test_processes import Served, served
from tests.make import SYSTEM, wait_for

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes and their sockets in /proc"),
]


def make_heard(db: Session, meeting_id: str) -> tuple[str, str]:
    """The links of the chair's place and of another."""
    meeting = db.get_one(Meeting, meeting_id)
    meeting.carries_sound = True
    links = []
    for kind in (CHAIR, MEMBER):
        place, link = make_place(db, meeting, kind, by=SYSTEM)
        agree_to_be_heard(db, meeting, place.person, by=SYSTEM)
        links.append(link)
    return links[0], links[1]


def line_at(server: Served, pid: int, path: str, ends: ExitStack) -> ClientConnection:
    """A socket that this process has taken."""
    line = server.line_to(pid)
    opening = connect(
        f"ws://127.0.0.1:{server.port}{path}", sock=line.sock, compression=None,
        origin=Origin(f"http://127.0.0.1:{server.port}"),
    )  # fmt: skip
    return ends.enter_context(opening)


def told(line: ClientConnection) -> Any:
    return json.loads(line.recv(timeout=30))


def stands(shared: Shared, meeting_id: str) -> tuple[int, int]:
    """How many microphones, and how many listeners at both."""
    report = shared.report(meeting_id)
    return len(report.microphones), report.listeners


def sound(seq: int) -> bytes:
    return packed(Packet(OPUS, 0, 0, seq, bytes([11 << 3, seq])))


def test_the_sound_is_the_same_at_either_process(settings: Settings) -> None:
    with served(settings, "--no-worker") as server, ExitStack() as ends:
        store = Database(settings.database)
        meeting_id = server.city.meeting.id
        links = store.write_now(lambda db: make_heard(db, meeting_id))
        store.close()
        leading = Leading(settings.run)
        path = wait_for(leading.leader_path)
        (leader,) = [pid for pid in server.web() if path.stem == f"web-{pid}"]
        (other,) = set(server.web()) - {leader}

        ears = [line_at(server, pid, f"/meetings/{meeting_id}/listen", ends) for pid in (leader, other)]
        for ear in ears:
            assert told(ear)["sound"] == "on"
        for pid, link, channel in ((leader, links[0], 0), (other, links[1], 2)):
            microphone = line_at(server, pid, f"/microphone/{link}/speak", ends)
            assert told(microphone) == {"state": "on_air", "channel": channel}
            microphone.send(sound(7))
            assert [packet_of(ear) for ear in ears] == [
                packed(Packet(OPUS, channel, 0, 7, bytes([11 << 3, 7])))
            ] * 2

        shared = Shared(settings.run)
        wait_for(lambda: [shared.exchange(0), stands(shared, meeting_id)][1] == (2, 2), 10)
        assert sorted(shared.report(meeting_id).on_air) == [0, 2]
        shared.leave()

        for pid in (leader, other):
            with closing(server.line_to(pid)) as line:
                line.request("GET", f"/meetings/{meeting_id}/stream/index.m3u8")
                answer = line.getresponse()
                assert (answer.status, answer.read()[:7]) == (200, b"#EXTM3U")


def packet_of(ear: ClientConnection) -> bytes:
    """The next that is no word."""
    while isinstance(message := ear.recv(timeout=30), str):
        pass
    return message
