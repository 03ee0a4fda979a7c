"""How the parts of the house are: which one cannot do its work, in a sentence for whoever keeps the machine.

Whoever asks waits for seconds at most. Of each question to the store one is under way at a time, however
many ask, so that those who look do not become the load.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from starlette.applications import Starlette

from engage import clock, timekeeping
from engage.db import Database, StoreFailed
from engage.health.stock import Ground, Stock, look_around, take_stock
from engage.index import Index
from engage.settings import Settings
from engage.sqlite import kind_of
from transcripts.heartbeat import Sign
from transcripts.models import UNDER_WAY

READ_S, WRITE_S = 4.0, 6.0
"""Longer than an act waits for another process's lock (sqlite.BUSY_MS), which is then told as such."""
WHY = {
    "locked": "another process holds the database's lock",
    "full": "the disk is full",
    "disk": "the disk refuses to write",
    "other": "the database refuses to write",
}
"""By sqlite.kind_of."""
LATE = timedelta(seconds=30)
"""An entry that search has not read for so long."""

T = TypeVar("T")


@dataclass(frozen=True)
class Part:
    """`fault` is empty when all is well; with one that `stops`, pages cannot be served or acts not kept."""

    name: str
    fault: str = ""
    stops: bool = False


@dataclass(frozen=True)
class Condition:
    """What is not known is None."""

    parts: list[Part]
    stock: Stock | None
    free: int | None
    """Bytes."""
    sign: Sign | None
    """Of the worker that was seen last."""

    @property
    def is_serving(self) -> bool:
        return not any(part.fault and part.stops for part in self.parts)


@dataclass
class Asked:
    """The questions that are under way."""

    tasks: dict[str, "asyncio.Future[Any]"] = field(default_factory=dict)

    async def once(self, name: str, seconds: float, question: Callable[[], Awaitable[T]]) -> T:
        """The answer to this, or to the same that was asked before. Raises TimeoutError."""
        task = self.tasks.get(name)
        if task is None or task.done():
            task = self.tasks[name] = asyncio.ensure_future(question())
        await asyncio.wait((task,), timeout=seconds)
        if not task.done():
            raise TimeoutError
        answer: T = task.result()
        return answer


async def examine(app: Starlette) -> Condition:
    """Ask everything at once. Takes as long as the slowest answer, and never longer than WRITE_S."""
    settings, db, asked = app.state.settings, app.state.db, app.state.asked
    (stock, store), writes, ground = await asyncio.gather(
        _look(asked, db, app.state.index), _try_write(asked, db), _look_around(asked, settings)
    )
    waiting = sum(stock.jobs[state] for state in UNDER_WAY) if stock else 0
    parts = [
        store,
        writes,
        Part("disk", ground.fault, stops=ground.is_full),
        Part("index", index_fault(stock) if stock else ""),
        Part("worker", worker_fault(ground.sign, waiting)),
        Part("model", model_fault(ground.sign)),
        Part("clock", clock_fault()),
    ]
    return Condition(parts, stock, ground.free, ground.sign)


async def _look(asked: Asked, db: Database, index: Index) -> tuple[Stock | None, Part]:
    async def look() -> Stock:
        return await db.read(lambda session: take_stock(session, index))

    try:
        return await asked.once("store", READ_S, look), Part("store")
    except TimeoutError:
        return None, Part("store", "the database does not answer; pages cannot be served", stops=True)
    except Exception:
        return None, Part("store", "the database cannot be read; pages cannot be served", stops=True)


async def _try_write(asked: Asked, db: Database) -> Part:
    """An act that changes nothing: it needs the lock and the writer, as any other."""

    async def write() -> str:
        try:
            await db.write(lambda session: None)
        except StoreFailed as failure:
            return WHY[kind_of(failure.args[0])]
        return ""

    try:
        why = await asked.once("write", WRITE_S, write)
    except TimeoutError:
        why = "no act was kept in time"
    return Part("writes", f"{why}; nothing can be saved" if why else "", stops=True)


async def _look_around(asked: Asked, settings: Settings) -> Ground:
    try:
        return await asked.once("disk", READ_S, lambda: asyncio.to_thread(look_around, settings))
    except TimeoutError:
        return Ground(fault="the disk does not answer", is_full=True)


def index_fault(stock: Stock) -> str:
    if stock.unread is None:
        return "its folder cannot be read; search is not available"
    if stock.unread_since is None or clock.now() - stock.unread_since < LATE:
        return ""
    return f"{count(stock.unread, 'entry', 'entries')} behind; what is new is not found yet"


def worker_fault(sign: Sign | None, waiting: int) -> str:
    if sign and sign.is_fresh:
        return ""
    since = f" since {sign.at:%Y-%m-%d %H:%M:%S} UTC" if sign else ""
    jobs = f"{count(waiting, 'recording waits', 'recordings wait')}" if waiting else "recordings will wait"
    return f"no worker has been seen{since}; {jobs}"


def model_fault(sign: Sign | None) -> str:
    if sign is None or not sign.is_fresh:
        return "not known without a worker"
    if sign.has_model:
        return ""
    return (
        "the speech model's weights are missing; recordings cannot be written down unless they can be fetched"
    )


def clock_fault() -> str:
    off = timekeeping.off("en")
    if off is None:
        return ""
    way = "behind" if off.is_back else "ahead of"
    return f"the machine's is {off.time} {way} ours; it is followed when no meeting is under way"


def count(number: int, one: str, several: str) -> str:
    return f"{number:,} {one if number == 1 else several}"
