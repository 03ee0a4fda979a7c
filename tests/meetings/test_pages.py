"""The public list."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from meetings.models import Body
from meetings.pages import ON_A_PAGE
from tests import make
from tests.make import Cast


def fill(cast: Cast, count: int = 1) -> None:
    def more(db: Session) -> None:
        other = db.get_one(Body, cast.city.other_body.id)
        for n in range(count):
            later = datetime(2100, 1, 1, tzinfo=UTC) + n * make.MINUTE
            make.meeting(db, other, state="published", title=f"Plans {n:03}", starts_at=later)
        make.meeting(db, other, state="adjourned", title="Old plans", starts_at=make.EPOCH)

    cast.db.write_now(more)


def test_the_list_is_narrowed_by_body_and_time(cast: Cast) -> None:
    fill(cast)
    mine, other = cast.city.body.id, cast.city.other_body.id
    titles = ("Regular meeting", "Plans 000", "Old plans")

    def shown(query: str) -> list[str]:
        page = cast.anyone.get(f"/meetings?{query}")
        assert page.status_code == 200
        return [title for title in titles if title in page.text]

    assert shown("") == ["Regular meeting", "Plans 000", "Old plans"]
    assert shown("when=upcoming") == ["Regular meeting", "Plans 000"]
    assert shown("when=past") == ["Old plans"]
    assert shown(f"body={mine}") == ["Regular meeting"]
    assert shown(f"body={other}&when=past") == ["Old plans"]
    assert shown(f"body={mine}&when=past") == []
    assert "There is no such meeting." in cast.anyone.get(f"/meetings?body={mine}&when=past").text


@pytest.mark.parametrize("query", ["body=unknown", "when=never", "page=0", "page=x", "page=9999999999"])
def test_what_is_not_there_is_not_found(cast: Cast, query: str) -> None:
    assert cast.anyone.get(f"/meetings?{query}").status_code == 404


def test_a_long_list_comes_in_pages(cast: Cast) -> None:
    fill(cast, ON_A_PAGE)
    first = cast.anyone.get("/meetings?when=upcoming").text
    second = cast.anyone.get("/meetings?when=upcoming&page=2").text
    assert first.count('<li>\n  <p class="date"') == ON_A_PAGE
    assert second.count('<li>\n  <p class="date"') == 1
    assert ("Next page" in first, "Previous page" in first) == (True, False)
    assert ("Next page" in second, "Previous page" in second) == (False, True)
