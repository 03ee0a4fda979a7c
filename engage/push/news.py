"""What is to be sent now: everything from one state of the database, each panel drawn once a language."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from engage import record
from engage.push.frames import Frame, make_frame
from engage.push.panels import Drawn, Panel, draw
from engage.push.watching import Audience, Room, Watcher
from engage.record import Cursor

LIVE = Cursor(-1, "")
"""Stands for "since the room's last push" among the cursors that pages have brought."""


Touched = tuple[set[str], set[str]]
"""Names of panels, and ids of requests."""


@dataclass(frozen=True)
class News:
    head: Cursor
    frames: dict[tuple[Cursor | None, Audience], Frame]
    has_entries: bool


class Newsroom:
    """`touches` says which panels an entry of each kind changes; `drawn` is shared with the pages."""

    def __init__(self, panels: Iterable[Panel], touches: Mapping[str, Collection[str]]) -> None:
        self.drawn = Drawn()
        self.panels = {panel.name: panel for panel in panels}
        self.touches = touches

    def gather(self, db: Session, room: Room, fresh: Collection[Watcher], signals: Collection[str]) -> News:
        """A frame for each cursor and audience that somebody has."""
        head = record.head(db, room.meeting_id)
        html = self.drawn.of(room.meeting_id, head, signals)

        def frame(audience: Audience, names: Collection[str], ids: Collection[str]) -> Frame:
            lang, page = audience
            shown = [each for name, each in self.panels.items() if name in names and each.page == page]
            return make_frame(head, [draw(each, html, db, room.meeting_id, lang) for each in shown], ids)

        asked = {(each.cursor, each.audience) for each in fresh if not each.staff}
        has_entries = room.cursor is not None and room.cursor != head
        cursors = {since for since, _ in asked} | ({room.cursor} if has_entries else set())
        touched = self.touched(db, room.meeting_id, cursors)
        frames = {(since, audience): frame(audience, *touched[since]) for since, audience in asked}
        names, ids = touched[room.cursor] if has_entries else (set(), set())
        for audience in [each for each, pages in room.settled.items() if pages]:
            mine = {name for name in names | set(signals) if self.panels[name].page == audience[1]}
            if mine:
                frames[LIVE, audience] = frame(audience, mine, ids)
        return News(head, frames, has_entries)

    def touched(
        self, db: Session, book: str, cursors: Collection[Cursor | None]
    ) -> dict[Cursor | None, Touched]:
        """For each cursor the panels that the entries since then have changed, and the ids that they name;
        every panel for one that the book does not know. The entries are read once, for the oldest."""
        known = record.known(db, book, cursors)
        found: dict[Cursor | None, Touched] = {each: (set(self.panels), set()) for each in cursors}
        entries = record.after(db, book, min(known).seq) if known else []
        names, ids = set[str](), set[str]()
        for cursor in sorted(known, reverse=True):
            while entries and entries[-1].seq > cursor.seq:
                entry = entries.pop()
                names |= set(self.touches.get(entry.kind, ()))
                ids |= {str(entry.facts["request"])} if "request" in entry.facts else set()
            found[cursor] = set(names), set(ids)
        return found
