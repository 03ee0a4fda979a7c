"""Finding: what a person types finds what was said, the nearest first, and is never an error."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engage.finding import DEEPEST, Hits, Query, search
from engage.index import Document, Index, Writer
from engage.words import asked, fold, spelled

DAY = date(2026, 3, 5)
SPOKEN = [
    ("en", "We ask the city for more bike"),
    ("en", "lanes on Fifth Street, the Council’s plan said."),
    ("es", "La reunión sobre viviendas cuesta $1,500,000 según la ordenanza 12-A."),
    ("en", "Case 2026-114 rezones the R-1 parcels."),
    ("en", "Bikes need lanes, and bicycles too; the councils agreed."),
    ("es", "Hablaría de los años y de la votación."),
]
"""The lines l0 to l5 of one meeting, in its order; the first runs over into the second."""


def put_all(index: Index, documents: list[Document]) -> None:
    writer = index.try_writer()
    assert writer
    writer.put(documents)
    writer.commit({})
    writer.close()


def lines(spoken: list[tuple[str, str]]) -> list[Document]:
    texts = [text for _, text in spoken] + [""]
    return [
        Document(f"l{n}", "line", "m1", "council", DAY, text, language, texts[n + 1], n)
        for n, (language, text) in enumerate(spoken)
    ]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    index = Index(tmp_path_factory.mktemp("index"))
    put_all(index, lines(SPOKEN))
    return index


def ids(hits: Hits) -> str:
    return " ".join(hit.id for hit in hits.page)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("lanes", "l1 l4"),
        ("LANE", "l1 l4"),
        ("council", "l1 l4"),
        ("councils", "l4 l1"),
        ("reunion", "l2"),
        ("Reuniones", "l2"),
        ("vivienda", "l2"),
        ("votaciones", "l5"),
        ("hablar año", "l5"),
        ("ano", "l5"),
        ("12-A", "l2"),
        ("2026-114", "l3"),
        ("r-1", "l3"),
        ("1500000", "l2"),
        ("rezoned parcel", "l3"),
        ("bic*", "l4"),
        ("b* city", "l0"),
        ("the", "l0 l1 l3 l4"),
        ("for the bikes", "l4 l0"),
    ],
)
def test_words(index: Index, text: str, found: str) -> None:
    hits = search(index, Query(text))
    assert (ids(hits), hits.total, hits.instead, hits.has_every_term) == (found, len(found.split()), {}, True)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('"lanes on fifth"', "l1"),
        ('"lane on fifth"', ""),
        ('"fifth lanes"', ""),
        ('"Council\'s plan"', "l1"),
        ('"more bike"', "l0"),
        ('"more bike lanes on"', "l0"),
        ('"more bike lanes fifth"', ""),
        ('"la reunión"', "l2"),
        ("114-2026", ""),
        ('"the" parcels', "l3"),
        ('"city for" bike', "l0"),
    ],
)
def test_phrases(index: Index, text: str, found: str) -> None:
    assert ids(search(index, Query(text))) == found


def test_a_phrase_over_the_end_of_a_line_is_found_once_where_it_begins(index: Index) -> None:
    assert ids(search(index, Query('"bike lanes"'))) == "l0"
    assert ids(search(index, Query("bike lanes"))) == "l0 l4"


def test_a_word_of_the_next_line_is_no_hit_in_this_one(index: Index) -> None:
    assert [ids(search(index, Query(text))) for text in ("fifth", "fift*", '"fifth"', "fifht")] == ["l1"] * 4


def test_a_misspelt_word_is_mended_and_said(index: Index) -> None:
    hits = search(index, Query("Strete plan"))
    assert (ids(hits), hits.instead, hits.has_every_term) == ("l1", {"strete": ("street",)}, True)
    assert [term.words for term in hits.terms] == [("street",), ("plan",)]


def test_a_word_that_is_there_is_not_mended(index: Index) -> None:
    hits = search(index, Query("plan reunion"))
    assert (ids(hits), hits.instead, hits.has_every_term) == ("l1 l2", {}, False)


def test_as_many_words_as_are_found_together(index: Index) -> None:
    hits = search(index, Query("lanes street nonsense parcels"))
    assert (ids(hits), hits.total, hits.has_every_term) == ("l1", 1, False)
    assert search(index, Query("nonsense zzzzzz")) == Hits(
        terms=tuple(asked("nonsense zzzzzz")), has_every_term=False
    )


@pytest.mark.parametrize("text", ["", '"', '""', "*", ":", "🚲", "(((", "\\", "\0"])
def test_nothing_readable_finds_nothing(index: Index, text: str) -> None:
    assert search(index, Query(text)) == Hits()


@pytest.fixture
def titles(tmp_path: Path) -> Index:
    """Two bodies, three days, all of bikes; the title is almost a year older than the newest lines."""
    index = Index(tmp_path)
    days = [date(2024, 5, 1), date(2025, 5, 2), date(2026, 5, 1)]
    documents = [
        Document(f"{body}{day.year}", "line", f"m{body}{day.year}", body, day, "bike lanes", "en")
        for body in ("council", "parks")
        for day in days
    ]
    put_all(
        index,
        [*documents, Document("t", "item", "mparks2025", "parks", days[1], "Bike plan", "en", is_title=True)],
    )
    return index


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (Query("bike"), "t parks2026 council2026 parks2025 council2025 parks2024 council2024"),
        (Query("bike", body="parks"), "t parks2026 parks2025 parks2024"),
        (Query("bike", kind="item"), "t"),
        (Query("bike", meeting="mparks2025"), "t parks2025"),
        (Query("bike", date_from=date(2025, 5, 2)), "t parks2026 council2026 parks2025 council2025"),
        (Query("bike", date_to=date(2024, 5, 1)), "parks2024 council2024"),
        (Query("bike", "parks", date_from=date(2025, 1, 1), date_to=date(2025, 12, 31)), "t parks2025"),
        (Query("bike", body="unknown"), ""),
        (Query("bike", date_from=date(2026, 1, 1), date_to=date(2025, 1, 1)), ""),
        (Query("bike plan"), "t"),
    ],
)
def test_filters_and_order(titles: Index, query: Query, found: str) -> None:
    hits = search(titles, query)
    assert (ids(hits), hits.total) == (found, len(found.split()))


def test_pages_run_through_all_ways_to_match(tmp_path: Path) -> None:
    index = Index(tmp_path)
    spoken = [
        "lanes of bikes",
        "bike lane",
        "lane for a bike",
        "bikes lanes",
        "bike lane again",
        "of bike lanes",
    ]
    put_all(index, lines([("en", text) for text in spoken]))
    whole = search(index, Query("bike lane"))
    assert (ids(whole), whole.total) == ("l1 l4 l3 l5 l2 l0", 6)
    for size in range(1, 8):
        pages = [search(index, Query("bike lane"), limit=size, offset=at) for at in range(0, 7, size)]
        assert [hit for page in pages for hit in page.page] == list(whole.page)
        assert {page.total for page in pages} == {6}


@pytest.mark.parametrize(("limit", "offset"), [(0, 0), (20, 6), (20, DEEPEST), (20, 10**30), (10**30, 0)])
def test_beyond_the_last_page_is_nothing_but_the_total(index: Index, limit: int, offset: int) -> None:
    hits = search(index, Query("lanes"), limit=limit, offset=offset)
    assert (hits.page, hits.total) == ((), 2)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Index, Writer]]:
    index = Index(tmp_path_factory.mktemp("scratch"))
    writer = index.try_writer()
    assert writer
    yield index, writer
    writer.close()


@settings(deadline=None)
@given(st.text(max_size=200), st.sampled_from(["en", "es", "", "fr"]))
def test_any_word_of_any_text_finds_it(scratch: tuple[Index, Writer], text: str, language: str) -> None:
    index, writer = scratch
    writer.put([Document("a", "line", "m1", "council", DAY, text, language)])
    writer.commit({})
    for word in text.split():
        if spelled(word):
            assert (word, ids(search(index, Query(word)))) == (word, "a")


@settings(deadline=None)
@given(st.lists(st.text(alphabet="abcdéñ-'’ ", max_size=12), min_size=6, max_size=14), st.data())
def test_words_in_a_row_find_the_lines_where_they_begin(
    scratch: tuple[Index, Writer], parts: list[str], data: st.DataObject
) -> None:
    index, writer = scratch
    cut = data.draw(st.integers(0, len(parts)))
    one, other = " ".join(parts[:cut]), " ".join(parts[cut:])
    writer.put([Document("a", "line", "m1", "council", DAY, one, "en", other, 0)])
    writer.put([Document("b", "line", "m1", "council", DAY, other, "en", "", 1)])
    writer.commit({})
    spoken = spelled(one) + spelled(other)
    assume(len(spoken) >= 2)
    begin = data.draw(st.integers(0, len(spoken) - 2))
    row = spoken[begin : begin + data.draw(st.integers(2, 5))]
    folded, asked_for = list(map(fold, spoken)), list(map(fold, row))
    begins = [at for at in range(len(spoken)) if folded[at : at + len(row)] == asked_for]
    lines = sorted({"a" if at < len(spelled(one)) else "b" for at in begins})
    assert ids(search(index, Query(f'"{" ".join(row)}"'))).split() == lines


OPERATORS = ['"', "*", "AND", "OR", "NOT", ":", "^", "~2", "[a TO b]", "bike", "lanes", "the", "lnaes"]


@settings(deadline=None)
@given(st.lists(st.text(max_size=30) | st.sampled_from(OPERATORS), max_size=30))
def test_any_query_is_answered(index: Index, parts: list[str]) -> None:
    for gap in ("", " "):
        hits = search(index, Query(gap.join(parts)), limit=3)
        assert len(hits.page) == min(3, hits.total)
