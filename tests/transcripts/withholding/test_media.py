"""The sound that somebody gets: whole or in parts, never an old one, and none while there is none."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from engage.settings import Settings
from tests import make
from tests.make import Cast
from transcripts import actions as transcript_actions
from transcripts import queries
from transcripts.models import Recording
from transcripts.rules import file_of
from transcripts.withholding import actions, media
from transcripts.withholding.clearing import clear_next
from transcripts.withholding.media import part_for
from transcripts.withholding.models import WithheldSpan
from transcripts.withholding.rules import GIVEN_UP, digest_of, public_media


@pytest.fixture
def made(cast: Cast, settings: Settings) -> Recording:
    def add(db: Session) -> Recording:
        return make.transcript(db, cast.city.meeting, "One.", "Two.", kind="audio/wav", duration_ms=8000)

    found: Recording = cast.db.write_now(add)
    make.sound_file(file_of(settings, found.id), 8)
    return found


def withhold(cast: Cast, made: Recording, start_ms: int = 1000, end_ms: int = 2000) -> None:
    def work(db: Session) -> None:
        recording = db.get_one(Recording, made.id)
        actions.withhold_span(db, recording, start_ms, end_ms, reason="privacy", note="", by="account:a")

    cast.db.write_now(work)


def lift_all(cast: Cast, made: Recording) -> None:
    def work(db: Session) -> None:
        for span in db.query(WithheldSpan).all():
            actions.lift_span(db, db.get_one(Recording, made.id), span, by="account:a")

    cast.db.write_now(work)


def get(cast: Cast, made: Recording, query: str = "", **headers: str) -> Any:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return cast.anyone.get(f"/recordings/{made.id}/media{query}", headers=sent)


def test_until_there_is_a_copy_there_is_no_sound(cast: Cast, settings: Settings, made: Recording) -> None:
    assert get(cast, made).status_code == 200
    withhold(cast, made)
    answer = get(cast, made)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
    assert answer.headers["cache-control"] == "no-store"
    assert "The recording is being prepared" in answer.text
    assert get(cast, made, range="bytes=0-99").status_code == 503
    clear_next(cast.db, settings)
    assert get(cast, made).status_code == 200
    withhold(cast, made, 4000, 5000)
    assert get(cast, made).status_code == 503, "the copy for the first span is none for both"


def test_where_no_copy_can_be_made_it_says_so(cast: Cast, settings: Settings, made: Recording) -> None:
    file_of(settings, made.id).write_bytes(b"just some text")
    withhold(cast, made)
    assert clear_next(cast.db, settings) is True
    answer = get(cast, made)
    assert (answer.status_code, "retry-after" in answer.headers) == (503, False)
    assert "This recording cannot be heard" in answer.text
    assert clear_next(cast.db, settings) is False
    cast.db.write_now(lambda db: actions.try_copy_again(db, db.get_one(Recording, made.id), by="account:a"))
    assert "The recording is being prepared" in get(cast, made).text


def test_no_old_sound_is_kept_by_any_browser(cast: Cast, settings: Settings, made: Recording) -> None:
    """Each answer may be kept only if it is asked for again, and is known by another mark each time."""
    page = f"/meetings/{cast.city.meeting.id}"
    marks, addresses = [], []
    for change in (lambda: None, lambda: withhold(cast, made), lambda: lift_all(cast, made)):
        change()
        clear_next(cast.db, settings)
        answer = get(cast, made)
        assert answer.headers["cache-control"] == "private, no-cache"
        assert answer.headers["vary"] == "Cookie", "staff get another one"
        marks.append(answer.headers["etag"])
        addresses.append(cast.anyone.get(page).text.split('id="player"')[1].split('src="')[1].split('"')[0])
    assert (marks[0] == marks[2], marks[0] == marks[1]) == (True, False)
    assert (addresses[0] == addresses[2], addresses[0] == addresses[1]) == (True, False)


def test_a_browser_that_knows_the_old_sound_gets_the_new_one(
    cast: Cast, settings: Settings, made: Recording
) -> None:
    old = get(cast, made)
    assert get(cast, made, if_none_match=old.headers["etag"]).status_code == 304
    withhold(cast, made)
    clear_next(cast.db, settings)
    new = get(cast, made, if_none_match=old.headers["etag"])
    assert (new.status_code, new.content == old.content) == (200, False)
    part = get(cast, made, range="bytes=100-199", if_range=old.headers["etag"])
    assert (part.status_code, part.content) == (200, new.content), (
        "no part of the new after a part of the old"
    )
    part = get(cast, made, range="bytes=100-199", if_range=new.headers["etag"])
    assert (part.status_code, part.content) == (206, new.content[100:200])
    for query in ("?v=", "?v=0123456789abcdef", "?v=../x", "?v=" + digest_of([])):
        assert get(cast, made, query).content == new.content, "an old address, too"


def test_the_copy_says_what_it_is(cast: Cast, settings: Settings, made: Recording) -> None:
    withhold(cast, made)
    clear_next(cast.db, settings)
    answer = get(cast, made)
    assert answer.headers["content-type"] == "audio/wav"
    assert answer.headers["content-disposition"] == 'inline; filename="council-public.wav"'


def sending(cast: Cast, settings: Settings, made: Recording, meanwhile: Any) -> tuple[int, int, bool]:
    """Takes a long file block by block, with something done after the second block: bytes that came, bytes
    that should, and whether the answer was ended."""
    path = file_of(settings, made.id)
    path.write_bytes(path.read_bytes() + bytes(1 << 20))
    came: list[bytes] = []
    messages: list[Any] = []

    async def send(message: Any) -> None:
        messages.append(message)
        came.append(message.get("body", b""))
        if len(came) == 3:
            meanwhile()

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {
        "type": "http", "method": "GET", "path": f"/recordings/{made.id}/media", "query_string": b"",
        "headers": [(b"host", b"testserver")], "scheme": "http", "http_version": "1.1",
        "server": ("testserver", 80), "asgi": {"spec_version": "2.4"},
    }  # fmt: skip
    app: Any = cast.anyone.app
    assert cast.anyone.portal
    cast.anyone.portal.call(app, scope, receive, send)
    is_ended = messages[-1]["type"] == "http.response.body" and not messages[-1].get("more_body")
    return sum(map(len, came)), path.stat().st_size, is_ended


def test_whoever_hears_it_just_then_is_broken_off(
    cast: Cast, settings: Settings, made: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "CHECK_S", 0)
    came, size, is_ended = sending(cast, settings, made, lambda: None)
    assert (came, is_ended) == (size, True), "the control"
    came, size, is_ended = sending(cast, settings, made, lambda: withhold(cast, made))
    assert (came, is_ended) == (2 * 65_536, False)


def test_whoever_hears_it_when_it_is_taken_back_is_broken_off(
    cast: Cast, settings: Settings, made: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "CHECK_S", 0)

    def take_back() -> None:
        cast.db.write_now(
            lambda db: transcript_actions.unpublish_recording(
                db, db.get_one(Recording, made.id), by="account:a"
            )
        )

    came, size, is_ended = sending(cast, settings, made, take_back)
    assert (came < size, is_ended) == (True, False)


def test_what_the_panel_says_is_what_the_door_does(cast: Cast, settings: Settings, made: Recording) -> None:
    def state() -> str:
        recording, spans = cast.read(lambda db: (db.get_one(Recording, made.id), queries.gaps(db, made.id)))
        return public_media(recording, spans).state

    def part() -> str:
        return cast.read(lambda db: part_for(db, settings, made.id, None, "")).state

    assert (state(), part()) == ("ready", "")
    withhold(cast, made)
    assert (state(), part()) == ("preparing", "preparing")
    cast.db.write_now(lambda db: actions.break_off_copy(db, made.id, setbacks=GIVEN_UP))
    assert (state(), part()) == ("failed", "failed")
