"""A withheld sentence is in no byte that the public gets: page, file, search, push, sound; with a control."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy.orm import Session

from engage.settings import Settings
from tests import make
from tests.make import Cast
from tests.transcripts.test_audio import record
from tests.transcripts.ways_out import OF_RECORDINGS, SOUND, answers, indexed, pushed, text_in
from tests.transcripts.withholding.test_sound import CODEC, PER_MS, heard, noise
from transcripts import queries, rules
from transcripts.editing.actions import correct_line
from transcripts.models import Recording
from transcripts.withholding import actions
from transcripts.withholding.clearing import clear_next
from transcripts.withholding.models import WithheldSpan

SECRET = "The bluebird nests behind the quarry."
SPAN = (3000, 3600)
"""Of the second line, in which SECRET is said; `make.said` gives each word 100 ms."""


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engage.indexing.LOOK_S", 0.05)


@pytest.fixture(params=["a.mp3", "a.wav", "a.webm"])
def made(cast: Cast, settings: Settings, tmp_path: Path, request: pytest.FixtureRequest) -> Recording:
    """Three lines, one every three seconds, and sound that is loud all the time."""
    sound = record(tmp_path / request.param, noise(9))
    kinds = {"a.mp3": "audio/mpeg", "a.wav": "audio/wav", "a.webm": "audio/webm"}
    texts = "Good evening.", SECRET, "Thank you."

    def add(db: Session) -> Recording:
        return make.transcript(
            db, cast.city.meeting, *texts, kind=kinds[request.param], duration_ms=9000,
            size=sound.stat().st_size,
        )  # fmt: skip

    found: Recording = cast.db.write_now(add)
    path = rules.file_of(settings, found.id)
    path.parent.mkdir(parents=True, exist_ok=True)
    sound.rename(path)
    return found


def withhold(cast: Cast, made: Recording, span: tuple[int, int] = SPAN) -> str:
    def work(db: Session) -> str:
        recording = db.get_one(Recording, made.id)
        return actions.withhold_span(db, recording, *span, reason="minor", note="A pupil.", by="account:a").id

    found: str = cast.db.write_now(work)
    return found


def lift(cast: Cast, made: Recording, span_id: str) -> None:
    cast.db.write_now(
        lambda db: actions.lift_span(
            db, db.get_one(Recording, made.id), db.get_one(WithheldSpan, span_id), by="account:a"
        )
    )


def is_loud(content: bytes, tmp_path: Path, span: tuple[int, int]) -> bool:
    path = tmp_path / "taken"
    path.write_bytes(content)
    return bool(np.abs(heard(path)[span[0] * PER_MS : span[1] * PER_MS]).max() > CODEC)


def leaks(cast: Cast, made: Recording, tmp_path: Path) -> Iterator[str]:
    """By which ways the sentence comes out. A clip is asked for that is the sentence, and one around it."""
    for clip in ("from=3000&to=3600", "from=0&to=9000"):
        is_alone = clip.startswith("from=3")
        for name, answer in answers(cast, made, word="bluebird", clip=clip):
            if name in SOUND and answer.status_code == 200:
                span = (0, 500) if name != "/recordings/{recording_id}/media" and is_alone else SPAN
                if is_loud(answer.content, tmp_path, span):
                    yield name
            elif "bluebird" in told(name, text_in(answer.content)):
                yield name
    if "bluebird" in pushed(cast):
        yield "push"


def told(name: str, text: str) -> str:
    """Without the word that was asked for, which the search shows again."""
    return "bluebird" if "<mark>bluebird</mark>" in text else "" if name == "search" else text


def test_the_sentence_comes_out_by_no_way_and_does_again_when_it_is_public(
    cast: Cast, settings: Settings, made: Recording, tmp_path: Path
) -> None:
    indexed(cast)
    everywhere = {*OF_RECORDINGS, "/meetings/{meeting_id}", "in Spanish", "a moment of it", "search"}
    assert set(leaks(cast, made, tmp_path)) == everywhere, "the control: here it is everywhere"
    span_id = withhold(cast, made)
    assert set(leaks(cast, made, tmp_path)) == set(), (
        "at once, before the worker and the index have done anything"
    )
    indexed(cast)
    assert clear_next(cast.db, settings) is True
    assert set(leaks(cast, made, tmp_path)) == set()
    page = cast.anyone.get(f"/meetings/{cast.city.meeting.id}").text
    assert "0:03 to 0:03 is withheld from the public." in page
    assert ("Concerns a child" in page, "A pupil." in page) == (True, False)
    lift(cast, made, span_id)
    indexed(cast)
    assert set(leaks(cast, made, tmp_path)) == everywhere
    while clear_next(cast.db, settings):
        pass
    assert set(leaks(cast, made, tmp_path)) == everywhere
    assert [each.name for each in rules.folder(settings).iterdir()] == [made.id], "no copy is left"


def test_staff_still_hear_and_read_it(
    cast: Cast, settings: Settings, made: Recording, tmp_path: Path
) -> None:
    withhold(cast, made)
    clear_next(cast.db, settings)
    at = f"/recordings/{made.id}/media"
    clerk = cast.clerk
    assert is_loud(clerk.get(at).content, tmp_path, SPAN)
    assert not is_loud(clerk.get(f"{at}?v=public").content, tmp_path, SPAN), "and what the public hears"
    lines = cast.read(lambda db: [each.text for each in queries.lines_of(db, made.id)])
    assert lines[1] == SECRET
    assert SECRET in clerk.get(f"/clerk/meetings/{cast.city.meeting.id}/transcript?recording={made.id}").text


def test_what_was_said_before_and_after_is_still_heard(
    cast: Cast, settings: Settings, made: Recording, tmp_path: Path
) -> None:
    withhold(cast, made)
    clear_next(cast.db, settings)
    content = cast.anyone.get(f"/recordings/{made.id}/media").content
    assert [is_loud(content, tmp_path, span) for span in [(100, 2900), SPAN, (3700, 8900)]] == [
        True,
        False,
        True,
    ]


def test_a_line_that_reaches_into_the_span_goes_as_a_whole(cast: Cast, made: Recording) -> None:
    withhold(cast, made, (3500, 4000))
    texts = cast.read(lambda db: [each.text for each in queries.public_lines(db, made.id)])
    assert texts == ["Good evening.", "Thank you."]
    lines = cast.anyone.get(f"/recordings/{made.id}/lines").text
    assert ("bluebird" in lines, "Concerns a child" in lines) == (False, True)


def test_an_open_page_is_told_that_there_is_other_text_and_other_sound(
    cast: Cast, settings: Settings, made: Recording
) -> None:
    url = f"/meetings/{cast.city.meeting.id}/live"
    with cast.resident().websocket_connect(url, headers={"origin": "http://testserver"}) as socket:
        before = socket.receive_text()
        withhold(cast, made)
        between = socket.receive_text()
        clear_next(cast.db, settings)
        after = socket.receive_text()
    media = [part(each, "data-media") for each in (before, between, after)]
    assert media[:2] == [f"/recordings/{made.id}/media", ""]
    assert media[2].startswith(f"/recordings/{made.id}/media?v=")
    assert part(before, "data-text") != part(between, "data-text") == part(after, "data-text")


def test_a_withheld_line_that_is_edited_is_not_pushed(cast: Cast, made: Recording) -> None:
    def edit(place: int, text: str) -> None:
        def work(db: Session) -> None:
            line = queries.lines_of(db, made.id)[place]
            correct_line(db, db.get_one(Recording, made.id), line, text, version=1, by="account:a")

        cast.db.write_now(work)

    withhold(cast, made)
    url = f"/meetings/{cast.city.meeting.id}/live"
    with cast.resident().websocket_connect(url, headers={"origin": "http://testserver"}) as socket:
        frames = [socket.receive_text()]
        for place, text in [(1, "The bluebird sleeps."), (2, "Thank you all.")]:
            edit(place, text)
            frames.append(socket.receive_text())
    assert ["bluebird" in each for each in frames] == [False, False, False]
    assert "Thank you all." in frames[2], "the control: other lines are"


def part(frame: str, name: str) -> str:
    return frame.replace('\\"', '"').split(f'{name}="', 1)[1].split('"', 1)[0]


def test_the_record_names_the_span_and_the_reason_and_keeps_the_note_sealed(
    cast: Cast, made: Recording
) -> None:
    span_id = withhold(cast, made)
    lift(cast, made, span_id)
    entries: list[Any] = cast.read(
        lambda db: [
            (each.kind, each.facts)
            for each in make.record.of_kinds(db, [cast.city.meeting.id], ["span.withheld", "span.lifted"])
        ]
    )
    (kind, facts), (other, lifted) = entries
    assert (kind, other) == ("span.withheld", "span.lifted")
    salt = cast.read(lambda db: db.get_one(WithheldSpan, span_id).salt)
    times = {"recording": made.id, "span": span_id, "start_ms": 3000, "end_ms": 3600}
    assert facts == times | {"reason": "minor", "note": make.record.sealed(salt, "A pupil.")}
    assert lifted == times
