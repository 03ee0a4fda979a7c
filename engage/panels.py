"""A panel: a part of a meeting's page in its present state, the same for the page and for the push."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from engage import render

MEETING, HALL = "meeting", "hall"
"""The pages that are pushed to: the meeting's own, and the display in the hall."""


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
