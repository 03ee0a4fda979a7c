"""Sentences cut at speakers and items: nothing is lost, each piece has one owner, cuts are made in pauses."""

from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from transcripts.attribution.cutting import (
    LATE_MS,
    Piece,
    Stretch,
    Who,
    at_pauses,
    item_begins,
    item_start,
    pieces,
    whose,
)
from transcripts.attribution.models import DAIS, FLOOR, VOICE

ANA, BEN, REST = Who(FLOOR, "ana"), Who(FLOOR, "ben"), Who(DAIS)


def sentence(start: int, *lengths: int, pause: int = 0, after: int = -1) -> dict[str, Any]:
    """Words of these lengths one after another; a pause after word number `after`."""
    words, at = [], start
    for n, length in enumerate(lengths):
        words.append([at, at + length, f" w{n}", 0.9])
        at += length + (pause if n == after else 0)
    return {"start_ms": start, "end_ms": words[-1][1], "words": words}


def cuts(found: Sequence[Piece]) -> list[tuple[int, int, Who | None]]:
    return [(piece.first, piece.last, piece.who) for piece in found]


def test_a_sentence_in_which_another_begins_to_speak_is_cut_in_the_pause_between_them() -> None:
    heard = [sentence(0, 500, 500, 500, 500, pause=800, after=1)]
    named = [Stretch(0, 1200, ANA), Stretch(1200, 9000, BEN)]
    assert cuts(pieces(heard, named, [], REST, [])) == [(0, 2, ANA), (2, 4, BEN)]


def test_a_boundary_that_is_a_little_off_is_moved_to_its_pause() -> None:
    heard = [sentence(0, 500, 500, 500, 500, pause=800, after=1)]
    for edge in (700, 2100):
        named = [Stretch(0, edge, ANA)]
        assert cuts(pieces(heard, named, [], REST, [])) == [(0, 2, ANA), (2, 4, REST)]


def test_a_word_that_lies_only_partly_in_a_stretch_is_nobodys() -> None:
    heard = [sentence(0, 3000, 3000, 3000)]
    assert cuts(pieces(heard, [Stretch(1500, 7500, ANA)], [], REST, [])) == [
        (0, 1, REST), (1, 2, ANA), (2, 3, REST)
    ]  # fmt: skip


def test_who_is_not_named_is_told_by_voice() -> None:
    voices = [Stretch(0, 900, Who(VOICE, number=1)), Stretch(900, 5000, Who(VOICE, number=2))]
    assert whose((0, 1000), [], voices) == Who(VOICE, number=1)
    assert whose((800, 1200), [], voices) == Who(VOICE, number=2)
    assert whose((6000, 7000), [], voices) is None
    assert whose((800, 1200), [Stretch(0, 2000, ANA)], voices) == ANA


def test_a_line_without_words_is_one_piece() -> None:
    heard = [{"start_ms": 0, "end_ms": 2000, "words": []}]
    assert cuts(pieces(heard, [Stretch(0, 9000, ANA)], [], REST, [500])) == [(0, 1, ANA)]


def test_an_item_cuts_a_sentence_at_the_longest_pause_before_it_was_noted() -> None:
    heard = [sentence(0, 1000, 1000, 1000, 1000, 1000, pause=400, after=2)]
    assert item_begins(heard, [5000]) == {(0, 3)}
    assert [(piece.first, piece.last) for piece in pieces(heard, [], [], REST, [5000])] == [(0, 3), (3, 5)]


def test_an_item_without_a_pause_begins_when_it_was_noted() -> None:
    heard = [sentence(0, *[1000] * 8)]
    assert item_begins(heard, [5200]) == {(0, 6)}


def test_a_sentence_that_begins_just_before_needs_no_cut() -> None:
    heard = [sentence(0, *[1000] * 4), sentence(4500, *[1000] * 8)]
    assert item_begins(heard, [6000]) == set()


def test_a_section_begins_with_the_line_after_the_longest_pause_before_the_call() -> None:
    spoken = [(0, 2000), (2500, 4000), (5500, 6000), (6100, 9000)]
    assert item_start(7000, spoken) == 5500
    assert item_start(6100, spoken) == 6100
    assert item_start(20_000, spoken) == 20_000
    assert item_start(0, spoken) == 0


@st.composite
def spoken(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Up to ten sentences of up to eight words, in order of time."""
    made, now = [], 0
    for _ in range(draw(st.integers(0, 10))):
        words = []
        for n in range(draw(st.integers(0, 8))):
            now += draw(st.integers(0, 2500))
            length = draw(st.integers(0, 900))
            words.append([now, now + length, f" w{n}", 0.9])
            now += length
        made.append({"start_ms": words[0][0] if words else now, "end_ms": now, "words": words})
    return made


@st.composite
def stretches(draw: st.DrawFn, kind: str) -> list[Stretch]:
    edges = sorted(draw(st.sets(st.integers(0, 60_000), max_size=16)))
    whos = st.integers(1, 3).map(lambda n: Who(kind, f"p{n}" if kind == FLOOR else "", n))
    return [Stretch(start, end, draw(whos)) for start, end in zip(edges[::2], edges[1::2], strict=False)]


@given(spoken(), stretches(FLOOR), stretches(DAIS), st.lists(st.integers(0, 60_000), max_size=5))
def test_no_word_is_lost_or_doubled_or_moved(
    heard: list[dict[str, Any]], named: list[Stretch], voices: list[Stretch], items: list[int]
) -> None:
    found = pieces(heard, named, voices, REST, items)
    words = [(piece.sentence, n) for piece in found for n in range(piece.first, piece.last)]
    assert words == [(n, place) for n, each in enumerate(heard) for place in range(len(each["words"]) or 1)]


@given(spoken(), stretches(FLOOR), stretches(DAIS), st.lists(st.integers(0, 60_000), max_size=5))
def test_no_piece_belongs_to_two_speakers_or_two_items(
    heard: list[dict[str, Any]], named: list[Stretch], voices: list[Stretch], items: list[int]
) -> None:
    every = [word for each in heard for word in each["words"]]
    settled, begins = at_pauses(named, every), item_begins(heard, items)
    for piece in pieces(heard, named, voices, REST, items):
        words = heard[piece.sentence]["words"][piece.first : piece.last]
        assert {whose(word, settled, voices) or REST for word in words} <= {piece.who}
        assert not any((piece.sentence, n) in begins for n in range(piece.first + 1, piece.last))


@given(spoken(), stretches(FLOOR))
def test_a_name_reaches_at_most_half_a_second_beyond_what_is_sure(
    heard: list[dict[str, Any]], named: list[Stretch]
) -> None:
    for piece in pieces(heard, named, [], REST, []):
        for word in heard[piece.sentence]["words"][piece.first : piece.last]:
            near = [each for each in named if each.start_ms - 500 <= word[0] and word[1] <= each.end_ms + 500]
            assert piece.who == REST or piece.who in {each.who for each in near}


@given(spoken(), st.integers(0, 60_000))
def test_every_item_finds_a_line_to_begin_with_or_begins_when_it_was_noted(
    heard: list[dict[str, Any]], noted: int
) -> None:
    words = {n: each["words"] for n, each in enumerate(heard)}
    found = [
        words[piece.sentence][piece.first : piece.last] for piece in pieces(heard, [], [], REST, [noted])
    ]
    lines = [(line[0][0], line[-1][1]) for line in found if line]
    start = item_start(noted, lines)
    assert noted - LATE_MS <= start <= noted
    assert start == noted or start in {begin for begin, _ in lines}
