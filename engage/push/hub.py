"""The push: after a commit, each touched panel is rendered once a language and sent to every open page.

A panel is a part of a meeting's page in its present state, never a step of history, so a page that missed
something is brought up to date by the panels that have changed since its cursor. Nothing is queued for a
page that does not read: when it reads again it gets the present state, and after SLOW_S it is closed.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from time import perf_counter

from starlette.websockets import WebSocket

from engage.db import Database
from engage.push.frames import Frame, make_frame
from engage.push.lines import OPEN_PAGE, serve_here
from engage.push.news import LIVE, News, Newsroom
from engage.push.panels import MEETING, Panel
from engage.push.watching import Room, Watcher
from engage.record import Cursor

SLOW_S = 15
"""A page that takes no byte for so long is closed; its browser comes back and catches up."""
TRY_AGAIN_LATER = 1013
TOGETHER = 50
"""Pages that are written to before anything else gets a turn: about half a millisecond."""
REST_S, LONGEST_REST_S = 0.02, 0.5
"""After a push during which something has been committed, at least; and as long as the push itself took. What
comes meanwhile goes out together, and half of the time is left for requests."""
NUDGE_S, PRESENCE_S = 0.25, 1.0
"""Staff fetch their page anew when they are told: at most so often, and for who comes and goes less often."""

AGAIN_S = 1.0
"""After a push that failed."""

log = logging.getLogger(__name__)


class Hub:
    """`touches` says which panels an entry of each kind changes; the app joins it from the domains.

    `on_wake` is told of every book that has grown, before its room is; `elsewhere` says who has a page
    open at the other processes.
    """

    def __init__(self, db: Database, panels: Iterable[Panel], touches: Mapping[str, Collection[str]]) -> None:
        self.db = db
        self.newsroom = Newsroom(panels, touches)
        self.rooms: dict[str, Room] = {}
        self.on_wake: Callable[[str], None] = lambda book: None
        self.elsewhere: Callable[[str], set[str]] = lambda meeting_id: set()
        self.heads: dict[str, int] = {}
        self.pushes, self.push_seconds, self.closed_slow = 0, 0.0, 0
        self._loop = asyncio.get_running_loop()
        db.on_commit = self._wake_from_writer

    def wake(self, book: str, signals: Collection[str] = (), *, seq: int | None = None) -> None:
        """This book may have grown; the panels `signals` have changed without an entry (a job's progress).
        What is told a second time, once by us and once by who follows the store, is known by its `seq`."""
        if seq is not None:
            if seq <= self.heads.get(book, 0):
                return
            self.heads[book] = seq
        self.on_wake(book)
        if room := self.rooms.get(book):
            room.signals |= set(signals)
            room.changed.set()

    async def watch(
        self,
        socket: WebSocket,
        meeting_id: str,
        *,
        lang: str,
        staff: bool,
        page: str = MEETING,
        person: str | None = None,
    ) -> None:
        """Take in one accepted socket until its page goes away. What the browser sends is dropped.

        On our own server the socket stays open after this has come back, without a task of its own.
        """
        room = self.rooms.setdefault(meeting_id, Room(meeting_id))
        since = Cursor.parse(socket.query_params.get("since"))
        watcher = Watcher(room, lang, staff, since, page=page, person=person)
        if room.task is None:
            room.task = asyncio.create_task(self._follow(room))
        if ours := socket.scope.get("extensions", {}).get(OPEN_PAGE):
            watcher.line = ours["take_over"](watcher)
            room.enter(watcher)
        else:
            await serve_here(socket, watcher)

    def present(self, meeting_id: str) -> set[str]:
        """Tokens (hashed) of the participants whose pages are open, here or at another process."""
        room = self.rooms.get(meeting_id)
        return (room.people if room else set()) | self.elsewhere(meeting_id)

    def people(self) -> dict[str, set[str]]:
        """By meeting, the participants whose pages are open at this process."""
        return {meeting_id: room.people for meeting_id, room in self.rooms.items()}

    def note_presence(self, meeting_id: str) -> None:
        """Somebody has come or gone at another process."""
        if room := self.rooms.get(meeting_id):
            room.is_presence_new = True
            room.changed.set()

    def figures(self) -> dict[str, int]:
        """How many pages are open, in how many rooms; how many do not read, and what they hold."""
        stalled = [watcher.line for room in self.rooms.values() for watcher in room.stalled]
        return {
            "watchers": sum(len(room.watchers) for room in self.rooms.values()),
            "rooms": len(self.rooms),
            "stalled": len(stalled),
            "bytes_waiting": sum(line.waiting() for line in stalled if line),
        }

    def _wake_from_writer(self, books: Mapping[str, Cursor]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended: nobody watches any more
            for book, cursor in books.items():
                self._loop.call_soon_threadsafe(partial(self.wake, book, seq=cursor.seq))

    async def _follow(self, room: Room) -> None:
        """One push after another while anybody watches."""
        while True:
            await room.changed.wait()
            room.changed.clear()
            if room.is_empty:
                self.rooms.pop(room.meeting_id, None)
                return
            began = perf_counter()
            try:
                await self._push(room)
            except Exception:
                log.exception("the panels of meeting %s could not be rendered", room.meeting_id)
                self._loop.call_later(AGAIN_S, room.changed.set)
            spent = perf_counter() - began
            self.pushes, self.push_seconds = self.pushes + 1, self.push_seconds + spent
            if room.changed.is_set():
                await asyncio.sleep(min(max(REST_S, spent), LONGEST_REST_S))

    async def _push(self, room: Room) -> None:
        """Where it fails, nothing is forgotten: the cursor stays, and whoever waits goes on waiting."""
        fresh, signals = set(room.fresh), set(room.signals)
        news = await self.db.read(lambda db: self.newsroom.gather(db, room, fresh, signals))
        room.signals -= signals
        room.cursor = news.head
        settled = {audience: list(pages) for audience, pages in room.settled.items()}
        came = [watcher for watcher in fresh if watcher in room.fresh]
        room.fresh.difference_update(came)
        room.settle(came)
        self._tell_staff(room, news, [watcher for watcher in came if watcher.staff])
        for watcher in came:
            if not watcher.staff:
                self._send(room, watcher, news.frames[watcher.cursor, watcher.audience])
        for audience, pages in settled.items():
            if frame := news.frames.get((LIVE, audience)):
                await self._send_to_all(room, pages, frame)

    async def _send_to_all(self, room: Room, pages: list[Watcher], frame: Frame) -> None:
        settled = room.settled[pages[0].audience] if pages else set()
        for start in range(0, len(pages), TOGETHER):
            for watcher in pages[start : start + TOGETHER]:
                if watcher in settled:  # it may have stopped reading, and then gone on, since the push began
                    self._send(room, watcher, frame)
            await asyncio.sleep(0)

    def _send(self, room: Room, watcher: Watcher, frame: Frame) -> None:
        if watcher.line and watcher.line.write(frame):
            watcher.cursor = frame.cursor
        else:
            room.stall(watcher)
            watcher.too_slow = self._loop.call_later(SLOW_S, self._close, watcher)

    def _close(self, watcher: Watcher) -> None:
        self.closed_slow += 1
        if watcher.line:
            watcher.line.close(TRY_AGAIN_LATER)

    def _tell_staff(self, room: Room, news: News, came: list[Watcher]) -> None:
        """At once when there was quiet before; else when the pause is over."""
        room.has_news |= news.has_entries
        for watcher in came:
            self._send(room, watcher, make_frame(news.head, [], set(), nudge=True))
        if room.has_news or room.is_presence_new:
            due = room.nudged_at + (NUDGE_S if room.has_news else PRESENCE_S)
            if room.nudging and room.nudging.when() > due:
                room.nudging.cancel()
                room.nudging = None
            room.nudging = room.nudging or self._loop.call_at(due, self._nudge, room)

    def _nudge(self, room: Room) -> None:
        room.nudging, room.nudged_at = None, self._loop.time()
        room.has_news = room.is_presence_new = False
        nudge = make_frame(room.cursor or Cursor(0, ""), [], set(), nudge=True)
        for watcher in list(room.staff):
            self._send(room, watcher, nudge)
