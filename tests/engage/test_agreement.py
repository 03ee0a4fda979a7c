"""A resident agrees to be heard, once in a meeting."""

from typing import Any

import pytest
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from engage import people, record
from meetings.floor.queries import has_agreed
from meetings.models import Meeting
from tests.make import Cast, kinds


@pytest.fixture
def sounding(cast: Cast) -> Cast:
    """The city's meeting is heard in its page."""

    def work(db: Session) -> None:
        db.get_one(Meeting, cast.city.meeting.id).carries_sound = True

    cast.db.write_now(work)
    return cast


def newcomer(cast: Cast) -> TestClient:
    """Has opened a form, and with it got the cookie; has sent nothing."""
    made = cast.resident()
    made.get(f"/meetings/{cast.city.meeting.id}/items/general/request")
    return made


def agree(cast: Cast, client: TestClient, key: str = "k") -> Any:
    return client.post(f"/meetings/{cast.city.meeting.id}/agreement", data={"key": key})


def person(cast: Cast, client: TestClient) -> str:
    token = client.cookies[f"p_{cast.city.meeting.id}"]

    def work(db: Session) -> str:
        found = people.participant_of(db, cast.city.meeting.id, token)
        return found.actor if found else ""

    return cast.read(work)


def entries(cast: Cast) -> list[str]:
    return cast.read(lambda db: kinds(db, cast.city.meeting.id))


def test_who_agrees_is_known_from_then_on_and_nobody_else_is(sounding: Cast) -> None:
    ana, ben = newcomer(sounding), newcomer(sounding)
    answer = agree(sounding, ana)
    meeting_id = sounding.city.meeting.id
    assert (answer.status_code, answer.headers["location"]) == (303, f"/meetings/{meeting_id}#microphone")
    people = [person(sounding, each) for each in (ana, ben)]
    assert sounding.read(lambda db: [has_agreed(db, meeting_id, who) for who in people]) == [True, False]
    (entry,) = sounding.read(lambda db: record.of_kinds(db, [meeting_id], ["microphone.agreed"]))
    assert entry.facts["participant"] == person(sounding, ana).partition(":")[2]
    assert entry.actor == person(sounding, ana)


def test_a_second_time_changes_nothing(sounding: Cast) -> None:
    ana = newcomer(sounding)
    for key in ("one", "two", "two"):
        assert agree(sounding, ana, key).status_code == 303
    assert entries(sounding).count("microphone.agreed") == 1
    assert entries(sounding).count("participant.named") == 1


def test_nobody_agrees_without_the_cookie_of_their_browser(sounding: Cast) -> None:
    assert agree(sounding, sounding.resident()).status_code == 409
    assert agree(sounding, newcomer(sounding), key="").status_code == 409
    assert "microphone.agreed" not in entries(sounding)


def test_there_is_nothing_to_agree_to_where_nobody_is_heard(cast: Cast) -> None:
    answer = agree(cast, newcomer(cast))
    assert (answer.status_code, "Nobody is heard in the page of this meeting." in answer.text) == (409, True)
    assert "microphone.agreed" not in entries(cast)


def test_nobody_agrees_once_the_meeting_is_over(sounding: Cast) -> None:
    ana = newcomer(sounding)
    assert sounding.clerk.post(f"/clerk/meetings/{sounding.city.meeting.id}/adjournment").status_code == 303
    assert agree(sounding, ana).status_code == 409
    assert "microphone.agreed" not in entries(sounding)
