"""The meeting's page for visitors whom we do not know: rendered once a version, never for somebody else."""

import gzip
from typing import Any

import pytest

from engage import people
from engage.push.kept import KeptPages
from tests.make import Cast, meeting, send


def url(cast: Cast) -> str:
    return f"/meetings/{cast.city.meeting.id}"


def join(cast: Cast, name: str) -> Any:
    return send(cast.resident(), f"{url(cast)}/items/{cast.city.item.id}/request", name=name, mode="remote")


def kept(cast: Cast) -> KeptPages:
    pages: KeptPages = cast.state.kept
    return pages


def test_a_hundred_visitors_cost_one_rendering(cast: Cast) -> None:
    pages = [cast.resident().get(url(cast)) for _ in range(100)]
    assert len({(page.text, page.headers["etag"]) for page in pages}) == 1
    assert kept(cast).renderings == 1


def test_what_is_written_is_on_the_next_page(cast: Cast) -> None:
    before = cast.resident().get(url(cast))
    join(cast, "Ana Lopez")
    after = cast.resident().get(url(cast))
    assert ("Ana Lopez" in before.text, "Ana Lopez" in after.text) == (False, True)
    assert before.headers["etag"] != after.headers["etag"]


def test_a_browser_that_has_the_page_is_sent_nothing(cast: Cast) -> None:
    etag = cast.resident().get(url(cast)).headers["etag"]
    again = cast.resident().get(url(cast), headers={"if-none-match": etag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert cast.resident().get(url(cast), headers={"if-none-match": 'W/"other"'}).status_code == 200


def test_each_language_has_its_own(cast: Cast) -> None:
    english = cast.resident().get(url(cast), headers={"accept-language": "en"})
    spanish = cast.resident().get(url(cast), headers={"accept-language": "es"})
    assert ('lang="en"' in english.text[:60], 'lang="es"' in spanish.text[:60]) == (True, True)
    assert "Accept-Language" in spanish.headers["vary"]


def test_it_is_compressed_once_for_those_who_take_it(cast: Cast) -> None:
    plain = cast.resident().get(url(cast), headers={"accept-encoding": "identity"})
    with cast.resident().stream("GET", url(cast), headers={"accept-encoding": "gzip"}) as packed:
        assert packed.headers["content-encoding"] == "gzip"
        assert gzip.decompress(b"".join(packed.iter_raw())) == plain.content


@pytest.mark.parametrize("name", ["participant", "clerk"])
def test_a_visitor_whom_we_know_gets_a_page_of_their_own(cast: Cast, name: str) -> None:
    cast.resident().get(url(cast))
    known = cast.signed_in("clerk") if name == "clerk" else cast.resident()
    if name == "participant":
        send(known, f"{url(cast)}/items/{cast.city.item.id}/request", name="Ana Lopez", mode="remote")
    page = known.get(url(cast))
    assert "etag" not in page.headers
    assert ("/sign-out" in page.text) == (name == "clerk")
    assert ("/withdrawal" in page.text) == (name == "participant")
    assert "/sign-out" not in cast.resident().get(url(cast)).text
    assert "/withdrawal" not in cast.resident().get(url(cast)).text


def test_an_address_with_a_choice_is_not_kept(cast: Cast) -> None:
    assert "etag" not in cast.resident().get(f"{url(cast)}?lang=es").headers
    assert "etag" not in cast.resident().get(f"{url(cast)}?at=x.1").headers
    assert kept(cast).renderings == 0


def test_a_kept_page_holds_no_key(cast: Cast) -> None:
    assert 'name="key"' not in cast.resident().get(url(cast)).text


def test_what_is_not_public_is_not_kept(cast: Cast) -> None:
    draft = f"/meetings/{cast.city.draft.id}"
    assert [cast.resident().get(draft).status_code for _ in range(2)] == [404, 404]
    shown = cast.db.write_now(lambda db: meeting(db, cast.city.body, state="published", title="Special"))
    assert cast.resident().get(f"/meetings/{shown.id}").status_code == 200


def test_a_stale_session_s_cookie_is_not_somebody_else_s_page(cast: Cast) -> None:
    cast.resident().get(url(cast))
    visitor = cast.resident()
    visitor.cookies.set(people.SESSION_COOKIE, "long gone")
    page = visitor.get(url(cast))
    assert ("etag" in page.headers, "/sign-out" in page.text) == (False, False)
