"""A part of the house is down: what residents and the clerk came for goes on, and the operator is told."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from starlette.testclient import TestClient

from comments.surveys.models import Survey
from engage.app import create_app
from engage.settings import Settings
from tests import make
from tests.make import Cast, City, kinds, send, wait_for
from transcripts import heartbeat, work, worker
from transcripts.models import FAILED
from transcripts.rules import file_of

ACTS = 10
"""Of each kind, in each state of the house."""
MISSING = (
    "the speech model's weights are missing; recordings cannot be written down unless they can be fetched"
)
NO_SEARCH = "its folder cannot be read; search is not available"


@pytest.fixture
def a_city(settings: Settings, filled_store: tuple[Path, City]) -> City:
    """In the store before anybody opens it."""
    settings.database.write_bytes(filled_store[0].read_bytes())
    return filled_store[1]


@pytest.fixture
def no_worker(settings: Settings) -> dict[str, str]:
    return {
        "worker": "no worker has been seen; recordings will wait",
        "model": "not known without a worker",
    }


@pytest.fixture
def no_model(settings: Settings, a_city: City) -> Iterator[dict[str, str]]:
    """A worker runs, and cannot load what it should hear with."""
    until = Event()
    without = settings.model_copy(update={"model": str(settings.data / "no-such-model")})
    running = Thread(target=worker.run, args=(without,), kwargs={"until": until})
    running.start()
    wait_for(lambda: heartbeat.is_running(settings.run))
    yield {"model": MISSING}
    until.set()
    running.join()


@pytest.fixture
def no_index(settings: Settings) -> dict[str, str]:
    """Where the folder should be there is something else. (The tests may run as root, who reads anything.)"""
    settings.index.write_text("not a folder")
    return {
        "index": NO_SEARCH,
        "worker": "no worker has been seen; recordings will wait",
        "model": "not known without a worker",
    }


@pytest.fixture(params=["no_worker", "no_model", "no_index"])
def faults(request: pytest.FixtureRequest) -> dict[str, str]:
    """What the operator is to be told. It is down before the server starts."""
    found: dict[str, str] = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def cast(faults: dict[str, str], settings: Settings, a_city: City) -> Iterator[Cast]:
    with TestClient(create_app(settings), follow_redirects=False) as client:
        yield Cast(client, a_city)


def comment(cast: Cast, who: TestClient) -> Any:
    url = f"/meetings/{cast.city.meeting.id}/items/{cast.city.item.id}/comment"
    return send(who, url, name="Ana", position="support", text="Build it.")


def join(cast: Cast, who: TestClient) -> Any:
    url = f"/meetings/{cast.city.meeting.id}/items/{cast.city.item.id}/request"
    return send(who, url, name="Ana", mode="remote")


def answer(cast: Cast, who: TestClient, poll: Survey) -> Any:
    one = poll.questions[0]
    return send(who, f"/meetings/{cast.city.meeting.id}/surveys/{poll.id}", **{one.field: one.options[0].id})


def test_comments_the_queue_and_polls_go_on_and_the_operator_is_told_why(
    cast: Cast, faults: dict[str, str]
) -> None:
    poll: Survey = cast.db.write_now(lambda db: make.survey(db, cast.city.meeting))
    answers = []
    for _ in range(ACTS):
        who = cast.resident()
        answers += [comment(cast, who), join(cast, who), answer(cast, who, poll)]
        assert who.get(f"/meetings/{cast.city.meeting.id}").status_code == 200
    assert [each.status_code for each in answers] == 3 * ACTS * [303]

    written = cast.read(lambda db: kinds(db, cast.city.meeting.id))
    counts = [written.count(kind) for kind in ("comment.received", "request.joined", "survey.answered")]
    assert counts == [ACTS, ACTS, ACTS]

    told = cast.anyone.get("/readyz")
    first, *lines = told.text.splitlines()
    said = dict(line.split(": ", 1) for line in lines)
    assert (told.status_code, first) == (200, "ready, with faults")
    assert {name: words for name, words in said.items() if words != "ok"} == faults


def test_the_clerks_console_goes_on(cast: Cast) -> None:
    clerk, at = cast.clerk, f"/clerk/meetings/{cast.city.meeting.id}"
    for page in ("/clerk", f"{at}/console", f"{at}/recordings"):
        assert clerk.get(page).status_code == 200


@pytest.mark.parametrize("faults", ["no_index"], indirect=True)
def test_search_says_plainly_that_it_is_not_there(cast: Cast, settings: Settings) -> None:
    page = cast.anyone.get("/search", params={"q": "meeting"})
    assert page.status_code == 503
    assert "Search is not available just now" in page.text
    assert "results" not in page.text
    assert cast.anyone.get("/search").status_code == 200


@pytest.mark.parametrize("faults", ["no_index"], indirect=True)
def test_search_comes_back_by_itself(
    monkeypatch: pytest.MonkeyPatch, faults: dict[str, str], settings: Settings, cast: Cast
) -> None:
    monkeypatch.setattr("engage.indexing.LOOK_S", 0.02)
    settings.index.unlink()
    wait_for(lambda: "Regular <mark>meeting</mark>" in cast.anyone.get("/search?q=meeting").text)


NO_WORKER = "No worker is running"


@pytest.mark.parametrize("faults", ["no_worker"], indirect=True)
def test_the_clerk_who_waits_for_a_transcript_is_told(cast: Cast, settings: Settings) -> None:
    url = f"/clerk/meetings/{cast.city.meeting.id}/recordings"
    one = cast.db.write_now(lambda db: make.transcript(db, cast.city.meeting, "Good evening."))
    assert NO_WORKER not in cast.clerk.get(url).text, "nothing waits"

    one = cast.db.write_now(lambda db: make.recording(db, cast.city.meeting, sha256="cd"))
    assert cast.clerk.get(url).text.count(NO_WORKER) == 1
    assert NO_WORKER in cast.clerk.get(f"{url}/{one.id}/work").text
    with heartbeat.signs_of_life(settings.run, "w1", has_model=True):
        assert NO_WORKER not in cast.clerk.get(url).text


@pytest.mark.parametrize("faults", ["no_model"], indirect=True)
def test_a_recording_that_no_model_hears_is_said_so_to_the_clerk(cast: Cast, settings: Settings) -> None:
    def put(db: Any) -> str:
        one = make.recording(db, cast.city.meeting)
        make.sound_file(file_of(settings, one.id))
        return one.id

    one = cast.db.write_now(put)
    wait_for(lambda: cast.read(lambda db: work.count_by_state(db))[FAILED] == 1)
    page = cast.clerk.get(f"/clerk/meetings/{cast.city.meeting.id}/recordings/{one}/work").text
    assert "is not installed and cannot be downloaded" in page
    assert "Try again" in page


def test_signs_of_life(settings: Settings) -> None:
    run = settings.run
    assert heartbeat.last_sign(run) is None
    with heartbeat.signs_of_life(run, "w1", has_model=False) as say:
        sign = heartbeat.last_sign(run)
        assert sign is not None
        assert (heartbeat.is_running(run), sign.has_model) == (True, False)
        say(True)
        sign = heartbeat.last_sign(run)
        assert sign is not None and sign.has_model
    assert heartbeat.is_running(run), "for a moment: nobody can tell yet"


def test_it_is_given_again_and_again(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "BEAT_S", 0.01)
    file = settings.run / "worker-w1"
    with heartbeat.signs_of_life(settings.run, "w1", has_model=True):
        file.unlink()
        wait_for(file.exists)


def test_a_disk_that_takes_no_sign_keeps_nobody_from_working(settings: Settings) -> None:
    settings.run.write_text("not a folder")
    with heartbeat.signs_of_life(settings.run, "w1", has_model=True) as say:
        say(True)
    assert not heartbeat.is_running(settings.run)
