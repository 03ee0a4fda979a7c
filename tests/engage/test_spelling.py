"""Mending: how far words are apart, and which of the index are nearest."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engage.index import Document, Index
from engage.spelling import distance, nearest


@pytest.mark.parametrize(
    ("one", "other", "far"),
    [
        ("council", "council", 0),
        ("council", "counsil", 1),
        ("council", "concil", 1),
        ("council", "councill", 1),
        ("council", "cuoncil", 1),
        ("ordinance", "ordnence", 2),
        ("", "abc", 3),
    ],
)
def test_distance(one: str, other: str, far: int) -> None:
    assert distance(one, other) == distance(other, one) == far


@settings(deadline=None)
@given(st.text(alphabet="abc", max_size=6), st.text(alphabet="abc", max_size=6))
def test_distance_is_bounded(one: str, other: str) -> None:
    assert (distance(one, other) == 0) == (one == other)
    assert abs(len(one) - len(other)) <= distance(one, other) <= max(len(one), len(other))


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """council twice; counsel three times, one of them deleted, all in one segment with what stays."""
    index = Index(tmp_path_factory.mktemp("index"))
    writer = index.try_writer()
    assert writer
    texts = ["council ordinance", "council street", "counsel lanes", "counsel", "counsel secret", "Año 2026"]
    writer.put(Document(f"d{n}", "line", "m", "b", date(2026, 1, 1), text) for n, text in enumerate(texts))
    writer.commit({})
    writer.remove(["d3", "d4"])
    writer.commit({})
    writer.close()
    return index


@pytest.mark.parametrize(
    ("word", "words"),
    [
        ("counci", ("council",)),
        ("counsil", ("council", "counsel")),
        ("kouncil", ("council",)),
        ("ouncil", ("council",)),
        ("ocuncil", ("council",)),
        ("ordnence", ("ordinance",)),
        ("strit", ()),
        ("anio", ("ano",)),
        ("an", ()),
        ("2025", ()),
        ("secre", ()),
    ],
)
def test_nearest(index: Index, word: str, words: tuple[str, ...]) -> None:
    assert nearest(index.searcher(), word) == words


def test_nearest_in_an_empty_index(tmp_path: Path) -> None:
    assert nearest(Index(tmp_path).searcher(), "council") == ()
