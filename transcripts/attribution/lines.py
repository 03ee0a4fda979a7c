"""From what was heard to the lines of a transcript, each by one speaker on one item."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from engage import record
from engage.db import new_id
from transcripts import queries
from transcripts.attribution.channels import by_channels
from transcripts.attribution.course import Course, Laid, laid_over
from transcripts.attribution.cutting import LATE_MS, Heard, Piece, pieces
from transcripts.attribution.owning import Owned, by_ear, by_record
from transcripts.attribution.speakers import rows_for
from transcripts.models import Line, Recording

Sentence = Mapping[str, Any]
MARGINS_MS = {"record": (0, 0), "clerk": (LATE_MS, 0), "file": (5000, 5000)}
"""By how much a turn may be laid too early, and too late beyond a hand's 3 s, by who has set the clock. What
a clerk has heard was itself noted up to 3 s late, which moves everything; a device's own clock is off."""


def lines_from(
    db: Session, recording: Recording, heard: Sequence[Sentence], course: Course | None
) -> list[Line]:
    """New lines, not yet stored, for all that was heard; the rows of their speakers are made.

    To be called while the recording has the lines that give way: voices that a clerk has named keep their
    names. `course` None: no record can be had.
    """
    found = cut(heard, recording, course)
    before = queries.lines_of(db, recording.id)
    rows = rows_for(db, recording, [each.who for each in found if each.who], before=before)
    return [
        Line(
            id=new_id(), recording_id=recording.id, place=place, salt=record.new_salt(), version=1,
            speaker=rows[piece.who] if piece.who else None,
            **facts_of(piece, heard[piece.sentence], main_language(recording)),
        )
        for place, piece in enumerate(found, 1)
    ]  # fmt: skip


def cut(heard: Heard, recording: Recording, course: Course | None) -> list[Piece]:
    """The pieces of what was heard, each with who speaks."""
    laid = laid_over(course, recording) if course else Laid([], [])
    owned = whose_words(heard, recording, laid if recording.anchors and course and course.sittings else None)
    return pieces(heard, owned.named, owned.voices, owned.rest, [ms for ms, _ in laid.items if ms])


def whose_words(heard: Heard, recording: Recording, laid: Laid | None) -> Owned:
    if laid is None:
        return by_ear(recording.voices)
    words = [word for each in heard for word in each["words"]]
    early, late = MARGINS_MS[recording.clock_from or "clerk"]
    turns = [(start + early, end - late, who) for start, end, who in laid.turns if start + early < end - late]
    owned = by_record(turns, recording.voices, words)
    return by_channels(recording.channels, laid, owned) if recording.channels else owned


def main_language(recording: Recording) -> str | None:
    return recording.transcription.language if recording.transcription else None


def facts_of(piece: Piece, sentence: Sentence, main: str | None) -> dict[str, Any]:
    """The columns of a line; its words keep their times. A translation stays with the first of the pieces."""
    every = sentence["words"]
    words = list(every[piece.first : piece.last])
    is_whole, is_last = len(words) == len(every), piece.last >= len(every)
    sure = [word[3] for word in words if word[3] is not None]
    language = sentence.get("language")
    return {
        "start_ms": words[0][0] if piece.first else sentence["start_ms"],
        "end_ms": sentence["end_ms"] if is_last else words[-1][1],
        "text": sentence["text"] if is_whole else "".join(word[2] for word in words).strip(),
        "words": words,
        "confidence": sentence["confidence"] if is_whole or not sure else round(sum(sure) / len(sure), 3),
        "language": None if language == main else language,
        "translation": "" if piece.first else sentence.get("translation") or "",
        "is_continued": piece.first > 0 or sentence.get("is_continued", False),
    }
