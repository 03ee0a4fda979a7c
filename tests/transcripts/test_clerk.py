"""The clerk's list of recordings: upload without scripts, progress, another try, the start."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from engage.db import new_id
from tests import make
from tests.make import Cast, kinds
from transcripts import lease, queries, queue
from transcripts.models import FAILED, QUEUED, Recording


def where(cast: Cast) -> str:
    return f"/clerk/meetings/{cast.city.meeting.id}/recordings"


def latest(cast: Cast) -> Recording:
    def work(db: Session) -> Recording:
        return queries.recordings(db, cast.city.meeting.id)[-1]

    found: Recording = cast.read(work)
    return found


def add(cast: Cast, **over: Any) -> Recording:
    made: Recording = cast.db.write_now(lambda db: make.recording(db, cast.city.meeting, **over))
    return made


def fail(cast: Cast) -> None:
    def work(db: Session) -> None:
        claim = queue.join_next(db, "w", model="base")
        assert claim
        queue.give_up(db, claim, "This file is empty.", {})

    cast.db.write_now(work)


def post(cast: Cast, client: TestClient, url: str, **fields: str) -> Any:
    """With the key of the list's own forms."""
    page = client.get(where(cast)).text
    key = page.split('name="key" value="', 1)[1].split('"', 1)[0]
    return client.post(f"{where(cast)}/{url}", data={"key": f"{key}-{url}", **fields})


def test_a_plain_form_uploads_a_recording_and_shows_what_it_is(cast: Cast, tmp_path: Path) -> None:
    sound = make.sound_file(tmp_path / "Sitzung März.wav", 2)
    clerk = cast.clerk
    assert "There is no recording of this meeting yet." in clerk.get(where(cast)).text
    with sound.open("rb") as file:
        answer = clerk.post(where(cast), files={"file": file}, data={"language": "es"})
    made = latest(cast)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{where(cast)}#recording-{made.id}")
    assert (made.name, made.kind, made.duration_ms, made.has_picture) == (
        "Sitzung März.wav",
        "audio/wav",
        2000,
        False,
    )
    page = clerk.get(where(cast)).text
    assert ("Sitzung März.wav" in page, "Waiting to be written down" in page) == (True, True)
    assert cast.read(lambda db: kinds(db, cast.city.meeting.id))[-2:] == [
        "recording.added",
        "transcription.queued",
    ]


def test_the_name_of_a_file_is_never_markup(cast: Cast) -> None:
    add(cast, name='<img src=x onerror="alert(1)">.mp3')
    assert "<img src=x" not in cast.clerk.get(where(cast)).text


def test_the_work_asks_for_itself_as_long_as_it_goes_on(cast: Cast) -> None:
    made, clerk = add(cast), cast.clerk
    url = f"{where(cast)}/{made.id}/work"
    assert f'hx-get="{url}" hx-trigger="every 3s"' in clerk.get(where(cast)).text
    assert f'hx-get="{url}"' in clerk.get(url).text
    cast.db.write_now(lambda db: make.finish_next(db, "One.", "Two."))
    work = clerk.get(url).text
    assert ("hx-get" in work, "Read and correct 2 lines" in work) == (False, True)


def test_what_is_heard_is_shown_while_it_is_being_heard(cast: Cast) -> None:
    made, clerk = add(cast), cast.clerk

    def hear(db: Session) -> None:
        job = queue.join_next(db, "w", model="base")
        window = make.Window(0, 0, 60_000, make.np.zeros(1, make.np.float32))
        assert job and lease.claim_window(db, job, 0, 0, 60_000)
        heard = make.Heard("en", 0.9, (make.said("Good <b>evening</b>.", 1000),))
        lease.keep_window(db, job, window, heard, None)

    assert "Heard last:" not in clerk.get(where(cast)).text
    cast.db.write_now(hear)
    for url in (where(cast), f"{where(cast)}/{made.id}/work"):
        assert "Good &lt;b&gt;evening&lt;/b&gt;." in clerk.get(url).text


def test_a_failed_one_is_tried_again_once(cast: Cast) -> None:
    made, clerk = add(cast), cast.clerk
    fail(cast)
    assert "This file is empty." in clerk.get(where(cast)).text
    answer = post(cast, clerk, f"{made.id}/retry")
    assert answer.headers["location"] == f"{where(cast)}#recording-{made.id}"
    job = latest(cast).transcription
    assert job and (job.state, job.error) == (QUEUED, "")
    assert post(cast, clerk, f"{made.id}/retry").status_code == 409
    job = latest(cast).transcription
    assert job and job.state != FAILED


def test_it_is_written_down_anew_in_another_language(cast: Cast) -> None:
    made, clerk = add(cast), cast.clerk
    assert post(cast, clerk, f"{made.id}/transcription", language="es").status_code == 409, "under way"
    cast.db.write_now(lambda db: make.finish_next(db, "One."))
    assert post(cast, clerk, f"{made.id}/transcription", language="es").status_code == 303
    found = latest(cast)
    assert [job.asked_language for job in found.transcriptions] == [None, "es"]


@pytest.mark.parametrize(
    "act", ["work", "retry", "transcription", "publication", "publication/withdrawal", "certification"]
)
def test_another_bodys_clerk_and_another_meeting_find_nothing(cast: Cast, act: str) -> None:
    made = add(cast)
    method = "GET" if act == "work" else "POST"
    stranger = cast.signed_in("stranger").request(method, f"{where(cast)}/{made.id}/{act}")
    elsewhere = f"/clerk/meetings/{cast.city.draft.id}/recordings/{made.id}/{act}"
    assert (stranger.status_code, cast.clerk.request(method, elsewhere).status_code) == (404, 404)
    assert cast.clerk.request(method, f"{where(cast)}/nothing/{act}").status_code == 404
    resident = cast.resident().request(method, f"{where(cast)}/{made.id}/{act}")
    assert (resident.status_code, resident.headers["location"].startswith("/sign-in")) == (303, True)


def test_the_list_asks_as_much_for_three_as_for_one(cast: Cast) -> None:
    clerk, costs = cast.clerk, []
    for wanted in (1, 3):
        while len(cast.read(lambda db: queries.recordings(db, cast.city.meeting.id))) < wanted:
            add(cast, sha256=new_id())
        costs.append(make.queries_for(cast, clerk, where(cast)))
    assert costs[0] == costs[1]
