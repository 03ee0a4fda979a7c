"""The evening as its entries alone tell it: the house's replay of the book, looked at entry by entry."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from comments.queue.models import CALLED, FINISHED, HAS_FLOOR, NO_SHOW, ON_DECK, SPEAKING, UNDER_WAY, WAITING
from comments.queue.replay import tell
from comments.queue.retold import Replay, Turn
from comments.queue.rules import Rules
from engage.record import Entry
from tests.benchmarks.queue_answers import Seen

TURN = ("state", "place", "is_set", "limit_s", "called_no", "spoken_ms")
"""What an undo may put back of a request."""

Key = tuple[str, str | None, str]
"""Of what, which one, and which value of it."""


@dataclass
class Course:
    """Where the meeting stands after the entries told so far."""

    queue: Replay
    people: dict[str, str] = field(default_factory=dict)
    """Each browser's participant."""

    def tell(self, entry: Entry) -> list[str]:
        """The next entry; what is wrong with it."""
        known = len(self.queue.faults)
        tell(self.queue, entry)
        return [f"entry {seq} {words}" for seq, words in self.queue.faults[known:]]

    def turn(self, request_id: str) -> Turn:
        return self.queue.turns[request_id]

    def seen(self, request_id: str) -> Seen:
        turn, holders = self.queue.turns.get(request_id), self.queue.holders()
        line = [each.id for each in self.queue.line(turn.item)] if turn else []
        return Seen(
            state=turn.state if turn else "",
            limit_s=turn.limit_s if turn else 0,
            place=line.index(request_id) + 1 if request_id in line else 0,
            deck=tuple(each.id for each in self.queue.turns.values() if each.state == ON_DECK),
            floor=holders[0].id if holders else None,
            is_running=bool(holders) and holders[0].state == SPEAKING,
        )

    def is_live(self, person: str | None, item: str | None, kind: str) -> bool:
        wanted = (person, item, kind)
        turns = self.queue.turns.values()
        return any((t.participant, t.item, t.kind) == wanted and t.state in UNDER_WAY for t in turns)

    def is_used_up(self, turn: Turn, at: datetime) -> bool:
        """Whether a comment's side has no time left once whoever has the floor is done."""
        if self.queue.rules.get(turn.item, Rules()).total_s is None:
            return False
        after = copy(self.queue)
        for holder in [each for each in after.turns.values() if each.state in HAS_FLOOR]:
            running = (at - holder.since).total_seconds() if holder.since else 0
            holder.spoken_ms += round(running * 1000)
            holder.state = NO_SHOW if holder.state == CALLED else FINISHED
        return after.left(turn.item, turn.mode) == 0

    def values(self) -> dict[Key, Any]:
        """All that a clerk's act may change, for undo. On deck is waiting: that follows from the rest."""
        queue = self.queue
        told = {("turn", t.id, name): getattr(t, name) for t in queue.turns.values() for name in TURN}
        return {
            **{key: WAITING if value == ON_DECK else value for key, value in told.items()},
            **{("closed", item, ""): item in queue.closed for item in queue.rules},
            **{("drawn", item, ""): item in queue.drawn for item in queue.rules},
            **{("rules", item, ""): rules for item, rules in queue.rules.items()},
            ("item", None, ""): queue.item,
        }

    def complaints(self) -> list[str]:
        """What must never be, whatever has been done."""
        turns = [turn for turn in self.queue.turns.values() if turn.state in UNDER_WAY]
        live = Counter((turn.participant, turn.item, turn.kind) for turn in turns)
        places = Counter(turn.place for turn in turns)
        running = [turn for turn in turns if turn.state == SPEAKING]
        found = ["one person has two live requests on one list"] if max(live.values(), default=0) > 1 else []
        found += ["two requests have one place"] if max(places.values(), default=0) > 1 else []
        return [*found, "two clocks run at once"] if len(running) > 1 else found


def copy(queue: Replay) -> Replay:
    """To try something on; without its history."""
    turns = {turn.id: replace(turn) for turn in queue.turns.values()}
    return replace(queue, turns=turns, history={}, faults=[])
