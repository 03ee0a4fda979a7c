"""The chain: what is appended follows, and a changed past shows."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from engage import clock, record
from engage.db import Database
from engage.record import Cursor, Entry
from tests.make import EPOCH


def fill(db: Session, book: str = "b", count: int = 5) -> list[Entry]:
    return [record.append(db, book, "thing.done", by="system", n=n) for n in range(count)]


def test_numbers_run_without_gaps_in_each_book(db: Session) -> None:
    fill(db, "a", 3)
    fill(db, "b", 2)

    assert [e.seq for e in db.scalars(select(Entry).where(Entry.book == "a"))] == [1, 2, 3]
    assert record.heads(db) == {"a": 3, "b": 2}
    assert record.first_fault(db, "a") is None


def test_a_stranger_can_recompute_the_hash_from_the_documented_form(db: Session) -> None:
    with clock.set_to(EPOCH):
        entry = record.append(db, "b", "thing.done", by="account:x", name="Zoë", n=1)

    body = json.dumps(
        {
            "actor": "account:x",
            "at": "2026-11-23T18:00:00.000Z",
            "book": "b",
            "data": {"n": 1, "name": "Zoë"},
            "kind": "thing.done",
            "seq": 1,
        },
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )
    assert entry.hash == hashlib.sha256(b"\x01" + bytes(32) + body.encode()).hexdigest()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("UPDATE entry SET data = '{\"n\":9}' WHERE seq = 3", 3),
        ("UPDATE entry SET actor = 'account:x' WHERE seq = 2", 2),
        ("DELETE FROM entry WHERE seq = 4", 4),
        ("DELETE FROM entry WHERE seq = 5", 5),
        ("UPDATE book SET hash = '00' WHERE id = 'b'", 6),
    ],
)
def test_a_changed_past_shows_with_the_entry_that_differs(store: Database, change: str, fault: int) -> None:
    store.write_now(fill)
    assert store.read_now(lambda db: record.first_fault(db, "b")) is None

    def tamper(db: Session) -> None:
        for act in ("update", "delete"):
            db.execute(text(f"DROP TRIGGER entry_no_{act}"))
        db.connection().exec_driver_sql(change)

    store.write_now(tamper)
    assert store.read_now(lambda db: record.first_fault(db, "b")) == fault


@pytest.mark.parametrize("change", ["UPDATE entry SET kind = 'x'", "DELETE FROM entry"])
def test_the_store_itself_refuses_to_change_an_entry(store: Database, change: str) -> None:
    store.write_now(fill)
    with pytest.raises((IntegrityError, OperationalError), match="append-only"):
        store.write_now(lambda db: db.execute(text(change)))


def test_since_gives_what_came_after_a_cursor(db: Session) -> None:
    entries = fill(db)
    third = Cursor(3, entries[2].hash[:8])

    assert [e.seq for e in record.since(db, "b", third) or ()] == [4, 5]
    assert record.since(db, "b", record.head(db, "b")) == []
    assert len(record.since(db, "b", Cursor(0, "")) or ()) == 5


@pytest.mark.parametrize("cursor", [None, Cursor(3, "deadbeef"), Cursor(99, "deadbeef")])
def test_a_cursor_of_another_book_or_a_restored_one_is_not_known(db: Session, cursor: Cursor | None) -> None:
    fill(db)
    assert record.since(db, "b", cursor) is None


@pytest.mark.parametrize("typed", ["", None, "x", "-", "-1-ab", "1" * 40, "٣-ab", "1.5-a"])
def test_a_mistyped_cursor_is_no_cursor(typed: str | None) -> None:
    assert Cursor.parse(typed) is None


@given(
    st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text()))
)
def test_the_same_facts_are_the_same_bytes_in_any_order(facts: dict[str, object]) -> None:
    backwards = dict(reversed(facts.items()))
    assert record.canonical(facts) == record.canonical(backwards)


@pytest.mark.parametrize("value", [1.5, {"a": [0.1]}, {"a": object()}])
def test_the_record_holds_no_fractions_and_no_objects(value: object) -> None:
    with pytest.raises(TypeError):
        record.canonical(value)


def test_a_seal_depends_on_salt_and_words() -> None:
    salt = record.new_salt()
    assert record.sealed(salt, "no") != record.sealed(record.new_salt(), "no")
    assert record.sealed(salt, "re\u0301union") == record.sealed(salt, "r\u00e9union")
