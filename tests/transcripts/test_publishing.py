"""A recording is public from when the clerk says so, and no moment longer: every way out, with a control."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.orm import Session

from engage.settings import Settings
from tests import make
from tests.make import Cast, kinds
from tests.transcripts.ways_out import OF_RECORDINGS, answers, indexed, pushed
from transcripts import actions, queries, rules
from transcripts.models import Recording

WORDS = "The bluebird nests behind the quarry."
BY = "account:a"


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engage.indexing.LOOK_S", 0.05)


@pytest.fixture
def made(cast: Cast, settings: Settings) -> Recording:
    """Written down and public; its file is there."""
    found: Recording = cast.db.write_now(
        lambda db: make.transcript(db, cast.city.meeting, WORDS, "Thank you.")
    )
    make.sound_file(rules.file_of(settings, found.id))
    return found


def act(cast: Cast, made: Recording, verb: Any) -> None:
    cast.db.write_now(lambda db: verb(db, db.get_one(Recording, made.id), by=BY))


def ways_out(cast: Cast, made: Recording) -> Iterator[tuple[str, bool]]:
    """Each way by which something of the recording might come out, and whether it does."""
    for name, answer in answers(cast, made, word="bluebird"):
        if name in OF_RECORDINGS:
            yield name, answer.status_code not in (404, 405)
        elif name == "a moment of it":  # its address says which
            yield name, "bluebird nests" in answer.text
        else:
            yield name, shows(answer.text, made)
        if name == "search":
            yield "count of results", "1 result" in answer.text
    yield "push", shows(pushed(cast), made)


def shows(text: str, made: Recording) -> bool:
    """Its id, which leads to all of it, its file's name, or one of its words."""
    return any(each in text for each in (made.id, made.name, "bluebird nests", "<mark>bluebird</mark>"))


def leaks(cast: Cast, made: Recording) -> list[str]:
    return [name for name, is_out in ways_out(cast, made) if is_out]


SHOWN = {"/meetings/{meeting_id}", "in Spanish", "a moment of it", "search", "count of results", "push"}


def test_what_is_public_comes_out_by_every_way(cast: Cast, made: Recording) -> None:
    """The control: the test below would see every one of these leaks."""
    indexed(cast)
    assert set(leaks(cast, made)) == set(OF_RECORDINGS) | SHOWN
    assert {"/recordings/{recording_id}/media", "/recordings/{recording_id}/lines"} < set(OF_RECORDINGS)


def test_what_is_not_public_any_more_comes_out_by_none(cast: Cast, made: Recording) -> None:
    indexed(cast)
    act(cast, made, actions.unpublish_recording)
    assert set(leaks(cast, made)) <= {"count of results"}, "at once; the index is a moment behind"
    indexed(cast)
    assert leaks(cast, made) == []
    act(cast, made, actions.publish_recording)
    indexed(cast)
    assert set(leaks(cast, made)) == set(OF_RECORDINGS) | SHOWN


def test_what_was_never_public_comes_out_by_none(cast: Cast, settings: Settings) -> None:
    def add(db: Session) -> Recording:
        recording = make.recording(db, cast.city.meeting, sha256="cd")
        recording.published_at = None
        make.finish_next(db, WORDS)
        return recording

    fresh: Recording = cast.db.write_now(add)
    make.sound_file(rules.file_of(settings, fresh.id))
    indexed(cast)
    assert leaks(cast, fresh) == []


@pytest.mark.parametrize(
    ("who", "status"), [("clerk", 200), ("admin", 200), ("stranger", 404), ("chair", 404)]
)
def test_staff_of_the_body_still_hear_and_read_it(cast: Cast, made: Recording, who: str, status: int) -> None:
    act(cast, made, actions.unpublish_recording)
    client = cast.signed_in(who)
    urls = [f"/recordings/{made.id}{each}" for each in ("/media", "/lines", ".txt", ".vtt", ".json")]
    assert [client.get(url).status_code for url in urls] == [status] * len(urls)


def test_an_open_page_is_told_at_once(cast: Cast, made: Recording) -> None:
    page = f"/meetings/{cast.city.meeting.id}"
    assert made.id in cast.anyone.get(page).text, "kept for everybody from now on"
    url = f"{page}/live"
    with cast.resident().websocket_connect(url, headers={"origin": "http://testserver"}) as socket:
        before = socket.receive_text()
        act(cast, made, actions.unpublish_recording)
        after = socket.receive_text()
    assert (made.id in before, made.id in after, "panel-transcript" in after) == (True, False, True)
    assert made.id not in cast.anyone.get(page).text


def post(cast: Cast, made: Recording, act: str) -> Any:
    at = f"/clerk/meetings/{cast.city.meeting.id}/recordings"
    client = cast.clerk
    key = client.get(at).text.split('name="key" value="', 1)[1].split('"', 1)[0]
    return client.post(f"{at}/{made.id}/{act}", data={"key": f"{key}-{act}"})


def test_the_clerk_publishes_and_takes_back(cast: Cast, made: Recording) -> None:
    at = f"/clerk/meetings/{cast.city.meeting.id}/recordings"
    assert "Take it back from the public" in cast.clerk.get(at).text
    assert post(cast, made, "publication").status_code == 409, "it is public already"
    answer = post(cast, made, "publication/withdrawal")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{at}#recording-{made.id}")
    page = cast.clerk.get(at).text
    assert ("Not public" in page, "2 lines, Machine-made, not reviewed" in page) == (True, True)
    assert post(cast, made, "publication/withdrawal").status_code == 409
    assert post(cast, made, "publication").status_code == 303
    book = cast.read(lambda db: kinds(db, cast.city.meeting.id))
    assert book[-2:] == ["recording.unpublished", "recording.published"]


def test_what_was_promised_beforehand_is_noted_and_can_be_taken_back(cast: Cast) -> None:
    at = f"/clerk/meetings/{cast.city.meeting.id}/recordings"
    clerk = cast.clerk
    assert "Make it public as soon as it is written down" in clerk.get(at).text
    clerk.post(at, files={"file": ("a.wav", b"x")}, data={"publishes_itself": "yes"})
    clerk.post(at, files={"file": ("b.wav", b"y")})
    found = cast.read(lambda db: queries.recordings(db, cast.city.meeting.id))
    states = {each.name: (each.publishes_itself, each.is_published) for each in found}
    assert states == {"a.wav": (True, False), "b.wav": (False, False)}
    promised = next(each for each in found if each.name == "a.wav")
    assert "It becomes public as soon as it is written down." in clerk.get(at).text
    assert post(cast, promised, "publication/withdrawal").status_code == 303
    assert not cast.read(lambda db: db.get_one(Recording, promised.id).publishes_itself)
