"""Open pages: one that is watching, the line it is sent through, and a meeting's room of them."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Protocol

from engage.push.frames import Frame
from engage.push.panels import MEETING
from engage.record import Cursor

Audience = tuple[str, str]
"""Language and page: everybody of one audience is sent the same bytes."""


class Line(Protocol):
    """How frames reach one page; made by the server's protocol."""

    def write(self, frame: Frame) -> bool:
        """Send now. False, and nothing sent, when the page reads too slowly; one that is going takes all."""

    def close(self, code: int) -> None: ...

    def waiting(self) -> int:
        """Bytes that the page has not taken yet."""


@dataclass(eq=False, slots=True)
class Watcher:
    """One open page. `cursor` is what its browser has seen; staff pages get nudges instead of panels."""

    room: "Room"
    lang: str
    staff: bool
    cursor: Cursor | None
    line: Line | None = None
    page: str = MEETING
    person: str | None = None
    """The participant's token (hashed) whose browser this is, where it is one's."""
    too_slow: asyncio.TimerHandle | None = None
    """Runs while the page does not read."""

    @property
    def audience(self) -> Audience:
        return self.lang, self.page

    def resumed(self) -> None:
        """The page reads again."""
        self.room.resume(self)

    def gone(self) -> None:
        self.room.leave(self)


@dataclass(eq=False)
class Room:
    """One meeting with open pages, each in one of four places: `fresh` have a cursor of their own and wait to
    be caught up, `settled` have everything, `stalled` do not read, `staff` are told that there is news."""

    meeting_id: str
    cursor: Cursor | None = None
    fresh: set[Watcher] = field(default_factory=set)
    settled: dict[Audience, set[Watcher]] = field(default_factory=dict)
    stalled: set[Watcher] = field(default_factory=set)
    staff: set[Watcher] = field(default_factory=set)
    signals: set[str] = field(default_factory=set)
    is_presence_new: bool = False
    has_news: bool = False
    """Staff have not been told yet of what is in the record."""
    nudged_at: float = 0
    nudging: asyncio.TimerHandle | None = None
    """Until they are."""
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    task: "asyncio.Task[None] | None" = None

    @property
    def watchers(self) -> set[Watcher]:
        return self.fresh.union(self.stalled, self.staff, *self.settled.values())

    @property
    def people(self) -> set[str]:
        """Tokens (hashed) of the participants whose pages these are."""
        return {watcher.person for watcher in self.watchers if watcher.person}

    @property
    def is_empty(self) -> bool:
        return not (self.fresh or self.stalled or self.staff or any(self.settled.values()))

    def enter(self, watcher: Watcher) -> None:
        self._note_presence(watcher)
        self.catch_up(watcher)

    def catch_up(self, watcher: Watcher) -> None:
        """Bring it up to date from its own cursor, before it gets what the others get."""
        self.fresh.add(watcher)
        self.changed.set()

    def settle(self, watchers: Collection[Watcher]) -> None:
        """They have got what they had missed."""
        for watcher in watchers:
            (self.staff if watcher.staff else self.settled.setdefault(watcher.audience, set())).add(watcher)

    def stall(self, watcher: Watcher) -> None:
        self._forget(watcher)
        self.stalled.add(watcher)

    def resume(self, watcher: Watcher) -> None:
        if watcher in self.stalled:
            self._forget(watcher)
            self.catch_up(watcher)

    def leave(self, watcher: Watcher) -> None:
        """Nobody waits for an empty room: its task ends at the next word."""
        self._forget(watcher)
        self._note_presence(watcher)
        if self.is_empty:
            self.changed.set()

    def _forget(self, watcher: Watcher) -> None:
        for place in (self.fresh, self.stalled, self.staff, self.settled.get(watcher.audience, set())):
            place.discard(watcher)
        if watcher.too_slow:
            watcher.too_slow.cancel()
            watcher.too_slow = None

    def _note_presence(self, watcher: Watcher) -> None:
        """A participant has come or gone: the clerk's page shows who is connected."""
        if watcher.person:
            self.is_presence_new = True
            self.changed.set()
