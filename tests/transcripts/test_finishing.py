"""From heard windows to the transcript: lines, what is known of them, and one entry."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engage import record
from engage.people import take_part
from tests import make
from tests.make import kinds
from tests.transcripts.test_lease import claim, joined, queued, row_of
from transcripts import finishing, lease, queries, queue
from transcripts.attribution.course import Course
from transcripts.lease import Job, Lost
from transcripts.models import DONE, HeardWindow, Line, Transcription
from transcripts.whisper import Heard

TEXTS = ("Good evening.", "We begin.")


def heard(n: int, language: str = "en") -> Heard:
    return Heard(language, 0.9, (make.said(TEXTS[n % 2], 3000 * n, language=language),))


def hear(db: Session, job: Job, *languages: str) -> None:
    for n, language in enumerate(languages):
        make.store_window(db, job, make.window(n), heard(n, language))


def test_a_transcript_is_made_of_all_windows_and_is_one_entry(db: Session) -> None:
    made = queued(db, language="en", duration_ms=None)
    job = joined(db)
    hear(db, job, "en", "en")
    make.finish(db, job, windows=2, ends_early=True)
    lines = queries.lines_of(db, made.id)
    assert [(line.place, line.start_ms, line.text, line.language) for line in lines] == [
        (1, 0, "Good evening.", None),
        (2, 3000, "We begin.", None),
    ]
    assert lines[1].words == [[3000, 3100, " We", 0.9], [3100, 3200, " begin.", 0.9]]
    row = row_of(db, job)
    assert (row.state, row.count, row.ends_early, row.language, row.confidence) == (DONE, 2, True, "en", 0.9)
    assert row.engine.startswith("faster-whisper ")
    assert row.recording.duration_ms == 6000, "a file that ends early is as long as what was heard"
    entry = record.of_kinds(db, [made.meeting_id], ["transcript.made"])
    assert [each.facts | {"lines": ""} for each in entry] == [
        {
            "recording": made.id, "transcription": row.id, "lines": "", "count": 2, "model": "base",
            "language": "en", "replaced": [],
        }
    ]  # fmt: skip


def test_what_only_served_the_hearing_is_forgotten(db: Session) -> None:
    """The words stand in the lines alone, the names in the agenda, and a voice nowhere."""
    queued(db)
    job = joined(db)
    claim(db, job, 0)
    lease.keep_window(db, job, make.window(0), heard(0), b"how it sounds")
    assert row_of(db, job).vocabulary == list(job.vocabulary) != []
    assert finishing.impressions(db, job) == [b"how it sounds"]
    make.finish(db, job, windows=1)
    assert (db.scalars(select(HeardWindow)).all(), row_of(db, job).vocabulary) == ([], None)


def test_the_vocabulary_is_that_of_the_beginning_for_every_window(db: Session) -> None:
    made = queued(db)
    one = joined(db)
    take_part(db, made.meeting_id, None, name="Late Comer")
    assert joined(db, "two").vocabulary == one.vocabulary


def test_the_language_is_that_of_most_words(db: Session) -> None:
    made = queued(db)
    job = joined(db)
    hear(db, job, "es", "en", "es")
    make.finish(db, job, windows=3)
    assert row_of(db, job).language == "es"
    assert [line.language for line in queries.lines_of(db, made.id)] == [None, "en", None]


def test_who_speaks_by_ear_is_kept_as_numbers(db: Session) -> None:
    made = queued(db)
    job = joined(db)
    hear(db, job, "en", "en")
    finishing.note_end(db, job, windows=2, ends_early=False)
    assert finishing.claim_end(db, job) == 2
    finishing.finish(db, job, voices=[[0, 2900, 1], [3000, 6000, 2]], course=Course())
    assert made.voices == [[0, 2900, 1], [3000, 6000, 2]]
    speakers = [
        line.speaker and (line.speaker.kind, line.speaker.number) for line in db.scalars(select(Line))
    ]
    assert speakers == [("voice", 1), ("voice", 2)]


def test_it_is_made_once(db: Session) -> None:
    made = queued(db)
    one, two = joined(db), joined(db, "two")
    hear(db, one, "en")
    finishing.note_end(db, one, windows=1, ends_early=False)
    assert [finishing.claim_end(db, one), finishing.claim_end(db, two)] == [1, None]
    with pytest.raises(Lost):
        finishing.finish(db, two, voices=[], course=None)
    db.expire_all()
    finishing.finish(db, one, voices=[], course=None)
    assert kinds(db, made.meeting_id).count("transcript.made") == 1


@pytest.mark.parametrize("asked", [True, False])
def test_it_becomes_public_by_itself_where_the_clerk_has_said_so(db: Session, asked: bool) -> None:
    made = queued(db)
    made.published_at, made.publishes_itself = None, asked
    make.finish_next(db, "Good evening.")
    assert made.is_published == asked
    assert kinds(db, made.meeting_id)[-1] == ("recording.published" if asked else "transcript.made")


def test_a_file_that_is_cut_otherwise_than_before_is_not_put_together(db: Session) -> None:
    queued(db)
    job = joined(db)
    finishing.note_end(db, job, windows=3, ends_early=False)
    with pytest.raises(RuntimeError):
        finishing.note_end(db, job, windows=4, ends_early=False)
    queue.release(db, job)
    assert row_of(db, job).windows == 3


def test_what_is_not_heard_yet_is_not_finished(db: Session) -> None:
    queued(db)
    job = joined(db)
    claims: list[Any] = [finishing.claim_end(db, job)]
    hear(db, job, "en")
    claims.append(finishing.claim_end(db, job))
    finishing.note_end(db, job, windows=2, ends_early=False)
    claims.append(finishing.claim_end(db, job))
    assert claims == [None, None, None]
    assert db.scalars(select(Transcription.count)).one() == 0
