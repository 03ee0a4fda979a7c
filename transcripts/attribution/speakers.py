"""The rows of those who speak: found again for the same person, made where they are new."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage.db import new_id
from transcripts.attribution.cutting import Who
from transcripts.attribution.models import DAIS, FLOOR, SEAT, Speaker
from transcripts.attribution.owning import Voices, overlaps
from transcripts.models import Line, Recording

Rows = Mapping[str, Speaker]


def rows_for(
    db: Session, recording: Recording, wanted: Iterable[Who], *, before: Sequence[Line]
) -> dict[Who, Speaker]:
    """A row for each. New voices get the first free numbers of the meeting in the order of `wanted`.

    `before` are the lines as they were last told apart: a voice that a clerk has named, or has said to be
    somebody's, keeps its row, although its number in the recording may be another by now.
    """
    rows = _rows(db, recording.meeting_id)
    joined = {row.same_as_id for row in rows.values() if row.same_as_id}
    known = voices_before(before, recording.voices, joined)
    taken = _busy(db, recording) | set(known.values())
    found: dict[Who, Speaker] = {}
    for who in dict.fromkeys(wanted):
        was = rows.get(known.get(who.number, ""))
        is_theirs = was is not None and (was.name or was.kind == who.kind or was.id in joined)
        row = _known(rows, who, was if is_theirs else None) or _free(rows, who, taken)
        if row is None:
            row = _new(recording.meeting_id, who, rows)
            db.add(row)
            rows[row.id] = row
        taken.add(row.id)
        found[who] = rows[row.same_as_id] if row.same_as_id else row
    db.flush()
    return found


def _rows(db: Session, meeting_id: str) -> dict[str, Speaker]:
    found = select(Speaker).where(Speaker.meeting_id == meeting_id).order_by(Speaker.number, Speaker.id)
    return {row.id: row for row in db.scalars(found)}


def _busy(db: Session, recording: Recording) -> set[str]:
    """Who speaks in the meeting's other recordings."""
    others = select(Line.speaker_id).join(Recording, Recording.id == Line.recording_id)
    here = Recording.meeting_id == recording.meeting_id, Recording.id != recording.id
    return {each for each in db.scalars(others.where(*here).distinct()) if each}


def _known(rows: Rows, who: Who, was: Speaker | None) -> Speaker | None:
    if who.kind == FLOOR:
        return next((row for row in rows.values() if row.participant_id == who.participant_id), None)
    if who.kind == SEAT:
        return next((row for row in rows.values() if row.seat == who.seat), None)
    if who.number:
        return was
    return next((row for row in rows.values() if row.kind == DAIS and not row.number), None)


def _free(rows: Rows, who: Who, taken: set[str]) -> Speaker | None:
    """A voice that nobody has named, and that says nothing any more."""
    unused = (row for row in rows.values() if row.kind == who.kind and row.number and row.id not in taken)
    return next((row for row in unused if not row.name and not row.same_as_id), None) if who.number else None


def _new(meeting_id: str, who: Who, rows: Rows) -> Speaker:
    numbers = [row.number for row in rows.values() if row.kind == who.kind]
    return Speaker(
        id=new_id(), meeting_id=meeting_id, kind=who.kind, participant_id=who.participant_id or None,
        number=1 + max(numbers, default=0) if who.number else 0,
        seat=who.seat or None, seat_name=who.seat_name,
    )  # fmt: skip


def voices_before(lines: Sequence[Line], voices: Voices, joined: Collection[str]) -> dict[int, str]:
    """Whose each voice of the recording was: the speaker of most of what it says in these lines. Only rows
    of a voice count, and those with which one was `joined`; two voices may have been one person's."""
    told = [line for line in lines if line.speaker and (line.speaker.number or line.speaker.id in joined)]
    spans = [(start, end) for start, end, _ in voices]
    shares: dict[int, Counter[str]] = {}
    for start, end, line, voice in overlaps([(each.start_ms, each.end_ms) for each in told], spans):
        shares.setdefault(voices[voice][2], Counter())[told[line].speaker_id or ""] += end - start
    return {number: share.most_common(1)[0][0] for number, share in shares.items()}
