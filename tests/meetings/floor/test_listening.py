"""Listeners on our own server, by real sockets: what one that does not read costs, and what it misses."""

import contextlib
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from engage.push.frames import Plain
from engage.settings import Settings
from meetings.floor import listening
from meetings.floor.actions import agree_to_be_heard, make_place
from meetings.floor.listening import framed
from meetings.floor.models import CHAIR
from meetings.floor.packets import HEADER, OPUS, SUBPROTOCOL, Packet, packed
from meetings.floor.room import Room
from meetings.models import Meeting
from tests.make import SYSTEM, City, wait_for
from tests.served import Served, serving_here

SIZE = 200
"""Bytes of a packet, as 60 ms of speech are."""


class Heard(Served):
    """With a chair who may be heard."""

    link = ""

    def begin(self) -> None:
        def work(db: Any) -> str:
            meeting = db.get_one(Meeting, self.city.meeting.id)
            meeting.carries_sound = True
            place, link = make_place(db, meeting, CHAIR, by=SYSTEM)
            agree_to_be_heard(db, meeting, place.person, by=SYSTEM)
            return link

        self.link = self.db.write_now(work)
        wait_for(lambda: self.city.meeting.id in self.app.state.sound.engine.rooms)

    @property
    def room(self) -> Room:
        found: Room = self.app.state.sound.engine.rooms[self.city.meeting.id]
        return found

    def say(self, seq: int) -> None:
        """The chair, without a microphone."""
        packet = Packet(OPUS, 0, 0, seq, sent(seq)[HEADER.size :])
        self.in_its_loop(lambda: self.room._relay(self.room.grants[0], packet))

    def listen(self, **options: Any) -> ClientConnection:
        path = f"/meetings/{self.city.meeting.id}/listen"
        return self.connect(path, subprotocols=[SUBPROTOCOL], **options)

    def speak(self) -> ClientConnection:
        return self.connect(f"/microphone/{self.link}/speak", subprotocols=[SUBPROTOCOL])


@pytest.fixture
def served(settings: Settings, filled_store: tuple[Path, City]) -> Iterator[Heard]:
    with serving_here(Heard, settings, filled_store) as made:
        made.begin()
        yield made


def sent(seq: int) -> bytes:
    return packed(Packet(OPUS, 0, 0, seq, bytes((11 << 3,)).ljust(SIZE, b"s")))


def seq_of(data: str | bytes) -> int:
    assert isinstance(data, bytes)
    found: int = HEADER.unpack_from(data)[3]
    return found


def test_everybody_gets_the_same_bytes_uncompressed(served: Heard) -> None:
    with (
        served.speak() as chair, served.listen(compression=None) as plain,
        served.listen(compression="deflate") as other,
    ):  # fmt: skip
        assert [len(each.protocol.extensions) for each in (plain, other)] == [0, 1]
        assert [each.subprotocol for each in (chair, plain, other)] == [SUBPROTOCOL] * 3
        for ear in (plain, other):
            assert json.loads(ear.recv(10)) == {"sound": "on", "on": [0]}
        for seq in range(20):
            chair.send(sent(seq))
        for ear in (plain, other):
            assert [ear.recv(10) for _ in range(20)] == [sent(seq) for seq in range(20)]


def test_what_a_listener_sends_is_dropped(served: Heard) -> None:
    with served.speak() as chair, served.listen() as ear:
        ear.recv(10)
        ear.send(sent(1))
        ear.send("x" * 60_000)
        chair.send(sent(2))
        assert seq_of(ear.recv(10)) == 2


def test_a_listener_that_goes_leaves_nothing_behind(served: Heard) -> None:
    with served.listen() as ear:
        ear.recv(10)
        assert len(served.room.ears) == 1
    wait_for(lambda: not served.room.ears)


@contextlib.contextmanager
def stalled(served: Heard) -> Iterator[tuple[ClientConnection, ClientConnection, int]]:
    """One that does not read, one that does and has heard everything, and the number of the next packet."""
    own = socket.socket()
    own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    own.connect(("127.0.0.1", served.port))
    with (
        served.listen() as good, served.listen(sock=own, compression=None, max_queue=1) as slow,
    ):  # fmt: skip
        good.recv(10)
        seq = 0
        wait_for(lambda: len(served.room.ears) == 2)
        while not any(each.too_slow for each in listeners(served)):
            assert seq < 1000
            served.say(seq)
            assert seq_of(good.recv(10)) == seq
            seq += 1
        yield slow, good, seq


def test_who_reads_again_goes_on_with_what_is_said_now(served: Heard) -> None:
    """What they held is a few seconds; what they have missed is gone, and they are told how it stands."""
    with stalled(served) as (slow, good, missed):
        for seq in range(missed, missed + 50):
            served.say(seq)
            assert seq_of(good.recv(10)) == seq
        assert json.loads(slow.recv(10)) == {"sound": "on", "on": [0]}
        held = []
        while isinstance(data := slow.recv(10), bytes):
            held.append(seq_of(data))
        assert held == list(range(missed - 1))
        assert json.loads(data) == {"sound": "on", "on": [0]}
        served.say(9000)
        assert seq_of(good.recv(10)) == 9000
        later = [missed - 1]  # the system may have taken more of it before all was said
        while later[-1] != 9000:
            if isinstance(data := slow.recv(10), bytes):
                later.append(seq_of(data))
        assert later == sorted(set(later))


def test_who_never_reads_is_closed(served: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "SLOW_S", 0.2)
    with stalled(served) as (slow, good, _), pytest.raises(ConnectionClosed) as closed:
        wait_for(lambda: said_to(served, good) and any(each.line.close_sent for each in listeners(served)))
        while True:
            slow.recv(10)
    assert closed.value.rcvd is not None and closed.value.rcvd.code == 1013
    wait_for(lambda: not served.room.ears)


def said_to(served: Heard, good: ClientConnection) -> bool:
    served.say(9000)
    return seq_of(good.recv(10)) == 9000


def listeners(served: Heard) -> list[Any]:
    return list(served.room.ears)


def test_one_frame_is_made_for_all() -> None:
    assert framed(sent(1)) is framed(sent(1))
    assert (framed(sent(1)).wire, framed(sent(1)).packed) == (b"\x82\x7e\x00\xd0" + sent(1),) * 2
    assert Plain("{}").wire == b"\x81\x02{}"
