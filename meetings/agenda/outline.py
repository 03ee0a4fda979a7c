"""A plain-text agenda taken apart into items, without database: what is pasted is shown before it is kept.

A line with a number, letter or numeral (or, where there are none of these, any line) begins an item; the
count that it goes on, or failing that its indentation, says on which level. Lines without one are the item's
description, or its title where that was broken; capitals alone are a section heading.
"""

import re
from dataclasses import dataclass, field
from itertools import zip_longest

from engage.forms import clean
from meetings.agenda.counts import Counts
from meetings.agenda.markers import LEADERS, is_consent, is_heading, markers, without_minutes
from meetings.agenda.rules import LEVELS
from meetings.models import CONSENT, ITEM, SECTION

LONGEST_TITLE = 500
WRAPPED = 45
"""Characters from which on a title that goes on in the next line counts as broken."""
COMPLETE = ".:;)?!"
"""What ends a title that does not go on."""
LETTERHEAD = re.compile(r".*\b(agenda|orden del d[ií]a)\b.*", re.I)


@dataclass
class Pasted:
    level: int
    kind: str
    title: str
    description: str = ""
    minutes: int | None = None


@dataclass
class Outline:
    """`ignored` are the lines before the first item: the letterhead."""

    items: list[Pasted] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Row:
    """`typed` is without indentation and otherwise as it was, `text` is clean."""

    indent: int
    typed: str
    text: str


def outline(text: str) -> Outline:
    reader = Reader([_row(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")])
    for at in range(len(reader.rows)):
        reader.take(at)
    items = [item for item in reader.items if item.title]
    for item, following in zip_longest(items, items[1:]):
        _finish(item)
        if item.kind == SECTION and (following is None or following.kind == SECTION):
            item.kind = ITEM  # with nothing under it, it is something to be called
    return Outline(items, reader.ignored)


def _row(line: str) -> Row:
    wide = line.expandtabs(4)
    return Row(len(wide) - len(wide.lstrip()), line.strip(), clean(line))


class Reader:
    """Goes through the rows once."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        self.items: list[Pasted] = []
        self.ignored: list[str] = []
        self.counts = Counts()
        self.was_title = False
        read = [marker for row in rows for marker in markers(row.typed)]
        self.is_numbered = any(
            marker.style in ("number", "dotted") or (marker.is_first and marker.style != "bullet")
            for marker in read
        )

    def take(self, at: int) -> None:
        row = self.rows[at]
        read = markers(row.typed)
        if not row.text:
            self._end_paragraph()
        elif self.is_numbered and (marker := self.counts.take(read, row.indent, may_list=self._may_list())):
            self._begin(marker.rest)
        elif self._is_heading(at):
            self.counts.restart(row.indent if is_consent(row.text) else None)
            self._add(0, SECTION, row.text.rstrip(" :"))
        elif not self.is_numbered:
            self.counts.take_plain(row.indent)
            self._begin(next((marker.rest for marker in read), row.typed))
        else:
            self._go_on(row.text)

    def _may_list(self) -> bool:
        """Bullets are items of their own only under the consent calendar; elsewhere they describe."""
        return bool(self.items) and is_consent(self.items[-1].title)

    def _is_heading(self, at: int) -> bool:
        """Capitals before an item, the consent calendar's name, or a short line where numbers begin again."""
        text, items = self.rows[at].text, self.items
        if (items and not items[-1].title) or (not items and LETTERHEAD.fullmatch(text)):
            return False
        after = next((row for row in self.rows[at + 1 :] if row.text), Row(0, "", ""))
        if not self.is_numbered:
            return is_heading(text) and not is_heading(after.text)
        if is_consent(text):
            return True
        if is_heading(text):
            return bool(markers(after.typed)) or (bool(items) and (not after.text or is_heading(after.text)))
        begins_again = any(marker.is_first and marker.style == "number" for marker in markers(after.typed))
        is_apart = at == 0 or not self.rows[at - 1].text
        return begins_again and is_apart and len(text) <= 80 and text[-1] not in ".;," and bool(items)

    def _begin(self, text: str) -> None:
        self._add(min(self.counts.level, LEVELS - 1), ITEM, clean(text))

    def _add(self, level: int, kind: str, title: str) -> None:
        last = self.items[-1] if self.items else None
        deepest = last.level + 1 if last and (last.kind != SECTION or is_consent(last.title)) else 0
        self.items.append(Pasted(min(level, deepest), kind, title))
        self.was_title = True

    def _go_on(self, text: str) -> None:
        """The rest of a title, or a description; before the first item, letterhead."""
        if not self.items:
            self.ignored.append(text)
            return
        item = self.items[-1]
        is_rest = text[0].islower() or text[0] in "($" or len(item.title) >= WRAPPED
        if not item.title or (self.was_title and is_rest and item.title[-1] not in COMPLETE):
            item.title = f"{item.title} {text}".strip()
            return
        self.was_title = False
        item.description += text + "\n"

    def _end_paragraph(self) -> None:
        self.was_title = False
        if self.items:
            self.items[-1].description += "\n"


def _finish(item: Pasted) -> None:
    """The leaders and minutes off the title, and what is too long for a title into the description."""
    item.title, item.minutes = without_minutes(LEADERS.sub("", item.title))
    if is_consent(item.title):
        item.kind = CONSENT
    item.description = clean(item.description, lines=True)
    rest, minutes = without_minutes(item.description)
    if minutes and not rest and item.minutes is None:
        item.description, item.minutes = "", minutes
    if len(item.title) > LONGEST_TITLE:
        item.description = f"{item.title}\n\n{item.description}".strip()
        item.title = item.title[: LONGEST_TITLE - 3].rsplit(" ", 1)[0] + "..."
