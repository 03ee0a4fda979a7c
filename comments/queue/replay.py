"""Replaying a meeting's entries in a pure model, as anyone can do with the public record.

`replay` recomputes who was next at every call, what a draw gave and where a move led; its `faults` are the
entries that say otherwise.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from comments.queue import retold_lists, retold_turns
from comments.queue.retold import Change, Facts, Replay, Step, Turn

STEPS: dict[str, Step] = {**retold_lists.STEPS, **retold_turns.STEPS}
OF_MANY = ("rules.set", "list.admitted", "draw.held", "act.undone", "request.moved")
"""Kinds that change more turns than the one or two which they name."""


class Told(Protocol):
    """An entry, whatever it was read from."""

    @property
    def seq(self) -> int: ...

    @property
    def at(self) -> datetime: ...

    @property
    def kind(self) -> str: ...

    @property
    def facts(self) -> Facts: ...


def replay(meeting_id: str, entries: Iterable[Told]) -> Replay:
    model = Replay(meeting_id)
    for entry in entries:
        tell(model, entry)
    return model


def tell(model: Replay, entry: Told) -> None:
    """The book's next entry; what is wrong with it is added to the faults."""
    step = STEPS.get(entry.kind)
    if step is None:
        return
    model.at, facts = entry.at, entry.facts
    ids = list(model.turns) if entry.kind in OF_MANY else named(facts)
    before = {each: replace(model.turns[each]) for each in ids if each in model.turns}
    ruled = dict(model.rules)
    try:
        complaint = step(model, facts) or _elsewhere(model, facts)
    except (KeyError, TypeError, ValueError) as missing:
        complaint = f"cannot be followed: {missing!r}"
    if complaint and not model.is_old:
        model.faults.append((entry.seq, complaint))
    _remember(model, entry.seq, before, facts)
    for item in {item for item, rules in model.rules.items() if ruled.get(item) is not rules}:
        model.ruled_by[item] = entry.seq


def _elsewhere(model: Replay, facts: Facts) -> str | None:
    turn = model.turns.get(facts.get("request", ""))
    is_elsewhere = turn is not None and turn.item != facts["item"]
    return "names another list than the request's" if is_elsewhere else None


def named(facts: Facts) -> list[str]:
    """The requests that an entry is about: its own, and the one that is given time."""
    return [str(facts[name]) for name in ("request", "to") if name in facts]


def _remember(model: Replay, seq: int, before: dict[str, Turn], facts: Facts) -> None:
    """What the entry has changed, so that an undo can be checked and a fault can name its entry."""
    for each in {*before, *named(facts)} & model.turns.keys():
        now = model.turns[each]
        if before.get(each) != now:
            model.history.setdefault(each, []).append(Change(seq, before.get(each), replace(now)))
