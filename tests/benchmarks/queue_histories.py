"""Small histories: three or four clients at one list at once, each history searched for an order."""

import random

from comments.queue.models import AWAY, HAS_FLOOR, IN_LINE, UNDER_WAY
from engage import clock
from engage.db import Database
from tests import make
from tests.benchmarks.linear import Call, linear_order
from tests.benchmarks.queue_acts import Act
from tests.benchmarks.queue_answers import Answer, Glimpse
from tests.benchmarks.queue_clients import CLERK, RESIDENT, Client
from tests.benchmarks.queue_evening import Done, Evening, drawn_from, hold, prepare
from tests.benchmarks.queue_spec import Line, step

MOST_ACTS = 12
ON_FLOOR = ("start", "start", "pause", "extension", "end", "end", "no-show")
ON_WAITING = ("call_out", "skip", "up", "down", "first")


def choose(client: Client, seen: Glimpse) -> Act:
    """Residents join and withdraw; clerks do what the list offers, or what it offered a moment ago."""
    chance = client.chance
    if client.role == RESIDENT:
        live = [row.id for row in seen.rows if row.id in client.mine and row.state in UNDER_WAY]
        if live and chance.random() < 0.6 or client.mine and chance.random() < 0.1:
            return Act("withdraw", client.name, request=chance.choice(live or client.mine))
        return Act("join", client.name)
    options = [("call", seen.next)] * 4 if seen.next else []
    for verbs, states in ((ON_FLOOR, HAS_FLOOR), (ON_WAITING, IN_LINE), (("return",), AWAY)):
        options += [(verb, row.id) for row in seen.rows if row.state in states for verb in verbs]
    if not options:
        return Act("join", client.name)
    verb, request = chance.choice(options)
    return Act(verb, client.name, request=request)


def small_history(store: Database, seed: object) -> tuple[Evening, list[Done]]:
    """At most MOST_ACTS acts of two residents and one or two clerks, three or four of them at once."""
    chance = random.Random(f"history {seed}")
    with drawn_from(seed):
        with clock.set_to(make.EPOCH):
            evening = store.write_now(lambda db: prepare(db, "first_come", is_open=True, items=0))
        roles = [RESIDENT, RESIDENT, CLERK, CLERK][: chance.choice((3, 4))]
        clients = [
            Client(f"{role}{n}", role, random.Random(f"{seed}:{n}"), (None,)) for n, role in enumerate(roles)
        ]
        acts = chance.randint(8, MOST_ACTS)
        done = make.in_a_loop(hold(store, evening, clients, acts, seed, choose))
    return evening, done


def explain(done: list[Done]) -> list[int] | None:
    """An order of the acts that explains every answer; the numbers of their entries are not looked at."""
    calls: list[Call[Act, Answer]] = [Call(each.act, each.answer, each.began, each.ended) for each in done]
    return linear_order(calls, Line(), step)


def unexplained(store: Database, seed: object, count: int) -> list[str]:
    """The seeds of those histories that no order explains."""
    seeds = [f"{seed}/{n}" for n in range(count)]
    return [each for each in seeds if explain(small_history(store, each)[1]) is None]
