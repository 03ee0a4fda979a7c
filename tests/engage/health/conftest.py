"""The small city's entries are older than the app of a test, whose index begins with them."""

import pytest

from engage.health.stock import take_stock
from tests.make import Cast, wait_for


@pytest.fixture(autouse=True)
def all_is_read(request: pytest.FixtureRequest) -> None:
    """`/readyz` and `/metrics` speak of what is unread."""
    if "cast" not in request.fixturenames:
        return
    cast: Cast = request.getfixturevalue("cast")
    index = cast.state.index
    wait_for(lambda: not cast.read(lambda db: take_stock(db, index)).unread)
