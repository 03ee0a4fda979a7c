"""The order, the levels and the numbers of an agenda, without database.

An agenda is its lines in reading order, each with its level from 0. A section heading stands at level 0 and
has nothing under it; what follows it, up to the next heading, belongs to it. A line with what is under it is
a block, and moves as one. A move that is not possible gives None.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count

from meetings.models import SECTION

LEVELS = 3
MOVES = ("up", "down", "in", "out")


@dataclass(frozen=True)
class Line:
    id: str
    level: int = 0
    kind: str = "item"
    number: str = ""


Lines = list[Line]


def find(lines: Sequence[Line], line_id: str) -> int:
    """ValueError when it is not there."""
    return [line.id for line in lines].index(line_id)


def block_end(lines: Sequence[Line], at: int) -> int:
    """The place after a line and everything under it."""
    end = at + 1
    while end < len(lines) and lines[end].level > lines[at].level:
        end += 1
    return end


def parent_of(lines: Sequence[Line], at: int) -> int | None:
    above = [i for i in range(at) if lines[i].level < lines[at].level]
    return above[-1] if above else None


def siblings_of(lines: Sequence[Line], at: int) -> list[int]:
    """The places of the lines with the same parent, its own among them."""
    parent = parent_of(lines, at)
    first, last = (0, len(lines)) if parent is None else (parent + 1, block_end(lines, parent))
    return [i for i in range(first, last) if lines[i].level == lines[at].level]


def move(lines: Lines, line_id: str, how: str) -> Lines | None:
    """One step: up or down among its siblings, in (under the one before it) or out (after its parent)."""
    at = find(lines, line_id)
    if how in ("up", "down"):
        return _swap(lines, at, -1 if how == "up" else 1)
    return _indent(lines, at) if how == "in" else _outdent(lines, at)


def _swap(lines: Lines, at: int, step: int) -> Lines | None:
    siblings = siblings_of(lines, at)
    place = siblings.index(at) + step
    if not 0 <= place < len(siblings):
        return None
    first, second = sorted((at, siblings[place]))
    middle, end = block_end(lines, first), block_end(lines, second)
    return [*lines[:first], *lines[second:end], *lines[middle:second], *lines[first:middle], *lines[end:]]


def _indent(lines: Lines, at: int) -> Lines | None:
    siblings = siblings_of(lines, at)
    place = siblings.index(at)
    above = lines[siblings[place - 1]] if place else None
    if above is None or SECTION in (above.kind, lines[at].kind):
        return None
    end = block_end(lines, at)
    return _checked([*lines[:at], *_shifted(lines[at:end], 1), *lines[end:]])


def _outdent(lines: Lines, at: int) -> Lines | None:
    parent = parent_of(lines, at)
    if parent is None:
        return None
    end, parents_end = block_end(lines, at), block_end(lines, parent)
    block = _shifted(lines[at:end], -1)
    return [*lines[:at], *lines[end:parents_end], *block, *lines[parents_end:]]


def place_before(lines: Lines, line_id: str, before: str) -> Lines | None:
    """The block put before another line, as its sibling; before nothing: at the end of the agenda."""
    at = find(lines, line_id)
    block, rest = lines[at : block_end(lines, at)], [*lines[:at], *lines[block_end(lines, at) :]]
    if any(line.id == before for line in block):
        return None
    target = find(rest, before) if before else len(rest)
    level = rest[target].level if before else 0
    if level and block[0].kind == SECTION:
        return None
    return _checked([*rest[:target], *_shifted(block, level - block[0].level), *rest[target:]])


def _shifted(block: Sequence[Line], by: int) -> Lines:
    return [replace(line, level=line.level + by) for line in block]


def _checked(lines: Lines) -> Lines | None:
    return lines if all(line.level < LEVELS for line in lines) else None


def possible_moves(lines: Lines, line_id: str) -> set[str]:
    return {how for how in MOVES if move(lines, line_id, how) is not None}


def parents_and_places(lines: Sequence[Line]) -> dict[str, tuple[str | None, int]]:
    """For each line its parent's id and its place among its siblings, from 1."""
    found: dict[str, tuple[str | None, int]] = {}
    for at, line in enumerate(lines):
        parent = parent_of(lines, at)
        found[line.id] = (None if parent is None else lines[parent].id, siblings_of(lines, at).index(at) + 1)
    return found


def numbers(lines: Sequence[Line]) -> dict[str, str]:
    """Fresh numbers: 1, 2, 2.1 and so on, through all sections; a section heading has none."""
    counts = [0] * LEVELS
    found: dict[str, str] = {}
    for line in lines:
        if line.kind == SECTION:
            found[line.id] = ""
            continue
        counts[line.level] += 1
        counts[line.level + 1 :] = [0] * (LEVELS - line.level - 1)
        found[line.id] = ".".join(str(each) for each in counts[: line.level + 1])
    return found


def next_number(lines: Sequence[Line], line_id: str) -> str:
    """The number of an item that joins a published agenda, where no number may change.

    After the last of its siblings the next whole number; between two of them the number before it with the
    next free letter: 4a, then 4b. Before all of them, too, the next whole number, since none is free there.
    """
    at = find(lines, line_id)
    if lines[at].kind == SECTION:
        return ""
    parent = parent_of(lines, at)
    prefix = "" if parent is None else f"{lines[parent].number}."
    taken = {lines[i].number.removeprefix(prefix): i for i in siblings_of(lines, at) if lines[i].number}
    earlier = [number for number, i in taken.items() if i < at]
    if earlier and any(i > at for i in taken.values()):
        stem = earlier[-1].rstrip("abcdefghijklmnopqrstuvwxyz")
        return prefix + next(stem + letter for letter in _letters() if stem + letter not in taken)
    whole = [int(match[0]) for number in taken if (match := re.match(r"\d+", number))]
    return f"{prefix}{max(whole, default=0) + 1}"


def kept_numbers(lines: Sequence[Line]) -> dict[str, str]:
    """The numbers of a published agenda: those that are there, and new ones for the lines that have none."""
    found = list(lines)
    for at, line in enumerate(lines):
        if not line.number:
            found[at] = replace(line, number=next_number(found, line.id))
    return {line.id: line.number for line in found}


def _letters() -> "map[str]":
    """a to z, then aa, ab and so on."""
    return map(_letter, count())


def _letter(place: int) -> str:
    more, last = divmod(place, 26)
    return (_letter(more - 1) if more else "") + chr(ord("a") + last)
