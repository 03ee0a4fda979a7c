"""One box over everything, through the real app and a real index."""

import time
from typing import Any

import pytest

from comments.written import actions as written
from engage import people
from engage.index import Index
from engage.indexing import Indexer
from engage.search import joined_readings
from tests.make import Cast, kinds


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """The index looks for news so often that no test has to wait for it."""
    monkeypatch.setattr("engage.indexing.LOOK_S", 0.05)


def indexed(cast: Cast) -> None:
    """Wait for the app's own indexer to have read everything."""
    index: Index = cast.state.index
    deadline = time.monotonic() + 5
    heads = cast.read(lambda db: {book: len(kinds(db, book)) for book in (cast.city.meeting.id,)})
    while time.monotonic() < deadline:
        if all(index.cursors().get(book) == seq for book, seq in heads.items()):
            return
        time.sleep(0.02)
    raise TimeoutError("the index did not catch up")


def search(cast: Cast, q: str, **more: str) -> Any:
    return cast.anyone.get("/search", params={"q": q} | more)


def comment(cast: Cast, text: str) -> Any:
    def work(db: Any) -> Any:
        me = people.take_part(db, cast.city.meeting.id, None, name="Ana")
        return written.receive_comment(
            db, cast.city.meeting, None, me, by=me.actor, name="Ana", position="support", text=text
        )

    return cast.db.write_now(work)


def test_a_comment_is_found_until_it_is_withheld(cast: Cast) -> None:
    made = comment(cast, "The crosswalk at Juniper Street is dangerous.")
    indexed(cast)
    page = search(cast, "juniper")
    assert "<mark>Juniper</mark>" in page.text
    assert f"comment={made.id}" in page.text

    cast.db.write_now(lambda db: written.withhold_comment(db, db.merge(made), by="account:c", reason="x"))
    assert "Juniper" not in search(cast, "juniper").text
    indexed(cast)
    assert "0 results" in search(cast, "juniper").text


def test_nothing_of_a_draft_is_found(cast: Cast) -> None:
    indexed(cast)
    assert "Not public yet" not in search(cast, "public").text


def test_rebuilding_finds_the_same(cast: Cast, tmp_path: Any) -> None:
    for text in ("Bicycles and libraries", "A second comment on libraries", "Trees"):
        comment(cast, text)
    indexed(cast)
    before = search(cast, "libraries").text
    again = Index(tmp_path / "again")
    writer = again.try_writer()
    assert writer
    Indexer(cast.db, again, joined_readings()).rebuild(writer)
    writer.close()
    old: Index = cast.state.index
    assert again.cursors().items() >= old.cursors().items()
    cast.state.index = again
    assert search(cast, "libraries").text == before
    assert before.count("<mark>") >= 2


def test_odd_questions_are_answered_plainly(cast: Cast) -> None:
    for q in ('"', "AND OR", "a:b", "*", "<script>", "x" * 300, "🚲", "\x00"):
        answer = search(cast, q)
        assert answer.status_code in (200, 422)
        assert "<script>" not in answer.text.replace('<script src="', "")
    assert search(cast, "x", **{"from": "yesterday"}).status_code == 422
    assert search(cast, "").status_code == 200
