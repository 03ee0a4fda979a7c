"""Which span an address names, and what of the transcript lies in it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transcripts.formats.sample import SAMPLE, line
from transcripts.formats.rules import (
    LONGEST_MS,
    NO_PLACE,
    NO_SPAN,
    TOO_LONG,
    BadSpan,
    Span,
    clip_of,
    from_zero,
    read_place,
    read_span,
)
from transcripts.formats.written import Gap, Section


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("0", 0),
        ("750000", 750_000),
        (" 12:30 ", 750_000),
        ("1:04:51", 3_891_000),
        ("0:00", 0),
        ("12:30.5", 750_500),
        ("", None),
        ("x", None),
        ("-5", None),
        ("1:75:00", None),
        ("999999999999", None),
        ("٣", None),
        ("1e3", None),
    ],
)
def test_a_place_as_an_address_or_a_person_writes_it(text: str, ms: int | None) -> None:
    assert read_place(text) == ms


@pytest.mark.parametrize(
    ("asked", "field", "message"),
    [
        ({}, "from", NO_PLACE),
        ({"from": "5"}, "to", NO_PLACE),
        ({"from": "5", "to": "5"}, "to", NO_SPAN),
        ({"from": "5", "to": "4"}, "to", NO_SPAN),
        ({"from": "0", "to": str(LONGEST_MS + 1)}, "to", TOO_LONG),
    ],
)
def test_what_is_no_span_is_told_beside_its_field(asked: dict[str, str], field: str, message: str) -> None:
    with pytest.raises(BadSpan) as bad:
        read_span(asked)
    assert (bad.value.field, bad.value.message) == (field, message)


def test_the_longest_span() -> None:
    assert read_span({"from": "0", "to": "10:00"}) == Span(0, LONGEST_MS)


def test_a_clip_keeps_whole_lines_and_cuts_at_words() -> None:
    clip = clip_of(SAMPLE, Span(6160, 9060))
    assert [(each.start_ms, each.end_ms, each.text) for each in clip.lines] == [
        (6200, 6500, "…on Elm Street."),
        (9000, 9100, "Sí,…"),
    ]
    assert [each.translation for each in clip.lines] == ["", ""], "the whole line's is not the part's"
    assert [each.item and each.item.id for each in clip.sections] == ["i1"]


def test_a_gap_is_as_long_as_it_is_in_the_clip() -> None:
    clip = clip_of(SAMPLE, Span(15_000, 30_000))
    assert clip.gaps == [Gap(15_000, 20_000, "privacy")]
    assert from_zero(clip, Span(15_000, 30_000)).gaps == [Gap(0, 5000, "privacy")]


def test_what_only_touches_the_span_is_not_in_it() -> None:
    assert list(clip_of(SAMPLE, Span(300, 3000)).said) == []
    typed = replace(SAMPLE, sections=(Section(None, (replace(line(0, "One two three."), words=()),)),))
    assert list(clip_of(typed, Span(0, 100)).said) == [], "without words nobody knows which were said"


def test_a_clip_is_the_same_after_lines_were_joined() -> None:
    """A link outlives the merge of its lines."""
    joined = replace(SAMPLE, sections=(Section(None, (line(0, "One. Two. Three. Four."),)),))
    parted = replace(
        SAMPLE, sections=(Section(None, tuple(line(100 * n, f"{w}.") for n, w in enumerate("abcd"))),)
    )
    span = Span(100, 300)
    assert [each.text for each in clip_of(joined, span).lines] == ["…Two. Three.…"]
    assert [each.text for each in clip_of(parted, span).lines] == ["b.", "c."]


@given(st.integers(0, 30_000), st.integers(1, 30_000))
def test_no_word_of_a_clip_lies_outside_it(start: int, length: int) -> None:
    span = Span(start, start + length)
    clip = from_zero(clip_of(SAMPLE, span), span)
    for each in clip.said:
        assert 0 <= each.start_ms <= each.end_ms <= length + 100, "half a word at most"
    timed = [word for each in clip_of(SAMPLE, span).lines for word in each.words]
    assert all(start <= (word[0] + word[1]) / 2 <= start + length for word in timed)
