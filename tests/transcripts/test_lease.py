"""Who hears which window: leases that run out, holders that were taken for dead, and progress."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engage import clock
from tests import make
from tests.make import EPOCH, kinds
from transcripts import finishing, lease, queue, work
from transcripts.lease import LEASE_S, Job, Lost
from transcripts.models import RUNNING, HeardWindow, Recording, Transcription
from transcripts.whisper import Heard

SECOND = timedelta(seconds=1)


def queued(db: Session, **over: object) -> Recording:
    return make.recording(db, make.meeting(db, make.body(db)), **over)


def joined(db: Session, worker: str = "one") -> Job:
    job = queue.join_next(db, worker, model="base")
    assert job is not None
    return job


def claim(db: Session, job: Job, n: int) -> bool:
    return lease.claim_window(db, job, n, 3000 * n, 3000 * n + 3000)


def keep(db: Session, job: Job, n: int) -> None:
    lease.keep_window(db, job, make.window(n), Heard("en", 0.9, (make.said("We begin.", 3000 * n),)))


def row_of(db: Session, job: Job) -> Transcription:
    return db.get_one(Transcription, job.transcription_id, populate_existing=True)


def holders(db: Session) -> list[tuple[int, str | None, int]]:
    rows = db.scalars(select(HeardWindow).order_by(HeardWindow.n).execution_options(populate_existing=True))
    return [(row.n, row.worker, row.attempts) for row in rows]


def test_a_window_is_heard_by_one_worker(db: Session) -> None:
    queued(db)
    one, two = joined(db), joined(db, "two")
    assert [claim(db, one, 0), claim(db, two, 0), claim(db, two, 1)] == [True, False, True]
    assert (lease.is_free(db, one, 1), lease.is_free(db, one, 2)) == (False, True)
    keep(db, one, 0)
    assert [claim(db, two, 0), claim(db, one, 0)] == [False, False], "what is stored is not heard again"
    assert holders(db) == [(0, None, 1), (1, "two", 1)]


def test_a_window_whose_lease_ran_out_is_taken_by_another(db: Session) -> None:
    queued(db)
    with clock.set_to(EPOCH):
        one, two = joined(db), joined(db, "two")
        claim(db, one, 0)
    with clock.set_to(EPOCH + LEASE_S * SECOND):
        assert not claim(db, two, 0)
    with clock.set_to(EPOCH + (LEASE_S + 1) * SECOND):
        assert lease.is_free(db, two, 0) and claim(db, two, 0)
    assert holders(db) == [(0, "two", 2)]


def test_a_heartbeat_keeps_the_window(db: Session) -> None:
    queued(db)
    with clock.set_to(EPOCH):
        one, two = joined(db), joined(db, "two")
        claim(db, one, 0)
    with clock.set_to(EPOCH + 50 * SECOND):
        lease.renew(db, one, 0, done_ms=1500)
    with clock.set_to(EPOCH + 100 * SECOND):
        assert not claim(db, two, 0)


def test_who_was_taken_for_dead_writes_nothing_any_more(db: Session) -> None:
    """The control: the same words from the holder of the window are stored."""
    queued(db)
    with clock.set_to(EPOCH):
        stale = joined(db)
        claim(db, stale, 0)
    with clock.set_to(EPOCH + 2 * LEASE_S * SECOND):
        holder = joined(db, "two")
        claim(db, holder, 0)
        attempts: tuple[Callable[[], None], ...] = (
            lambda: keep(db, stale, 0),
            lambda: lease.renew(db, stale, 0, done_ms=9),
            lambda: lease.renew(db, stale, 1, done_ms=9),
        )
        for attempt in attempts:
            with pytest.raises(Lost):
                attempt()
        assert holders(db) == [(0, "two", 2)]
        keep(db, holder, 0)
    assert [each.segments is not None for each in work.windows_of(db, holder.transcription_id)] == [True]


def test_when_it_is_over_nobody_writes_any_more(db: Session) -> None:
    made = queued(db)
    one, two = joined(db), joined(db, "two")
    claim(db, one, 0)
    queue.give_up(db, two, "It is damaged.", {})
    before = kinds(db, made.meeting_id)
    attempts: tuple[Callable[[], object], ...] = (
        lambda: keep(db, one, 0),
        lambda: claim(db, one, 1),
        lambda: lease.renew(db, one, 0, done_ms=9),
        lambda: queue.release(db, one),
        lambda: queue.set_back(db, one),
        lambda: queue.give_up(db, one, "no", {}),
        lambda: finishing.note_end(db, one, windows=1, ends_early=False),
    )
    for attempt in attempts:
        with pytest.raises(Lost), db.begin_nested():
            attempt()
    assert (holders(db), kinds(db, made.meeting_id)) == ([], before)


def test_the_progress_is_that_of_all_workers_together(db: Session) -> None:
    """Also where the recording's clock has a hole: what lies before a window that was begun is done."""
    queued(db)
    one, two = joined(db), joined(db, "two")
    found = []
    for act in (
        lambda: claim(db, one, 0),
        lambda: claim(db, two, 1),
        lambda: lease.renew(db, two, 1, done_ms=4000),
        lambda: keep(db, one, 0),
        lambda: lease.claim_window(db, one, 2, 60_000, 63_000),
        lambda: keep(db, two, 1),
    ):
        act()
        found.append(row_of(db, one).done_ms)
    assert found == [0, 0, 1000, 4000, 58_000, 60_000]


@pytest.mark.parametrize("by", [3600 * SECOND, -3600 * SECOND])
def test_when_the_clock_is_set_every_lease_runs_as_long_as_before(db: Session, by: timedelta) -> None:
    queued(db)
    with clock.set_to(EPOCH):
        one, two = joined(db), joined(db, "two")
        claim(db, one, 0)
        claim(db, two, 1)
    before, after = EPOCH + 10 * SECOND, EPOCH + 10 * SECOND + by
    with clock.set_to(before if by > timedelta() else after):
        if by < timedelta():
            lease.renew(db, two, 1, done_ms=4000)  # has seen the new time already
        lease.carry_over(db, by)
        lease.carry_over(db, by)  # another process has seen it too
    with clock.set_to(after):
        left = [each.lease_until and each.lease_until - clock.now() for each in rows_of(db)]
        assert left == [50 * SECOND, (60 if by < timedelta() else 50) * SECOND]


def rows_of(db: Session) -> list[HeardWindow]:
    return list(db.scalars(select(HeardWindow).order_by(HeardWindow.n)))


def test_the_progress_goes_on_by_the_time_that_was_set(db: Session) -> None:
    queued(db)
    with clock.set_to(EPOCH):
        one = joined(db)
    with clock.set_to(EPOCH - 3590 * SECOND):
        lease.carry_over(db, -3600 * SECOND)
        row = row_of(db, one)
        assert (row.state, row.started_at, row.heartbeat_at) == (
            RUNNING,
            EPOCH - 3600 * SECOND,
            EPOCH - 3600 * SECOND,
        )
