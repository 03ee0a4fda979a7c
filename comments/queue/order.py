"""In which order people are called: pure functions that anyone can run again on the public record."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from engage.language import N_

FIRST_COME, ALTERNATING, FIRST_TIME, BY_MODE, DRAWN = (
    "first_come",
    "alternating",
    "first_time",
    "by_mode",
    "drawn",
)
ORDERS = {
    FIRST_COME: N_("In the order of asking"),
    ALTERNATING: N_("In favor and against in turn"),
    FIRST_TIME: N_("Who has not spoken yet goes first"),
    BY_MODE: N_("In the room and remote in turn"),
    DRAWN: N_("Drawn by lot when the item is called"),
}
MODES_IN_TURN = ("in_person", "remote")
STANCES_IN_TURN = ("support", "oppose", "")
"""Neither in favor nor against has its turn too."""


@dataclass(frozen=True)
class Asked:
    """What the order depends on. `rank` 0 is a comment; `place` is the number of arrival or set by hand."""

    id: str
    place: int
    rank: int = 0
    is_set: bool = False
    mode: str = "remote"
    stance: str = ""
    has_spoken: bool = False
    answer_to: str | None = None


def in_order(order: str, waiting: Iterable[Asked], last: Asked | None = None) -> list[Asked]:
    """Everyone who waits, first to be called first; `last` is who was called last on this list.

    Points of order and their like by rank, then whose place was set by hand, then the others as `order` says.
    """
    everyone = sorted(waiting, key=lambda each: (each.place, each.id))
    points = points_in_order([each for each in everyone if each.rank])
    comments = [each for each in everyone if not each.rank]
    by_hand = [each for each in comments if each.is_set]
    rest = [each for each in comments if not each.is_set]
    before = by_hand[-1] if by_hand else last
    return [*points, *by_hand, *POLICIES[order](rest, before)]


def points_in_order(points: Sequence[Asked]) -> list[Asked]:
    """By rank; an answer right behind what it answers, or before everyone once that is heard."""
    answers = [each for each in points if each.answer_to]
    others = sorted((each for each in points if not each.answer_to), key=lambda each: each.rank)
    waiting = {each.id for each in others}
    due = [each for each in answers if each.answer_to not in waiting]
    for one in others:
        due += [one, *(each for each in answers if each.answer_to == one.id)]
    return due


def _as_asked(rest: list[Asked], last: Asked | None) -> list[Asked]:
    return rest


def _first_time(rest: list[Asked], last: Asked | None) -> list[Asked]:
    return sorted(rest, key=lambda each: each.has_spoken)


def _alternating(rest: list[Asked], last: Asked | None) -> list[Asked]:
    return take_turns(rest, last, STANCES_IN_TURN, lambda each: side_of(each.stance))


def _by_mode(rest: list[Asked], last: Asked | None) -> list[Asked]:
    return take_turns(rest, last, MODES_IN_TURN, lambda each: side_of_mode(each.mode))


POLICIES: dict[str, Callable[[list[Asked], Asked | None], list[Asked]]] = {
    FIRST_COME: _as_asked,
    ALTERNATING: _alternating,
    FIRST_TIME: _first_time,
    BY_MODE: _by_mode,
    DRAWN: _as_asked,
}


def side_of_mode(mode: str) -> str:
    """Of the two that take turns and share the time: who is not in the room is remote, also in writing."""
    return mode if mode == MODES_IN_TURN[0] else MODES_IN_TURN[1]


def side_of(stance: str) -> str:
    return stance if stance in ("support", "oppose") else ""


def take_turns(
    rest: Sequence[Asked], last: Asked | None, sides: Sequence[str], side: Callable[[Asked], str]
) -> list[Asked]:
    """The sides speak in turn, each in its own order of asking; a side without anybody is passed over.

    The turn after `last`'s side begins; where nobody has spoken, the side of who asked first does.
    """
    left = {name: [each for each in rest if side(each) == name] for name in sides}
    turn = (sides.index(side(last)) + 1) if last else (sides.index(side(rest[0])) if rest else 0)
    ordered: list[Asked] = []
    while len(ordered) < len(rest):
        name = sides[turn % len(sides)]
        if left[name]:
            ordered.append(left[name].pop(0))
        turn += 1
    return ordered


def next_up(ordered: Sequence[Asked], has_time: Callable[[str], bool]) -> Asked | None:
    """Who is called next: the first whose side has time left. Points of order need none."""
    return next((each for each in ordered if each.rank or has_time(side_of_mode(each.mode))), None)


def moved(ordered: Sequence[Asked], request_id: str, steps: int) -> list[Asked]:
    """The comments whose places are set by hand after one is moved by so many places (up is negative).

    They are the head of the order, down to the lowest that has changed; the rest follows the body's order.
    """
    comments = [each for each in ordered if not each.rank]
    at = next(n for n, each in enumerate(comments) if each.id == request_id)
    to = min(max(at + steps, 0), len(comments) - 1)
    one = comments.pop(at)
    comments.insert(to, one)
    by_hand = sum(each.is_set for each in comments)
    head = comments[: max(at, to, by_hand - 1) + 1]
    places = sorted(each.place for each in head)
    return [replace(each, place=place, is_set=True) for each, place in zip(head, places, strict=True)]


def commitment(seed: str) -> str:
    """What the record shows of a seed before the draw: SHA-256 of its letters."""
    return hashlib.sha256(seed.encode()).hexdigest()


def draw(seed: str, request_ids: Iterable[str]) -> list[str]:
    """The order of the draw: by SHA-256 of the seed, a colon and the request's id."""
    return sorted(request_ids, key=lambda one: hashlib.sha256(f"{seed}:{one}".encode()).hexdigest())
