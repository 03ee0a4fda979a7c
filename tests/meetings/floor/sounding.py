"""The city's meeting with sound, in the whole app: its places, its residents, and their sockets."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, cast

from sqlalchemy.orm import Session
from starlette.testclient import TestClient, WebSocketTestSession

from comments.queue import floor
from comments.queue.actions import join_queue
from comments.queue.models import Request
from comments.queue.queries import request_to_speak
from engage.doors import participant_cookie
from meetings.floor.actions import agree_to_be_heard, make_place
from meetings.floor.models import CHAIR
from meetings.floor.packets import HEADER, OPUS, SUBPROTOCOL, Packet, packed
from meetings.floor.queries import places_of
from meetings.floor.sound import Sound
from meetings.models import Meeting
from tests import make
from tests.make import SYSTEM, Cast

ORIGIN = {"origin": "http://testserver"}
NAMES = ("ana", "ben", "eva")


def sent(seq: int) -> bytes:
    """As a browser sends it: 60 ms of Opus, by the first byte."""
    return packed(Packet(OPUS, 9, 9, seq, bytes((11 << 3, seq))))


def heard(data: bytes) -> tuple[int, int, int]:
    """Channel, turn and number of a packet."""
    found: tuple[int, int, int] = HEADER.unpack_from(data)[1:]
    return found


class Sounding:
    """The chair has a place, and everybody has agreed; nobody has been called."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.meeting_id = cast, cast.city.meeting.id
        self.links: dict[str, str] = {}
        self.requests: dict[str, str] = {}
        self.act(self._prepare)

    def _prepare(self, db: Session, meeting: Meeting) -> None:
        meeting.carries_sound = True
        self._make(db, meeting, CHAIR)
        for name in NAMES:
            person = make.participant(db, meeting, name, token=name)
            agree_to_be_heard(db, meeting, person.actor, by=person.actor)
            asked = join_queue(db, meeting, None, person, by=person.actor, mode="remote")
            self.requests[name] = asked.id

    def _make(self, db: Session, meeting: Meeting, kind: str, **over: Any) -> None:
        place, self.links[kind] = make_place(db, meeting, kind, by=SYSTEM, **over)
        agree_to_be_heard(db, meeting, place.person, by=SYSTEM)

    def make_place(self, kind: str, **over: Any) -> str:
        """Its link's secret part."""
        self.act(lambda db, meeting: self._make(db, meeting, kind, **over))
        return self.links[kind]

    @property
    def sound(self) -> Sound:
        return cast("Sound", self.cast.state.sound)

    def act(self, work: Callable[[Session, Meeting], Any]) -> Any:
        """One transaction on the meeting."""
        return self.cast.db.write_now(lambda db: work(db, db.get_one(Meeting, self.meeting_id)))

    def on_request(self, name: str, work: Callable[[Session, Meeting, Request], Any]) -> None:
        self.act(lambda db, of: work(db, of, request_to_speak(db, of.id, self.requests[name])))

    def on_place(self, number: int, act: Callable[..., None]) -> None:
        """Counted from the chair's on, as `places_of` has them."""
        self.act(lambda db, of: act(db, places_of(db, of.id)[number], by=SYSTEM))

    def call(self, name: str) -> None:
        self.on_request(
            name, lambda db, of, one: floor.call_out_of_turn(db, of, one, by=SYSTEM, reason="other")
        )

    def start(self, name: str) -> None:
        self.on_request(name, lambda db, of, one: floor.start_turn(db, one, by=SYSTEM))

    def end(self, name: str) -> None:
        self.on_request(name, lambda db, of, one: floor.end_turn(db, of, one, by=SYSTEM))

    def browser(self, token: str) -> TestClient:
        made = self.cast.resident()
        made.cookies.set(participant_cookie(self.meeting_id), token)
        return made

    def listen(self, choice: str = "") -> AbstractContextManager[WebSocketTestSession]:
        url = f"/meetings/{self.meeting_id}/listen{choice}"
        return connect(self.cast.resident(), url)

    def speak(self, token: str) -> AbstractContextManager[WebSocketTestSession]:
        return connect(self.browser(token), f"/meetings/{self.meeting_id}/speak")

    def speak_at(self, link: str) -> AbstractContextManager[WebSocketTestSession]:
        return connect(self.cast.resident(), f"/microphone/{link}/speak")


def connect(client: TestClient, url: str, **headers: str) -> WebSocketTestSession:
    return client.websocket_connect(url, [SUBPROTOCOL], headers=ORIGIN | headers)
