"""From what was heard to lines: each by one speaker, and a name only where it is sure."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import make
from tests.transcripts.attribution.stage import Stage, said, shown
from transcripts import queries
from transcripts.attribution.course import Course
from transcripts.attribution.models import DAIS, FLOOR, VOICE, Speaker

TWO = said(8000, "Thank you all. I live on Elm Street", pause_after=3)


def test_without_a_record_and_without_an_ear_nobody_is_named(db: Session) -> None:
    stage = Stage(db)
    assert shown(stage.written(None, TWO)) == [("", TWO["text"])]
    assert queries.lines_of(db, stage.recording.id)[0].speaker_id is None


def test_who_had_the_floor_is_named_and_everybody_else_is_the_dais(db: Session) -> None:
    stage = Stage(db, "Ana")
    stage.keeps_time()
    lines = stage.written(
        stage.course((10, 40, 0)),
        said(1000, "We come to item three."), TWO, said(20_000, "It is loud."), said(60_000, "Thank you."),
    )  # fmt: skip
    assert shown(lines) == [
        ("Dais", "We come to item three."),
        ("Dais", "Thank you all."),
        ("Ana", "I live on Elm Street"),
        ("Ana", "It is loud."),
        ("Dais", "Thank you."),
    ]
    assert [line.is_continued for line in lines] == [False, False, True, False, False]
    assert [line.place for line in lines] == [1, 2, 3, 4, 5]
    assert [(row.kind, row.participant_id) for row in db.scalars(select(Speaker).order_by(Speaker.kind))] == [
        (DAIS, None),
        (FLOOR, stage.people[0].id),
    ]


def test_cut_words_keep_their_times_and_their_doubt(db: Session) -> None:
    stage = Stage(db, "Ana")
    stage.keeps_time()
    first, second = stage.written(stage.course((10, 40, 0)), TWO | {"translation": "whole"})
    assert first.words + second.words == TWO["words"]
    assert (first.start_ms, first.end_ms) == (8000, 9200)
    assert (second.start_ms, second.end_ms) == (10_000, TWO["end_ms"])
    assert (first.confidence, second.confidence) == (0.833, 0.86)
    assert (first.translation, second.translation) == ("whole", "")


def test_words_that_were_said_before_a_late_end_are_not_put_into_the_last_speakers_mouth(db: Session) -> None:
    """The turn was over at 38 s; the clerk ended it at 40."""
    stage = Stage(db, "Ana", "Ben")
    stage.keeps_time()
    course = stage.course((10, 40, 0), (41, 80, 1))
    lines = stage.written(
        course, said(30_000, " ".join(["so"] * 20)), said(38_500, "Thank you Ana. Next please.")
    )
    assert shown(lines)[0][0] == "Ana"
    assert shown(lines)[1] == ("Dais", "Thank you Ana. Next please.")


def test_an_interjection_that_the_ear_tells_apart_is_the_daiss(db: Session) -> None:
    stage = Stage(db, "Ana")
    stage.keeps_time()
    stage.recording.voices = [
        [10_000, 30_000, 1],
        [31_000, 41_000, 2],
        [42_000, 60_000, 1],
        [70_000, 90_000, 2],
    ]
    heard = [said(at, " ".join(["word"] * 20)) for at in (15_000, 32_000, 45_000, 75_000)]
    assert [name for name, _ in shown(stage.written(stage.course((10, 63, 0)), *heard))] == [
        "Ana", "Dais, voice 1", "Ana", "Dais, voice 1",
    ]  # fmt: skip


def test_an_ear_alone_numbers_the_speakers_as_they_begin_in_all_recordings(db: Session) -> None:
    stage = Stage(db)
    stage.recording.voices = [[0, 5000, 4], [6000, 9000, 2], [10_000, 15_000, 4]]
    heard = [said(0, "One."), said(7000, "Two."), said(12_000, "Three.")]
    assert [name for name, _ in shown(stage.written(None, *heard))] == ["Speaker 1", "Speaker 2", "Speaker 1"]
    other = Stage.__new__(Stage)
    other.db, other.people, other.meeting = db, [], stage.meeting
    other.recording = make.recording(db, stage.meeting, sha256="cd")
    other.recording.voices = [[0, 5000, 1]]
    assert shown(other.written(None, said(0, "Four."))) == [("Speaker 3", "Four.")]
    assert {row.kind for row in db.scalars(select(Speaker))} == {VOICE}


def test_a_meeting_that_was_not_held_here_is_told_by_ear_even_when_its_clock_is_known(db: Session) -> None:
    stage = Stage(db)
    stage.keeps_time()
    stage.recording.voices = [[0, 5000, 1]]
    assert shown(stage.written(Course(), said(0, "One."))) == [("Speaker 1", "One.")]


def test_a_clock_that_a_clerk_has_set_is_sure_only_to_three_seconds_on_either_side(db: Session) -> None:
    stage = Stage(db, "Ana")
    stage.keeps_time("clerk")
    heard = [said(10_500, "Early."), said(14_000, "Well in it, and long enough"), said(24_500, "Late.")]
    assert [name for name, _ in shown(stage.written(stage.course((10, 26, 0)), *heard))] == [
        "Dais",
        "Ana",
        "Dais",
    ]


def test_an_item_cuts_a_line_and_begins_with_its_second_part(db: Session) -> None:
    stage = Stage(db)
    stage.keeps_time()
    heard = said(0, "So much for that one then. And now we turn to item four", pause_after=6)
    course = stage.course(items=[(0, "i3"), (4.5, "i4")])
    assert [(line.start_ms, line.text) for line in stage.written(course, heard)] == [
        (0, "So much for that one then."), (3200, "And now we turn to item four"),
    ]  # fmt: skip


def test_a_line_in_another_language_says_so(db: Session) -> None:
    stage = Stage(db)
    job = stage.recording.transcription
    assert job
    job.language = "en"
    lines = stage.written(
        None, said(0, "Hello."), said(2000, "Hola.") | {"language": "es", "translation": "Hi."}
    )
    assert [(line.language, line.translation) for line in lines] == [(None, ""), ("es", "Hi.")]


def test_who_takes_part_without_a_name_is_a_public_speaker(db: Session) -> None:
    stage = Stage(db, "")
    stage.keeps_time()
    assert shown(stage.written(stage.course((10, 40, 0)), said(20_000, "Hello."))) == [
        ("Public speaker", "Hello.")
    ]
