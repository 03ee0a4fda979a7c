"""What the latest edits have done to the public text: the lines that now read otherwise, few enough to push.

An open page says by its text's version which text it shows. Where that is one of the texts that the latest
edits have changed into one another, it needs these lines and no others; else it fetches all of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage import clock
from transcripts import queries
from transcripts.attribution.items import chapters
from transcripts.drawing import Entry, sections
from transcripts.editing.models import Edit
from transcripts.editing.queries import latest_edits
from transcripts.models import Line, Recording
from transcripts.queries import Said, TextFacts

MOST_EDITS, MOST_LINES = 6, 12
LATELY = timedelta(minutes=10)
"""A page that has missed an older edit fetches the text."""


@dataclass(frozen=True)
class Correction:
    """A line that reads otherwise than before, or is gone."""

    id: str
    entry: Entry | None
    """None: it is not read any more."""
    after: str = ""
    """The line that it stands after; empty where it is the first under its item, or after a gap."""


@dataclass(frozen=True)
class Corrections:
    """For a page that shows one of the texts `since`."""

    since: tuple[str, ...]
    lines: tuple[Correction, ...]


def corrections(db: Session, recording: Recording, facts: TextFacts) -> Corrections | None:
    """Of the latest edits; None where there are none, or they have touched too much."""
    since, touched = [], set[str]()
    for edit in latest_edits(db, recording.id, most=MOST_EDITS):
        together = touched | {kept["id"] for kept in (*edit.before, *edit.after)}
        if not edit.after or len(together) > MOST_LINES or clock.now() - edit.at > LATELY:
            break
        touched, facts = together, before(facts, edit)
        since.append(facts.version)
    return Corrections(tuple(since), tuple(_lines(db, recording, touched))) if since else None


def before(facts: TextFacts, edit: Edit) -> TextFacts:
    """What told the text from others before this edit, the last that `facts` know of."""
    lines = len(edit.after) - len(edit.before)
    versions = sum(kept["version"] for kept in edit.after) - sum(kept["version"] for kept in edit.before)
    return facts._replace(edits=edit.n - 1, lines=facts.lines - lines, versions=facts.versions - versions)


def _lines(db: Session, recording: Recording, touched: set[str]) -> list[Correction]:
    gaps, outline = queries.gaps(db, recording.id), queries.outline(db, recording.id)
    public = [row for row in outline if row.text and not queries.is_withheld(row, gaps)]
    read = {row.id for row in public}
    other = _other(outline, read, touched)
    placed: list[Correction] = []
    for section in sections(public, gaps, chapters(db, recording)):
        previous = ""
        for entry in section.entries:
            if entry.line and entry.line.id in other:
                placed.append(Correction(entry.line.id, entry, previous))
            previous = entry.line.id if entry.line else ""
    withheld = {row.id for row in outline if row.text} - read
    gone = [Correction(each, None) for each in sorted(touched - read - withheld)]
    return gone + _loaded(db, placed)


def _other(outline: Sequence[Said], read: set[str], touched: set[str]) -> set[str]:
    """The touched lines, and after each the next that is read: it may have to name its speaker now."""
    found, is_next = set[str](), False
    for row in outline:
        if row.id in read and (is_next or row.id in touched):
            found.add(row.id)
            is_next = False
        is_next = is_next or row.id in touched
    return found


def _loaded(db: Session, placed: Sequence[Correction]) -> list[Correction]:
    found = {
        line.id: line for line in db.scalars(select(Line).where(Line.id.in_([each.id for each in placed])))
    }
    return [
        Correction(
            each.id, Entry(found[each.id], None, each.entry.begins, each.entry.is_first_at), each.after
        )
        for each in placed
        if each.entry
    ]
