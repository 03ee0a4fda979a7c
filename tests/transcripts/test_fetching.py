"""A recording is fetched from an allowed address as if it had been uploaded, and from nowhere else."""

import hashlib
import shutil
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from engage.app import create_app
from engage.settings import Settings
from tests import make
from tests.make import Cast, City, wait_for
from tests.transcripts.fetching_server import (
    INSIDE,
    MEDIA,
    OTHER,
    Media,
    ask,
    at,
    cast_with,
    ended,
    fetch,
    rows,
    serving,
    way_to,
)  # fmt: skip
from transcripts import rules
from transcripts.fetching import actions
from transcripts.fetching.addresses import Way, connection_to, is_public, path_of
from transcripts.fetching.clerk import AT_ONCE
from transcripts.fetching.kinds import expect_file
from transcripts.fetching.models import SILENT, Fetch
from transcripts.models import Recording
from transcripts.uploads import NotTaken


@pytest.fixture
def media(tmp_path: Path) -> Iterator[type[Media]]:
    with serving(make.sound_file(tmp_path / "council.wav").read_bytes()) as made:
        yield made


@pytest.fixture
def way(media: type[Media]) -> Way:
    return way_to(media)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("127.0.0.1", False),
        ("127.8.8.8", False),
        ("0.0.0.0", False),
        ("10.0.0.1", False),
        ("172.16.0.1", False),
        ("172.31.255.255", False),
        ("192.168.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("192.0.0.8", False),
        ("192.0.2.1", False),
        ("198.18.0.1", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:93.184.215.14", True),
        ("fe80::1", False),
        ("fe80::1%eth0", False),
        ("fec0::1", False),
        ("fc00::1", False),
        ("fd12:3456::1", False),
        ("ff02::1", False),
        ("2001:db8::1", False),
        ("2002:7f00:1::1", False),
        ("2002:c0a8:101::1", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::a9fe:a9fe", False),
        ("64:ff9b:1::1", False),
    ],
)
def test_which_addresses_are_everybodys(address: str, expected: bool) -> None:
    assert is_public(address) is expected


REFUSED = {
    "another origin": (f"{OTHER}/council.wav", 422, "Nothing is fetched from"),
    "another port": (f"{MEDIA}:8443/council.wav", 422, "Nothing is fetched from"),
    "not https": ("http://media.example.org/council.wav", 422, "begins with https://"),
    "a name before the host": ("https://media.example.org@inside.example.org/", 422, "begins with https://"),
    "a file": ("file:///etc/passwd", 422, "begins with https://"),
    "one of its addresses is private": (f"{INSIDE}/council.wav", 422, "private network"),
    "this machine": ("https://127.0.0.1/council.wav", 422, "private network"),
    "this machine in IPv6": ("https://[::1]/council.wav", 422, "private network"),
    "this machine by name": ("https://localhost/council.wav", 422, "private network"),
    "no such host": ("https://gone.example.org/council.wav", 502, "cannot be reached"),
    "it leads to another origin": (f"{MEDIA}/elsewhere", 422, "Nothing is fetched from"),
    "it leads to plain http": (f"{MEDIA}/plain", 422, "begins with https://"),
    "it leads into the network": (f"{MEDIA}/inside", 422, "private network"),
    "it leads to this machine": (f"{MEDIA}/loopback", 422, "private network"),
    "it leads round": (f"{MEDIA}/round", 502, "too many times"),
    "it leads nowhere": (f"{MEDIA}/nowhere", 502, "too many times"),
    "it is not there": (f"{MEDIA}/missing.wav", 502, "instead of a file"),
    "a manifest": (f"{MEDIA}/manifest.mpd", 422, "not fetched here"),
    "a manifest that does not say so": (f"{MEDIA}/manifest", 422, "not fetched here"),
    "a page": (f"{MEDIA}/page", 422, "a web page"),
    "a page that does not say so": (f"{MEDIA}/hidden-page", 422, "a web page"),
    "nothing in it": (f"{MEDIA}/empty.mp3", 502, "did not arrive completely"),
    "less than it says": (f"{MEDIA}/short.wav", 502, "did not arrive completely"),
    "too large": (f"{MEDIA}/large.mp3", 413, "too large"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_leaves_nothing(way: Way, tmp_path: Path, case: str) -> None:
    address, status, words = REFUSED[case]
    with pytest.raises(NotTaken, match=words) as refusal:
        fetch(way, tmp_path / "in" / "new", address, limit=60_000)
    assert refusal.value.status == status
    assert list((tmp_path / "in").iterdir()) == []


def test_nothing_is_asked_of_a_server_within(way: Way, media: type[Media], tmp_path: Path) -> None:
    for n, path in enumerate(("/inside", "/loopback", "/elsewhere", "/plain")):
        with pytest.raises(NotTaken):
            fetch(way, tmp_path / str(n), f"{MEDIA}{path}")
    assert [path for path, _ in media.asked] == ["/inside", "/loopback", "/elsewhere", "/plain"]


@pytest.mark.parametrize(
    "name", ["council.wav", "moved", "unmeasured.wav", "council.wav?token=a%20b&x=\u00e9"]
)
def test_a_file_comes_whole(way: Way, media: type[Media], tmp_path: Path, name: str) -> None:
    found, content = fetch(way, tmp_path / "new", f"{MEDIA}/{name}")
    assert content == media.sound
    assert found == f"/{'council.wav' if name == 'moved' else name.partition('?')[0]}"


def test_one_that_does_not_say_how_large_it_is_has_a_limit_too(way: Way, tmp_path: Path) -> None:
    with pytest.raises(NotTaken, match="too large"):
        fetch(way, tmp_path / "new", f"{MEDIA}/unmeasured.wav", limit=4000)


def test_the_address_is_asked_for_as_ascii() -> None:
    assert path_of("https://x.example/a b/\u00e9?q=1&r=%20#part") == "/a%20b/%C3%A9?q=1&r=%20"
    assert path_of("https://x.example") == "/"


@pytest.mark.parametrize(
    ("kind", "start"), [("video/mp4", b"\x00\x00\x00\x20ftyp"), ("", b"ID3\x04"), ("", b""), ("", b"<")]
)
def test_what_may_be_a_recording(kind: str, start: bytes) -> None:
    expect_file(kind, start)


def test_who_is_connected_to_is_who_was_checked() -> None:
    """Names are looked up once: a second answer could be another one."""
    answers = iter([["93.184.215.14"], ["127.0.0.1"]])
    asked: list[str] = []

    def connection(host: str, port: int, address: str) -> HTTPConnection:
        asked.append(address)
        return HTTPConnection(address, port)

    way = Way(resolved=lambda host, port: next(answers), connection=connection)
    connection_to(f"{MEDIA}/x", {MEDIA}, way).close()
    assert asked == ["93.184.215.14"]


# in the clerk's page


@pytest.fixture
def cast(settings: Settings, filled_store: tuple[Path, City], way: Way) -> Iterator[Cast]:
    shutil.copy(filled_store[0], settings.database)
    with cast_with(settings, filled_store[1], way) as made:
        yield made


def test_it_becomes_a_recording_as_if_it_were_uploaded(
    cast: Cast, media: type[Media], settings: Settings
) -> None:
    answer = ask(cast, f"{MEDIA}/council.wav", language="es", publishes_itself="yes")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{at(cast)}#fetches")
    made = ended(cast)
    recording: Recording = cast.read(lambda db: db.get_one(Recording, made.recording_id))
    assert (recording.name, recording.size, recording.publishes_itself) == (
        "council.wav",
        len(media.sound),
        True,
    )
    assert recording.sha256 == hashlib.sha256(media.sound).hexdigest()
    assert recording.duration_ms == 1000
    assert recording.transcription and recording.transcription.asked_language == "es"
    assert rules.file_of(settings, recording.id).read_bytes() == media.sound
    kinds = cast.read(lambda db: make.kinds(db, cast.city.meeting.id))
    assert kinds.count("recording.added") == 1
    shown = cast.clerk.get(f"{at(cast)}/fetches").text
    assert f"#recording-{recording.id}" in shown and "hx-get" not in shown


def test_the_same_file_is_not_kept_twice(cast: Cast, settings: Settings) -> None:
    ask(cast, f"{MEDIA}/council.wav")
    first = ended(cast)
    ask(cast, f"{MEDIA}/moved")
    wait_for(lambda: all(each.recording_id for each in rows(cast)))
    assert [each.recording_id for each in rows(cast)] == [first.recording_id] * 2
    wait_for(lambda: len(list(rules.folder(settings).iterdir())) == 1)


def test_a_failure_is_told_and_can_be_tried_again(cast: Cast, media: Any, settings: Settings) -> None:
    ask(cast, f"{MEDIA}/missing.wav")
    failed = ended(cast)
    shown = cast.clerk.get(at(cast)).text
    assert "media.example.org answered 404 instead of a file." in shown
    assert list(rules.folder(settings).iterdir()) == []
    media.pages = media.pages | {"/missing.wav": ("audio/wav", media.sound)}
    assert cast.clerk.post(f"{at(cast)}/fetches/{failed.id}/retry").status_code == 303
    assert wait_for(lambda: next((each.recording_id for each in rows(cast)), None))


def test_it_can_be_stopped_and_nothing_is_left(cast: Cast, media: Any, settings: Settings) -> None:
    ask(cast, f"{MEDIA}/slow.wav")
    [row] = rows(cast)
    wait_for(lambda: any(path == "/slow.wav" for path, _ in media.asked))
    assert 'hx-trigger="every 3s"' in cast.clerk.get(at(cast)).text
    assert cast.clerk.post(f"{at(cast)}/fetches/{row.id}/withdrawal", data={"key": "k"}).status_code == 303
    assert rows(cast) == []
    media.is_held.set()
    wait_for(lambda: list(rules.folder(settings).iterdir()) == [])


def test_the_house_can_close_while_something_is_fetched(cast: Cast, media: Any, settings: Settings) -> None:
    ask(cast, f"{MEDIA}/slow.wav")
    wait_for(lambda: any(path == "/slow.wav" for path, _ in media.asked))
    assert cast.anyone.portal
    cast.anyone.portal.call(cast.state.fetching.close)
    [row] = rows(cast)
    assert row.error == "Stopped. Nothing was kept."
    assert list(rules.folder(settings).iterdir()) == []


def waiting(db: Any, cast: Cast) -> Fetch:
    """Of another process."""
    meeting = db.merge(cast.city.meeting)
    return actions.ask_for(db, meeting, f"{MEDIA}/x", language=None, publishes_itself=False, by="system")


def test_only_a_few_are_fetched_at_a_time(cast: Cast) -> None:
    cast.db.write_now(lambda db: [waiting(db, cast) for _ in range(AT_ONCE)])
    answer = ask(cast, f"{MEDIA}/council.wav")
    assert (answer.status_code, len(rows(cast))) == (422, AT_ONCE)
    assert "Please wait until one has arrived." in answer.text


def test_one_whose_process_has_ended_is_told_so(cast: Cast) -> None:
    def lost(db: Any) -> None:
        waiting(db, cast).told_at -= SILENT

    cast.db.write_now(lost)
    assert "The server was restarted meanwhile." in cast.clerk.get(at(cast)).text


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("", "Please fill this in."),
        ("council.wav", "Please give a web address that begins with https://"),
        (f"{OTHER}/council.wav", "first add it to the setting ENGAGE_FETCH_FROM"),
        (f"{MEDIA}/{'x' * 2000}", "at most 2000"),
    ],
)
def test_an_address_that_cannot_be_fetched_is_refused_at_its_field(
    cast: Cast, address: str, sentence: str
) -> None:
    answer = ask(cast, address)
    assert answer.status_code == 422
    assert 'id="fetch-address-error"' in answer.text and sentence in answer.text
    assert rows(cast) == []


def test_without_the_operators_word_there_is_no_form(settings: Settings, cast: Cast) -> None:
    with TestClient(create_app(settings), follow_redirects=False) as client:
        page = Cast(client, cast.city).clerk.get(at(cast)).text
    assert "fetch-address" not in page and "ENGAGE_FETCH_FROM" in page
