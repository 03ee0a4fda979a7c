"""The push: after a commit, each touched panel is rendered once a language and sent to every open page.

A panel is a part of a meeting's page in its present state, never a step of history, so a page that missed
something is brought up to date by the panels that have changed since its cursor.
"""

import asyncio
import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session
from starlette.websockets import WebSocket, WebSocketDisconnect

from engage import record
from engage.db import Database
from engage.frames import Frame, make_frame
from engage.panels import MEETING, Panel
from engage.record import Cursor
from engage.watching import Audience, Room, Watcher

SEND_SECONDS = 20
"""A page that takes no byte for so long is closed; its browser comes back and catches up."""
TRY_AGAIN_LATER = 1013
WRITE = "engage.write"
"""The ASGI extension by which a server offers `Watcher.write`."""

log = logging.getLogger(__name__)


class Hub:
    """`touches` says which panels an entry of each kind changes; the app joins it from the domains."""

    def __init__(self, db: Database, panels: Iterable[Panel], touches: Mapping[str, Collection[str]]) -> None:
        self.db = db
        self.panels = {panel.name: panel for panel in panels}
        self.touches = touches
        self.rooms: dict[str, Room] = {}
        self._loop = asyncio.get_running_loop()
        db.on_commit = self._wake_from_writer

    def wake(self, book: str, signals: Collection[str] = ()) -> None:
        """This book may have grown; the panels `signals` have changed without an entry (a job's progress)."""
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
        """Serve one accepted socket until its page goes away. What the browser sends is dropped."""
        server = socket.scope.get("extensions", {}).get(WRITE, {})
        since = Cursor.parse(socket.query_params.get("since"))
        watcher = Watcher(
            socket, lang, staff, since, server.get("write", lambda frame: False), page=page, person=person
        )
        room = self.rooms.setdefault(meeting_id, Room())
        room.watchers.add(watcher)
        self._catch_up(room, watcher)
        self._tell_staff(room, watcher)
        if room.task is None:
            room.task = asyncio.create_task(self._follow(meeting_id, room))
        try:
            while (await socket.receive())["type"] != "websocket.disconnect":
                pass
        finally:
            self._leave(meeting_id, room, watcher)

    def present(self, meeting_id: str) -> set[str]:
        """Tokens (hashed) of the participants whose pages are open."""
        room = self.rooms.get(meeting_id)
        return {watcher.person for watcher in room.watchers if watcher.person} if room else set()

    def _tell_staff(self, room: Room, watcher: Watcher) -> None:
        """A participant has come or gone: the clerk's page shows who is connected."""
        if watcher.person:
            room.is_presence_new = True
            room.changed.set()

    def _wake_from_writer(self, books: set[str]) -> None:
        for book in books:
            self._loop.call_soon_threadsafe(self.wake, book)

    def _catch_up(self, room: Room, watcher: Watcher) -> None:
        room.fresh.add(watcher)
        room.changed.set()

    def _leave(self, meeting_id: str, room: Room, watcher: Watcher) -> None:
        room.watchers.discard(watcher)
        room.fresh.discard(watcher)
        self._tell_staff(room, watcher)
        if watcher.sender:
            watcher.sender.cancel()
        if not room.watchers and room.task:
            room.task.cancel()
            self.rooms.pop(meeting_id, None)

    async def _follow(self, meeting_id: str, room: Room) -> None:
        while True:
            await room.changed.wait()
            room.changed.clear()
            fresh, room.fresh = room.fresh, set()
            signals, room.signals = room.signals, set()
            asked = {(w.cursor, w.audience) for w in fresh if not w.staff}
            present = {w.audience for w in room.watchers - fresh if not w.staff}
            try:
                news = await self.db.read(
                    lambda db: self._news(db, meeting_id, room.cursor, present, asked, signals)  # noqa: B023 - awaited here
                )
            except Exception:
                log.exception("the panels of meeting %s could not be rendered", meeting_id)
                room.fresh |= fresh & room.watchers  # made up for at the next change
                room.signals |= signals
                continue
            self._hand_out(room, fresh, news)

    def _news(
        self,
        db: Session,
        meeting_id: str,
        cursor: Cursor | None,
        present: set["Audience"],
        asked: set[tuple[Cursor | None, "Audience"]],
        signals: set[str],
    ) -> "News":
        """Everything to send now, from one state of the database: a frame for each cursor and audience."""
        head = record.head(db, meeting_id)
        drawn: dict[tuple[str, str], str] = {}
        frames: dict[tuple[Cursor | None, Audience], Frame] = {}
        wanted = {(cursor, who, True) for who in present} | {(since, who, False) for since, who in asked}
        for since, (lang, page), is_live in wanted:
            names, ids = self._touched(db, meeting_id, since if since or not is_live else head)
            names |= signals if is_live else set()
            names = {name for name in names if self.panels[name].page == page}
            for name in names:
                if (name, lang) not in drawn:
                    drawn[name, lang] = self.panels[name].html(db, meeting_id, lang)
            key = (LIVE if is_live else since, (lang, page))
            if names or not is_live:
                frames[key] = make_frame(head, [drawn[n, lang] for n in self.panels if n in names], ids)
        return News(head, frames, cursor != head)

    def _touched(self, db: Session, meeting_id: str, since: Cursor | None) -> tuple[set[str], set[str]]:
        """The panels that the entries since a cursor have changed, and the ids that they name."""
        entries = record.since(db, meeting_id, since)
        if entries is None:
            return set(self.panels), set()
        names = {name for entry in entries for name in self.touches.get(entry.kind, ())}
        ids = {str(entry.facts["request"]) for entry in entries if "request" in entry.facts}
        return names, ids

    def _hand_out(self, room: Room, fresh: set[Watcher], news: "News") -> None:
        room.cursor = news.head
        is_presence_new, room.is_presence_new = room.is_presence_new, False
        nudge = make_frame(news.head, [], set(), nudge=True)
        for watcher in room.watchers - room.fresh:  # who has come meanwhile is caught up from its own cursor
            if watcher.staff:
                frame: Frame | None = (
                    nudge if news.has_entries or is_presence_new or watcher in fresh else None
                )
            elif watcher in fresh:
                frame = news.frames.get((watcher.cursor, watcher.audience))
            else:
                frame = news.frames.get((LIVE, watcher.audience))
            if frame:
                watcher.offer(frame)
                if watcher.frames and watcher.sender is None:
                    watcher.sender = asyncio.create_task(self._send_all(room, watcher))

    async def _send_all(self, room: Room, watcher: Watcher) -> None:
        """Send what a page could not take at once, as fast as it reads; then let it be written to again."""
        try:
            while watcher.frames:
                frame = watcher.frames.popleft()
                async with asyncio.timeout(SEND_SECONDS):
                    await watcher.socket.send_text(frame.text)
                watcher.cursor = frame.cursor
            watcher.sender = None
            if watcher.is_behind:
                watcher.is_behind = False
                self._catch_up(room, watcher)
        except TimeoutError:
            await watcher.socket.close(TRY_AGAIN_LATER)
        except (WebSocketDisconnect, RuntimeError):
            pass  # the page went away while a frame was on its way


LIVE = Cursor(-1, "")
"""Stands for "since the room's last push" among the cursors that pages have brought."""


@dataclass(frozen=True)
class News:
    head: Cursor
    frames: dict[tuple[Cursor | None, Audience], Frame]
    has_entries: bool
