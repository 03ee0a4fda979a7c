"""Is a concurrent history linearizable: is there one order of its calls that the rules and the clock allow?

Wing and Gong's search with Lowe's memory of what was tried (as Porcupine does it): a call may come first
when no other call that is left was answered before it began.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Answered = TypeVar("Answered")
State = TypeVar("State", bound=Hashable)


@dataclass(frozen=True)
class Call(Generic[Asked, Answered]):
    """What a client asked and was answered, and when it asked and had the answer; any clock will do."""

    asked: Asked
    answer: Answered
    began: float
    ended: float


Step = Callable[[State, Asked, Answered], State | None]
"""The rules: the state after this call, or None when it cannot have been answered so in this state."""


def linear_order(
    calls: Sequence[Call[Asked, Answered]], start: State, step: Step[State, Asked, Answered]
) -> list[int] | None:
    """Numbers of the calls in an order that explains every answer; None when there is none."""
    tried: set[tuple[frozenset[int], State]] = set()

    def search(left: frozenset[int], state: State) -> list[int] | None:
        if not left:
            return []
        if (left, state) in tried:
            return None
        tried.add((left, state))
        soonest = min(calls[n].ended for n in left)
        for n in sorted(left, key=lambda each: calls[each].began):
            if calls[n].began > soonest:
                return None
            after = step(state, calls[n].asked, calls[n].answer)
            rest = None if after is None else search(left - {n}, after)
            if rest is not None:
                return [n, *rest]
        return None

    return search(frozenset(range(len(calls))), start)
