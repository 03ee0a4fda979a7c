"""The push: after a commit, each touched panel is rendered once a language and sent to every open page.

A panel is a part of a meeting's page in its present state, never a step of history, so a page that missed
something is brought up to date by the panels that have changed since its cursor.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session
from starlette.websockets import WebSocket, WebSocketDisconnect

from engage import record, render
from engage.db import Database
from engage.frames import Frame, make_frame
from engage.record import Cursor

SEND_SECONDS = 20
"""A page that takes no byte for so long is closed; its browser comes back and catches up."""
MOST_WAITING = 8
"""Frames kept for a page that reads slowly; beyond, it gets the panels' present state when it reads again."""
TRY_AGAIN_LATER = 1013
WRITE = "engage.write"
"""The ASGI extension by which a server offers `Watcher.write`."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Panel:
    """A part of the meeting's page: `load` gives its template's values, or None when it is not shown."""

    name: str
    template: str
    load: Callable[[Session, str], Mapping[str, Any] | None]

    def html(self, db: Session, meeting_id: str, lang: str) -> str:
        """The same element for the page and for the push; empty but present when there is nothing to show."""
        values = self.load(db, meeting_id)
        inner = "" if values is None else render.fragment(lang, self.template, **values)
        return f'<div id="panel-{self.name}" class="panel" data-panel>{inner}</div>'


@dataclass(eq=False)
class Watcher:
    """One open page. `cursor` is what its browser has seen; staff pages get nudges instead of panels."""

    socket: WebSocket
    lang: str
    staff: bool
    cursor: Cursor | None
    write: Callable[[bytes], bool]
    """Writes a finished frame at once, where the server can; else says False."""
    frames: deque[Frame] = field(default_factory=deque)
    is_behind: bool = False
    sender: "asyncio.Task[None] | None" = None
    """Runs while the page has to be waited for."""

    def offer(self, frame: Frame) -> None:
        """Write a frame, or queue it, or give up the queue: a slow page is caught up later instead."""
        if self.sender is None and self.write(frame.wire):
            self.cursor = frame.cursor
            return
        if len(self.frames) >= MOST_WAITING:
            self.frames.clear()
            self.is_behind = True
        if not self.is_behind:
            self.frames.append(frame)


@dataclass(eq=False)
class Room:
    """One meeting with open pages. `fresh` have a cursor of their own and wait to be caught up."""

    cursor: Cursor | None = None
    watchers: set[Watcher] = field(default_factory=set)
    fresh: set[Watcher] = field(default_factory=set)
    signals: set[str] = field(default_factory=set)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    task: "asyncio.Task[None] | None" = None


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

    async def watch(self, socket: WebSocket, meeting_id: str, *, lang: str, staff: bool) -> None:
        """Serve one accepted socket until its page goes away. What the browser sends is dropped."""
        server = socket.scope.get("extensions", {}).get(WRITE, {})
        since = Cursor.parse(socket.query_params.get("since"))
        watcher = Watcher(socket, lang, staff, since, server.get("write", lambda frame: False))
        room = self.rooms.setdefault(meeting_id, Room())
        room.watchers.add(watcher)
        self._catch_up(room, watcher)
        if room.task is None:
            room.task = asyncio.create_task(self._follow(meeting_id, room))
        try:
            while (await socket.receive())["type"] != "websocket.disconnect":
                pass
        finally:
            self._leave(meeting_id, room, watcher)

    def _wake_from_writer(self, books: set[str]) -> None:
        for book in books:
            self._loop.call_soon_threadsafe(self.wake, book)

    def _catch_up(self, room: Room, watcher: Watcher) -> None:
        room.fresh.add(watcher)
        room.changed.set()

    def _leave(self, meeting_id: str, room: Room, watcher: Watcher) -> None:
        room.watchers.discard(watcher)
        room.fresh.discard(watcher)
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
            asked = {(w.cursor, w.lang) for w in fresh if not w.staff}
            langs = {w.lang for w in room.watchers - fresh if not w.staff}
            try:
                news = await self.db.read(
                    lambda db: self._news(db, meeting_id, room.cursor, langs, asked, signals)  # noqa: B023 - awaited here
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
        langs: set[str],
        asked: set[tuple[Cursor | None, str]],
        signals: set[str],
    ) -> "News":
        """Everything to send now, from one state of the database: a frame for each cursor and language."""
        head = record.head(db, meeting_id)
        drawn: dict[tuple[str, str], str] = {}
        frames: dict[tuple[Cursor | None, str], Frame] = {}
        wanted = {(cursor, lang, True) for lang in langs} | {(since, lang, False) for since, lang in asked}
        for since, lang, is_live in wanted:
            names, ids = self._touched(db, meeting_id, since if since or not is_live else head)
            names |= signals if is_live else set()
            for name in names:
                if (name, lang) not in drawn:
                    drawn[name, lang] = self.panels[name].html(db, meeting_id, lang)
            key = (LIVE if is_live else since, lang)
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
        nudge = make_frame(news.head, [], set(), nudge=True)
        for watcher in room.watchers - room.fresh:  # who has come meanwhile is caught up from its own cursor
            if watcher.staff:
                frame: Frame | None = nudge if news.has_entries or watcher in fresh else None
            elif watcher in fresh:
                frame = news.frames.get((watcher.cursor, watcher.lang))
            else:
                frame = news.frames.get((LIVE, watcher.lang))
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
    frames: dict[tuple[Cursor | None, str], Frame]
    has_entries: bool
