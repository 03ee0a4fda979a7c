"""When a file says that it was made: taken for the beginning only where it can mean nothing else."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import av
import numpy as np
import pytest
from sqlalchemy.orm import Session

from engage import clock
from tests import make
from tests.make import EPOCH, MINUTE
from transcripts.attribution.file_clock import Reading, made_at, readings
from transcripts.audio import probe

HOUR_MS = 3_600_000
OPENED, CLOSED = EPOCH, EPOCH + timedelta(hours=2)


@pytest.mark.parametrize(
    ("says", "means"),
    [
        ("2026-11-24T02:05:00.000000Z", datetime(2026, 11, 24, 2, 5, tzinfo=UTC)),
        ("2026-11-23T18:05:00-0800", datetime(2026, 11, 24, 2, 5, tzinfo=UTC)),
        ("2026-11-24T02:05:00", None),
        ("1904-01-01T00:00:00Z", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_only_a_moment_with_its_zone_counts(says: str, means: datetime | None) -> None:
    assert made_at({"creation_time": says}) == means


def test_it_is_read_from_the_container(tmp_path: Path) -> None:
    path = tmp_path / "meeting.m4a"
    with av.open(str(path), "w", format="mp4") as file:
        file.metadata["creation_time"] = "2026-11-24T02:05:00Z"
        stream = file.add_stream("aac", rate=16_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 4096), np.float32), format="fltp", layout="mono")
        frame.sample_rate, frame.pts = 16_000, 0
        file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    assert probe(path).made_at == datetime(2026, 11, 24, 2, 5, tzinfo=UTC)


def test_of_the_whole_meeting_the_beginning_is_sure() -> None:
    made = OPENED - 5 * MINUTE
    assert readings(made, 2 * HOUR_MS, OPENED, CLOSED) == [Reading(made, True)]


def test_of_the_whole_meeting_the_end_is_only_a_proposal() -> None:
    made = CLOSED + 2 * MINUTE
    assert readings(made, 2 * HOUR_MS, OPENED, CLOSED) == [Reading(OPENED + 2 * MINUTE, False)]


def test_of_a_short_piece_both_are_proposals() -> None:
    made = OPENED + timedelta(hours=1)
    assert readings(made, HOUR_MS // 6, OPENED, CLOSED) == [
        Reading(made, False), Reading(made - 10 * MINUTE, False)
    ]  # fmt: skip


def test_an_export_of_the_next_day_says_nothing() -> None:
    assert readings(CLOSED + timedelta(days=1), HOUR_MS, OPENED, CLOSED) == []
    assert readings(OPENED, HOUR_MS, None, CLOSED) == []
    assert readings(None, HOUR_MS, OPENED, CLOSED) == []


def test_a_length_that_nobody_knows_leaves_it_a_proposal() -> None:
    assert readings(OPENED, None, OPENED, CLOSED) == [Reading(OPENED, False)]


def test_a_sure_one_is_the_first_guess_of_a_new_recording(db: Session) -> None:
    with clock.set_to(OPENED):
        meeting = make.meeting(db, make.body(db))
    with clock.set_to(CLOSED):
        sure = make.recording(db, meeting, duration_ms=2 * HOUR_MS, made_at=OPENED)
        unsure = make.recording(
            db,
            meeting,
            duration_ms=HOUR_MS // 6,
            made_at=OPENED + HOUR_MS * timedelta(milliseconds=1),
            sha256="cd",
        )
    assert (sure.anchors, sure.clock_from, sure.starts_at) == ([[0, clock.text(OPENED)]], "file", OPENED)
    assert (unsure.anchors, unsure.clock_from, unsure.starts_at) == ([], "", None)
