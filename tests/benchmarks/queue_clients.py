"""Residents, clerks and chairs at one evening's queue: what each does next, from the page it saw last."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from comments.queue.models import (
    ANSWER,
    ANSWERABLE,
    AWAY,
    COMMENT,
    FINISHED,
    HAS_FLOOR,
    IN_LINE,
    KINDS,
    SIDES,
    STANCES,
    UNDER_WAY,
)
from meetings.models import OPEN, PUBLISHED, RECESS
from tests.benchmarks.queue_acts import Act
from tests.benchmarks.queue_answers import Answer, Glimpse

RESIDENT, CLERK, CHAIR = "resident", "clerk", "chair"
STALE = 0.06
"""How often somebody acts on a request that was theirs and may be long over."""
ON_FLOOR = {"start": 8, "pause": 2, "extension": 2, "end": 2, "no-show": 1, "remove": 0.2}
ON_WAITING = {"call_out": 0.7, "skip": 1.5, "up": 1, "down": 1, "first": 1, "remove": 0.5}
ON_LIST = {"card": 3, "limit": 0.7, "total": 0.7, "close": 0.3, "reopen": 0.6}
ASKED_FOR = [kind for kind in KINDS if kind != ANSWER]
CHAIRS = ("call", "end")
"""All that the chair's page offers."""


@dataclass
class Client:
    """`mine` are the requests that they have made."""

    name: str
    role: str
    chance: random.Random
    items: Sequence[str | None]
    mine: list[str] = field(default_factory=list)
    undoable: int | None = None

    def choose(self, seen: Glimpse) -> Act | None:
        """None: there is nothing on the page that they could do."""
        return self._as_resident(seen) if self.role == RESIDENT else self._as_staff(seen)

    def hear(self, act: Act, answer: Answer) -> None:
        if answer.refused is None:
            self.undoable = answer.undoable
            self.mine += [answer.request] if act.verb == "join" else []

    def _as_resident(self, seen: Glimpse) -> Act:
        live = [row for row in seen.rows if row.id in self.mine and row.state in UNDER_WAY]
        if self.mine and self.chance.random() < STALE:
            return self._act("withdraw", self.chance.choice(self.mine))
        if not live or self.chance.random() < 0.5:
            return self._act("join", item=self.chance.choice(self.items))
        one = self.chance.choice(live)
        verb = self.chance.choices(("withdraw", "stance", "cede"), (5, 3, 2))[0]
        to = self.chance.choice(seen.rows).id if verb == "cede" else None
        return self._act(verb, one.id, value=to)

    def _as_staff(self, seen: Glimpse) -> Act | None:
        weighed = [each for each in self._options(seen) if self.role == CLERK or each[1].verb in CHAIRS]
        if not weighed:
            return None
        return self.chance.choices([act for _, act in weighed], [weight for weight, _ in weighed])[0]

    def _options(self, seen: Glimpse) -> list[tuple[float, Act]]:
        """Every act that the console might show just now, with its weight."""
        is_held = any(row.state in HAS_FLOOR for row in seen.rows)
        options = [(1.0 if is_held else 8.0, self._act("call", seen.next))] if seen.next else []
        options += self._on_somebody(seen, ON_FLOOR, HAS_FLOOR)
        options += self._on_somebody(seen, ON_WAITING, IN_LINE)
        options += self._on_somebody(seen, {"return": 4}, AWAY)
        options += self._on_somebody(seen, {"again": 0.7}, (FINISHED,))
        options += [(weight, self._on_list(verb)) for verb, weight in ON_LIST.items()]
        options += [(3.0, self._act("undo", value=self.undoable))] if self.undoable else []
        asked = [row for row in seen.rows if row.kind in ANSWERABLE and row.state in UNDER_WAY]
        options += [(1.0, self._act("card", row.id, item=row.item, value=ANSWER)) for row in asked[:1]]
        items = [item for item in self.items if item]
        options += [(0.6, self._act("item", item=self.chance.choice(items)))] if items else []
        options += [(0.3, self._act("no-item"))]
        of_meeting = {PUBLISHED: ("open", 1.0), OPEN: ("recess", 0.15), RECESS: ("reconvene", 8.0)}
        verb, weight = of_meeting[seen.state]
        return [*options, (weight, self._act(verb))]

    def _on_somebody(
        self, seen: Glimpse, weights: dict[str, float], states: tuple[str, ...]
    ) -> list[tuple[float, Act]]:
        some = [row for row in seen.rows if row.state in states]
        if not some:
            return []
        return [(weight, self._act(verb, self.chance.choice(some).id)) for verb, weight in weights.items()]

    def _on_list(self, verb: str) -> Act:
        seconds = {"limit": (60, 90, 120, 180, 240), "total": (None, 600, 1200, 2400)}.get(verb)
        kind = self.chance.choice([COMMENT, COMMENT, *ASKED_FOR]) if verb == "card" else None
        item = self.chance.choice(self.items)
        return self._act(verb, item=item, value=self.chance.choice(seconds) if seconds else kind)

    def _act(
        self, verb: str, request: str | None = None, *, item: str | None = None, value: object = None
    ) -> Act:
        stance = self.chance.choice(list(STANCES)) if verb in ("join", "stance") else ""
        mode = self.chance.choice(SIDES)
        return Act(verb, self.name, item, request or "", mode, stance, value)


def crowd(count: int, seed: object, items: Sequence[str | None]) -> list[Client]:
    """One in seven is a clerk, one in twenty-five the chair; at least one clerk and one resident."""
    clerks = max(count // 7, 1)
    chairs = count // 25
    roles = [CLERK] * clerks + [CHAIR] * chairs + [RESIDENT] * (count - clerks - chairs)
    return [Client(f"{role}{n}", role, random.Random(f"{seed}:{n}"), items) for n, role in enumerate(roles)]
