"""A line is cut in two, or joined with the one that follows; the words keep their times."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from engage import record
from engage.db import new_id
from engage.language import N_
from engage.people import Refused
from transcripts import queries
from transcripts.editing import rules
from transcripts.editing.models import MERGE, SPLIT
from transcripts.editing.noting import Conflict, check_open, check_version, note_edit
from transcripts.editing.rules import LONGEST_LINE
from transcripts.editing.snapshots import snapshot
from transcripts.models import Line, Recording


def split_line(db: Session, recording: Recording, line: Line, place: int, *, version: int, by: str) -> Line:
    """The second of the two, which begins with the word at `place` (in letters of the text) or after it.
    Raises Conflict."""
    check_open(recording)
    check_version(line, version)
    cut = rules.cut_at(line.text, place)
    if cut is None:
        raise Refused(
            N_("A line is split between two words. Please choose the word that begins the second line.")
        )
    before = [snapshot(line)]
    first, second = rules.halves(line, cut)
    make_room(db, recording.id, after=line.place, count=1)
    made = Line(
        **second._asdict(), id=new_id(), recording_id=recording.id, place=line.place + 1,
        language=line.language, translation="", speaker=line.speaker, is_named=line.is_named,
        is_continued=not rules.ends_sentence(first.text), reviewed_at=line.reviewed_at, version=1,
        salt=record.new_salt(),
    )  # fmt: skip
    for name, value in first._asdict().items():
        setattr(line, name, value)
    line.version += 1
    db.add(made)
    db.flush()
    after = [snapshot(line), snapshot(made)]
    note_edit(db, recording, SPLIT, line, before, after, by=by, made=made.id)
    return made


def merge_line(
    db: Session, recording: Recording, line: Line, *, version: int, by: str, following: str = ""
) -> None:
    """Join it with the line that follows, as one line of its own speaker.

    `following` is the id of the one that the editor saw there, if it is known. Raises Conflict.
    """
    check_open(recording)
    check_version(line, version)
    _, other = queries.neighbours(db, line)
    if other is None:
        raise Refused(N_("No line follows this one."))
    if following and following != other.id:
        raise Conflict
    if len(rules.joined(line.text, other.text)) > LONGEST_LINE:
        raise Refused(
            N_("Together the two lines would be too long; at most %(most)s characters fit."),
            most=LONGEST_LINE,
        )
    before = [snapshot(line), snapshot(other)]
    _take_in(line, other)
    db.delete(other)
    make_room(db, recording.id, after=line.place + 1, count=-1)
    db.flush()
    note_edit(db, recording, MERGE, line, before, [snapshot(line)], by=by, gone=other.id)


def _take_in(line: Line, other: Line) -> None:
    line.words = rules.joined_words(*(rules.fitting(each) if each.text else [] for each in (line, other)))
    line.heard = rules.joined_heard(line, other)
    line.confidence = _confidence(line, other)
    line.text = rules.joined(line.text, other.text)
    line.translation = rules.joined(line.translation, other.translation)
    line.end_ms = max(line.end_ms, other.end_ms)
    read = line.reviewed_at, other.reviewed_at
    line.reviewed_at = max(read[0], read[1]) if read[0] and read[1] else None
    line.version += 1


def _confidence(line: Line, other: Line) -> float | None:
    """The mean by their words, of those of which one is known."""
    known = [(each.confidence, max(len(each.words), 1)) for each in (line, other)]
    counted = [(sure, count) for sure, count in known if sure is not None]
    together = sum(count for _, count in counted)
    return sum(sure * count for sure, count in counted) / together if together else None


def make_room(db: Session, recording_id: str, *, after: int, count: int) -> None:
    """All lines behind this place move on by so many; back, where `count` is below nought."""
    db.flush()
    behind = update(Line).where(Line.recording_id == recording_id, Line.place > after)
    db.execute(behind.values(place=Line.place + count))
