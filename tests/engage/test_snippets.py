"""Marking: the words found, in the text as it is now."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engage.snippets import Pieces, marked, snippet
from engage.words import asked


def shown(pieces: Pieces) -> str:
    return "".join(f"[{text}]" if is_marked else text for text, is_marked in pieces)


@pytest.mark.parametrize(
    ("query", "text", "marks"),
    [
        ("council", "The Council’s vote", "The [Council’s] vote"),
        ("meeting", "Meetings are met", "[Meetings] are met"),
        ("reunion", "La reunión.", "La [reunión]."),
        ("bik*", "bikes, bicycles, Biking", "[bikes], bicycles, [Biking]"),
        ('"bike lanes"', "bike lane or bike lanes", "bike lane or [bike lanes]"),
        ('"bike lanes"', "lanes, then a bike", "lanes, then a [bike]"),
        ('"a b c"', "it ends a b", "it ends [a b]"),
        ("12-A r-1", "Item 12-A in R-1", "Item [12-A] in [R-1]"),
        ('bike "bike lanes"', "bike lanes", "[bike lanes]"),
        ("1500000", "$1,500,000.", "$[1,500,000]."),
        ("absent", "<b>nothing</b>", "<b>nothing</b>"),
        ("", "nothing", "nothing"),
        ("x", "", ""),
    ],
)
def test_marked(query: str, text: str, marks: str) -> None:
    assert shown(marked(text, asked(query), "en")) == marks


def test_stems_are_those_of_the_language() -> None:
    assert [shown(marked("casas", asked("casa"), language)) for language in ("es", "es-MX", "", "fr")] == [
        "[casas]",
        "[casas]",
        "casas",
        "casas",
    ]


def test_a_short_text_is_its_own_snippet() -> None:
    assert shown(snippet("We need more bike lanes.", asked("bike"), "en")) == "We need more [bike] lanes."


def test_a_snippet_has_the_most_different_words_and_begins_with_a_sentence() -> None:
    text = "bike bike bike. " + "So it goes on. " * 30 + "The lanes for a bike. " + "And so on. " * 30
    assert shown(snippet(text, asked("bike lanes"), "en", most=60)) == (
        "… So it goes on. The [lanes] for a [bike]. And so on. And so on. …"
    )


def test_a_snippet_is_cut_between_words() -> None:
    text = "word " * 50 + "needle " + "word " * 50
    assert shown(snippet(text, asked("needle"), "en", most=28)) == "… word word [needle] word word …"


def test_a_text_without_gaps_is_cut_anywhere() -> None:
    assert shown(snippet("東" * 500, asked("x"), most=10)) == "東" * 10 + " …"


def test_a_text_that_has_changed_is_shown_from_its_beginning() -> None:
    assert shown(snippet("word " * 50, asked("gone"), "en", most=11)) == "word word …"


@settings(deadline=None)
@given(st.text(), st.text(max_size=30), st.sampled_from(["en", "es", ""]))
def test_the_pieces_are_the_text(text: str, query: str, language: str) -> None:
    pieces = marked(text, asked(query + " " + text[:20]), language)
    assert "".join(piece for piece, _ in pieces) == text
    assert all(piece for piece, _ in pieces)


@settings(deadline=None)
@given(st.text(alphabet="ab .\n", max_size=300), st.text(alphabet='ab "*', max_size=12), st.integers(1, 60))
def test_a_snippet_is_a_piece_of_the_text_and_holds_a_mark_if_the_text_does(
    text: str, query: str, most: int
) -> None:
    terms = asked(query)
    pieces = snippet(text, terms, most=most)
    middle = "".join(piece for piece, _ in pieces if piece not in ("… ", " …"))
    assert middle in text
    assert len(middle) <= most
    assert any(is_marked for _, is_marked in pieces) == any(is_marked for _, is_marked in marked(text, terms))
