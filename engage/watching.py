"""Open pages: one that is watching, and a meeting's room of them."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.websockets import WebSocket

from engage.frames import Frame
from engage.panels import MEETING
from engage.record import Cursor

MOST_WAITING = 8
"""Frames kept for a page that reads slowly; beyond, it gets the panels' present state when it reads again."""
Audience = tuple[str, str]
"""Language and page: everybody of one audience is sent the same bytes."""


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
    page: str = MEETING
    person: str | None = None
    """The participant's token (hashed) whose browser this is, where it is one's."""

    @property
    def audience(self) -> "Audience":
        return self.lang, self.page

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
    is_presence_new: bool = False
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    task: "asyncio.Task[None] | None" = None
