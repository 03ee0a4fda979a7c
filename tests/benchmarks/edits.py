"""Single edits of a meeting's book and of its rows, as somebody might make who can write to the file."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from comments.queue.models import COMMENT, MODES, STANCES, STATES, Request
from engage import record
from engage.db import new_id
from engage.record import Book, Entry

Facts = dict[str, Any]
Change = Callable[[random.Random, Facts], Facts | None]
"""What the entry says instead; None where it has nothing of this to change."""


@dataclass(frozen=True)
class Edited:
    """`name` is what a fault must say to have found it."""

    what: str
    names: tuple[str, ...]

    def named_in(self, fault: str) -> bool:
        return any(each in fault for each in self.names)


Edit = Callable[[Session, random.Random, str], Edited | None]


def more(name: str, by: int) -> Change:
    return lambda chance, facts: facts | {name: facts[name] + by} if facts.get(name) is not None else None


def other(name: str, values: list[Any]) -> Change:
    return lambda chance, facts: facts | {name: chance.choice([v for v in values if v != facts[name]])}


def unknown(name: str) -> Change:
    return lambda chance, facts: facts | {name: new_id()}


def swapped(name: str) -> Change:
    """Two neighbours of a list change places."""

    def change(chance: random.Random, facts: Facts) -> Facts | None:
        order = list(facts[name])
        if len(order) < 2:
            return None
        at = chance.randrange(len(order) - 1)
        order[at : at + 2] = reversed(order[at : at + 2])
        return facts | {name: order}

    return change


def without_one(name: str) -> Change:
    def change(chance: random.Random, facts: Facts) -> Facts | None:
        kept = [each for each in facts[name]]
        if not kept:
            return None
        kept.remove(chance.choice(kept))
        return facts | {name: kept}

    return change


def of_limits(chance: random.Random, facts: Facts) -> Facts | None:
    if not facts.get("limits"):
        return None
    one = chance.choice(sorted(facts["limits"]))
    return facts | {"limits": facts["limits"] | {one: facts["limits"][one] + 30}}


def of_undone(chance: random.Random, facts: Facts) -> Facts | None:
    """What was put back, a little otherwise."""
    numbers = [
        (one, name)
        for one, values in facts["requests"].items()
        for name, value in values.items()
        if name in ("limit_s", "place", "spoken_ms")
    ]
    if not numbers:
        return None
    one, name = chance.choice(sorted(numbers))
    values = facts["requests"][one]
    return facts | {"requests": facts["requests"] | {one: values | {name: values[name] + 1}}}


DETERMINED: dict[str, list[Change]] = {
    "request.joined": [
        more("place", 3), more("place", -2), more("limit_s", 30),
        other("state", ["waiting", "signed_up"]), other("mode", list(MODES)),
        other("is_set", [True, False]), other("interpreter", [True, False]), unknown("participant"),
    ],
    "list.admitted": [without_one("requests"), swapped("requests")],
    "draw.held": [swapped("order"), other("seed", ["00" * 16])],
    "request.on_deck": [unknown("request")],
    "request.moved": [swapped("order")],
    "request.taken_back": [more("place", -1), more("limit_s", 30)],
    "request.ceded": [more("limit_s", 30), unknown("to")],
    "request.withdrawn": [more("spoken_ms", 30_000)],
    "request.removed": [more("spoken_ms", 30_000)],
    "floor.called": [more("number", 1), more("limit_s", 30), unknown("request")],
    "floor.started": [more("spoken_ms", 30_000)],
    "floor.resumed": [more("spoken_ms", 30_000)],
    "floor.paused": [more("spoken_ms", 30_000), more("spoken_ms", -30_000)],
    "floor.extended": [more("limit_s", 60), more("seconds", -30)],
    "floor.ended": [more("spoken_ms", 30_000), more("spoken_ms", -30_000)],
    "rules.set": [of_limits],
    "act.undone": [of_undone],
}  # fmt: skip
"""What the entries before leave no choice about, or what the rows say too; by an entry's kind."""


def entries_of(db: Session, book: str) -> list[Entry]:
    return list(db.scalars(select(Entry).where(Entry.book == book).order_by(Entry.seq)))


def edit_and_rechain(db: Session, chance: random.Random, book: str) -> Edited | None:
    """An entry says something else, and every hash from there on is made anew."""
    entries = entries_of(db, book)
    kinds = sorted({entry.kind for entry in entries} & DETERMINED.keys())
    if not kinds:
        return None
    kind = chance.choice(kinds)  # rare kinds as often as common ones
    entry = chance.choice([each for each in entries if each.kind == kind])
    changed = chance.choice(DETERMINED[kind])(chance, entry.facts)
    if changed is None:
        return None
    write(db, entry, data=record.canonical(changed))
    rechain(db, book)
    before = {name: value for name, value in entry.facts.items() if changed.get(name) != value}
    return Edited(f"entry {entry.seq} ({kind}) {before}", (f"Entry {entry.seq} ", f"by entry {entry.seq}."))


def edit_in_place(db: Session, chance: random.Random, book: str) -> Edited | None:
    """An entry's text, kind, actor or hash is changed and nothing else."""
    entry = chance.choice(entries_of(db, book))
    values = chance.choice([
        {"data": json.dumps(entry.facts | {"x": 1})}, {"kind": "request.moved!"}, {"actor": "account:else"},
        {"hash": "ab" * 32}, {"data": "not even JSON"},
    ])  # fmt: skip
    write(db, entry, **values)
    return Edited(f"entry {entry.seq} {values}", (f"entry {entry.seq} does not follow",))


def write(db: Session, entry: Entry, **values: Any) -> None:
    db.execute(update(Entry).where(Entry.book == entry.book, Entry.seq == entry.seq).values(**values))
    db.expire(entry)


def rechain(db: Session, book: str) -> None:
    previous = record.START
    for each in entries_of(db, book):
        digest = record.recomputed(each, previous)
        if digest != each.hash:
            write(db, each, hash=digest)
        previous = digest
    db.execute(update(Book).where(Book.id == book).values(hash=previous))


def edit_row(db: Session, chance: random.Random, book: str) -> Edited | None:
    """One column of one request."""
    rows = db.scalars(select(Request).where(Request.meeting_id == book).order_by(Request.id)).all()
    if not rows:
        return None
    row = chance.choice(rows)
    column, value = chance.choice([
        ("state", chance.choice([each for each in STATES if each != row.state])), ("place", row.place + 1),
        ("is_set", not row.is_set), ("limit_s", row.limit_s + 30), ("spoken_ms", row.spoken_ms + 1),
        ("called_no", (row.called_no or 0) + 1), ("mode", "remote" if row.mode != "remote" else "in_person"),
        ("stance", chance.choice([each for each in STANCES if each != row.stance])),
        ("kind", "point" if row.kind == COMMENT else COMMENT), ("answer_to", new_id()),
        ("wants_interpreter", not row.wants_interpreter), ("ceded_to", new_id()),
        ("reason", row.reason + "!"), ("note", row.note + "!"), 
        ("running_since", None if row.running_since else row.asked_at),
    ])  # fmt: skip
    db.execute(update(Request).where(Request.id == row.id).values({column: value}))
    db.expire(row)
    return Edited(f"request {row.id} {column}", (f"Request {row.id} ",))


EDITS: dict[str, Edit] = {
    "hashes made anew": edit_and_rechain,
    "in place": edit_in_place,
    "a request's row": edit_row,
}
