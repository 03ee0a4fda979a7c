"""Order, levels and numbers of an agenda."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meetings.agenda.rules import (
    LEVELS,
    MOVES,
    Line,
    Lines,
    kept_numbers,
    move,
    next_number,
    numbers,
    parents_and_places,
    place_before,
    possible_moves,
)


def agenda(text: str) -> Lines:
    """a b. c.. S! : dots for levels, ! for a heading; numbered as a draft is."""
    lines = [
        Line(word.rstrip(".!"), word.count("."), "section" if word.endswith("!") else "item")
        for word in text.split()
    ]
    fresh = numbers(lines)
    return [Line(line.id, line.level, line.kind, fresh[line.id]) for line in lines]


def shown(lines: Lines | None) -> str | None:
    if lines is None:
        return None
    return " ".join(line.id + "." * line.level + ("!" if line.kind == "section" else "") for line in lines)


def test_numbers_run_through_sections_and_nest() -> None:
    lines = agenda("a S! b c. d.. e.. f. T! g")
    assert list(numbers(lines).values()) == ["1", "", "2", "2.1", "2.1.1", "2.1.2", "2.2", "", "3"]


@pytest.mark.parametrize(
    ("before", "line", "how", "after"),
    [
        ("a b c. d", "b", "up", "b c. a d"),
        ("a b c. d", "a", "down", "b c. a d"),
        ("a b c. d", "d", "up", "a d b c."),
        ("a b. c.", "c", "up", "a c. b."),
        ("a b. c.", "b", "up", None),
        ("a b. c", "b", "down", None),
        ("a b c", "b", "in", "a b. c"),
        ("a b c. d", "b", "in", "a b. c.. d"),
        ("a b. c.. d.", "d", "in", "a b. c.. d.."),
        ("a b. c..", "c", "in", None),
        ("a b c. d..", "b", "in", None),
        ("a", "a", "in", None),
        ("S! a", "a", "in", None),
        ("a S!", "S", "in", None),
        ("a b. c. d", "b", "out", "a c. b d"),
        ("a b. c.. d.", "c", "out", "a b. c. d."),
        ("a b", "b", "out", None),
        ("S! a T! b", "T", "up", "S! T! a b"),
    ],
)
def test_a_step(before: str, line: str, how: str, after: str | None) -> None:
    assert shown(move(agenda(before), line, how)) == after


@pytest.mark.parametrize(
    ("before", "line", "target", "after"),
    [
        ("a b c. d", "b", "a", "b c. a d"),
        ("a b c. d", "b", "", "a d b c."),
        ("a b c. d", "a", "c", "b a. c. d"),
        ("a b c. d", "b", "c", None),
        ("a b. c d. e..", "c", "b", None),
        ("a b. S!", "S", "b", None),
        ("a b. S!", "S", "a", "S! a b."),
        ("a b. c", "b", "c", "a b c"),
    ],
)
def test_a_place_before_another(before: str, line: str, target: str, after: str | None) -> None:
    assert shown(place_before(agenda(before), line, target)) == after


def test_possible_moves_are_those_that_give_something() -> None:
    assert possible_moves(agenda("a b c. d"), "c") == {"out"}
    assert possible_moves(agenda("a b c. d"), "b") == {"up", "down", "in"}


def test_parents_and_places() -> None:
    assert parents_and_places(agenda("a b. c. d.. e")) == {
        "a": (None, 1),
        "b": ("a", 1),
        "c": ("a", 2),
        "d": ("c", 1),
        "e": (None, 2),
    }


def with_new(text: str, at: int, level: int = 0) -> Lines:
    lines = agenda(text)
    return [*lines[:at], Line("new", level), *lines[at:]]


@pytest.mark.parametrize(
    ("text", "at", "level", "number"),
    [
        ("a b c", 3, 0, "4"),
        ("a b c", 2, 0, "2a"),
        ("a b c", 0, 0, "4"),
        ("a b. c. d", 2, 1, "1.1a"),
        ("a b. c. d", 3, 1, "1.3"),
        ("a b", 1, 1, "1.1"),
        ("", 0, 0, "1"),
        ("S! a b", 1, 0, "3"),
    ],
)
def test_an_item_added_after_publication_gets_a_free_number(
    text: str, at: int, level: int, number: str
) -> None:
    assert next_number(with_new(text, at, level), "new") == number


def test_letters_go_on_and_no_number_is_given_twice() -> None:
    lines = agenda("a b")
    for count in range(30):
        lines.insert(1, Line(f"new{count}"))
        lines = [Line(each.id, 0, "item", kept_numbers(lines)[each.id]) for each in lines]
    given_out = [line.number for line in lines]
    assert given_out[:3] == ["1", "1ad", "1ac"]
    assert given_out[-1] == "2"
    assert len(set(given_out)) == 32


def test_several_added_at_once_are_numbered_in_order() -> None:
    lines = [*agenda("a b"), Line("c"), Line("d", 1), Line("S", 0, "section"), Line("e")]
    assert list(kept_numbers(lines).values()) == ["1", "2", "3", "3.1", "", "4"]


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abcdefST"), st.sampled_from([*MOVES, *"abcdefST", ""])), max_size=25)
)
def test_whatever_is_moved_the_agenda_stays_whole(steps: list[tuple[str, str]]) -> None:
    lines = agenda("a b. c.. d S! e f. T!")
    for line, step in steps:
        moved = move(lines, line, step) if step in MOVES else place_before(lines, line, step)
        lines = lines if moved is None else moved
    assert sorted(line.id for line in lines) == sorted("abcdefST")
    deepest = 0
    for one in lines:
        assert one.level <= min(deepest, LEVELS - 1)
        assert one.kind != "section" or one.level == 0
        deepest = 0 if one.kind == "section" else one.level + 1
