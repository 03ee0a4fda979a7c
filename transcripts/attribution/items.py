"""Which agenda item is heard where in the recordings, as the record tells it."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage import record
from engage.record import Entry
from meetings.models import AgendaItem
from transcripts.attribution.course import KINDS, Course, items_of, laid_over, sittings_of
from transcripts.attribution.cutting import item_start
from transcripts.models import Line, Recording

Starts = list[tuple[int, str | None]]
"""From which millisecond on which item was open, or none."""


def chapters(db: Session, recording: Recording) -> list[tuple[int, AgendaItem]]:
    """The items that were open while it ran, each with the millisecond of its first line; none without a
    known moment of the meeting's clock."""
    starts = [
        each for each in _starts(db, recording.meeting_id, [recording]).get(recording.id, ()) if each[1]
    ]
    items = _rows(db, {item for _, item in starts if item})
    return [(ms, items[item]) for ms, item in starts if item in items]


def item_moments(db: Session, meeting_id: str) -> dict[str, tuple[str, int]]:
    """Where each item begins in the published recordings: (recording id, ms) by item id."""
    wanted = select(Recording).where(Recording.meeting_id == meeting_id, Recording.published_at.is_not(None))
    recordings = sorted(db.scalars(wanted), key=lambda each: (each.starts_at or each.added_at, each.id))
    found: dict[str, tuple[str, int]] = {}
    for recording_id, starts in _starts(db, meeting_id, recordings).items():
        for ms, item in starts:
            if item:
                found.setdefault(item, (recording_id, ms))
    return found


def items_of_lines(
    db: Session, lines: Iterable[Line], recordings: Mapping[str, Recording]
) -> dict[str, AgendaItem]:
    """By line id the item that was open when it was said, for lines of any meetings; told by the line's end,
    since a call is noted up to 3 s late."""
    timed = {each.id: each for each in recordings.values() if each.anchors}
    entries = record.of_kinds(db, {each.meeting_id for each in timed.values()}, KINDS)
    courses = {book: _course(list(found)) for book, found in groupby(entries, key=lambda entry: entry.book)}
    laid = {each.id: laid_over(courses.get(each.meeting_id, Course()), each).items for each in timed.values()}
    open_then = {line.id: _open_at(laid.get(line.recording_id, []), line.end_ms - 1) for line in lines}
    items = _rows(db, {item for item in open_then.values() if item})
    return {line: items[item] for line, item in open_then.items() if item in items}


def _open_at(starts: Starts, ms: int) -> str | None:
    place = bisect_right(starts, ms, key=lambda start: start[0])
    return starts[place - 1][1] if place else None


def _rows(db: Session, ids: Collection[str]) -> dict[str | None, AgendaItem]:
    found = db.scalars(select(AgendaItem).where(AgendaItem.id.in_(ids))) if ids else ()
    return {item.id: item for item in found}


def _course(entries: Sequence[Entry]) -> Course:
    """Without those who had the floor."""
    return Course(items=items_of(entries), sittings=sittings_of(entries))


def _starts(db: Session, meeting_id: str, recordings: Collection[Recording]) -> dict[str, Starts]:
    """By recording, in the order given."""
    timed = {each.id: each for each in recordings if each.anchors}
    if not timed:
        return {}
    course = _course(record.of_kinds(db, [meeting_id], KINDS))
    lines = select(Line.recording_id, Line.start_ms, Line.end_ms).order_by(Line.place)
    spoken: dict[str, list[tuple[int, int]]] = {}
    for recording_id, start, end in db.execute(lines.where(Line.recording_id.in_(timed), Line.text != "")):
        spoken.setdefault(recording_id, []).append((start, end))
    return {
        each.id: _first_lines(laid_over(course, each).items, spoken.get(each.id, []))
        for each in timed.values()
    }


def _first_lines(items: Starts, spoken: Sequence[tuple[int, int]]) -> Starts:
    found: Starts = []
    for ms, item in items:
        found.append((max(item_start(ms, spoken), found[-1][0] if found else 0), item))
    return found
