"""Reading words: cut, folded, stemmed, and taken from what a person typed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engage.words import LANGUAGES, LONGEST_ROW, MOST_TERMS, Term, asked, fold, placed, spelled, stem


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("La Reunión, según Núñez.", ["la", "reunion", "segun", "nunez"]),
        ("Reunio\u0301n", ["reunion"]),
        ("the council’s and the Council's", ["the", "council", "and", "the", "council"]),
        ("don't, O’Brien", ["dont", "obrien"]),
        ("$1,500,000 or 1500000", ["1500000", "or", "1500000"]),
        ("1,50 and 12,3456", ["1", "50", "and", "12", "3456"]),
        (
            "Item 12-A, file 2026-114, zone R-1",
            ["item", "12", "a", "file", "2026", "114", "zone", "r", "1"],
        ),
        ("snake_case STRASSE straße", ["snake", "case", "strasse", "strasse"]),
        ("Афины Ἀθῆναι 東京", ["афины", "αθηναι", "東京"]),
        ("... — 🚲 '' _", []),
        ("", []),
    ],
)
def test_words_of_a_text(text: str, words: list[str]) -> None:
    assert [fold(word) for word in spelled(text)] == words


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["meeting", "meetings"]),
        ("en", ["zone", "zoned", "zoning"]),
        ("en", ["city", "cities", "city’s"]),
        ("es", ["votación", "votaciones", "votacion"]),
        ("es", ["vivienda", "viviendas", "Viviendas"]),
        ("es", ["año", "años"]),
        ("es", ["hablar", "hablaría", "habló"]),
    ],
)
def test_words_of_one_stem(language: str, words: list[str]) -> None:
    assert len({stem(word, language) for word in words}) == 1


def test_a_word_is_asked_for_by_every_stem() -> None:
    assert asked("Viviendas") == [Term(("viviendas",), {"en": ("vivienda",), "es": ("viviend",)})]


@pytest.mark.parametrize("text", ['"bike lanes"', "“bike lanes”", "«bike lanes»", "bike-lanes"])
def test_words_in_a_row(text: str) -> None:
    assert asked(text) == [Term.of(["bike", "lanes"], is_row=True)]


def test_the_beginning_of_a_word() -> None:
    assert asked("bik* lane") == [Term.of(["bik"], is_prefix=True), Term.of(["lane"])]


@pytest.mark.parametrize("text", ['"bike lanes', 'bike" lanes', 'bike lanes"', "bike “lanes"])
def test_a_quote_that_is_not_closed_is_none(text: str) -> None:
    assert asked(text) == [Term.of(["bike"]), Term.of(["lanes"])]


def test_a_star_means_nothing_elsewhere() -> None:
    assert asked('* "bik*" *bike 12-A*') == [
        Term.of(["bik"], is_row=True),
        Term.of(["bike"]),
        Term.of(["12", "A"], is_row=True),
    ]


def test_a_stop_word_is_none_in_quotes_or_as_a_beginning() -> None:
    assert [term.is_stop for term in asked('the "the" the* council De')] == [True, False, False, False, True]


@pytest.mark.parametrize("text", ["", " ", '"', '""""', "*", "'", "()[]{}^$\\", "🚲", "-", "_", "\0"])
def test_nothing_readable_asks_for_nothing(text: str) -> None:
    assert asked(text) == []


def test_a_pasted_page_is_cut() -> None:
    assert len(asked("word " * 2000)) == MOST_TERMS
    assert [len(term.words) for term in asked('"' + "a " * 100 + '"')] == [LONGEST_ROW]
    assert [len(term.words[0]) for term in asked("a" * 10_000)] == [64]


@settings(deadline=None)
@given(st.text())
def test_words_stand_where_placed_says(text: str) -> None:
    assert [text[start:end] for _, start, end in placed(text)] == [word for word, _, _ in placed(text)]
    assert [word for word, _, _ in placed(text)] == spelled(text)


@settings(deadline=None)
@given(st.text())
def test_every_word_has_a_fold_and_stems_without_gaps(text: str) -> None:
    for word in spelled(text):
        read = [fold(word), *(stem(word, language) for language in LANGUAGES)]
        assert [each.isalnum() for each in read] == [True] * len(read)


@settings(deadline=None)
@given(st.text(alphabet=st.characters() | st.sampled_from("\"*'“”-:()ANDOR \t\n"), max_size=500))
def test_any_query_is_readable(text: str) -> None:
    for term in asked(text):
        assert [len(term.stems[language]) for language in LANGUAGES] == [len(term.words)] * len(LANGUAGES)
