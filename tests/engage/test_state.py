"""The state's digest: the same for the same rows, and another one for any single value that differs."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from engage.db import Database
from engage.sqlite import connect, failure
from engage.state import digest_of, state_digest, table_digests
from tests.make import City

ROWS = [
    ("b", 1, "Ben", 0.1, None),
    ("a", 2, "Ana", 0.25, b"\x00\xff"),
    ("a", 1, 'a "quoted"\nline', 1e300, b""),
]


def table(rows: list[Any], columns: str = "book, n, name, weight, seal") -> Any:
    made = connect(Path(":memory:"))
    made.execute(f"CREATE TABLE person ({columns}, PRIMARY KEY (book, n))")
    made.executemany("INSERT INTO person (book, n, name, weight, seal) VALUES (?, ?, ?, ?, ?)", rows)
    return made


def digest(rows: list[Any], **over: Any) -> str:
    with closing(table(rows, **over)) as made:
        return table_digests(made)["person"]


def test_rows_count_in_the_order_of_their_key() -> None:
    assert digest(ROWS) == digest(ROWS[::-1])


def test_columns_count_by_their_names() -> None:
    assert digest(ROWS) == digest(ROWS, columns="seal, weight, name, n, book")


def hex_of(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else ""


def others() -> Iterator[list[Any]]:
    """Each with one value changed, and one row less or more."""
    for place, row in enumerate(ROWS):
        for column, value in enumerate(row):
            for other in ("x", 7, 0.5, None, b"x", str(value), hex_of(value)):
                if other != value:
                    changed = (*row[:column], other, *row[column + 1 :])
                    yield [*ROWS[:place], changed, *ROWS[place + 1 :]]
    yield ROWS[1:]
    yield [*ROWS, ("c", 1, "Cal", 0.5, None)]


def test_every_single_change_shows() -> None:
    found = []
    for rows in others():
        try:
            found.append(digest(rows))
        except failure():  # two rows with one key
            continue
    assert len(found) > 60
    assert digest(ROWS) not in found


def test_the_tables_own_definitions_count() -> None:
    with closing(table(ROWS)) as made:
        before = table_digests(made)
        made.execute("CREATE TRIGGER quiet BEFORE DELETE ON person BEGIN SELECT 1; END")
        after = table_digests(made)
    assert before.keys() == after.keys() == {"sqlite_schema", "person"}
    assert before["person"] == after["person"]
    assert digest_of(before) != digest_of(after)


@pytest.mark.parametrize("command", ["VACUUM", "REINDEX", "ANALYZE"])
def test_how_the_file_is_laid_out_does_not_count(
    store: Database, city: City, tmp_path: Path, command: str
) -> None:
    before = store.read_now(state_digest)
    file = connect(store.path)
    file.execute(command).close()
    file.close()
    assert store.read_now(state_digest) == before
