"""A city's own conference or broadcast in the page: from allowed origins, and only when asked for."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from engage.app import create_app
from engage.headers import HEADERS, POLICY
from engage.settings import Settings
from meetings.embedding import embeddable, origin_of, origins
from meetings.models import Meeting
from tests.make import Cast, City, send

CONFERENCE, TUBE = "https://meet.example.org", "https://www.youtube-nocookie.com"
ALLOWED = f"{CONFERENCE}  https://meet.example.org:8443/ {TUBE} http://plain.example.org nonsense"
ROOM = f"{CONFERENCE}/council?lang=en"
NAMES = ("Content-Security-Policy", "Permissions-Policy")


@pytest.fixture
def cast(settings: Settings, filled_store: tuple[Path, City]) -> Iterator[Cast]:
    """With an operator who allows some origins."""
    shutil.copy(filled_store[0], settings.database)
    app = create_app(settings.model_copy(update={"embeds": ALLOWED}))
    with TestClient(app, follow_redirects=False) as client:
        yield Cast(client, filled_store[1])


def change(cast: Cast, meeting_id: str = "", **fields: str) -> Any:
    """The form as it is shown, with these fields typed over."""
    client, url = cast.clerk, f"/clerk/meetings/{meeting_id or cast.city.meeting.id}/details"
    page = client.get(url).text
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen
    typed = {"title": "Regular meeting", "kind": "regular", "speaking_s": "3:00", "seen": seen[1]}
    typed |= {"embed_is_conference": "broadcast"} | fields
    return send(client, url, **typed)


def meeting_of(cast: Cast) -> Meeting:
    found: Meeting = cast.read(lambda db: db.get_one(Meeting, cast.city.meeting.id))
    return found


def page_of(cast: Cast, client: TestClient | None = None) -> Any:
    answer = (client or cast.resident()).get(f"/meetings/{cast.city.meeting.id}")
    assert answer.status_code == 200
    return answer


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://meet.example.org/room", "https://meet.example.org"),
        ("https://MEET.example.org:443", "https://meet.example.org"),
        ("https://meet.example.org:8443/x?y#z", "https://meet.example.org:8443"),
        ("https://[2001:db8::1]:8443/", "https://[2001:db8::1]:8443"),
        ("http://meet.example.org/", ""),
        ("https://council@meet.example.org/", ""),
        ("https://meet.example.org:port/", ""),
        ("https://[broken/", ""),
        ("https://", ""),
        ("javascript:alert(1)", ""),
        ("//meet.example.org", ""),
        ("", ""),
    ],
)
def test_the_origin_of_an_address(address: str, origin: str) -> None:
    assert origin_of(address) == origin


def test_what_the_operator_allows() -> None:
    assert origins(ALLOWED) == {CONFERENCE, f"{CONFERENCE}:8443", TUBE}
    assert origins("") == frozenset()


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=10s", f"{TUBE}/embed/dQw4w9WgXcQ"),
        ("https://youtu.be/dQw4w9WgXcQ?si=x", f"{TUBE}/embed/dQw4w9WgXcQ"),
        ("https://www.youtube.com/live/dQw4w9-_XcQ", f"{TUBE}/embed/dQw4w9-_XcQ"),
        ("https://www.youtube.com/embed/dQw4w9WgXcQ", f"{TUBE}/embed/dQw4w9WgXcQ"),
        (f"{TUBE}/embed/dQw4w9WgXcQ", f"{TUBE}/embed/dQw4w9WgXcQ"),
        (
            "https://www.youtube.com/embed/live_stream?channel=UC_x-1",
            f"{TUBE}/embed/live_stream?channel=UC_x-1",
        ),
        ("https://www.youtube.com/watch?v=../../x", "https://www.youtube.com/watch?v=../../x"),
        ("https://www.youtube.com/@city", "https://www.youtube.com/@city"),
        ("https://youtube.com.example.org/watch?v=x", "https://youtube.com.example.org/watch?v=x"),
        (ROOM, ROOM),
    ],
)
def test_a_page_on_youtube_is_shown_as_its_video(address: str, shown: str) -> None:
    assert embeddable(address) == shown


def test_a_broadcast_is_in_the_page_and_in_its_policy_and_nowhere_else(cast: Cast) -> None:
    assert change(cast, embed_url="https://youtu.be/dQw4w9WgXcQ").status_code == 303
    page = page_of(cast)
    assert [page.headers[name] for name in NAMES] == [
        f"{POLICY}; frame-src {TUBE}", "microphone=(self), camera=(), geolocation=()",
    ]  # fmt: skip
    frame = re.search(r"<template><iframe ([^>]+)></iframe></template>", page.text)
    assert frame
    assert dict(re.findall(r'(\S+)="([^"]*)"', frame[1])) == {
        "src": f"{TUBE}/embed/dQw4w9WgXcQ",
        "title": "Broadcast of this meeting",
        "width": "640",
        "height": "360",
        "sandbox": "allow-scripts allow-same-origin allow-presentation",
        "allow": "fullscreen; autoplay",
        "referrerpolicy": "strict-origin-when-cross-origin",
        "loading": "lazy",
    }
    assert f'href="{TUBE}/embed/dQw4w9WgXcQ"' in page.text
    for url in ("/", "/meetings", f"/meetings/{cast.city.meeting.id}/speak", "/clerk"):
        other = cast.clerk.get(url)
        assert [other.headers[name] for name in NAMES] == [HEADERS[name] for name in NAMES], url


def test_a_conference_may_use_the_microphone_and_the_camera(cast: Cast) -> None:
    change(cast, embed_url=ROOM, embed_is_conference="conference")
    page = page_of(cast)
    assert page.headers["Permissions-Policy"] == (
        f'microphone=(self "{CONFERENCE}"), camera=(self "{CONFERENCE}"), geolocation=()'
    )
    assert 'allow="fullscreen; autoplay; microphone; camera; display-capture"' in page.text


def test_the_policy_goes_with_the_page_however_it_is_answered(cast: Cast) -> None:
    """Kept for everybody, packed, unchanged, or rendered for one visitor."""
    change(cast, embed_url=ROOM)
    wanted = f"{POLICY}; frame-src {CONFERENCE}"
    kept = page_of(cast, cast.resident(**{"Accept-Encoding": "identity"}))
    unchanged = cast.resident().get(
        f"/meetings/{cast.city.meeting.id}", headers={"If-None-Match": kept.headers["etag"]}
    )
    assert unchanged.status_code == 304
    answers = [kept, page_of(cast), unchanged, page_of(cast, cast.clerk)]
    assert [each.headers["Content-Security-Policy"] for each in answers] == [wanted] * 4


def test_without_one_there_is_no_frame(cast: Cast) -> None:
    page = page_of(cast)
    assert page.headers["Content-Security-Policy"] == POLICY
    assert "frame-src" not in POLICY and "default-src 'none'" in POLICY
    assert "<iframe" not in page.text and "js/embed.js" not in page.text


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        (
            "https://evil.example.org/x",
            "must first add https://evil.example.org to the setting ENGAGE_EMBEDS.",
        ),
        ("https://meet.example.org:444/", "must first add https://meet.example.org:444 to the setting"),
        ("http://plain.example.org/", "Please give a web address that begins with https://"),
        ("https://council@meet.example.org/", "Please give a web address that begins with https://"),
        ("javascript:alert(1)", "Please give a web address that begins with https://"),
        ("https://www.youtube.com/@city", "must first add https://www.youtube.com to the setting"),
    ],
)
def test_an_address_that_may_not_be_shown_is_refused_at_its_field(
    cast: Cast, address: str, sentence: str
) -> None:
    answer = change(cast, embed_url=address)
    assert answer.status_code == 422
    said = re.search(r'id="f-embed_url-error">(.*?)</p>', answer.text)
    assert said and sentence in said[1]
    assert meeting_of(cast).embed_url == ""


def test_everybody_sees_that_it_was_changed(cast: Cast) -> None:
    change(cast, embed_url=ROOM, embed_is_conference="conference")
    page = page_of(cast).text
    assert "Shown in the page" in page and "A conference, with microphone and camera" in page
    change(cast, embed_url="", embed_is_conference="conference")
    assert (meeting_of(cast).embed_url, meeting_of(cast).embed_is_conference) == ("", False)


def test_what_the_operator_takes_back_is_no_longer_shown_and_stays_in_the_form(
    cast: Cast, settings: Settings
) -> None:
    change(cast, embed_url=ROOM)
    with TestClient(create_app(settings), follow_redirects=False) as client:
        later = Cast(client, cast.city)
        page = page_of(later)
        assert page.headers["Content-Security-Policy"] == POLICY
        assert "<iframe" not in page.text
        assert change(later, embed_url=ROOM, title="Renamed").status_code == 303
