"""Reads of recordings, their transcription and their lines."""

import hashlib
from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engage.doors import NotFound
from engage.people import Account, Participant
from meetings.models import Meeting
from transcripts.attribution.models import Speaker
from transcripts.editing.models import Edit
from transcripts.editing.rules import standing
from transcripts.models import Line, Recording, Transcription
from transcripts.withholding.models import WithheldSpan


class Gap(NamedTuple):
    """A span of a recording that the public does not get, and why."""

    start_ms: int
    end_ms: int
    reason: str
    """One of withholding.models.REASONS."""


class Said(NamedTuple):
    """A line without the times of its words, which are nearly all there is to read of it."""

    id: str
    start_ms: int
    end_ms: int
    speaker_id: str | None
    text: str


class TextFacts(NamedTuple):
    """What tells one text of a recording from another; edits change only the first four."""

    edits: int
    """Number of the latest edit."""
    lines: int
    versions: int
    """Of all lines, added up."""
    rest: str
    """The transcription, the speakers' names, the withheld spans."""

    @property
    def version(self) -> str:
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]


def recording_of(db: Session, meeting_id: str, recording_id: str) -> Recording:
    recording = db.get(Recording, recording_id)
    if recording is None or recording.meeting_id != meeting_id:
        raise NotFound
    return recording


def visible_recording(db: Session, recording_id: str, account: Account | None) -> tuple[Recording, Meeting]:
    """A published recording of a public meeting; any other only for the clerks of its body."""
    recording = db.get(Recording, recording_id)
    meeting = db.get(Meeting, recording.meeting_id) if recording else None
    if recording is None or meeting is None:
        raise NotFound
    is_public = meeting.is_public and recording.is_published
    if not is_public and not (account and account.runs(meeting.body_id)):
        raise NotFound
    return recording, meeting


def recordings(db: Session, meeting_id: str) -> list[Recording]:
    """In the order in which they were made, as far as anybody has said it, else in which they came."""
    found = db.scalars(select(Recording).where(Recording.meeting_id == meeting_id))
    return sorted(found, key=lambda each: (each.starts_at or each.added_at, each.id))


def public_recordings(db: Session, meeting_id: str) -> list[Recording]:
    """Those that the clerk has published."""
    return [each for each in recordings(db, meeting_id) if each.is_published]


def same_file(db: Session, meeting_id: str, sha256: str) -> Recording | None:
    return db.scalar(select(Recording).where(Recording.meeting_id == meeting_id, Recording.sha256 == sha256))


def lines_of(db: Session, recording_id: str) -> list[Line]:
    """All lines in order of time, removed ones too."""
    return list(db.scalars(select(Line).where(Line.recording_id == recording_id).order_by(Line.place)))


def gaps(db: Session, recording_id: str) -> list[Gap]:
    """The withheld spans, in order of time; they may overlap."""
    return withheld(db, [recording_id])[recording_id]


def withheld(db: Session, recording_ids: Collection[str]) -> dict[str, list[Gap]]:
    """Of each of these recordings the gaps, in one query."""
    spans = select(WithheldSpan).where(
        WithheldSpan.recording_id.in_(recording_ids), WithheldSpan.lifted_at.is_(None)
    )
    found: dict[str, list[Gap]] = {each: [] for each in recording_ids}
    for span in db.scalars(spans.order_by(WithheldSpan.start_ms, WithheldSpan.end_ms)):
        found[span.recording_id].append(Gap(span.start_ms, span.end_ms, span.reason))
    return found


def is_withheld(line: Line | Said, spans: Iterable[Gap]) -> bool:
    """Reaches into one of them; a line without any length, too."""
    end_ms = max(line.end_ms, line.start_ms + 1)
    return any(line.start_ms < gap.end_ms and gap.start_ms < end_ms for gap in spans)


def outline(db: Session, recording_id: str, places: tuple[int, int] | None = None) -> list[Said]:
    """All lines in order, removed ones too; or those from one place to another."""
    columns = (Line.id, Line.start_ms, Line.end_ms, Line.speaker_id, Line.text)
    wanted = select(*columns).where(Line.recording_id == recording_id).order_by(Line.place)
    return [Said(*row) for row in db.execute(wanted.where(Line.place.between(*places)) if places else wanted)]


def public_lines(db: Session, recording_id: str, spans: Sequence[Gap] | None = None) -> list[Line]:
    """The lines that a reader sees, in order of time: none that was taken out, or reaches into a withheld
    span (`spans`, where the caller has read them). Their speakers come with them, in one query."""
    spans = gaps(db, recording_id) if spans is None else spans
    return [line for line in lines_of(db, recording_id) if line.text and not is_withheld(line, spans)]


def line_at(db: Session, recording_id: str, ms: int) -> Line | None:
    """The public line that a moment is in or after; before the first line it is the first."""
    lines = public_lines(db, recording_id)
    place = bisect_right([line.start_ms for line in lines], ms) - 1
    return lines[max(place, 0)] if lines else None


def line_of(db: Session, meeting_id: str, line_id: str) -> tuple[Line, Recording]:
    line = db.get(Line, line_id)
    if line is None:
        raise NotFound
    return line, recording_of(db, meeting_id, line.recording_id)


def neighbours(db: Session, line: Line) -> tuple[Line | None, Line | None]:
    """The line before and the line after."""
    around = db.scalars(
        select(Line).where(
            Line.recording_id == line.recording_id, Line.place.in_((line.place - 1, line.place + 1))
        )
    )
    by_place = {each.place: each for each in around}
    return by_place.get(line.place - 1), by_place.get(line.place + 1)


def edits_of(db: Session, line_id: str) -> list[Edit]:
    """What was done to a line, the latest first."""
    return list(db.scalars(select(Edit).where(Edit.line_id == line_id).order_by(Edit.n.desc())))


def names_of(db: Session, actors: Iterable[str]) -> dict[str, str]:
    """The names of staff behind "account:ID"; for staff's eyes."""
    ids = {actor.removeprefix("account:") for actor in actors if actor.startswith("account:")}
    rows = db.execute(select(Account.id, Account.name).where(Account.id.in_(ids))) if ids else ()
    return {f"account:{row[0]}": row[1] for row in rows}


def text_versions(db: Session, recording_ids: Iterable[str]) -> dict[str, str]:
    """For each recording with lines a short text that is another one after every change of what is read:
    words, speakers' names, withheld spans."""
    return {each: facts.version for each, facts in text_facts(db, recording_ids).items()}


def text_facts(db: Session, recording_ids: Iterable[str]) -> dict[str, TextFacts]:
    """Of each recording with lines. Of its meeting all speakers, also one who was only just named."""
    ids = list(recording_ids)
    counts = select(Line.recording_id, func.count(), func.sum(Line.version))
    rows = db.execute(counts.where(Line.recording_id.in_(ids)).group_by(Line.recording_id)).all()
    names = db.execute(
        select(Recording.id, Speaker.id, Speaker.name, Participant.name)
        .join(Speaker, Speaker.meeting_id == Recording.meeting_id)
        .outerjoin(Participant, Participant.id == Speaker.participant_id)
        .where(Recording.id.in_(ids))
    ).all()
    made_at = func.max(Transcription.ended_at, type_=Transcription.ended_at.type)
    counted = (
        select(Recording.id, Recording.edit_count, made_at)
        .outerjoin(Transcription, Transcription.recording_id == Recording.id)
        .where(Recording.id.in_(ids))
        .group_by(Recording.id)
    )
    edits = {row[0]: (row[1], str(row[2])) for row in db.execute(counted)}
    spans = withheld(db, ids)
    return {
        row[0]: TextFacts(
            edits[row[0]][0], row[1], row[2],
            repr((edits[row[0]][1], sorted(tuple(n[1:]) for n in names if n[0] == row[0]), spans[row[0]])),
        )
        for row in rows
    }  # fmt: skip


def standings(db: Session, recordings: Collection[Recording]) -> dict[str, str]:
    """For each recording one of STANDINGS, in one query."""
    counts = select(Line.recording_id, func.count(), func.count(Line.reviewed_at))
    mine = counts.where(Line.recording_id.in_([each.id for each in recordings])).group_by(Line.recording_id)
    told = {row[0]: (row[1], row[2]) for row in db.execute(mine)}
    return {
        each.id: standing(*told.get(each.id, (0, 0)), is_certified=each.is_certified) for each in recordings
    }
