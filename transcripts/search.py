"""What of the transcripts can be found: every line as it stands now, with the words that follow it."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage.index import Document
from engage.indexing import Changes
from engage.record import Entry
from meetings.models import Meeting
from meetings.search import found_in
from transcripts.editing.models import Edit
from transcripts.models import Line, Recording
from transcripts.queries import Said, gaps, is_withheld, lines_of, outline

FOLLOWING = 3
"""Lines whose beginning is indexed with the one before them: short ones have few words."""
AROUND = 40
"""Places that are looked at on either side of a changed line: more lines in a row are hardly taken out or
withheld, and what is said before so long a gap does not go on after it."""


def recording(db: Session, entry: Entry) -> Changes:
    """A new transcript: all its lines, and none of the one before it."""
    made = db.get_one(Recording, entry.facts["recording"])
    gone = [f"line:{each}" for each in entry.facts.get("replaced", ())]
    return Changes(put=documents(db, [made]), remove=gone)


def line(db: Session, entry: Entry) -> Changes:
    """A line that was corrected by an older version of ours, which noted nothing else."""
    return _around(db, entry, {entry.facts["line"]})


def edited(db: Session, entry: Entry) -> Changes:
    """Only lines whose words an edit has changed, made or taken away; neither speakers nor reviews."""
    edit = db.get_one(Edit, (entry.facts["recording"], entry.facts["n"]))
    return _around(db, entry, {kept["id"] for kept in (*edit.before, *edit.after) if "text" in kept})


def _around(db: Session, entry: Entry, touched: set[str]) -> Changes:
    """These lines, and those before them, which know how they begin; away with what is not read any more."""
    made = db.get_one(Recording, entry.facts["recording"])
    lines, read = _read(db, made, _near(db, touched))
    shown = {each.id for each in read}
    wanted, before = set[str](), list[str]()
    for each in lines:
        if each.id in touched:
            wanted.update(before[-FOLLOWING:], [each.id])
        if each.id in shown:
            before.append(each.id)
    return Changes(
        put=_of_lines(db, made, read, wanted), remove=[f"line:{each}" for each in sorted(touched - shown)]
    )


def _near(db: Session, ids: set[str]) -> tuple[int, int]:
    """The places of these lines, and so many around them that those that are read beside them are there."""
    places = db.scalars(select(Line.place).where(Line.id.in_(ids))).all() if ids else ()
    return (min(places) - AROUND, max(places) + AROUND) if places else (0, 0)


def _read(
    db: Session, made: Recording, places: tuple[int, int] | None = None
) -> tuple[list[Said], list[Said]]:
    """All lines, or those in these places, and which of them everybody may read."""
    lines, spans = outline(db, made.id, places), gaps(db, made.id)
    return lines, [each for each in lines if each.text and not is_withheld(each, spans)]


def whole(db: Session, entry: Entry) -> Changes:
    """What the public may read of a recording has changed: what is left of it, and away with the rest."""
    made = db.get_one(Recording, entry.facts["recording"])
    found = documents(db, [made])
    every = {f"line:{each.id}" for each in lines_of(db, made.id)}
    return Changes(put=found, remove=sorted(every - {each.id for each in found}))


def everything(db: Session, entry: Entry) -> Changes:
    """The meeting has become public, or its day has changed."""
    made = db.scalars(select(Recording).where(Recording.meeting_id == entry.book)).all()
    return Changes(put=documents(db, made))


def documents(db: Session, recordings: Sequence[Recording]) -> list[Document]:
    return [each for made in recordings for each in _documents(db, made)]


def _documents(db: Session, made: Recording) -> list[Document]:
    read = _read(db, made)[1]
    return _of_lines(db, made, read, {each.id for each in read})


def _of_lines(db: Session, made: Recording, lines: Sequence[Said], wanted: set[str]) -> list[Document]:
    """Of the `wanted` ones; `lines` are those that everybody may read, there and behind them."""
    meeting = db.get_one(Meeting, made.meeting_id)
    job = made.transcription
    if not meeting.is_public or not made.is_published or job is None:
        return []
    language = job.language or meeting.language
    return [
        _document(
            meeting, each, language, after=" ".join(other.text for other in lines[n + 1 : n + 1 + FOLLOWING])
        )
        for n, each in enumerate(lines)
        if each.id in wanted
    ]


def _document(meeting: Meeting, each: Said, language: str, *, after: str) -> Document:
    return found_in(
        meeting,
        id=f"line:{each.id}",
        kind="line",
        text=each.text,
        language=language,
        after=after,
        position=each.start_ms // 1000,
    )


readings = {
    "transcript.made": recording,
    "transcript.imported": recording,
    "line.corrected": line,
    "line.edited": edited,
    "lines.attributed": recording,
    "recording.published": whole,
    "recording.unpublished": whole,
    "span.withheld": whole,
    "span.lifted": whole,
    "meeting.published": everything,
    "meeting.moved": everything,
    "meeting.changed": everything,
}
