"""The hall of these tests; after each test the meeting's record is replayed."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from comments.queue.replay import replay
from engage import record
from tests.comments.openslides.hall import Hall
from tests.make import Cast


@pytest.fixture
def hall(db: Session) -> Iterator[Hall]:
    made = Hall(db)
    yield made
    made.leave()


@pytest.fixture(autouse=True)
def replayed(request: pytest.FixtureRequest) -> Iterator[None]:
    """Also what has happened through the app."""
    cast: Cast | None = request.getfixturevalue("cast") if "cast" in request.fixturenames else None
    yield
    if cast:
        book, start = cast.city.meeting.id, record.Cursor(0, "")
        told = cast.read(lambda db: replay(book, record.since(db, book, start) or []))
        assert told.faults == []
