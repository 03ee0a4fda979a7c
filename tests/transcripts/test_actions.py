"""Recordings, corrections and certification: rows, entries, and what is refused."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from engage import clock, record
from engage.people import Refused
from tests import make
from tests.make import EPOCH, SYSTEM, kinds
from transcripts import actions, lease, queries
from transcripts.actions import Conflict
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


def test_a_correction_keeps_what_was_said_before_and_the_times_of_its_words(db: Session) -> None:
    made, lines = read_out(db)
    actions.correct_line(db, made, lines[0], "We voted five to two.", version=1, by=BY)
    actions.correct_line(db, made, lines[0], "We voted five to one.", version=2, by="account:xyz")
    assert (lines[0].text, lines[0].version) == ("We voted five to one.", 3)
    assert [(edit.version, edit.text, edit.by) for edit in queries.edits_of(db, lines[0].id)] == [
        (2, "We voted five to two.", "account:xyz"),
        (1, "We voted four to two.", BY),
    ]
    assert [word[:2] for word in lines[0].words] == [[n * 100, n * 100 + 100] for n in range(5)]
    assert last_facts(db, made.meeting_id, "line.corrected") == {
        "recording": made.id,
        "line": lines[0].id,
        "version": 3,
        "text": record.sealed(lines[0].salt, "We voted five to one."),
    }


def test_the_second_of_two_clerks_overwrites_nothing(db: Session) -> None:
    made, lines = read_out(db)
    actions.correct_line(db, made, lines[0], "Mine.", version=1, by=BY)
    with pytest.raises(Conflict):
        actions.correct_line(db, made, lines[0], "Yours.", version=1, by=BY)
    assert (lines[0].text, len(queries.edits_of(db, lines[0].id))) == ("Mine.", 1)


def test_two_clerks_who_say_the_same_do_not_collide(db: Session) -> None:
    made, lines = read_out(db)
    for _ in range(2):
        actions.correct_line(db, made, lines[0], "The same.", version=1, by=BY)
    assert lines[0].version == 2
    assert kinds(db, made.meeting_id).count("line.corrected") == 1


def test_an_emptied_line_is_read_by_nobody_and_lost_by_nobody(db: Session) -> None:
    made, lines = read_out(db)
    actions.correct_line(db, made, lines[1], "", version=1, by=BY)
    assert [line.text for line in queries.spoken_lines(db, made.id)] == ["We voted four to two."]
    assert [edit.text for edit in queries.edits_of(db, lines[1].id)] == ["Thank you."]
    actions.correct_line(db, made, lines[1], "Thank you all.", version=2, by=BY)
    assert len(queries.spoken_lines(db, made.id)) == 2


def test_a_certified_transcript_stands_until_the_certification_is_taken_back(db: Session) -> None:
    made, lines = read_out(db)
    actions.certify_transcript(db, made, by=BY)
    certified = last_facts(db, made.meeting_id, "transcript.certified")
    assert certified["lines"] == last_facts(db, made.meeting_id, "transcript.made")["lines"]
    with pytest.raises(Refused):
        actions.correct_line(db, made, lines[0], "Other.", version=1, by=BY)
    with pytest.raises(Refused):
        actions.queue_transcription(db, made, language=None, by=BY)
    with pytest.raises(Refused):
        actions.certify_transcript(db, made, by=BY)
    actions.withdraw_certification(db, made, by=BY)
    actions.correct_line(db, made, lines[0], "Other.", version=1, by=BY)
    actions.certify_transcript(db, made, by=BY)
    assert last_facts(db, made.meeting_id, "transcript.certified")["lines"] != certified["lines"]
    actions.withdraw_certification(db, made, by=BY)
    with pytest.raises(Refused):
        actions.withdraw_certification(db, made, by=BY)


def test_what_is_not_written_down_cannot_be_certified(db: Session) -> None:
    made = make.recording(db, make.meeting(db, make.body(db)))
    with pytest.raises(Refused):
        actions.certify_transcript(db, made, by=BY)


def test_written_down_anew_the_old_lines_give_way_and_are_named(db: Session) -> None:
    made, lines = read_out(db)
    actions.queue_transcription(db, made, language="es", by=BY)
    db.refresh(made)
    with pytest.raises(Refused):
        actions.queue_transcription(db, made, language="es", by=BY)
    with pytest.raises(Refused):
        actions.correct_line(db, made, lines[0], "Other.", version=1, by=BY)
    claim = lease.claim_next(db, "w", model="base")
    assert claim and claim.language == "es"
    lease.finish(db, claim, ends_early=False)
    assert queries.lines_of(db, made.id) == []
    facts = last_facts(db, made.meeting_id, "transcript.made")
    assert facts["replaced"] == sorted(line.id for line in lines)


def test_a_transcript_with_corrections_is_not_written_over(db: Session) -> None:
    made, lines = read_out(db)
    actions.correct_line(db, made, lines[0], "Corrected.", version=1, by=BY)
    with pytest.raises(Refused):
        actions.queue_transcription(db, made, language=None, by=BY)


def test_only_a_failed_transcription_is_tried_again_and_keeps_its_windows(db: Session) -> None:
    made = make.recording(db, make.meeting(db, make.body(db)))
    with pytest.raises(Refused):
        actions.retry_transcription(db, made, by=BY)
    claim = lease.claim_next(db, "w", model="base")
    assert claim is not None
    lease.give_up(db, claim, "It is damaged.", {})
    job = made.transcription
    db.refresh(job)
    assert job and (job.state, job.error) == (FAILED, "It is damaged.")
    actions.retry_transcription(db, made, by=BY)
    assert (job.state, job.error, job.setbacks) == (QUEUED, "", 0)
    again = lease.claim_next(db, "w", model="base")
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
    assert queries.chapters(db, made) == []
    actions.time_recording(db, made, EPOCH + timedelta(seconds=40), by=BY)
    assert queries.chapters(db, made) == [(0, items[1]), (20_000, items[2])]
