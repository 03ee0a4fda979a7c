"""What is done when somebody sets the machine's clock: on the record, told to the clerk, taken over later."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engage import clock, people, record, steady, timekeeping
from engage.db import Database
from engage.people import Account, SignIn
from engage.settings import Settings
from engage.timekeeping import JUMPED, SET
from meetings import actions
from meetings.models import Meeting
from tests.make import SYSTEM, Cast, City, in_a_loop, recording
from transcripts import finishing, lease, queue
from transcripts.models import HeardWindow, Transcription

HOUR_MS = 3_600_000
Wall = Callable[[int], None]


@pytest.fixture
def set_wall(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wall]:
    """Sets the machine's clock to so many milliseconds from the true time, and lets a look be taken at it."""
    steady.hold(settings.run)
    yield lambda by: monkeypatch.setattr(steady, "wall_ns", lambda: time.time_ns() + by * 1_000_000)
    steady.let_go()


def look(store: Database) -> None:
    in_a_loop(timekeeping.note_step(store))


def steps(store: Database, book: str) -> list[tuple[str, int, int]]:
    """Kind, and the two spans in whole seconds."""
    entries = store.read_now(lambda db: record.of_kinds(db, [book], (JUMPED, SET)))
    return [(e.kind, round(e.facts["by_ms"] / 1000), round(e.facts["ahead_ms"] / 1000)) for e in entries]


def adjourn(store: Database, city: City) -> None:
    store.write_now(lambda db: actions.adjourn_meeting(db, db.get_one(Meeting, city.meeting.id), by=SYSTEM))


def off_by() -> int:
    return round(steady.now_ns() / 10**9 - time.time())


def test_while_a_meeting_is_open_a_jump_is_noted_once_and_time_goes_on(
    store: Database, city: City, set_wall: Wall
) -> None:
    look(store)
    for by in (HOUR_MS, 0, 72 * HOUR_MS):
        set_wall(by)
        look(store)
        look(store)
        assert off_by() == 0
    hour, days = 3600, 72 * 3600
    noted = [(JUMPED, hour, hour), (JUMPED, -hour, 0), (JUMPED, days, days)]
    assert (steps(store, record.CITY), steps(store, city.meeting.id)) == (noted, noted)
    assert steps(store, city.draft.id) == []


def test_what_ntp_does_slowly_is_no_jump(store: Database, city: City, set_wall: Wall) -> None:
    set_wall(timekeeping.STEP_MS - 50)
    look(store)
    assert (steps(store, record.CITY), timekeeping.off("en")) == ([], None)


def test_after_the_meeting_the_new_time_is_taken_over(store: Database, city: City, set_wall: Wall) -> None:
    set_wall(HOUR_MS)
    look(store)
    adjourn(store, city)
    look(store)
    look(store)
    assert steps(store, record.CITY) == [(JUMPED, 3600, 3600), (SET, 3600, 0)]
    assert steps(store, city.meeting.id) == [(JUMPED, 3600, 3600)]
    assert off_by() == 3600


def test_the_same_jump_after_a_boot_is_another_one(
    store: Database, city: City, set_wall: Wall, settings: Settings
) -> None:
    set_wall(HOUR_MS)
    look(store)
    steady.let_go()
    (settings.run / "clock").unlink()  # as a boot leaves it: of no use
    set_wall(0)
    steady.hold(settings.run)
    steady.start_at(steady.started_ns() + 5 * 10**9)
    look(store)
    assert steps(store, record.CITY)[1:] == [(JUMPED, -5, -5)]


def test_two_processes_that_take_over_at_once_note_it_once(
    store: Database, city: City, set_wall: Wall
) -> None:
    adjourn(store, city)
    set_wall(-HOUR_MS)
    first, second = (store.write_now(timekeeping.append_step) for _ in range(2))
    assert first and second and first.is_same(second)
    look(store)
    assert (steps(store, record.CITY), off_by()) == ([(SET, -3600, 0)], -3600)


def session(store: Database, city: City, *, seconds: int) -> str:
    """Of a clerk, ending so many seconds from now."""

    def work(db: Session) -> str:
        token = people.sign_in(db, city.clerk.id)
        signed_in = db.get_one(SignIn, people.token_hash(token))
        signed_in.until = clock.now() + timedelta(seconds=seconds)
        return token

    return store.write_now(work)


def is_signed_in(store: Database, token: str) -> bool:
    def work(db: Session) -> Account | None:
        return people.signed_in(db, token)

    return store.read_now(work) is not None


@pytest.mark.parametrize("is_open", [True, False])
def test_no_session_begins_again_when_it_is_earlier(
    store: Database, city: City, set_wall: Wall, is_open: bool
) -> None:
    over, running = session(store, city, seconds=-60), session(store, city, seconds=60)
    if not is_open:
        adjourn(store, city)
    set_wall(-24 * HOUR_MS)
    look(store)
    assert off_by() == (0 if is_open else -24 * 3600)
    assert (is_signed_in(store, over), is_signed_in(store, running)) == (False, True)


@pytest.mark.parametrize("by", [HOUR_MS, -HOUR_MS])
def test_a_transcription_stays_with_its_worker(store: Database, city: City, set_wall: Wall, by: int) -> None:
    """Its lease runs as long as before: neither lost at once nor held for an hour by somebody dead."""

    def begin(db: Session) -> None:
        recording(db, db.get_one(Meeting, city.meeting.id))
        job = queue.join_next(db, "worker", model="base")
        assert job and lease.claim_window(db, job, 0, 0, 60_000)
        finishing.note_end(db, job, windows=1, ends_early=False)

    def moments(db: Session) -> list[Any]:
        job, window = db.scalars(select(Transcription)).one(), db.scalars(select(HeardWindow)).one()
        return [window.lease_until, job.heartbeat_at, job.started_at]

    store.write_now(begin)
    adjourn(store, city)
    before = store.read_now(moments)
    set_wall(by)
    look(store)
    after = store.read_now(moments)
    moved = {round((new - old) / timedelta(hours=1), 2) for new, old in zip(after, before, strict=True)}
    assert (moved, store.read_now(queue.is_waiting)) == ({by / HOUR_MS}, False)


@pytest.mark.parametrize(
    ("by", "words"),
    [
        (-HOUR_MS, "The server's clock was set back by 1 hour. Times of this meeting go on unchanged;"),
        (72 * HOUR_MS, "The server's clock was set forward by 3 days. Times of this meeting go on"),
    ],
)
def test_the_clerk_is_told(cast: Cast, monkeypatch: pytest.MonkeyPatch, by: int, words: str) -> None:
    clerk, url = cast.clerk, f"/clerk/meetings/{cast.city.meeting.id}/console"
    assert "clock was set" not in clerk.get(url).text
    monkeypatch.setattr(steady, "wall_ns", lambda: time.time_ns() + by * 1_000_000)
    assert words in clerk.get(url).text
    assert clerk.get(f"/meetings/{cast.city.meeting.id}").status_code == 200


@pytest.mark.parametrize(
    ("ms", "words"),
    [
        (600, "1 second"),
        (HOUR_MS + 3, "1 hour"),
        (90 * 60_000, "1 hour 30 minutes"),
        (10 * 24 * HOUR_MS + HOUR_MS + 5000, "10 days 1 hour"),
        (HOUR_MS - 4, "1 hour"),
    ],
)
def test_a_span_in_words(ms: int, words: str) -> None:
    assert timekeeping.span(ms, "en") == words
