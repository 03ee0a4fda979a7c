"""What everyone sees of the captions: page and push are the same, who speaks, and why there are none."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engage import record
from engage.db import Database, new_id
from engage.push.hub import Hub
from engage.settings import Settings
from meetings import actions
from meetings.floor.actions import choose_captions, make_place
from meetings.floor.models import Caption
from meetings.models import Meeting
from tests import make
from tests.make import EPOCH, SYSTEM, Cast
from transcripts.actions import publish_recording, unpublish_recording
from transcripts.captioning import queries
from transcripts.captioning.live import MOST, signs
from transcripts.models import Recording

S = timedelta(seconds=1)


def change(cast: Cast, work: Callable[[Session, Meeting], Any]) -> Any:
    return cast.db.write_now(lambda db: work(db, db.get_one(Meeting, cast.city.meeting.id)))


def caption(meeting_id: str, text: str, n: int = 0, **over: Any) -> Caption:
    facts = {"channel": 1, "language": "en", "start_at": EPOCH + n * S, "end_at": EPOCH + (n + 1) * S}
    return Caption(id=new_id(), meeting_id=meeting_id, text=text, **facts | over)


@pytest.fixture
def heard(cast: Cast) -> Cast:
    """The meeting carries sound."""
    change(cast, lambda db, meeting: setattr(meeting, "carries_sound", True))
    return cast


def say(cast: Cast, *texts: str, **over: Any) -> None:
    change(
        cast,
        lambda db, meeting: db.add_all(
            [caption(meeting.id, text, n, **over) for n, text in enumerate(texts)]
        ),
    )


def panel(cast: Cast, lang: str = "en") -> str:
    hub: Hub = cast.state.hub
    html: str = cast.read(lambda db: hub.newsroom.panels["captions"].html(db, cast.city.meeting.id, lang))
    return html


def page(cast: Cast, path: str = "") -> str:
    text: str = cast.anyone.get(f"/meetings/{cast.city.meeting.id}{path}").text
    return text


def watch(cast: Cast) -> Any:
    since = cast.read(lambda db: record.head(db, cast.city.meeting.id))
    url = f"/meetings/{cast.city.meeting.id}/live?since={since}"
    return cast.anyone.websocket_connect(url, headers={"origin": "http://testserver"})


def pushed(socket: Any, words: str) -> str:
    """The first push with these words: what was said before may be pushed once more, by its signal."""
    while True:
        content: str = json.loads(socket.receive_text())["content"]
        if words in content:
            return content


def test_a_meeting_without_sound_has_none(cast: Cast) -> None:
    assert panel(cast) == '<div id="panel-captions" class="panel" data-panel></div>'
    assert panel(cast) in page(cast)


def test_before_anybody_speaks_it_is_said_what_will_be_here(heard: Cast) -> None:
    assert "As soon as somebody is heard, their words appear here." in panel(heard)


def test_captions_are_real_text_in_their_language_and_may_be_wrong(heard: Cast) -> None:
    say(heard, "Good evening.", language="en")
    say(heard, "Buenas <tardes>.", language="es", start_at=EPOCH + 9 * S, is_final=False)
    html = panel(heard)
    assert html in page(heard)
    assert '<span lang="en" dir="auto">Good evening.</span>' in html
    assert '<span lang="es" dir="auto">Buenas &lt;tardes&gt;.</span>' in html
    assert html.count("data-open") == 1 and "Live captions are machine-made and may be wrong." in html
    assert 'tabindex="0"' in html


def test_another_process_that_writes_captions_reaches_open_pages_without_an_entry(
    heard: Cast, settings: Settings
) -> None:
    other = Database(settings.database)
    with watch(heard) as socket:
        socket.receive_text()
        other.write_now(lambda db: db.add(caption(heard.city.meeting.id, "Good evening.")))
        content = pushed(socket, "Good evening.")
    other.close()
    assert content.count("hx-partial") == 2
    assert panel(heard) in content


def test_what_is_changed_or_taken_back_is_another_sign(heard: Cast) -> None:
    seen = [heard.read(signs)]

    def note(work: Callable[[Session, Meeting], Any]) -> None:
        change(heard, work)
        seen.append(heard.read(signs))

    def first(db: Session) -> Caption:
        return db.scalars(select(Caption)).one()

    note(lambda db, meeting: db.add(caption(meeting.id, "Good")))
    note(lambda db, meeting: setattr(first(db), "text", "Good evening."))
    note(lambda db, meeting: setattr(first(db), "is_final", not first(db).is_final))
    assert len({repr(each) for each in seen}) == 4
    assert {key for each in seen for key in each} == {(heard.city.meeting.id, "captions")}


def test_only_the_last_ones_are_pushed_and_all_are_on_a_page(heard: Cast) -> None:
    say(heard, *(f"Word {n}." for n in range(MOST + 5)))
    html, whole = panel(heard), page(heard, "/captions")
    assert [f"Word {n}." in html for n in (4, 5, MOST + 4)] == [False, True, True]
    assert [f"Word {n}." in whole for n in (0, MOST + 4)] == [True, True]
    assert f'href="/meetings/{heard.city.meeting.id}/captions"' in html
    assert len(html) < 12_000


def test_the_page_of_all_says_when_there_are_none(heard: Cast) -> None:
    assert "There are no live captions" in page(heard, "/captions")
    assert heard.anyone.get(f"/meetings/{heard.city.draft.id}/captions").status_code == 404


def test_who_speaks_is_said_where_somebody_begins(heard: Cast) -> None:
    def seat(db: Session, meeting: Meeting) -> list[str]:
        ana, nameless = make.participant(db, meeting, "Ana <1>"), make.participant(db, meeting, "")
        member = make.council(db, meeting.body, "Ana Ruiz")[0]
        chair, _ = make_place(db, meeting, "chair", by=SYSTEM, member=member)
        staff, _ = make_place(db, meeting, "staff", by=SYSTEM, name="City engineer")
        room, _ = make_place(db, meeting, "room", by=SYSTEM)
        return [
            chair.person,
            ana.actor,
            ana.actor,
            nameless.actor,
            staff.person,
            room.person,
            "",
            "place:gone",
        ]

    people = change(heard, seat)
    change(
        heard,
        lambda db, meeting: db.add_all(
            [caption(meeting.id, "Aye.", n, person=each) for n, each in enumerate(people)]
        ),
    )
    names = [
        part.split("</b>")[0].removeprefix("<bdi>").removesuffix("</bdi>")
        for part in panel(heard).split('<b class="speaker">')[1:]
    ]
    assert names == [
        "Ana Ruiz", "Ana &lt;1&gt;", "Public speaker", "City engineer", "The room's own sound",
        "Speaker not known", "Speaker not known",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("why", "told"),
    [
        (None, "The clerk has turned them off."),
        ("busy", "The machine is busy."),
        ("no_model", "No speech model is installed."),
    ],
)
def test_that_they_are_off_is_said_with_the_reason(heard: Cast, why: str | None, told: str) -> None:
    say(heard, "Good evening.")
    with watch(heard) as socket:
        socket.receive_text()
        change(heard, lambda db, meeting: choose_captions(db, meeting, wanted=False, by=SYSTEM, why=why))
        content = pushed(socket, f"<b>Live captions are off.</b> {told}")
    assert panel(heard) in content and "Good evening." in content
    clerks = f"/clerk/meetings/{heard.city.meeting.id}"
    assert f"<b>Live captions are off.</b> {told}" in heard.clerk.get(f"{clerks}/console").text
    assert f"They are off.</strong> {told}" in heard.clerk.get(f"{clerks}/microphones").text
    change(heard, lambda db, meeting: choose_captions(db, meeting, wanted=True, by=SYSTEM))
    assert "Live captions are off." not in panel(heard)


def test_in_a_recess_nothing_is_written_down_and_that_is_said(heard: Cast) -> None:
    change(heard, lambda db, meeting: actions.recess_meeting(db, meeting, by=SYSTEM))
    assert "Nothing is written down while the meeting is interrupted." in panel(heard)


def test_after_the_meeting_they_stay_until_the_transcript_of_its_own_recording_is_public(heard: Cast) -> None:
    say(heard, "Good evening.")
    change(heard, lambda db, meeting: actions.adjourn_meeting(db, meeting, by=SYSTEM))
    assert "The captions stay here until its transcript is ready." in panel(heard)

    def transcribe(db: Session, meeting: Meeting, clock_from: str) -> str:
        made = make.recording(db, meeting, sha256=clock_from or "ab")
        made.clock_from = clock_from
        unpublish_recording(db, made, by=SYSTEM)
        make.finish_next(db, "Good evening.")
        return made.id

    def left() -> int:
        return heard.read(lambda db: queries.count(db, heard.city.meeting.id))

    uploaded = change(heard, lambda db, meeting: transcribe(db, meeting, "clerk"))
    own = change(heard, lambda db, meeting: transcribe(db, meeting, "record"))
    change(heard, lambda db, meeting: publish_recording(db, db.get_one(Recording, uploaded), by=SYSTEM))
    assert left() == 1
    with watch(heard) as socket:
        socket.receive_text()
        change(heard, lambda db, meeting: publish_recording(db, db.get_one(Recording, own), by=SYSTEM))
        pushed(socket, '<div id="panel-captions" class="panel" data-panel></div>')
    assert left() == 0


def test_they_give_way_as_soon_as_a_published_recording_is_written_down(heard: Cast) -> None:
    say(heard, "Good evening.")

    def transcribe(db: Session, meeting: Meeting) -> None:
        make.recording(db, meeting).clock_from = "record"
        assert db.scalar(select(func.count()).select_from(Caption)) == 1
        make.finish_next(db, "Good evening.")

    change(heard, transcribe)
    assert heard.read(lambda db: queries.count(db, heard.city.meeting.id)) == 0
