"""The queue: who joins what, and how a transcription ends without a transcript."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from engage import clock
from tests import make
from tests.make import EPOCH, kinds
from tests.transcripts.test_lease import LEASE_S, SECOND, claim, holders, joined, keep, queued, row_of
from transcripts import finishing, lease, queue
from transcripts.models import FAILED, QUEUED, RUNNING

LATER = timedelta(seconds=LEASE_S + 1)


def may_join(db: Session, worker: str = "three", model: str = "base") -> bool:
    """Whether there is something to do, by the look that costs no lock and by the join itself."""
    is_waiting = queue.is_waiting(db)
    with db.begin_nested() as savepoint:
        job = queue.join_next(db, worker, model=model)
        savepoint.rollback()
    assert is_waiting or job is None
    return job is not None


def test_the_oldest_is_joined_first_and_the_next_when_nothing_is_left_to_begin(db: Session) -> None:
    with clock.set_to(EPOCH):
        first = queued(db)
    with clock.set_to(EPOCH + SECOND):
        second = make.recording(db, make.meeting(db, make.body(db, "Parks")))
        one = joined(db)
        assert [one.recording_id, joined(db, "two").recording_id] == [first.id, first.id]
        claim(db, one, 0)
        finishing.note_end(db, one, windows=1, ends_early=False)
        assert joined(db, "two").recording_id == second.id


def test_while_its_end_is_unknown_others_may_join(db: Session) -> None:
    queued(db)
    assert may_join(db)
    one = joined(db)
    claim(db, one, 0)
    assert may_join(db), "there may be a second window"


def test_nobody_comes_in_vain_once_the_end_is_known(db: Session) -> None:
    queued(db)
    with clock.set_to(EPOCH):
        one, two = joined(db), joined(db, "two")
        claim(db, one, 0)
        claim(db, two, 1)
        finishing.note_end(db, two, windows=2, ends_early=False)
        assert (may_join(db), queue.has_free_window(db, one)) == (False, False)
        keep(db, one, 0)
        assert not may_join(db)
    with clock.set_to(EPOCH + LATER):
        assert (may_join(db), queue.has_free_window(db, one)) == (True, True), "two has died"


def test_a_window_that_was_let_go_is_free(db: Session) -> None:
    queued(db)
    one, two = joined(db), joined(db, "two")
    claim(db, one, 0)
    claim(db, two, 1)
    finishing.note_end(db, two, windows=2, ends_early=False)
    queue.release(db, two)
    assert (row_of(db, one).state, holders(db)) == (RUNNING, [(0, "one", 1)])
    assert may_join(db)


def test_if_all_is_heard_and_the_last_worker_died_somebody_makes_the_transcript(db: Session) -> None:
    queued(db)
    with clock.set_to(EPOCH):
        one = joined(db)
        claim(db, one, 0)
        finishing.note_end(db, one, windows=1, ends_early=False)
        keep(db, one, 0)
        assert may_join(db)
        assert finishing.claim_end(db, joined(db, "two")) == 1
        assert (may_join(db), finishing.claim_end(db, one)) == (False, None), "two is at it"
    with clock.set_to(EPOCH + LATER):
        assert may_join(db)
        assert finishing.claim_end(db, joined(db, "three")) == 1


def test_after_many_beginnings_with_one_window_it_is_given_up(db: Session) -> None:
    queued(db)
    for n in range(queue.MOST_ATTEMPTS):
        with clock.set_to(EPOCH + n * LATER):
            job = joined(db, f"w{n}")
            assert claim(db, job, 0)
    with clock.set_to(EPOCH + queue.MOST_ATTEMPTS * LATER):
        assert queue.is_waiting(db) and queue.join_next(db, "w", model="base") is None
        assert not queue.is_waiting(db)
    row = row_of(db, job)
    assert (row.state, row.error, row.error_values) == (FAILED, queue.GIVEN_UP, {"count": "10"})
    assert kinds(db, row.recording.meeting_id)[-1] == "transcription.failed"


def test_many_deaths_at_many_windows_are_no_reason_to_give_up(db: Session) -> None:
    queued(db)
    for n in range(2 * queue.MOST_ATTEMPTS):
        with clock.set_to(EPOCH + n * LATER):
            job = joined(db, f"w{n}")
            claim(db, job, n // 2)
            if n % 2:
                keep(db, job, n // 2)
    assert (row_of(db, job).state, len(holders(db))) == (RUNNING, queue.MOST_ATTEMPTS)


def test_what_breaks_is_tried_again_at_once_but_not_for_ever(db: Session) -> None:
    queued(db)
    states = []
    for _ in range(queue.MOST_SETBACKS):
        job = joined(db)
        claim(db, job, 0)
        queue.set_back(db, job)
        states.append((row_of(db, job).state, holders(db)))
    assert states == [(QUEUED, []), (QUEUED, []), (FAILED, [])]


def test_a_window_between_two_setbacks_forgives_the_first(db: Session) -> None:
    queued(db)
    for n in range(2 * queue.MOST_SETBACKS):
        job = joined(db)
        queue.set_back(db, job)
        job = joined(db)
        claim(db, job, n)
        keep(db, job, n)
    assert row_of(db, job).state == RUNNING


def test_a_worker_that_stops_lets_go_without_a_setback(db: Session) -> None:
    queued(db)
    for _ in range(2 * queue.MOST_SETBACKS):
        job = joined(db)
        claim(db, job, 0)
        queue.release(db, job)
        row = row_of(db, job)
        assert (row.state, row.setbacks, holders(db)) == (QUEUED, 0, [])


def test_what_is_stored_stays_for_another_try(db: Session) -> None:
    queued(db)
    one, two = joined(db), joined(db, "two")
    claim(db, one, 0)
    claim(db, two, 1)
    keep(db, one, 0)
    queue.give_up(db, one, "It is damaged.", {})
    assert holders(db) == [(0, None, 1)]


def test_another_model_begins_anew_once_the_first_is_not_at_work(db: Session) -> None:
    queued(db)
    with clock.set_to(EPOCH):
        one = joined(db)
        claim(db, one, 0)
        keep(db, one, 0)
        assert not may_join(db, model="small")
    with clock.set_to(EPOCH + LATER):
        small = queue.join_next(db, "s", model="small")
        assert small and holders(db) == []
        with pytest.raises(lease.Lost), db.begin_nested():
            claim(db, one, 1)
        assert claim(db, small, 0)


def test_the_beginning_is_noted_once_and_again_after_a_pause(db: Session) -> None:
    made = queued(db)
    with clock.set_to(EPOCH):
        one = joined(db)
        joined(db, "two")
        claim(db, one, 0)
        keep(db, one, 0)
    assert kinds(db, made.meeting_id).count("transcription.started") == 1
    with clock.set_to(EPOCH + LATER):
        again = joined(db, "three")
    row = row_of(db, again)
    assert kinds(db, made.meeting_id).count("transcription.started") == 2
    assert (row.from_ms, row.done_ms, row.started_at) == (3000, 3000, EPOCH + LATER)
