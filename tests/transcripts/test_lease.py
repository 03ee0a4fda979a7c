"""Who holds a transcription: claims, leases that run out, and holders that were taken for dead."""

from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engage import clock, record
from tests import make
from tests.make import EPOCH, kinds
from transcripts import lease, queries
from transcripts.audio import Window
from transcripts.lease import Claim, Lost
from transcripts.models import DONE, FAILED, QUEUED, HeardWindow, Recording, Transcription
from transcripts.whisper import Heard

SECOND = timedelta(seconds=1)
TEXTS = ("Good evening.", "We begin.")


def window(n: int) -> Window:
    return Window(n, 3000 * n, 3000 * n + 3000, np.zeros(1, np.float32))


def heard(n: int) -> Heard:
    return Heard("en", 0.9, (make.said(TEXTS[n % 2], 3000 * n),))


def queued(db: Session) -> Recording:
    return make.recording(db, make.meeting(db, make.body(db)))


def claimed(db: Session, worker: str = "w") -> Claim:
    claim = lease.claim_next(db, worker, model="base")
    assert claim is not None
    return claim


def job_of(db: Session, claim: Claim) -> Transcription:
    return db.get_one(Transcription, claim.transcription_id, populate_existing=True)


def test_the_oldest_is_claimed_first_and_only_once(db: Session) -> None:
    with clock.set_to(EPOCH):
        first = queued(db)
    with clock.set_to(EPOCH + SECOND):
        second = make.recording(db, make.meeting(db, make.body(db, "Parks")))
        assert [claimed(db).recording_id, claimed(db).recording_id] == [first.id, second.id]
        assert lease.claim_next(db, "w", model="base") is None
        assert not lease.is_waiting(db)


def test_a_lease_that_ran_out_is_taken_over_where_it_stood(db: Session) -> None:
    queued(db)
    with clock.set_to(EPOCH):
        first = claimed(db, "one")
        lease.keep_window(db, first, window(0), heard(0))
    with clock.set_to(EPOCH + lease.LEASE_S * SECOND):
        assert lease.claim_next(db, "two", model="base") is None
    with clock.set_to(EPOCH + (lease.LEASE_S + 1) * SECOND):
        assert lease.is_waiting(db)
        second = claimed(db, "two")
    assert (second.attempt, second.done_ms, second.language) == (2, 3000, "en")


def test_a_heartbeat_keeps_the_lease(db: Session) -> None:
    queued(db)
    with clock.set_to(EPOCH):
        claim = claimed(db)
    with clock.set_to(EPOCH + 50 * SECOND):
        lease.renew(db, claim, done_ms=1500)
    with clock.set_to(EPOCH + 100 * SECOND):
        assert lease.claim_next(db, "two", model="base") is None
    assert job_of(db, claim).done_ms == 1500


def test_who_was_taken_for_dead_writes_nothing_any_more(db: Session) -> None:
    """The control: the same words from the holder of the lease are stored."""
    queued(db)
    with clock.set_to(EPOCH):
        stale = claimed(db, "one")
    with clock.set_to(EPOCH + 2 * lease.LEASE_S * SECOND):
        holder = claimed(db, "two")
        attempts: tuple[Callable[[], None], ...] = (
            lambda: lease.keep_window(db, stale, window(0), heard(0)),
            lambda: lease.renew(db, stale, done_ms=9),
            lambda: lease.release(db, stale),
            lambda: lease.set_back(db, stale),
            lambda: lease.give_up(db, stale, "no", {}),
            lambda: lease.finish(db, stale, ends_early=False),
        )
        before = kinds(db, queued_book(db))
        for attempt in attempts:
            with pytest.raises(Lost):
                attempt()
        assert db.scalars(select(HeardWindow)).all() == []
        assert kinds(db, queued_book(db)) == before
        lease.keep_window(db, holder, window(0), heard(0))
    assert [each.n for each in db.scalars(select(HeardWindow))] == [0]


def queued_book(db: Session) -> str:
    return db.scalars(select(Recording.meeting_id)).one()


def test_the_same_worker_in_an_earlier_attempt_is_another_holder(db: Session) -> None:
    queued(db)
    with clock.set_to(EPOCH):
        stale = claimed(db, "one")
    with clock.set_to(EPOCH + 2 * lease.LEASE_S * SECOND):
        claimed(db, "one")
        with pytest.raises(Lost):
            lease.renew(db, stale, done_ms=9)


def test_after_three_setbacks_without_a_window_it_is_given_up(db: Session) -> None:
    queued(db)
    for n in range(lease.MOST_SETBACKS):
        with clock.set_to(EPOCH + n * 2 * lease.LEASE_S * SECOND):
            claim = claimed(db)
    with clock.set_to(EPOCH + 99 * lease.LEASE_S * SECOND):
        assert lease.claim_next(db, "w", model="base") is None
    job = job_of(db, claim)
    assert (job.state, job.error, job.error_values) == (FAILED, lease.GIVEN_UP, {"count": "3"})
    assert kinds(db, job.recording.meeting_id)[-1] == "transcription.failed"


def test_a_window_between_two_setbacks_forgives_the_first(db: Session) -> None:
    queued(db)
    for n in range(2 * lease.MOST_SETBACKS):
        with clock.set_to(EPOCH + n * 2 * lease.LEASE_S * SECOND):
            claim = claimed(db)
            lease.keep_window(db, claim, window(n), heard(n))
    assert claim.attempt == 2 * lease.MOST_SETBACKS


def test_what_breaks_is_tried_again_at_once_but_not_for_ever(db: Session) -> None:
    queued(db)
    states = []
    for _ in range(lease.MOST_SETBACKS):
        claim = claimed(db)
        lease.set_back(db, claim)
        states.append(job_of(db, claim).state)
    assert states == [QUEUED, QUEUED, FAILED]


def test_a_worker_that_stops_lets_go_without_a_setback(db: Session) -> None:
    queued(db)
    for _ in range(2 * lease.MOST_SETBACKS):
        claim = claimed(db)
        lease.release(db, claim)
    job = job_of(db, claim)
    assert (job.state, job.setbacks, claimed(db).attempt) == (QUEUED, 0, 7)


def test_a_transcript_is_made_of_all_windows_and_is_one_entry(db: Session) -> None:
    made = queued(db)
    claim = claimed(db)
    for n in range(2):
        lease.keep_window(db, claim, window(n), heard(n))
    lease.finish(db, claim, ends_early=True)
    lines = queries.lines_of(db, made.id)
    assert [(line.place, line.start_ms, line.text) for line in lines] == [
        (1, 0, "Good evening."),
        (2, 3000, "We begin."),
    ]
    assert lines[1].words == [[3000, 3100, " We", 0.9], [3100, 3200, " begin.", 0.9]]
    job = job_of(db, claim)
    assert (job.state, job.count, job.ends_early, job.language) == (DONE, 2, True, "en")
    assert job.recording.duration_ms == 6000, "a file that ends early is as long as what was heard"
    assert db.scalars(select(HeardWindow)).all() == [], "the words stand in one place"
    entry = record.of_kinds(db, [made.meeting_id], ["transcript.made"])
    assert [each.facts | {"lines": ""} for each in entry] == [
        {
            "recording": made.id, "transcription": job.id, "lines": "", "count": 2, "model": "base",
            "language": "en", "replaced": [],
        }
    ]  # fmt: skip


def test_another_model_begins_anew(db: Session) -> None:
    queued(db)
    claim = claimed(db)
    lease.keep_window(db, claim, window(0), heard(0))
    lease.release(db, claim)
    again = lease.claim_next(db, "w", model="small")
    assert again and (again.done_ms, again.language) == (0, None)
    assert db.scalars(select(HeardWindow)).all() == []
