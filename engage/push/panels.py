"""A panel: a part of a meeting's page in its present state, the same for the page and for the push."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from engage import clock, render
from engage.record import Cursor

MEETING, HALL = "meeting", "hall"
"""The pages that are pushed to: the meeting's own, and the display in the hall."""
MOST_HELD = 256
"""Meetings whose panels are kept; nobody looks at so many at once."""
HOLDS = timedelta(seconds=2)
"""A panel may say how late it is, so it is drawn anew after so long even when nothing has happened."""


@dataclass(frozen=True)
class Panel:
    """A part of the meeting's page: `load` gives its template's values, or None when it is not shown."""

    name: str
    template: str
    load: Callable[[Session, str], Mapping[str, Any] | None]
    page: str = MEETING
    """Which page it is on; a page gets its own panels only."""

    def html(self, db: Session, meeting_id: str, lang: str) -> str:
        """The same element for the page and for the push; empty but present when there is nothing to show."""
        values = self.load(db, meeting_id)
        inner = "" if values is None else render.fragment(lang, self.template, **values)
        return f'<div id="panel-{self.name}" class="panel" data-panel>{inner}</div>'


Html = dict[tuple[str, str], str]
"""A panel's name and a language: the panel as it was drawn."""


@dataclass
class Drawn:
    """Every meeting's panels as they were last drawn: pages, and pushes, of one version share them.

    Used from several threads: whoever has asked for a version goes on with that version's own dict.
    """

    held: dict[str, tuple[Cursor, datetime, Html]] = field(default_factory=dict)

    def of(self, meeting_id: str, head: Cursor, changed: Collection[str] = ()) -> Html:
        """What holds at this head of the book, without the panels that have `changed` beside the record."""
        known, at, html = self.held.get(meeting_id, (None, clock.now(), {}))
        if known == head and still_holds(at):
            for key in [key for key in html if key[0] in changed]:
                html.pop(key, None)
            return html
        if len(self.held) >= MOST_HELD:
            self.held.clear()
        self.held[meeting_id] = head, clock.now(), (html := {})
        return html


def still_holds(drawn_at: datetime) -> bool:
    return abs(clock.now() - drawn_at) < HOLDS


def draw(panel: Panel, html: Html, db: Session, meeting_id: str, lang: str) -> str:
    """The panel in this language, drawn if nobody has yet; `html` is `Drawn.of` the state that `db` sees."""
    if (panel.name, lang) not in html:
        html[panel.name, lang] = panel.html(db, meeting_id, lang)
    return html[panel.name, lang]
