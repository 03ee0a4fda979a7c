"""Cursors: does a reader who asks for what is new ever miss an entry?

python -m tests.benchmarks.cursors --interleavings 10000

Writers of their own connections append to one book, each stalling in its transaction once it has its number,
while a reader asks again and again what came after the last entry it has seen. Who does the next step is
drawn by lot. Nobody may be missed, given twice, or given out of order.

--control: the number is taken before the transaction, as by a sequence. Then who stalls with a lower number
is overtaken, and the reader must miss it.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from engage import clock, record
from engage.db import Base
from engage.record import Cursor, Entry
from engage.sqlite import make_engine, wait_at_most
from tests.benchmarks.results import report

BOOK = "b"
WRITERS = 3
"""Each with one act in an interleaving."""
GIVEN_UP = 0.1
"""Of the transactions: so many end without a commit."""
Append = Callable[[Session], Entry]


def append(db: Session) -> Entry:
    """As every act does."""
    return record.append(db, BOOK, "thing.done", by=record.SYSTEM)


def append_as(number: int) -> Append:
    def work(db: Session) -> Entry:
        entry = Entry(
            book=BOOK, seq=number, at=clock.now(), kind="thing.done", data="{}", hash=f"{number:064}"
        )
        db.add(entry)
        db.flush()
        return entry

    return work


@dataclass
class Writer:
    """Of one connection, which never waits: who finds the store locked tries again at its next step."""

    connection: Connection
    numbers: Iterator[int] | None
    """Only in the control: where numbers come from."""
    is_done: bool = False
    waited: int = 0
    session: Session | None = None
    entry: int = 0
    wanted: Append | None = None

    def step(self, chance: random.Random) -> int | None:
        """The number of the entry that is committed by this step."""
        if self.session is None:
            self._begin()
            return None
        session, self.session, self.wanted = self.session, None, None
        self.is_done = True
        if chance.random() < GIVEN_UP:
            session.rollback()
            return None
        session.commit()
        return self.entry

    def _begin(self) -> None:
        self.wanted = self.wanted or (append_as(next(self.numbers)) if self.numbers else append)
        session = Session(self.connection)
        try:
            self.entry = self.wanted(session).seq
            self.session = session
        except OperationalError:  # somebody stalls within a transaction
            session.rollback()
            self.waited += 1


@dataclass
class Reader:
    engine: Engine
    cursor: Cursor
    seen: list[int] = field(default_factory=list)

    def step(self) -> None:
        with Session(self.engine) as db:
            entries = record.since(db, BOOK, self.cursor)
            if entries is None:
                raise AssertionError("the book does not know its own entry")
            self.seen += [entry.seq for entry in entries]
            if entries:
                self.cursor = Cursor(entries[-1].seq, entries[-1].hash[:8])


def interleave(writers: list[Writer], reader: Reader, chance: random.Random) -> list[int]:
    """Everybody acts, in an order drawn by lot, until all is done; the numbers in the order of commits."""
    for writer in writers:
        writer.is_done = False
    committed = []
    while busy := [writer for writer in writers if not writer.is_done]:
        who = chance.choice([*busy, reader])
        done = who.step() if isinstance(who, Reader) else who.step(chance)
        committed += [done] if done else []
    reader.step()
    return committed


def run(interleavings: int, seed: int, *, is_control: bool, save: bool) -> int:
    chance = random.Random(seed)
    missed = wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "engage.sqlite"
        engines = [make_engine(path, write=True) for _ in range(WRITERS)]
        Base.metadata.create_all(engines[0])
        with Session(engines[0]) as db:
            db.add(record.Book(id=BOOK))
            db.commit()
        numbers = count(1) if is_control else None
        writers = [Writer(engine.connect(), numbers) for engine in engines]
        for writer in writers:
            wait_at_most(writer.connection, 0)
        reader = Reader(make_engine(path, write=False), Cursor(0, record.START[:8]))
        for _ in range(interleavings):
            committed = interleave(writers, reader, chance)
            missed += len(set(committed) - set(reader.seen))
            wrong += reader.seen != committed
            reader.seen.clear()
        for writer in writers:
            writer.connection.close()
    figures = {
        "interleavings": interleavings,
        "times that a writer waited for a stalled one": sum(writer.waited for writer in writers),
        "entries missed": missed,
        "interleavings not read once and in order": wrong,
    }
    report("cursors, control" if is_control else "cursors", figures, save=save, seed=seed)
    print(f"seed {seed}")
    return 1 if missed or wrong else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--interleavings", type=int, default=10_000)
    parser.add_argument("--control", action="store_true", help="numbers from a sequence: must miss entries")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--save", action="store_true")
    chosen = parser.parse_args()
    sys.exit(run(chosen.interleavings, chosen.seed, is_control=chosen.control, save=chosen.save))
