"""Reads of what was done to a transcript, how far its review is, and what it has shown of the machine."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from transcripts.attribution.models import Speaker
from transcripts.editing import error_rate as rates
from transcripts.editing.error_rate import ErrorRate, Reviewed
from transcripts.editing.models import UNDO, Edit
from transcripts.models import Line


class Progress(NamedTuple):
    """How many of a recording's lines a person has read, those included that were corrected or taken out."""

    reviewed: int
    lines: int


class Placed(NamedTuple):
    """A line, and the one that it stands after."""

    line: Line
    after: str
    """Its id; empty for the first line."""


def progress(db: Session, recording_id: str) -> Progress:
    row = db.execute(
        select(func.count(Line.reviewed_at), func.count()).where(Line.recording_id == recording_id)
    ).one()
    return Progress(*row)


def error_rate(db: Session, recording_id: str) -> ErrorRate | None:
    """Of the machine, by the lines that a person has compared with the recording; None before the first."""
    rows = db.execute(
        select(func.coalesce(Line.heard, Line.text), Line.text)
        .where(Line.recording_id == recording_id, Line.reviewed_at.is_not(None))
        .order_by(Line.place)
    )
    reviewed = [Reviewed(*row) for row in rows]
    return rates.error_rate(reviewed, progress(db, recording_id).lines) if reviewed else None


def edit_of(db: Session, recording_id: str, n: int) -> Edit | None:
    return db.get(Edit, (recording_id, n))


def latest_edits(db: Session, recording_id: str, *, after: int = 0, most: int) -> list[Edit]:
    """Of the edits after number `after` the last ones, the latest first."""
    found = select(Edit).where(Edit.recording_id == recording_id, Edit.n > after)
    return list(db.scalars(found.order_by(Edit.n.desc()).limit(most)))


def history(db: Session, recording_id: str, *, before: int | None, most: int) -> list[Edit]:
    """A page of all edits, the latest first; `before` is the number that the page before it ended with."""
    found = select(Edit).where(Edit.recording_id == recording_id)
    if before is not None:
        found = found.where(Edit.n < before)
    return list(db.scalars(found.order_by(Edit.n.desc()).limit(most)))


def last_standing(db: Session, recording_id: str) -> Edit | None:
    """The last edit that can be taken back: no undo, and not undone."""
    found = select(Edit).where(Edit.recording_id == recording_id, Edit.kind != UNDO, Edit.undone_by.is_(None))
    edit = db.scalar(found.order_by(Edit.n.desc()).limit(1))
    return edit if edit and edit.after else None


def has_edits(db: Session, recording_id: str) -> bool:
    """Somebody has changed it, and not taken everything back."""
    found = select(Edit.n).where(
        Edit.recording_id == recording_id, Edit.kind != UNDO, Edit.undone_by.is_(None)
    )
    return db.scalar(found.limit(1)) is not None


def edits_since(db: Session, recording_id: str, n: int) -> set[str]:
    """The ids of all lines that edits after number n have touched, made or taken away."""
    rows = db.execute(select(Edit.before, Edit.after).where(Edit.recording_id == recording_id, Edit.n > n))
    return {kept["id"] for row in rows for lines in row for kept in lines}


def placed(db: Session, recording_id: str, ids: set[str]) -> list[Placed]:
    """Those of these lines that there are, in order, each with the one that it stands after."""
    places = {
        row.place: row.id
        for row in db.execute(select(Line.place, Line.id).where(Line.recording_id == recording_id))
    }
    lines = db.scalars(select(Line).where(Line.id.in_(ids)).order_by(Line.place)) if ids else ()
    return [Placed(line, places.get(line.place - 1, "")) for line in lines]


def starts_of(db: Session, line_ids: Iterable[str]) -> dict[str, int]:
    """Where these lines begin, in ms; those that are gone are left out."""
    rows = db.execute(select(Line.id, Line.start_ms).where(Line.id.in_(list(line_ids))))
    return {row.id: row.start_ms for row in rows}


def text_before_removal(db: Session, line: Line) -> dict[str, Any] | None:
    """What was kept of a line that was taken out, when it last had a text; None if it never had another."""
    edits = select(Edit.before).where(Edit.recording_id == line.recording_id, Edit.line_id == line.id)
    for before in db.scalars(edits.order_by(Edit.n.desc())):
        for kept in before:
            if kept["id"] == line.id and kept.get("text"):
                return dict(kept)
    return None


def speakers(db: Session, meeting_id: str) -> list[Speaker]:
    """Everybody who speaks in the meeting's recordings, by name, those without one after them."""
    found = db.scalars(select(Speaker).where(Speaker.meeting_id == meeting_id))
    return sorted(
        found,
        key=lambda each: (not each.public_name, each.public_name.casefold(), each.kind, each.number, each.id),
    )
