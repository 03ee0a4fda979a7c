"""A transcript from elsewhere takes the place of the lines, and the record knows what it was."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engage import clock, record
from engage.people import Refused
from meetings.models import Meeting
from tests import make
from tests.make import SYSTEM, kinds
from transcripts import actions, queries, search
from transcripts.attribution.course import Course, Turn
from transcripts.attribution.models import PERSON, Speaker
from transcripts.attribution.relabelling import reattribute
from transcripts.editing import actions as editing
from transcripts.editing.models import TEXT, Edit
from transcripts.imports.actions import import_transcript
from transcripts.imports.reading import read_transcript
from transcripts.imports.spoken import NotATranscript, Transcript
from transcripts.models import DONE, Recording, Transcription
from transcripts.rules import lines_hash

VTT = b"""WEBVTT

00:01.000 --> 00:02.000
<v Ana Ruiz>Good evening.

00:02.000 --> 00:03.000
<v Bob Lee>Present.</v> Somebody coughs.

00:03.000 --> 00:04.000
<v Ana Ruiz>Thank you.
"""


def read(data: bytes = VTT) -> Transcript:
    return read_transcript(data)


def take(db: Session, recording: Recording, data: bytes = VTT) -> Transcription:
    return import_transcript(db, recording, read(data), sha256="ab" * 32, language="en", by=SYSTEM)


@pytest.fixture
def made(db: Session) -> Recording:
    return make.transcript(db, make.meeting(db, make.body(db)), "Heard before.", "And this.")


def test_lines_and_speakers_are_those_of_the_file(db: Session, made: Recording) -> None:
    before = [line.id for line in queries.lines_of(db, made.id)]
    job = take(db, made)
    lines = queries.lines_of(db, made.id)
    assert [(line.place, line.text, line.speaker and line.speaker.name, line.is_named) for line in lines] == [
        (1, "Good evening.", "Ana Ruiz", True),
        (2, "Present.", "Bob Lee", True),
        (3, "Somebody coughs.", None, False),
        (4, "Thank you.", "Ana Ruiz", True),
    ]
    assert [line.confidence for line in lines] == [None] * 4
    assert (made.transcription, job.state, job.source, job.count, job.confidence) == (
        job,
        DONE,
        "vtt",
        4,
        None,
    )
    entry = record.after(db, made.meeting_id, 0)[-1]
    assert (entry.kind, entry.facts["replaced"]) == ("transcript.imported", sorted(before))
    assert entry.facts["lines"] == lines_hash((line.start_ms, line.end_ms, line.text) for line in lines)
    people = db.scalars(select(Speaker).where(Speaker.kind == PERSON)).all()
    assert entry.facts["speakers"] == {each.id: record.sealed(each.salt, each.name) for each in people}
    assert "Ana" not in entry.data


def test_a_name_is_one_person_in_all_recordings_of_the_meeting(db: Session, made: Recording) -> None:
    other = actions.keep_recording(db, db.get_one(Meeting, made.meeting_id), stored("other"), by=SYSTEM)
    take(db, made)
    take(db, other)
    take(db, made)
    names = db.scalars(select(Speaker.name).where(Speaker.meeting_id == made.meeting_id)).all()
    assert sorted(names) == ["Ana Ruiz", "Bob Lee"]


def test_what_is_under_way_certified_or_edited_stays(db: Session) -> None:
    waiting = make.recording(db, make.meeting(db, make.body(db)))
    with pytest.raises(Refused, match="just being written down"):
        take(db, waiting)
    make.finish_next(db, "One.")
    editing.certify_transcript(db, waiting, by=SYSTEM)
    with pytest.raises(Refused, match="certified"):
        take(db, waiting)
    editing.withdraw_certification(db, waiting, by=SYSTEM)
    line = queries.lines_of(db, waiting.id)[0]
    waiting.edit_count = 1
    db.add(
        Edit(
            recording_id=waiting.id,
            n=1,
            kind=TEXT,
            line_id=line.id,
            by=SYSTEM,
            at=clock.now(),
            before=[],
            after=[],
        )
    )
    db.flush()
    with pytest.raises(Refused, match="has corrections"):
        take(db, waiting)
    assert [line.text for line in queries.lines_of(db, waiting.id)] == ["One."]
    assert kinds(db, waiting.meeting_id).count("transcript.imported") == 0


def test_words_after_the_end_belong_to_another_recording(db: Session, made: Recording) -> None:
    late = b"WEBVTT\n\n01:10.000 --> 01:11.000\nLate.\n\n01:11.000 --> 01:12.000\nLater.\n"
    with pytest.raises(NotATranscript, match="The last words are at 1:11, but the recording ends at 1:00."):
        take(db, made, late)
    made.duration_ms = None
    assert take(db, made, late).count == 2


def test_what_publishes_itself_is_public_with_it(db: Session, made: Recording) -> None:
    made.published_at, made.publishes_itself = None, True
    take(db, made)
    assert (made.is_published, kinds(db, made.meeting_id)[-1]) == (True, "recording.published")


def test_search_finds_the_new_lines_and_forgets_the_old(db: Session, made: Recording) -> None:
    before = {f"line:{line.id}" for line in queries.lines_of(db, made.id)}
    take(db, made)
    entry = record.after(db, made.meeting_id, 0)[-1]
    changes = search.readings[entry.kind](db, entry)
    assert set(changes.remove) == before
    assert [each.text for each in changes.put] == [
        "Good evening.",
        "Present.",
        "Somebody coughs.",
        "Thank you.",
    ]


def stored(name: str) -> actions.Stored:
    return actions.Stored(f"{name}id", name, 10, name, "audio/mpeg", 60_000, False)


def test_lines_without_a_speaker_take_theirs_from_the_record(db: Session, made: Recording) -> None:
    take(db, made)
    began = clock.now()
    made.starts_at, made.anchors = began, [[0, clock.text(began)]]
    person = make.participant(db, db.get_one(Meeting, made.meeting_id), "Maria Gomez")
    turn = Turn(began - timedelta(seconds=20), began + timedelta(seconds=30), "norequest", person.id)
    reattribute(db, made, Course((turn,), sittings=((turn.start, None),)), by=SYSTEM)
    said = [(line.text, line.speaker and line.speaker.public_name) for line in queries.lines_of(db, made.id)]
    assert said == [
        ("Good evening.", "Ana Ruiz"),
        ("Present.", "Bob Lee"),
        ("Somebody coughs.", "Maria Gomez"),
        ("Thank you.", "Ana Ruiz"),
    ]
