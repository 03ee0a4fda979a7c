"""A meeting with a recording of ten minutes, whose record and sound a test makes up."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from engage import clock
from engage.db import new_id
from engage.people import Participant
from meetings.models import Meeting
from tests import make
from tests.make import EPOCH
from transcripts.attribution.course import Course, Turn
from transcripts.attribution.lines import lines_from
from transcripts.models import Line, Recording

EVERYTHING = ((EPOCH, EPOCH + timedelta(minutes=10)),)


def after(seconds: float) -> datetime:
    return EPOCH + timedelta(seconds=seconds)


def said(start_ms: int, text: str, *, pause_after: int | None = None, pause_ms: int = 800) -> dict[str, Any]:
    """A sentence of words of 400 ms; `pause_after` so many of them there is a pause."""
    words, now = [], start_ms
    for n, word in enumerate(text.split(), 1):
        words.append([now, now + 400, f" {word}", 0.8 if n % 2 else 0.9])
        now += 400 + (pause_ms if n == pause_after else 0)
    return {
        "start_ms": start_ms, "end_ms": words[-1][1], "text": text, "words": words, "confidence": 0.85,
        "language": "en", "translation": "",
    }  # fmt: skip


class Stage:
    """`late` is by how much the record follows the room."""

    def __init__(self, db: Session, *people: str) -> None:
        self.db = db
        with clock.set_to(EPOCH):
            self.meeting: Meeting = make.meeting(db, make.body(db, new_id()))
            self.people: list[Participant] = [make.participant(db, self.meeting, name) for name in people]
            self.recording: Recording = make.recording(db, self.meeting, duration_ms=600_000)

    def course(
        self, *turns: tuple[float, float, int], items: Sequence[tuple[float, str | None]] = ()
    ) -> Course:
        """Turns are (start, end, number of the person), in seconds."""
        made = tuple(Turn(after(start), after(end), f"r{n}", self.people[n].id) for start, end, n in turns)
        return Course(made, tuple((after(at), item) for at, item in items), EVERYTHING)

    def keeps_time(self, clock_from: str = "record") -> None:
        self.recording.anchors, self.recording.clock_from = [[0, clock.text(EPOCH)]], clock_from
        self.recording.starts_at = EPOCH

    def written(self, course: Course | None, *heard: dict[str, Any]) -> list[Line]:
        lines = lines_from(self.db, self.recording, heard, course)
        self.db.add_all(lines)
        self.db.flush()
        return lines


def shown(lines: Sequence[Line]) -> list[tuple[str, str]]:
    """Who says what, as a reader sees it."""
    return [(_name(line), line.text) for line in lines]


def _name(line: Line) -> str:
    if line.speaker is None:
        return ""
    label = line.speaker.label
    return label.text % label.values if label.values else label.text
