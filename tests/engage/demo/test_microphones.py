"""The demonstration's microphones: everybody has a place, and the chair's link is another at each start."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from engage.demo.microphones import chairs_link, give_microphones
from engage.demo.welcome import welcome
from engage.doors import NotFound
from engage.settings import Settings
from meetings.floor.models import CHAIR, INTERPRETER, MEMBER, ROOM
from meetings.floor.queries import place_of_link, places_of
from meetings.models import Meeting
from tests import make


@pytest.fixture
def meeting(db: Session) -> Meeting:
    made = make.meeting(db, make.body(db), carries_sound=True)
    make.council(db, made.body, "Iris Novak", "Omar Haddad")
    db.flush()
    return made


def test_everybody_but_the_chair_has_a_place(db: Session, meeting: Meeting) -> None:
    give_microphones(db, meeting)
    assert [each.kind for each in places_of(db, meeting.id)] == [MEMBER, ROOM, INTERPRETER]


def test_each_start_makes_the_chairs_link_anew(db: Session, meeting: Meeting) -> None:
    first, second = (chairs_link(db).removeprefix("/microphone/") for _ in range(2))
    with pytest.raises(NotFound):
        place_of_link(db, first)
    place, of = place_of_link(db, second)
    assert (place.kind, place.channel, of) == (CHAIR, 0, meeting)


def test_without_a_live_meeting_there_is_no_link(db: Session, meeting: Meeting) -> None:
    meeting.carries_sound = False
    assert chairs_link(db) == ""


def test_the_terminal_tells_the_link() -> None:
    settings, ids = Settings(data=Path("demo-data")), {"live": "a", "adjourned": "b"}
    assert "    http://127.0.0.1:8000/microphone/secret\n" in welcome(settings, ids, "/microphone/secret")
    assert "microphone" not in welcome(settings, ids, "")
