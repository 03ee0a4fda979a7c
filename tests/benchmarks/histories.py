"""Does `engage verify` recompute every history of a queue, and name whatever was edited in one?

python tests/benchmarks/histories.py --histories 1000 --edits 300 --seed 1

Random sittings, every verb of the queue in any order, each checked as `engage verify` checks it: there must
be no fault. Then single edits in a sample of them, each undone again: an entry whose data says something
else while the hashes were made anew (the order must tell, and name the entry), an entry edited in place (the
chain must name it), a row of `request` edited (the row must be named). Anything else ends it with status 1.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

sys.path.insert(0, str(Path(__file__).parents[2]))

import engage.app  # noqa: F401 - knows every table
from engage import record, verify
from engage.migrations import migrate
from engage.sqlite import make_engine
from meetings.models import OPEN
from tests.benchmarks.edits import EDITS, Edited
from tests.comments.sitting import VERBS, Sitting

GO_ON = ("open", "reconvene", "end_disruption", "reopen_session")
WEIGHTS = dict.fromkeys(VERBS.keys() - {*GO_ON}, 2.0) | {
    "join": 14, "add": 6, "call": 14, "start": 14, "end": 7, "undo": 4, "take_back": 4, "cede": 6,
    "recess": 0.3, "disrupt": 0.4, "close_session": 0.3, "adjourn": 0.1, "clear": 0.4, "call_item": 4,
    "close_queue": 0.2, "close_list": 0.4, "set_meeting_rules": 0.6,
}  # fmt: skip
"""What holds a meeting up is rare."""
HELD_UP = {"join": 4, "add": 2, "cede": 2, "withdraw": 1, "undo": 1, "set_rules": 1} | dict.fromkeys(GO_ON, 2)
"""Before the meeting, and while it is held up."""


def sit(db: Session, chance: random.Random, acts: int) -> Sitting:
    """A sitting of so many acts; some begin before the meeting is opened, some with other rules."""
    sitting = Sitting(db, is_open=chance.random() < 0.7)
    if chance.random() < 0.7:
        sitting.do("set_meeting_rules", chance.choice)
    for _ in range(acts):
        weights = WEIGHTS if sitting.meeting.state == OPEN else HELD_UP
        (verb,) = chance.choices(sorted(weights), [weights[each] for each in sorted(weights)])
        sitting.do(verb, chance.choice, seconds=chance.randrange(1, 60))
    return sitting


@dataclass
class Tally:
    """What was done and what went wrong."""

    histories: int = 0
    entries: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    edits: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def check_history(db: Session, chance: random.Random, acts: int, tally: Tally) -> str:
    """One history more, that must be whole; its book."""
    book = sit(db, chance, acts).meeting.id
    found = list(verify.faults_of(db, book))
    tally.wrong += [f"a history that nobody edited: {each}" for each in found]
    tally.histories += 1
    entries = record.since(db, book, record.Cursor(0, "")) or []
    tally.entries += len(entries)
    tally.kinds.update(entry.kind for entry in entries)
    return book


def check_edit(db: Session, chance: random.Random, book: str, tally: Tally) -> None:
    """One thing edited in a history, found and named; then it is as before."""
    with db.begin_nested() as savepoint:
        name, edited = any_edit(db, chance, book)
        db.expire_all()
        found = list(verify.faults_of(db, book))
        tally.edits[name] += 1
        if not any(edited.named_in(each) for each in found):
            tally.wrong.append(f"{name}: {edited.what} was not named, but {found[:3]}")
        savepoint.rollback()
    db.expire_all()


def any_edit(db: Session, chance: random.Random, book: str) -> tuple[str, Edited]:
    """Not every book has something of every kind to edit."""
    while True:
        name = chance.choice(list(EDITS))
        if edited := EDITS[name](db, chance, book):
            return name, edited


def run(histories: int, edits: int, seed: int, acts: int) -> Tally:
    """Each history in a meeting of its own; the edits are spread over the histories."""
    tally, chance = Tally(), random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "engage.sqlite"
        migrate(path)
        engine = make_engine(path, write=True)
        with engine.connect() as connection, Session(connection, expire_on_commit=False) as db:
            for trigger in ("entry_no_update", "entry_no_delete"):
                db.execute(text(f"DROP TRIGGER {trigger}"))
            for number in range(histories):
                book = check_history(db, random.Random(f"{seed}:{number}"), acts, tally)
                db.commit()
                due = edits * (number + 1) // histories - edits * number // histories
                for _ in range(due):
                    check_edit(db, chance, book, tally)
                db.commit()
                db.expunge_all()
        engine.dispose()
    return tally


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--histories", type=int, default=1000)
    arguments.add_argument("--edits", type=int, default=300)
    arguments.add_argument("--acts", type=int, default=60)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    began = time.monotonic()
    tally = run(given.histories, given.edits, given.seed, given.acts)
    for each in tally.wrong[:20]:
        print(each)
    print(
        f"{tally.histories} histories, {tally.entries} entries of {len(tally.kinds)} kinds recomputed, "
        f"{sum(tally.edits.values())} edits, {len(tally.wrong)} faults that should not be, "
        f"{time.monotonic() - began:.0f} s"
    )
    print("edits found and named:", ", ".join(f"{name} {n}" for name, n in sorted(tally.edits.items())))
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
