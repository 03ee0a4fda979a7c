"""What is pushed of the recordings: their state and progress as on the page, never all their lines."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from engage import clock, record
from engage.db import Database, new_id
from engage.people import Refused
from engage.push.hub import Hub
from engage.settings import Settings
from tests import make
from tests.make import EPOCH, Cast
from transcripts import lease, live, queries, queue
from transcripts.editing.actions import certify_transcript, correct_line
from transcripts.lease import Job
from transcripts.models import Line, Recording
from transcripts.whisper import Heard

MS = timedelta(milliseconds=1)


def panel(cast: Cast, lang: str = "en") -> str:
    hub: Hub = cast.state.hub
    html: str = cast.read(lambda db: hub.newsroom.panels["transcript"].html(db, cast.city.meeting.id, lang))
    return html


def watch(cast: Cast) -> Any:
    since = cast.read(lambda db: record.head(db, cast.city.meeting.id))
    url = f"/meetings/{cast.city.meeting.id}/live?since={since}"
    return cast.anyone.websocket_connect(url, headers={"origin": "http://testserver"})


def begin(db: Session) -> Job:
    """A worker hears the first window, of five minutes."""
    job = queue.join_next(db, "w", model="base")
    assert job and lease.claim_window(db, job, 0, 0, 300_000)
    return job


def test_before_the_first_recording_the_panel_is_empty_and_present(cast: Cast) -> None:
    assert panel(cast) == '<div id="panel-transcript" class="panel" data-panel></div>'
    assert panel(cast) in cast.anyone.get(f"/meetings/{cast.city.meeting.id}").text


def test_a_new_transcript_is_pushed_as_the_page_has_it_but_without_its_lines(cast: Cast) -> None:
    with watch(cast) as socket:
        socket.receive_text()
        made = cast.db.write_now(lambda db: make.transcript(db, cast.city.meeting, "Elm Street is closed."))
        content = json.loads(socket.receive_text())["content"]
    assert panel(cast) in content
    assert panel(cast) in cast.anyone.get(f"/meetings/{cast.city.meeting.id}").text
    assert ("Elm Street" in content, f'href="/recordings/{made.id}.txt"' in content) == (False, True)
    assert "Machine-made transcript; it may be wrong." in content


def test_a_correction_tells_open_pages_that_there_is_another_text_and_brings_its_line(cast: Cast) -> None:
    made = cast.db.write_now(lambda db: make.transcript(db, cast.city.meeting, "One.", "Two."))
    before = panel(cast)
    with watch(cast) as socket:
        socket.receive_text()

        def correct(db: Session) -> None:
            line = queries.lines_of(db, made.id)[1]
            correct_line(db, db.get_one(Recording, made.id), line, "Secret.", version=1, by="account:a")

        cast.db.write_now(correct)
        content = json.loads(socket.receive_text())["content"]
    assert panel(cast) != before
    assert (panel(cast) in content, "Secret." in content, "One." in content) == (True, True, False)


def test_the_progress_of_another_process_reaches_open_pages_without_an_entry(
    cast: Cast, settings: Settings
) -> None:
    other = Database(settings.database)
    cast.db.write_now(lambda db: make.recording(db, cast.city.meeting, duration_ms=200_000))
    held = other.write_now(begin)
    head = cast.read(lambda db: record.head(db, cast.city.meeting.id))
    with watch(cast) as socket:
        socket.receive_text()
        other.write_now(lambda db: lease.renew(db, held, 0, done_ms=84_000))
        while "42 %" not in (content := json.loads(socket.receive_text())["content"]):
            pass
    assert panel(cast) in content
    assert cast.read(lambda db: record.head(db, cast.city.meeting.id)) == head
    other.close()


def test_running_changes_with_the_progress_and_ends_with_the_work(db: Session) -> None:
    meeting = make.meeting(db, make.body(db))
    made = make.recording(db, meeting)
    assert live.running(db) == {}
    held = begin(db)
    job = held.transcription_id
    assert live.running(db) == {meeting.id: ((job, 0),)}
    lease.renew(db, held, 0, done_ms=9)
    assert live.running(db) == {meeting.id: ((job, 9),)}
    lease.keep_window(db, held, make.window(0), Heard(None, 0.0, ()))
    make.finish(db, held, windows=1)
    assert (live.running(db), made.transcription and made.transcription.is_silent) == ({}, True)


def test_the_time_that_is_left_counts_from_where_this_attempt_began(db: Session) -> None:
    made = make.recording(db, make.meeting(db, make.body(db)), duration_ms=300_000)
    with clock.set_to(EPOCH):
        first = queue.join_next(db, "w", model="base")
        assert first
        make.store_window(db, first, make.window(0, 100), Heard(None, 0.0, ()))
        queue.release(db, first)
        held = queue.join_next(db, "w", model="base")
        assert held and lease.claim_window(db, held, 1, 100_000, 300_000)
        db.expire_all()
        assert live.progress(made) == {"percent": 33, "minutes": 1, "seconds_left": None}
    with clock.set_to(EPOCH + 10_000 * MS):
        lease.renew(db, held, 1, done_ms=200_000)
        db.expire_all()
        assert live.progress(made) == {"percent": 66, "minutes": 3, "seconds_left": 10.0}
    with clock.set_to(EPOCH + 14_000 * MS):
        assert live.progress(made) == {"percent": 66, "minutes": 3, "seconds_left": 6.0}


def test_a_recording_of_unknown_length_shows_minutes(db: Session) -> None:
    made = make.recording(db, make.meeting(db, make.body(db)), duration_ms=None)
    lease.renew(db, begin(db), 0, done_ms=130_000)
    db.expire_all()
    assert live.progress(made) == {"percent": None, "minutes": 2, "seconds_left": None}


def test_a_failure_is_told_in_a_sentence(cast: Cast) -> None:
    cast.db.write_now(lambda db: make.recording(db, cast.city.meeting))
    cast.db.write_now(lambda db: queue.give_up(db, begin(db), "The %(thing)s is broken.", {"thing": "<b>"}))
    assert "<p>The &lt;b&gt; is broken.</p>" in panel(cast)


def test_the_page_asks_as_much_for_three_recordings_as_for_one(cast: Cast) -> None:
    clerk, costs = cast.clerk, []
    for wanted in (1, 3):
        while len(cast.read(lambda db: queries.recordings(db, cast.city.meeting.id))) < wanted:
            cast.db.write_now(lambda db: make.transcript(db, cast.city.meeting, "One.", sha256=new_id()))
        cast.anyone.get(f"/meetings/{cast.city.meeting.id}")  # the lines are drawn once
        costs.append(make.queries_for(cast, clerk, f"/meetings/{cast.city.meeting.id}"))
    assert costs[0] == costs[1]


def test_a_certified_transcript_is_no_longer_called_machine_made(cast: Cast) -> None:
    made = cast.db.write_now(lambda db: make.transcript(db, cast.city.meeting, "One."))

    def certify(db: Session) -> None:
        certify_transcript(db, db.get_one(Recording, made.id), by="account:a")

    cast.db.write_now(certify)
    assert ("Machine-made" in panel(cast), "certified it on" in panel(cast)) == (False, True)
    with pytest.raises(Refused):
        cast.db.write_now(certify)
    assert cast.read(lambda db: db.query(Line).count()) == 1
