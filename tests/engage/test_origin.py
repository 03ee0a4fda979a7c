"""Only our own pages may post here or open a socket."""

import pytest
from starlette.datastructures import Headers

from engage.origin import is_own_request, is_own_socket

HOST = "meet.example.gov"
OWN = frozenset({"https://www.example.gov"})
FOREIGN = [
    "null",
    "https://evil.example",
    "https://meet.example.gov.evil.example",
    "https://evilmeet.example.gov",
    "https://example.gov",
    "https://sub.meet.example.gov",
    "https://meet.example.gov:8443",
    "https://meet.example.gov.",
    "https://user@meet.example.gov",
    "https://meet.example.gov/path",
    "file://meet.example.gov",
    "chrome-extension://meet.example.gov",
    "https://[::1]",
    "https://xn--met-hoa.example.gov",
    "",
    "https://meet.example.gov:x",
]


def headers(**sent: str) -> Headers:
    return Headers({"host": HOST} | {name.replace("_", "-"): value for name, value in sent.items()})


def scope(method: str = "POST", **sent: str) -> dict[str, object]:
    return {"type": "http", "method": method, "headers": headers(**sent).raw}


@pytest.mark.parametrize("origin", FOREIGN)
def test_a_foreign_origin_opens_no_socket_and_posts_nothing(origin: str) -> None:
    assert not is_own_socket(headers(origin=origin), OWN)
    assert not is_own_request(scope(origin=origin), OWN)


@pytest.mark.parametrize("origin", [f"https://{HOST}", f"http://{HOST}", "https://www.example.gov"])
def test_our_own_origin_passes(origin: str) -> None:
    assert is_own_socket(headers(origin=origin), OWN)
    assert is_own_request(scope(origin=origin), OWN)


def test_a_socket_names_one_origin() -> None:
    assert not is_own_socket(headers(), OWN)
    twice = Headers(raw=[(b"host", HOST.encode())] + [(b"origin", f"https://{HOST}".encode())] * 2)
    assert not is_own_socket(twice, OWN)


@pytest.mark.parametrize(
    ("site", "passes"), [("same-origin", True), ("none", True), ("same-site", False), ("cross-site", False)]
)
def test_fetch_metadata_decides_where_it_is_sent(site: str, passes: bool) -> None:
    assert is_own_request(scope(sec_fetch_site=site, origin=f"https://{HOST}"), OWN) is passes


def test_reading_is_always_allowed_and_a_client_without_headers_is_no_browser() -> None:
    assert is_own_request(scope("GET", origin="https://evil.example"), OWN)
    assert is_own_request(scope(), OWN)
