"""Reads of withheld spans, for staff, and of the copies that they ask for."""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engage.doors import NotFound
from transcripts import queries
from transcripts.models import Line, Recording
from transcripts.withholding.models import WithheldSpan
from transcripts.withholding.rules import Times, digest_of, silences


@dataclass(frozen=True)
class Wanted:
    """The copy that a recording should have; without a digest, none."""

    recording_id: str
    kind: str
    has_picture: bool
    size: int
    digest: str
    silences: Times
    setbacks: int
    is_known: bool
    """The row says that it was made; its file may be gone all the same, after a restore."""


def spans_of(db: Session, recording_id: str) -> list[WithheldSpan]:
    """All of them in order of time, lifted ones too."""
    spans = select(WithheldSpan).where(WithheldSpan.recording_id == recording_id)
    return list(db.scalars(spans.order_by(WithheldSpan.start_ms, WithheldSpan.at)))


def span_of(db: Session, recording_id: str, span_id: str) -> WithheldSpan:
    span = db.get(WithheldSpan, span_id)
    if span is None or span.recording_id != recording_id:
        raise NotFound
    return span


def lines_within(db: Session, recording_id: str, start_ms: int, end_ms: int) -> list[Line]:
    """The lines that such a span would take from the public."""
    gap = queries.Gap(start_ms, end_ms, "")
    return [each for each in queries.public_lines(db, recording_id) if queries.is_withheld(each, [gap])]


def wanted_copies(db: Session) -> list[Wanted]:
    """Of every recording that has a withheld span, or still a copy from when it had one."""
    with_spans = select(WithheldSpan.recording_id).where(WithheldSpan.lifted_at.is_(None))
    asked = select(Recording).where(or_(Recording.id.in_(with_spans), Recording.cleared != ""))
    recordings = db.scalars(asked.order_by(Recording.added_at)).all()
    spans = queries.withheld(db, [each.id for each in recordings])
    return [_wanted(each, spans[each.id]) for each in recordings]


def wanted_copy(db: Session, recording_id: str) -> Wanted:
    return _wanted(db.get_one(Recording, recording_id), queries.gaps(db, recording_id))


def _wanted(recording: Recording, spans: list[queries.Gap]) -> Wanted:
    digest = digest_of(spans)
    return Wanted(
        recording_id=recording.id,
        kind=recording.kind,
        has_picture=recording.has_picture,
        size=recording.size,
        digest=digest,
        silences=silences(spans),
        setbacks=recording.clearing_setbacks,
        is_known=recording.cleared == digest,
    )
