"""One evening: a meeting in a real Database, and many clients at once whose acts a seed alone decides.

Acts wait in the writer's queue together, as posts do; who acts when, what the clock shows and which ids are
drawn comes from the seed, so that the same seed gives the same book, hash for hash, on any machine.
"""

import asyncio
import random
import secrets
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from comments.queue import listing
from comments.queue.rules import Rules
from engage import clock, record
from engage.db import Database
from engage.people import Refused
from meetings import actions as meeting_actions
from meetings.models import Body
from tests import make
from tests.benchmarks.queue_acts import Act, perform
from tests.benchmarks.queue_answers import Answer, Glimpse, answer_of
from tests.benchmarks.queue_clients import CHAIR, Client, crowd

RULES = Rules(limit_s=120, cede_most=2)
AT_ONCE = (1, 2, 4, 8, 16, 50)
"""How many acts are under way together: a quiet evening, and the moment after an announcement."""


@dataclass(frozen=True)
class Evening:
    """`set_up` is the number of the last entry before the first act, `rules` those of lists without own."""

    meeting_id: str
    items: tuple[str | None, ...]
    set_up: int
    state: str
    rules: Rules


@dataclass(frozen=True)
class Done:
    """An act and its answer; `began` and `ended` are when the client asked and had the answer."""

    act: Act
    answer: Answer
    began: float
    ended: float


def prepare(db: Session, order: str, *, is_open: bool, items: int = 2) -> Evening:
    body = db.scalars(select(Body)).first() or make.body(db)
    meeting = make.meeting(db, body, state="published")
    made = [make.item(db, meeting, f"Item {n}", place=n) for n in range(1, items + 1)]
    rules = replace(RULES, order=order)
    listing.set_meeting_rules(db, meeting, rules, by=record.SYSTEM)
    if is_open:
        meeting_actions.open_meeting(db, meeting, by=record.SYSTEM)
    set_up = record.head(db, meeting.id).seq
    return Evening(meeting.id, (None, *(each.id for each in made)), set_up, meeting.state, rules)


@contextmanager
def drawn_from(seed: object) -> Iterator[random.Random]:
    """Ids, salts and the seeds of draws come from this seed, for as long as this is open."""
    chance = random.Random(f"ids of {seed}")
    before = secrets.choice, secrets.token_hex
    secrets.choice = chance.choice
    secrets.token_hex = lambda nbytes=None: chance.randbytes(nbytes or 32).hex()
    try:
        yield chance
    finally:
        secrets.choice, secrets.token_hex = before


class Hands:
    """Of the clock on the wall: some seconds on at every act, in the order in which they are done."""

    def __init__(self, seed: object) -> None:
        self.chance = random.Random(f"clock of {seed}")
        self.moment: datetime = make.EPOCH

    def move(self) -> datetime:
        self.moment += timedelta(milliseconds=self.chance.randrange(200, 25_000))
        return self.moment


async def do(store: Database, evening: Evening, act: Act, hands: Hands) -> Answer:
    """One act as one write. What is refused is answered with the rule's own sentence."""
    as_of, at = 0, make.EPOCH

    def work(db: Session) -> Answer:
        nonlocal as_of, at
        as_of = record.head(db, evening.meeting_id).seq
        with clock.set_to(hands.move()):
            at = clock.now()
            try:
                perform(db, evening.meeting_id, act)
            except StopIteration as nothing:  # cannot be raised into a future: nobody would hear of it
                raise LookupError from nothing
            return answer_of(db, evening.meeting_id, act, as_of)

    try:
        return await store.write(work)
    except Refused as refusal:
        return Answer(as_of, as_of, at, refused=refusal.message)
    except Exception as failure:  # a planted fault may break anything: the checks name it
        return Answer(as_of, as_of, at, refused=repr(failure))


Choose = Callable[[Client, Glimpse], Act | None]


async def hold(
    store: Database, evening: Evening, clients: list[Client], acts: int, seed: object,
    choose: Choose = Client.choose,
) -> list[Done]:  # fmt: skip
    """`acts` acts by these clients; each has one under way at a time, and sees what was last answered."""
    chance, hands = random.Random(f"turns of {seed}"), Hands(seed)
    idle, under_way = list(clients), deque[tuple[Client, Act, float, asyncio.Task[Answer]]]()
    seen, done, step, most = Glimpse(state=evening.state), list[Done](), 0, 1
    while acts or under_way:
        step += 1
        most = chance.choice(AT_ONCE) if chance.random() < 0.1 else most
        if acts and idle and len(under_way) < most:
            client = idle.pop(_whose_turn(idle, chance))
            act = choose(client, seen)
            if act is None:
                idle.append(client)
                continue
            under_way.append((client, act, step, asyncio.create_task(do(store, evening, act, hands))))
            acts -= 1
            await asyncio.sleep(0)
        else:
            client, act, began, task = under_way.popleft()
            answer = await task
            client.hear(act, answer)
            seen = seen if answer.refused else answer.glimpse
            done.append(Done(act, answer, began, step))
            idle.append(client)
    return done


def _whose_turn(idle: list[Client], chance: random.Random) -> int:
    """Half of the acts are the staff's, as in a meeting."""
    wants_staff = chance.random() < 0.5
    fitting = [n for n, each in enumerate(idle) if (each.role in ("clerk", CHAIR)) == wants_staff]
    return chance.choice(fitting or range(len(idle)))


def run_evening(
    store: Database, order: str, seed: object, *, acts: int, clients: int, is_open: bool = False
) -> tuple[Evening, list[Done]]:
    """Unless it is open already, it begins with sign-up in advance, and a clerk opens it."""
    with drawn_from(seed), clock.set_to(make.EPOCH):
        evening = store.write_now(lambda db: prepare(db, order, is_open=is_open))
    with drawn_from(seed):
        people = crowd(clients, seed, evening.items)
        return evening, make.in_a_loop(hold(store, evening, people, acts, seed))
