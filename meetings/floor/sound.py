"""The sound of this server's meetings: the engine, kept in step with the record, and what is told of it."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket

from engage import clock
from engage.db import Database
from engage.push.hub import Hub
from engage.settings import Settings
from meetings.floor.engine import Engine
from meetings.floor.following import Following
from meetings.floor.parties import BACK, LOST, OFF_AIR, Event
from meetings.floor.recording import shortage
from meetings.floor.report import Report
from meetings.floor.room import Room
from meetings.floor.standing import StandingOf

PassOn = Callable[[WebSocket], Awaitable[None]]
"""Takes a socket that is not accepted yet to the process that leads, and comes back when it is over."""
Fetch = Callable[[Request], Awaitable[Response]]
"""Answers a request for the stream with what the process that leads says."""


class Sound:
    """Made in the event loop. Of several processes one leads: the engine runs there alone, and the others
    `pass_on` their sockets and ask `others` how it stands."""

    def __init__(self, db: Database, hub: Hub, settings: Settings, standing_of: StandingOf) -> None:
        self.db, self.hub, self.settings = db, hub, settings
        self.engine = Engine(self._note_event)
        self.following = Following(db, self.engine, standing_of)
        self.is_leading, self.has_recorder = False, False
        self.pass_on: PassOn | None = None
        self.fetch: Fetch | None = None
        self.others: Callable[[str], Report] = lambda meeting_id: Report()
        self.elsewhere: Callable[[str], int] = lambda meeting_id: 0
        """Who listens at the other processes, each of which is one listener here."""
        self._lost: dict[str, dict[str, datetime]] = {}
        self._faults: dict[str, str] = {}

    async def lead(self) -> None:
        """From now on the engine is this process's, until it ends; every live meeting's sound goes on."""
        self.is_leading = True
        await self.following.resume()

    def note(self, book: str) -> None:
        """This book has grown; whose it is and whether it matters is read from the record."""
        if self.is_leading:
            self.following.note(book)

    async def room(self, meeting_id: str) -> Room:
        """In step with the record, for somebody who comes to listen or to speak."""
        is_new = meeting_id not in self.engine.rooms
        room = self.engine.open(meeting_id)
        if is_new:
            self.following.note(meeting_id)
        await self.following.settled(meeting_id)
        return room

    def report(self, meeting_id: str) -> Report:
        """How it stands just now; may be asked in any thread."""
        return replace(self.state(meeting_id), shortage=shortage(self.settings.data))

    def state(self, meeting_id: str) -> Report:
        """The same without a look at the disk."""
        if not self.is_leading:
            return self.others(meeting_id)
        room = self.engine.rooms.get(meeting_id)
        if room is None:
            return Report()
        fault = self._faults.get(meeting_id, "")
        return Report(
            on_air={each.channel: each.person for each in list(room.grants.values())},
            microphones=frozenset(list(room.microphones)),
            lost=dict(self._lost.get(meeting_id, {})),
            listeners=len(room.ears) + self.elsewhere(meeting_id),
            is_recording=room.is_on and self.has_recorder and not fault,
            recorder_fault=fault,
        )

    def note_fault(self, meeting_id: str, fault: str) -> None:
        """The recorder cannot write (a msgid), or it can again (nothing). In the event loop."""
        if fault:
            self._faults[meeting_id] = fault
        else:
            self._faults.pop(meeting_id, None)
        self.hub.note_presence(meeting_id)

    async def close(self) -> None:
        """This process ends: what was recorded is kept, and nobody is told that a meeting is over."""
        self.is_leading = False
        await self.following.stop()

    def _note_event(self, event: Event) -> None:
        lost = self._lost.setdefault(event.meeting_id, {})
        if event.what == LOST:
            lost.setdefault(event.person, clock.now())
        elif event.what in (BACK, OFF_AIR):
            lost.pop(event.person, None)
        if not lost:
            del self._lost[event.meeting_id]
        self.hub.note_presence(event.meeting_id)
