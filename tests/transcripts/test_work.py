"""How the work on recordings is told: what was heard so far, while it is being heard."""

from sqlalchemy.orm import Session

from tests import make
from tests.transcripts.test_lease import claim, joined, queued
from transcripts import lease, work
from transcripts.lease import Job
from transcripts.whisper import Heard


def hear(db: Session, job: Job, n: int, *texts: str) -> None:
    segments = tuple(make.said(text, 3000 * n + 100 * place) for place, text in enumerate(texts))
    lease.keep_window(db, job, make.window(n), Heard("en", 0.9, segments))


def test_what_was_heard_so_far_are_the_last_sentences_in_order(db: Session) -> None:
    made = queued(db)
    job = joined(db)
    for n in range(4):
        assert work.heard_so_far(db, made.id) == heard_before(n)
        claim(db, job, n)
        hear(db, job, n, f"Window {n}.", "Thank you.")


def heard_before(n: int) -> list[tuple[int, str]]:
    """Of the last two windows."""
    return [
        each
        for before in range(max(0, n - 2), n)
        for each in ((3000 * before, f"Window {before}."), (3000 * before + 100, "Thank you."))
    ]


def test_a_window_that_another_worker_still_hears_is_passed_over(db: Session) -> None:
    made = queued(db)
    one, two = joined(db), joined(db, "two")
    claim(db, one, 0)
    claim(db, two, 1)
    hear(db, two, 1, "Second.")
    assert work.heard_so_far(db, made.id) == [(3000, "Second.")]
    hear(db, one, 0, "First.")
    assert work.heard_so_far(db, made.id) == [(0, "First."), (3000, "Second.")]


def test_of_a_long_talk_only_its_end_is_told(db: Session) -> None:
    made = queued(db)
    job = joined(db)
    claim(db, job, 0)
    hear(db, job, 0, *(f"Sentence {n}." for n in range(30)))
    assert [text for _, text in work.heard_so_far(db, made.id)] == [f"Sentence {n}." for n in range(22, 30)]


def test_once_it_is_written_down_the_lines_tell_it(db: Session) -> None:
    made = make.transcript(db, make.meeting(db, make.body(db)), "One.", "Two.")
    assert work.heard_so_far(db, made.id) == []
