"""Taking a span of a recording from the public, giving it back, and what comes of the copy of the sound."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from engage import clock, record
from engage.db import new_id
from engage.language import N_
from engage.people import Refused
from meetings.floor.models import Caption
from meetings.models import Meeting
from transcripts import queries
from transcripts.captioning.actions import blank_captions, withhold_captions
from transcripts.models import Recording
from transcripts.withholding.models import WithheldSpan
from transcripts.withholding.queries import wanted_copy
from transcripts.withholding.rules import FAILED, GIVEN_UP, public_media

MS = timedelta(milliseconds=1)
ROUGHLY_MS = 500
"""By so much the times of live captions may be off: the words of a short piece of sound."""


def withhold_span(
    db: Session, recording: Recording, start_ms: int, end_ms: int, *, reason: str, note: str, by: str
) -> WithheldSpan:
    """The public neither hears nor reads it from now on, in live captions neither. `reason` is one of REASONS
    and public; `note` is for staff."""
    span = add_span(db, recording, start_ms, end_ms, reason=reason, note=note, by=by)
    if recording.is_our_own and recording.starts_at:
        begin, end = (recording.starts_at + ms * MS for ms in (start_ms, end_ms))
        blank_captions(db, recording.meeting_id, begin, end)
    return span


def add_span(
    db: Session, recording: Recording, start_ms: int, end_ms: int, *, reason: str, note: str, by: str
) -> WithheldSpan:
    """As `withhold_span`, whatever was captioned there."""
    span = WithheldSpan(
        id=new_id(), recording_id=recording.id, start_ms=start_ms, end_ms=end_ms, reason=reason, note=note,
        salt=record.new_salt(), by=by, at=clock.now(),
    )  # fmt: skip
    db.add(span)
    recording.clearing_setbacks = 0
    db.flush()
    record.append(
        db, recording.meeting_id, "span.withheld", by=by, recording=recording.id, span=span.id,
        start_ms=start_ms, end_ms=end_ms, reason=reason, note=record.sealed(span.salt, note),
    )  # fmt: skip
    return span


def withhold_captioned(
    db: Session, meeting: Meeting, captions: Sequence[Caption], *, reason: str, by: str
) -> None:
    """As live captions for good, and in the meeting's own recording where it is there already."""
    withhold_captions(db, meeting, captions, reason=reason, by=by)
    for recording in queries.recordings(db, meeting.id):
        if recording.is_our_own:
            for each in captions:
                withhold_around(db, recording, each.start_at, each.end_at, reason=reason, by=by)


def withhold_what_was_captioned(db: Session, recording: Recording) -> None:
    """Of the meeting's own recording, once it is there, what was withheld of its live captions."""
    for entry in record.of_kinds(db, [recording.meeting_id], ["captions.withheld"]):
        for span in entry.facts["spans"]:
            begin, end = map(datetime.fromisoformat, span)
            by = entry.actor or record.SYSTEM
            withhold_around(db, recording, begin, end, reason=entry.facts["reason"], by=by)


def withhold_around(
    db: Session, recording: Recording, start_at: datetime, end_at: datetime, *, reason: str, by: str
) -> None:
    """A span of the meeting's time, which is told roughly; its captions are withheld already, and those
    beside it stay."""
    assert recording.starts_at
    begin, end = (round((at - recording.starts_at) / MS) for at in (start_at, end_at))
    if end + ROUGHLY_MS > 0:
        around = max(begin - ROUGHLY_MS, 0), end + ROUGHLY_MS
        add_span(db, recording, *around, reason=reason, note="", by=by)


def lift_span(db: Session, recording: Recording, span: WithheldSpan, *, by: str) -> None:
    """It is public again; that it was withheld stays on the record."""
    if span.lifted_at is not None:
        raise Refused(N_("This span is public again already."))
    span.lifted_at = clock.now()
    recording.clearing_setbacks = 0
    db.flush()
    record.append(
        db, recording.meeting_id, "span.lifted", by=by, recording=recording.id, span=span.id,
        start_ms=span.start_ms, end_ms=span.end_ms,
    )  # fmt: skip


def begin_copy(db: Session, recording_id: str) -> int:
    """The work on a copy begins; how often it was broken off before. To be committed before the work."""
    recording = db.get_one(Recording, recording_id)
    recording.clearing_setbacks += 1
    return recording.clearing_setbacks - 1


def break_off_copy(db: Session, recording_id: str, *, setbacks: int) -> None:
    """It has ended without a copy; `setbacks` says how often that is held against it: GIVEN_UP for good."""
    recording = db.get_one(Recording, recording_id)
    recording.clearing_setbacks = setbacks
    if setbacks >= GIVEN_UP:
        record.append(
            db, recording.meeting_id, "clearing.failed", by=record.SYSTEM, recording=recording.id
        )  # fmt: skip


def note_copy(db: Session, recording_id: str, digest: str) -> bool:
    """The copy lies complete; False when other spans are withheld by now."""
    if wanted_copy(db, recording_id).digest != digest:
        return False
    recording = db.get_one(Recording, recording_id)
    recording.cleared, recording.clearing_setbacks = digest, 0
    if digest:
        record.append(
            db,
            recording.meeting_id,
            "recording.cleared",
            by=record.SYSTEM,
            recording=recording.id,
            copy=digest,
        )
    return True


def try_copy_again(db: Session, recording: Recording, *, by: str) -> None:
    """After it was given up: some more attempts."""
    if public_media(recording, queries.gaps(db, recording.id)).state != FAILED:
        raise Refused(N_("This recording is not waiting for another try."))
    recording.clearing_setbacks = 0
    record.append(db, recording.meeting_id, "clearing.queued", by=by, recording=recording.id)
