"""Recordings and their transcription: rows, entries, and what is refused."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from engage import clock, record
from engage.people import Refused
from tests import make
from tests.make import EPOCH, SYSTEM, kinds
from transcripts import actions, queries, queue
from transcripts.attribution.items import chapters
from transcripts.editing.actions import correct_line
from transcripts.models import FAILED, QUEUED, Line, Recording

BY = "account:abc"


def read_out(db: Session, *texts: str) -> tuple[Recording, list[Line]]:
    meeting = make.meeting(db, make.body(db))
    made = make.transcript(db, meeting, *(texts or ("We voted four to two.", "Thank you.")))
    return made, queries.lines_of(db, made.id)


def last_facts(db: Session, book: str, kind: str) -> dict[str, object]:
    return record.of_kinds(db, [book], [kind])[-1].facts


def test_a_recording_is_added_with_its_queued_transcription_and_no_words_in_the_record(db: Session) -> None:
    meeting = make.meeting(db, make.body(db))
    made = make.recording(db, meeting, name="Secret plan.mp3", language="es")
    assert kinds(db, meeting.id)[-2:] == ["recording.added", "transcription.queued"]
    facts = last_facts(db, meeting.id, "recording.added")
    assert facts["name"] == record.sealed(made.salt, "Secret plan.mp3")
    assert (facts["sha256"], facts["size"]) == ("ab", 1000)
    job = made.transcription
    assert job and (job.state, job.asked_language) == (QUEUED, "es")


def test_written_down_anew_the_old_lines_give_way_and_are_named(db: Session) -> None:
    made, lines = read_out(db)
    actions.queue_transcription(db, made, language="es", by=BY)
    db.refresh(made)
    with pytest.raises(Refused):
        actions.queue_transcription(db, made, language="es", by=BY)
    with pytest.raises(Refused):
        correct_line(db, made, lines[0], "Other.", version=1, by=BY)
    assert make.finish_next(db, "Otra cosa.").language == "es"
    assert [line.text for line in queries.lines_of(db, made.id)] == ["Otra cosa."]
    facts = last_facts(db, made.meeting_id, "transcript.made")
    assert facts["replaced"] == sorted(line.id for line in lines)


def test_only_a_failed_transcription_is_tried_again_and_keeps_its_windows(db: Session) -> None:
    made = make.recording(db, make.meeting(db, make.body(db)))
    with pytest.raises(Refused):
        actions.retry_transcription(db, made, by=BY)
    failed = queue.join_next(db, "w", model="base")
    assert failed is not None
    queue.give_up(db, failed, "It is damaged.", {})
    job = made.transcription
    db.refresh(job)
    assert job and (job.state, job.error) == (FAILED, "It is damaged.")
    actions.retry_transcription(db, made, by=BY)
    assert (job.state, job.error, job.setbacks) == (QUEUED, "", 0)
    again = queue.join_next(db, "w", model="base")
    assert again and again.transcription_id == job.id


def test_the_start_of_a_recording_is_an_entry_once(db: Session) -> None:
    made = make.recording(db, make.meeting(db, make.body(db)))
    for _ in range(2):
        actions.time_recording(db, made, EPOCH, by=SYSTEM)
    assert kinds(db, made.meeting_id).count("recording.timed") == 1
    assert last_facts(db, made.meeting_id, "recording.timed")["starts_at"] == clock.text(EPOCH)


def test_chapters_are_the_items_called_while_the_recording_ran(db: Session) -> None:
    meeting = make.meeting(db, make.body(db), state="published")
    items = [make.item(db, meeting, f"Item {n}", place=n) for n in range(1, 5)]
    for n, item in enumerate(items):
        with clock.set_to(EPOCH + timedelta(seconds=30 * n)):
            record.append(db, meeting.id, "item.called", by=BY, item=item.id)
    made = make.recording(db, meeting, duration_ms=40_000)
    assert chapters(db, made) == []
    actions.time_recording(db, made, EPOCH + timedelta(seconds=40), by=BY)
    assert chapters(db, made) == [(0, items[1]), (20_000, items[2])]
