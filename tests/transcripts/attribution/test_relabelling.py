"""A clock that is set afterwards: lines are told apart anew, and what people have done stays."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from engage import clock, record
from engage.people import Refused
from tests.make import EPOCH, SYSTEM, kinds
from tests.transcripts.attribution.stage import Stage, said, shown
from transcripts import actions, queries
from transcripts.attribution.actions import add_moment, set_clock, take_back_moment
from transcripts.attribution.models import PERSON, Speaker
from transcripts.attribution.relabelling import reattribute
from transcripts.editing.actions import certify_transcript, correct_line
from transcripts.models import DONE, Line

BY = "account:clerk"
ONE = said(8000, "Thank you all. I live on Elm Street", pause_after=3)
START = clock.text(EPOCH)


def stage_of(db: Session, *heard: dict[str, Any]) -> Stage:
    """Written down before anybody knew when the recording begins."""
    stage = Stage(db, "Ana", "Ben")
    job = stage.recording.transcription
    assert job
    job.state = DONE
    stage.written(None, *(heard or (said(1000, "We begin."), ONE, said(20_000, "It is loud."))))
    return stage


def now(stage: Stage) -> list[Line]:
    stage.db.expire_all()
    return queries.lines_of(stage.db, stage.recording.id)


def test_setting_the_clock_names_who_had_the_floor(db: Session) -> None:
    stage = stage_of(db)
    before = [(line.id, line.version) for line in now(stage)]
    actions.time_recording(
        db, stage.recording, EPOCH, by=BY, course=stage.course((10, 40, 0)), clock_from="record"
    )
    lines = now(stage)
    assert shown(lines) == [
        ("Dais", "We begin."),
        ("Dais", "Thank you all."),
        ("Ana", "I live on Elm Street"),
        ("Ana", "It is loud."),
    ]
    assert [line.place for line in lines] == [1, 2, 3, 4]
    assert [(line.id, line.version - 1) for line in (*lines[:2], lines[3])] == before
    assert (stage.recording.anchors, stage.recording.starts_at) == ([[0, START]], EPOCH)
    entry = record.of_kinds(db, [stage.meeting.id], ["lines.attributed"])[-1]
    assert {name: entry.facts[name] for name in ("changed", "made", "replaced")} == {
        "changed": 3, "made": 1, "replaced": []
    }  # fmt: skip


def test_taking_the_clock_back_joins_what_was_only_cut(db: Session) -> None:
    stage = stage_of(db)
    before = [(line.id, line.text, line.words) for line in now(stage)]
    actions.time_recording(db, stage.recording, EPOCH, by=BY, course=stage.course((10, 40, 0)))
    cut = {line.id for line in now(stage)}
    actions.time_recording(db, stage.recording, None, by=BY, course=stage.course((10, 40, 0)))
    lines = now(stage)
    assert [(line.id, line.text, line.words) for line in lines] == before
    assert [line.speaker_id for line in lines] == [None] * 3
    assert (stage.recording.anchors, stage.recording.clock_from, stage.recording.starts_at) == ([], "", None)
    entry = record.of_kinds(db, [stage.meeting.id], ["lines.attributed"])[-1]
    assert entry.facts["replaced"] == sorted(cut - {line.id for line in lines})


def test_the_same_again_changes_nothing_and_says_nothing(db: Session) -> None:
    stage = stage_of(db)
    course = stage.course((10, 40, 0))
    stage.keeps_time()
    reattribute(db, stage.recording, course, by=BY)
    before = [(line.id, line.version) for line in now(stage)]
    reattribute(db, stage.recording, course, by=BY)
    assert [(line.id, line.version) for line in now(stage)] == before
    assert kinds(db, stage.meeting.id).count("lines.attributed") == 1


def test_an_edited_line_keeps_its_words_and_is_not_cut(db: Session) -> None:
    stage = stage_of(db)
    line = now(stage)[1]
    correct_line(db, stage.recording, line, "Thanks, all. I live on Elm Street", version=line.version, by=BY)
    stage.keeps_time()
    reattribute(db, stage.recording, stage.course((10, 40, 0)), by=BY)
    assert shown(now(stage))[1] == ("Dais", "Thanks, all. I live on Elm Street")


def test_an_edited_line_that_is_one_persons_is_named(db: Session) -> None:
    stage = stage_of(db)
    line = now(stage)[2]
    correct_line(db, stage.recording, line, "It is very loud.", version=line.version, by=BY)
    stage.keeps_time()
    reattribute(db, stage.recording, stage.course((10, 40, 0)), by=BY)
    assert shown(now(stage))[-1] == ("Ana", "It is very loud.")


def test_a_line_whose_speaker_a_clerk_has_named_keeps_it(db: Session) -> None:
    stage = stage_of(db)
    mayor = Speaker(meeting_id=stage.meeting.id, kind=PERSON, name="Mayor Ruiz")
    db.add(mayor)
    line = now(stage)[2]
    line.speaker, line.is_named = mayor, True
    db.flush()
    stage.keeps_time()
    reattribute(db, stage.recording, stage.course((10, 40, 0)), by=BY)
    assert shown(now(stage))[-1] == ("Mayor Ruiz", "It is loud.")


def test_moments_that_turn_time_round_are_refused(db: Session) -> None:
    stage = stage_of(db)
    add_moment(db, stage.recording, 60_000, EPOCH + timedelta(minutes=1), course=None, by=BY)
    with pytest.raises(Refused):
        add_moment(db, stage.recording, 90_000, EPOCH, course=None, by=BY)
    assert stage.recording.anchors == [[60_000, clock.text(EPOCH + timedelta(minutes=1))]]


def test_a_second_moment_mends_drift_and_can_be_taken_back(db: Session) -> None:
    stage = stage_of(db)
    add_moment(db, stage.recording, 0, EPOCH, course=None, by=BY)
    add_moment(db, stage.recording, 600_000, EPOCH + timedelta(seconds=603), course=None, by=BY)
    assert len(stage.recording.anchors) == 2
    take_back_moment(db, stage.recording, 0, course=None, by=BY)
    assert stage.recording.starts_at == EPOCH + timedelta(seconds=3)
    take_back_moment(db, stage.recording, 600_000, course=None, by=BY)
    assert (stage.recording.anchors, stage.recording.clock_from) == ([], "")


def test_the_first_moment_that_a_clerk_hears_replaces_the_files_own_clock(db: Session) -> None:
    stage = stage_of(db)
    set_clock(db, stage.recording, [[0, START]], clock_from="file", course=None, by=SYSTEM)
    add_moment(db, stage.recording, 5000, EPOCH, course=None, by=BY)
    assert (stage.recording.anchors, stage.recording.clock_from) == ([[5000, START]], "clerk")


def test_the_clock_of_a_certified_transcript_stands(db: Session) -> None:
    stage = stage_of(db)
    certify_transcript(db, stage.recording, by=BY)
    with pytest.raises(Refused):
        actions.time_recording(db, stage.recording, EPOCH, by=BY, course=None)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_is_told_no_word_is_lost_and_the_first_pieces_keep_their_ids(
    db: Session, data: st.DataObject
) -> None:
    """Any turns, one after another: each leaves every word where it was."""
    stage = stage_of(db, *(said(3000 * n, "one two. three four five", pause_after=2) for n in range(6)))
    stage.keeps_time()
    words = [word for line in now(stage) for word in line.words]
    ids = [line.id for line in now(stage)]
    for _ in range(3):
        edges = sorted(data.draw(st.sets(st.integers(0, 30), min_size=2, max_size=6)))
        turns = [(a, b, n % 2) for n, (a, b) in enumerate(zip(edges[::2], edges[1::2], strict=False))]
        reattribute(db, stage.recording, stage.course(*turns), by=BY)
        lines = now(stage)
        assert [word for line in lines for word in line.words] == words
        assert [line.id for line in lines if not line.is_continued] == ids
        assert [line.place for line in lines] == list(range(1, len(lines) + 1))
        assert all("".join(word[2] for word in line.words).strip() == line.text for line in lines)
