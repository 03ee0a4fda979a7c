"""What is seen of the sound: the public panel, who is on the air at the console, and what is pushed."""

import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from engage import people
from engage.room import PANELS, joined_touches
from meetings.disruption import recesses
from meetings.floor import actions, live
from meetings.floor.models import CHAIR, INTERPRETER, MEMBER, ROOM
from meetings.floor.report import Report
from meetings.floor.seats import seats, speaker
from meetings.models import Meeting
from tests import make
from tests.make import SYSTEM, Cast

PANEL = next(panel for panel in PANELS if panel.name == "sound")
STATUS = next(panel for panel in PANELS if panel.name == "status")


def change(cast: Cast, **over: Any) -> None:
    """The open meeting is heard in its page, and so on."""

    def work(db: Session) -> None:
        for name, value in ({"carries_sound": True} | over).items():
            setattr(db.get_one(Meeting, cast.city.meeting.id), name, value)

    cast.db.write_now(work)


def panel(cast: Cast, lang: str = "en") -> str:
    return cast.read(lambda db: PANEL.html(db, cast.city.meeting.id, lang))


def page(cast: Cast) -> str:
    return cast.resident().get(f"/meetings/{cast.city.meeting.id}").text


def test_the_public_reads_that_the_chair_has_closed_the_microphones(cast: Cast) -> None:
    change(cast)
    assert "closed every microphone" not in page(cast)
    cast.db.write_now(lambda db: actions.hush(db, db.get_one(Meeting, cast.city.meeting.id), by=SYSTEM))
    assert "The chair has closed every microphone but their own" in panel(cast)
    assert panel(cast) in page(cast)


def test_a_meeting_heard_elsewhere_has_no_word_of_it(cast: Cast) -> None:
    change(cast, carries_sound=False, is_hushed=True)
    assert panel(cast) == '<div id="panel-sound" class="panel" data-panel></div>'


def test_in_closed_session_the_page_says_that_everything_has_stopped(cast: Cast) -> None:
    stopped = "Sound, recording and captions have stopped together."

    def close(db: Session) -> None:
        recesses.close_session(db, db.get_one(Meeting, cast.city.meeting.id), "security", by=SYSTEM)

    cast.db.write_now(close)
    assert stopped not in cast.read(lambda db: STATUS.html(db, cast.city.meeting.id, "en"))
    change(cast)
    assert stopped in page(cast)


def test_what_the_panel_shows_is_what_pushes_it() -> None:
    """Hushed or not, live or not, heard here or not."""
    touched = joined_touches()
    assert sorted(kind for kind, names in touched.items() if "sound" in names) == [
        "meeting.adjourned", "meeting.cancelled", "meeting.changed", "meeting.opened", "meeting.recessed",
        "meeting.reconvened", "sound.hushed", "sound.restored",
    ]  # fmt: skip
    assert sorted(kind for kind, names in touched.items() if "interpreters" in names) == [
        "meeting.adjourned", "meeting.cancelled", "meeting.changed", "place.ended", "place.made",
    ]  # fmt: skip
    assert touched["place.opened"] == touched["place.closed"] == set()


def test_who_sits_where_and_how_it_stands_with_them(db: Session) -> None:
    meeting = make.meeting(db, make.body(db), carries_sound=True)
    ana, sam = make.council(db, meeting.body, "Ana Ruiz", "Sam Okafor")
    db.flush()
    room, chair, one = (
        actions.make_place(db, meeting, kind, by=SYSTEM, member=who)[0]
        for kind, who in ((ROOM, None), (CHAIR, ana), (MEMBER, sam))
    )
    at = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
    report = Report(
        on_air={0: chair.person, 3: one.person},
        microphones=frozenset({chair.person, room.person}),
        lost={one.person: at},
    )
    found = seats(db, meeting.id, report)
    told = [(each.name, each.is_connected, each.is_heard, each.lost) for each in found]
    assert told == [
        ("Ana Ruiz", True, True, None), ("", True, False, None), ("Sam Okafor", False, False, at),
    ]  # fmt: skip


def test_whoever_has_the_floor_is_named_by_the_queue(db: Session) -> None:
    meeting = make.meeting(db, make.body(db), carries_sound=True)
    person = people.take_part(db, meeting.id, None, name="Rosa Díaz")
    found = speaker(db, Report(on_air={1: person.actor}, microphones=frozenset({person.actor})))
    assert found is not None
    assert (found.name, found.is_heard, found.place) == ("Rosa Díaz", True, None)
    assert speaker(db, Report()) is None


def test_interpreters_can_be_chosen_by_language(db: Session) -> None:
    meeting = make.meeting(db, make.body(db), carries_sound=True)
    for language in ("es", "vi"):
        actions.make_place(db, meeting, INTERPRETER, by=SYSTEM, language=language)
    assert choices(db, meeting, "en") == [
        ("", "The floor, as it is spoken"), ("2", "Interpreter: Spanish"), ("3", "Interpreter: Vietnamese")
    ]  # fmt: skip
    assert choices(db, meeting, "es")[1:] == [("2", "Intérprete: Español"), ("3", "Intérprete: Vietnamita")]
    meeting.carries_sound = False
    assert choices(db, meeting, "en") == []


def choices(db: Session, meeting: Meeting, lang: str) -> list[tuple[str, str]]:
    (panel,) = (each for each in live.panels if each.name == "interpreters")
    html = panel.html(db, meeting.id, lang)
    return re.findall(r'type="radio" .*?value="(\d*)".*?<label [^>]*>([^<]*)<', html)
