"""What each clerk may take back: their own last act, unless anything that it changed was changed since."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from comments.queue.models import HAS_FLOOR, SPEAKING, UNDER_WAY, WITHDRAWN
from comments.queue.rules import Rules
from comments.queue.undo import MOVED_ON
from meetings.models import OPEN
from tests.benchmarks.queue_course import Course, Key, copy

Values = Mapping[Key, Any]


@dataclass
class Kept:
    """An act that may be taken back. `changes` are each value before and after it, and the number of the
    act that had set it before; a request that it made must be wholly as it was made."""

    who: str
    changes: dict[Key, tuple[Any, Any, int]]
    is_undone: bool = False

    def put_back(self) -> dict[str, dict[str, Any]]:
        """What an undo must give back to each request."""
        wanted: dict[str, dict[str, Any]] = {}
        for (what, which, name), (before, after, _) in self.changes.items():
            if what == "turn" and before != after:
                wanted.setdefault(str(which), {})[name] = before
        return wanted


@dataclass
class Undoing:
    """`set_by` is the number of the act that gave each value its present state; an undo gives it back."""

    above: Rules
    """Of a list that has none of its own."""
    kept: dict[int, Kept] = field(default_factory=dict)
    set_by: dict[Key, int] = field(default_factory=dict)

    def note(self, seq: int, who: str | None, before: Values, after: Values) -> None:
        """An act whose first entry is `seq`; `who` is None when it cannot be taken back."""
        was = {
            key: before[key] if key in before else self._unmade(key, value) for key, value in after.items()
        }
        made = {key for key in after.keys() - before.keys() if key[0] == "turn"}
        changes = {key: (was[key], now) for key, now in after.items() if was[key] != now or key in made}
        if who and changes:
            held = {key: (*values, self.set_by.get(key, 0)) for key, values in changes.items()}
            self.kept[seq] = Kept(who, held)
        self.set_by |= dict.fromkeys(changes, seq)

    def _unmade(self, key: Key, value: Any) -> Any:
        """What is left of a thing that an act has made when the act is taken back."""
        if key[0] == "turn":
            return WITHDRAWN if key[2] == "state" else value
        return self.above if key[0] == "rules" else False

    def last(self, who: str) -> int | None:
        mine = [seq for seq, kept in self.kept.items() if kept.who == who and not kept.is_undone]
        return max(mine, default=None)

    def refusal(self, course: Course, seq: int, who: str) -> str | None:
        if self.last(who) != seq:
            return MOVED_ON
        is_still = all(self.set_by[key] == seq for key in self.kept[seq].changes)
        return None if is_still and fits(course, self.kept[seq]) else MOVED_ON

    def undo(self, seq: int, told: Mapping[str, Mapping[str, Any]]) -> list[str]:
        """Gives the values back; what is wrong with what the entry says was put back of the requests."""
        kept = self.kept[seq]
        kept.is_undone = True
        self.set_by |= {key: setter for key, (_, _, setter) in kept.changes.items()}
        wanted, said = kept.put_back(), {one: values for one, values in told.items() if values}
        return [] if wanted == said else [f"the undo put back {said}, not {wanted}"]


def fits(course: Course, kept: Kept) -> bool:
    """What would be brought back has room: nobody stands on a list twice, an answer has its question, one
    clock runs, and who had the floor gets it back only under those who have interrupted them."""
    after, back = copy(course.queue), kept.put_back()
    for one, values in back.items():
        for name, value in values.items():
            setattr(after.turns[one], name, value)
    if any(after.is_live_twice(after.turns[one]) and after.turns[one].state in UNDER_WAY for one in back):
        return False
    live = {turn.id: turn.answer_to for turn in after.turns.values() if turn.state in UNDER_WAY}
    if any(question in back and question not in live for question in live.values()):
        return False
    if not any(values.get("state") in HAS_FLOOR for values in back.values()):
        return True
    *above, lowest = after.holders()
    under = [*above, lowest][1:]
    is_interrupted = all(after.interrupts(each) for each in above)
    return after.state == OPEN and is_interrupted and all(each.state != SPEAKING for each in under)
