"""The engine in step with the record: no wake is lost, nothing is applied twice at once, grants run out."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from comments.queue.lists import set_rules
from comments.queue.models import list_id
from comments.queue.rules import CUT, Rules
from engage import clock
from engage.db import Database
from engage.on_air import standing_of
from meetings import actions
from meetings.floor import following as rooms
from meetings.floor.actions import hush, make_place
from meetings.floor.engine import Engine
from meetings.floor.following import Following
from meetings.floor.models import CHAIR, CHAIR_CHANNEL, FLOOR_CHANNEL
from meetings.floor.standing import Grant, Standing, StandingOf
from meetings.models import Meeting
from tests import make
from tests.make import SYSTEM, Cast, City, in_a_loop, wait_for
from tests.meetings.floor.contract import MEETING, Ear, Tape
from tests.meetings.floor.sounding import Sounding

SOON_S = 0.3
"""What the floor promises: at most so long from a commit to silence."""


@pytest.fixture
def sounds(store: Database, city: City) -> str:
    """The city's meeting carries sound, and its chair has a place."""

    def work(db: Session) -> str:
        of = db.get_one(Meeting, city.meeting.id)
        of.carries_sound = True
        make_place(db, of, CHAIR, by=SYSTEM)
        return of.id

    return store.write_now(work)


def run(store: Database, known: StandingOf, work: Callable[[Following], Coroutine[Any, Any, None]]) -> Engine:
    """Do this with a following of its own, and give the engine that it led."""

    async def whole() -> Engine:
        engine = Engine()
        following = Following(store, engine, known)
        try:
            async with asyncio.timeout(30):
                await work(following)
        finally:
            await following.stop()
        return engine

    return in_a_loop(whole())


async def bring_in_step(following: Following, meeting_id: str) -> None:
    await following.note(meeting_id)


class Slow:
    """The standing as the record has it, which can be held up while it is being read."""

    def __init__(self) -> None:
        self.may_go_on, self.has_begun = threading.Event(), threading.Event()
        self.under_way = self.most = self.times = 0

    def __call__(self, db: Session, meeting_id: str) -> Standing:
        self.times, self.under_way = self.times + 1, self.under_way + 1
        self.most = max(self.most, self.under_way)
        found = standing_of(db, meeting_id)
        self.has_begun.set()
        self.may_go_on.wait(20)
        self.under_way -= 1
        return found


def test_what_is_committed_while_it_reads_is_read_after(store: Database, sounds: str) -> None:
    slow = Slow()

    async def work(following: Following) -> None:
        task = following.note(sounds)
        await asyncio.to_thread(slow.has_begun.wait, 20)
        await asyncio.to_thread(store.write_now, lambda db: recess(db, sounds))
        assert following.note(sounds) is task
        slow.may_go_on.set()
        await task

    room = run(store, slow, work).rooms[sounds]
    assert (room.is_on, room.why_off, slow.times) == (False, "recess", 2)


def test_many_wakes_are_one_reading_at_a_time(store: Database, sounds: str) -> None:
    slow = Slow()

    async def work(following: Following) -> None:
        tasks = {following.note(sounds) for _ in range(100)}
        await asyncio.to_thread(slow.has_begun.wait, 20)
        tasks |= {following.note(sounds) for _ in range(100)}
        slow.may_go_on.set()
        await asyncio.gather(*tasks)
        assert len(tasks) == 1

    engine = run(store, slow, work)
    assert (slow.most, slow.times, sorted(engine.rooms[sounds].grants)) == (1, 2, [CHAIR_CHANNEL])


def test_a_store_that_fails_is_asked_again(
    store: Database, sounds: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "AGAIN_S", 0.01)
    failures = iter((True, True, False))

    def known(db: Session, meeting_id: str) -> Standing:
        if next(failures):
            raise OperationalError("SELECT", {}, Exception("database is locked"))
        return standing_of(db, meeting_id)

    async def work(following: Following) -> None:
        await bring_in_step(following, sounds)

    assert run(store, known, work).rooms[sounds].is_on


def test_a_grant_is_taken_back_when_it_runs_out(store: Database) -> None:
    """And the next after it, though nothing is committed."""
    ends = [clock.now() + timedelta(milliseconds=ms) for ms in (40, 80)]
    grants = (Grant(1, "a", 1, until=ends[0]), Grant(2, "b", 0, until=ends[1]), Grant(3, "c", 0))

    async def work(following: Following) -> None:
        await bring_in_step(following, MEETING)
        room = following._engine.rooms[MEETING]
        seen = [sorted(room.grants)]
        while len(room.grants) > 1:
            await asyncio.sleep(0.001)
            if sorted(room.grants) != seen[-1]:
                seen.append(sorted(room.grants))
        assert seen == [[1, 2, 3], [2, 3], [3]]
        assert clock.now() - ends[1] < timedelta(milliseconds=100)

    run(store, lambda db, meeting_id: Standing(True, grants), work)


def test_a_restart_goes_on_where_the_record_is(store: Database, sounds: str) -> None:
    """With the live meetings that carry sound, and no others."""

    def more(db: Session) -> str:
        of = db.get_one(Meeting, sounds)
        for state in ("published", "adjourned", "open"):
            made = make.meeting(db, of.body, state=state)
            made.carries_sound = state != "open"
        pausing = make.meeting(db, of.body, state="recess")
        pausing.carries_sound = True
        return pausing.id

    pausing = store.write_now(more)

    async def work(following: Following) -> None:
        await following.resume()
        await asyncio.gather(*following._tasks.values())

    engine = run(store, standing_of, work)
    assert {each: room.is_on for each, room in engine.rooms.items() if room.has_begun} == {sounds: True}
    assert pausing not in engine.rooms


def test_the_end_of_a_meeting_is_told_once(store: Database, sounds: str) -> None:
    tape, ear = Tape(), Ear()

    async def work(following: Following) -> None:
        following._engine.taps.append(tape)
        await bring_in_step(following, sounds)
        following._engine.rooms[sounds].listen(ear)
        await asyncio.to_thread(store.write_now, lambda db: adjourn(db, sounds))
        for _ in range(3):
            await bring_in_step(following, sounds)

    engine = run(store, standing_of, work)
    assert (engine.rooms, tape.words) == ({}, [f"paused {sounds}", f"closed {sounds}"])
    assert ear.told[-1] == {"sound": "over", "on": []}


def test_books_without_sound_cost_no_room(store: Database, city: City) -> None:
    async def work(following: Following) -> None:
        for book in (city.meeting.id, "city", "nosuchbook"):
            await bring_in_step(following, book)

    assert run(store, standing_of, work).rooms == {}


def test_hushed_is_read_from_the_record(store: Database, sounds: str) -> None:
    store.write_now(lambda db: hush(db, db.get_one(Meeting, sounds), by=SYSTEM))
    with store_session(store) as db:
        standing = standing_of(db, sounds)
    assert (standing.is_hushed, [each.channel for each in standing.grants]) == (True, [CHAIR_CHANNEL])


@contextmanager
def store_session(store: Database) -> Iterator[Session]:
    with Session(store.reader) as db:
        yield db


def recess(db: Session, meeting_id: str) -> None:
    actions.recess_meeting(db, db.get_one(Meeting, meeting_id), by=SYSTEM)


def adjourn(db: Session, meeting_id: str) -> None:
    actions.adjourn_meeting(db, db.get_one(Meeting, meeting_id), by=SYSTEM)


def test_whoever_loses_the_floor_is_silent_at_once(cast: Cast) -> None:
    """In the whole app: from the commit to the engine's revoke."""
    sounding, took = Sounding(cast), list[float]()
    room = wait_for(lambda: sounding.sound.engine.rooms.get(sounding.meeting_id))
    for name in ("ana", "ben", "eva"):
        sounding.call(name)
        wait_for(lambda: FLOOR_CHANNEL in room.grants)
        sounding.start(name)
        sounding.end(name)
        began = time.monotonic()
        wait_for(lambda: FLOOR_CHANNEL not in room.grants)
        took.append(time.monotonic() - began)
    assert max(took) < SOON_S


def test_the_clock_cuts_the_microphone_where_that_is_the_rule(cast: Cast) -> None:
    sounding = Sounding(cast)

    sounding.act(lambda db, of: set_rules(db, list_id(of.id, None), Rules(at_zero=CUT)))
    sounding.on_request("ana", lambda db, of, one: setattr(one, "limit_s", 1))
    sounding.call("ana")
    room = wait_for(lambda: sounding.sound.engine.rooms.get(sounding.meeting_id))
    wait_for(lambda: FLOOR_CHANNEL in room.grants)
    sounding.start("ana")
    until = wait_for(lambda: room.grants[FLOOR_CHANNEL].until)
    wait_for(lambda: FLOOR_CHANNEL not in room.grants)
    assert timedelta() <= clock.now() - until < timedelta(seconds=SOON_S)
