"""Keeps the engine in step with the record: after each commit it is told what holds now."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from sqlalchemy.orm import Session

from engage import clock
from engage.db import Database
from meetings import queries
from meetings.floor.engine import Engine
from meetings.floor.room import Room
from meetings.floor.standing import Standing, StandingOf

AGAIN_S, PATIENCE_S = 0.25, 2.0
"""After a standing that could not be read; and how long somebody who comes waits for it."""

log = logging.getLogger(__name__)


class Following:
    """One meeting's standing is read and applied at a time. What is committed meanwhile is read after it."""

    def __init__(self, db: Database, engine: Engine, standing_of: StandingOf) -> None:
        self._db, self._engine, self._standing_of = db, engine, standing_of
        self._reader = ThreadPoolExecutor(1, "sound")
        """Its own: whoever loses the floor is not heard on because many pages are being rendered."""
        self._stale: set[str] = set()
        """Meetings whose book has grown since their standing was last asked for."""
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def note(self, meeting_id: str) -> "asyncio.Task[None]":
        """This book has grown. The task ends when the room is in step with it."""
        self._stale.add(meeting_id)
        task = self._tasks.get(meeting_id)
        if task is None or task.done():
            task = self._tasks[meeting_id] = asyncio.create_task(self._follow(meeting_id))
            task.add_done_callback(lambda _: self._forget(meeting_id, task))
        return task

    async def settled(self, meeting_id: str) -> None:
        """Until this room is in step, or the store has failed for a while."""
        if task := self._tasks.get(meeting_id):
            await asyncio.wait([task], timeout=PATIENCE_S)

    async def resume(self) -> None:
        """Every live meeting that carries sound goes on where the record says that it is."""
        for meeting_id in await self._db.read(heard_meetings):
            self.note(meeting_id)

    async def stop(self) -> None:
        for timer in self._timers.values():
            timer.cancel()
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.to_thread(self._reader.shutdown)

    async def _follow(self, meeting_id: str) -> None:
        loop = asyncio.get_running_loop()
        while meeting_id in self._stale:
            self._stale.discard(meeting_id)
            try:
                standing = await loop.run_in_executor(self._reader, self._read, meeting_id)
            except Exception:
                log.exception("who may be heard in meeting %s cannot be read just now", meeting_id)
                self._stale.add(meeting_id)
                await asyncio.sleep(AGAIN_S)
            else:
                self._apply(meeting_id, standing)

    def _read(self, meeting_id: str) -> Standing:
        return self._db.read_now(lambda db: self._standing_of(db, meeting_id))

    def _apply(self, meeting_id: str, standing: Standing) -> None:
        if standing.why_off == "over":
            self._engine.close(meeting_id)
        elif standing.is_on or meeting_id in self._engine.rooms:
            bring_in_step(self._engine.open(meeting_id), standing)
        self._wait_for_end(meeting_id)

    def _wait_for_end(self, meeting_id: str) -> None:
        """A timer for the first grant that runs out; the engine itself lets nothing through after it."""
        if timer := self._timers.pop(meeting_id, None):
            timer.cancel()
        room = self._engine.rooms.get(meeting_id)
        ends = [each.until for each in room.grants.values() if each.until] if room else []
        if ends:
            self._timers[meeting_id] = asyncio.get_running_loop().call_later(
                seconds_until(min(ends)), self._expire, meeting_id
            )

    def _expire(self, meeting_id: str) -> None:
        if room := self._engine.rooms.get(meeting_id):
            room.expire()
        self._wait_for_end(meeting_id)

    def _forget(self, meeting_id: str, task: "asyncio.Task[None]") -> None:
        if self._tasks.get(meeting_id) is task:
            del self._tasks[meeting_id]


def bring_in_step(room: Room, standing: Standing) -> None:
    """Whoever may not be heard any more is off the air before anybody else is on."""
    if not standing.is_on:
        room.turn_off(standing.why_off)
        return
    room.turn_on()
    if standing.is_hushed:
        room.hush()
    wanted = {each.channel for each in standing.grants}
    for channel in [each for each in room.grants if each not in wanted]:
        room.revoke(channel)
    for grant in standing.grants:
        room.grant(grant)


def heard_meetings(db: Session) -> list[str]:
    """Those that are live and carry sound."""
    return [each.id for each in queries.live_meetings(db) if each.carries_sound]


def seconds_until(moment: datetime) -> float:
    return max(0.001, (moment - clock.now()).total_seconds())
