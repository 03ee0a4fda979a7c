"""Closing and opening microphones: from the chair's page, the console, and the chair's own place."""

from typing import Any

import pytest
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from engage import record
from meetings.floor import actions
from meetings.floor.models import CHAIR, MEMBER, Place
from meetings.floor.report import Report
from meetings.models import Meeting
from tests import make
from tests.make import SYSTEM, Cast, kinds


class Dais:
    """The open meeting with a chair's and a member's place; their ids and links."""

    def __init__(self, db: Session, meeting_id: str) -> None:
        meeting = db.get_one(Meeting, meeting_id)
        meeting.carries_sound = True
        members = make.council(db, meeting.body, "Ana Ruiz", "Sam Okafor")
        db.flush()
        chair, link = actions.make_place(db, meeting, CHAIR, by=SYSTEM, member=members[0])
        member, other = actions.make_place(db, meeting, MEMBER, by=SYSTEM, member=members[1])
        self.chair, self.link, self.member, self.other = chair.id, link, member.id, other


@pytest.fixture
def dais(cast: Cast) -> Dais:
    return cast.db.write_now(lambda db: Dais(db, cast.city.meeting.id))


def desks(cast: Cast, dais: Dais) -> dict[str, tuple[TestClient, str, str]]:
    """Who acts, under which address, and where they come back to."""
    of = cast.city.meeting.id
    return {
        "chair": (cast.signed_in("chair"), f"/chair/meetings/{of}", f"/chair/meetings/{of}"),
        "clerk": (cast.clerk, f"/clerk/meetings/{of}", f"/clerk/meetings/{of}/console"),
        "place": (cast.resident(), f"/microphone/{dais.link}", f"/microphone/{dais.link}"),
    }


def is_hushed(cast: Cast) -> bool:
    hushed: bool = cast.read(lambda db: db.get_one(Meeting, cast.city.meeting.id).is_hushed)
    return hushed


def is_open(cast: Cast, place_id: str) -> bool:
    opened: bool = cast.read(lambda db: db.get_one(Place, place_id).is_open)
    return opened


@pytest.mark.parametrize("who", ["chair", "clerk", "place"])
def test_all_microphones_are_closed_and_opened_again(cast: Cast, dais: Dais, who: str) -> None:
    client, at, page = desks(cast, dais)[who]
    for path, after in (("hush", True), ("hush/ending", False)):
        answer = client.post(f"{at}/{path}", data={"key": path})
        assert (answer.status_code, answer.headers["location"]) == (303, page)
        assert is_hushed(cast) == after
    assert client.post(f"{at}/hush/ending", data={"key": "once more"}).status_code == 409


@pytest.mark.parametrize("who", ["chair", "clerk", "place"])
def test_one_microphone_is_closed_and_opened_again(cast: Cast, dais: Dais, who: str) -> None:
    client, at, page = desks(cast, dais)[who]
    for path, after in (("closing", False), ("opening", True)):
        answer = client.post(f"{at}/microphones/{dais.member}/{path}", data={"key": path})
        assert (answer.status_code, answer.headers["location"]) == (303, page)
        assert is_open(cast, dais.member) == after
    assert cast.read(lambda db: kinds(db, cast.city.meeting.id))[-2:] == ["place.closed", "place.opened"]


def test_the_record_says_who_closed_them(cast: Cast, dais: Dais) -> None:
    for client, at, _ in desks(cast, dais).values():
        client.post(f"{at}/hush", data={"key": "a"})
        client.post(f"{at}/hush/ending", data={"key": "b"})
    entries = cast.read(lambda db: record.of_kinds(db, [cast.city.meeting.id], {"sound.hushed"}))
    assert [each.actor for each in entries] == [
        cast.city.chair.actor, cast.city.clerk.actor, f"place:{dais.chair}",
    ]  # fmt: skip


def test_a_members_link_closes_nothing(cast: Cast, dais: Dais) -> None:
    at = f"/microphone/{dais.other}"
    answers = [
        cast.anyone.post(f"{at}/{path}", data={"key": path})
        for path in ("hush", "hush/ending", f"microphones/{dais.chair}/closing")
    ]
    assert [each.status_code for each in answers] == [404, 404, 404]
    assert "data-key" not in cast.anyone.get(at).text
    assert not is_hushed(cast)


def test_another_meetings_place_is_not_closed_from_here(cast: Cast, dais: Dais) -> None:
    other = cast.db.write_now(lambda db: make.meeting(db, db.merge(cast.city.body)).id)
    for client, at in ((cast.clerk, "clerk"), (cast.signed_in("chair"), "chair")):
        answer = client.post(f"/{at}/meetings/{other}/microphones/{dais.member}/closing")
        assert answer.status_code == 404
    assert is_open(cast, dais.member)


def test_the_same_press_sent_twice_from_a_place_counts_once(cast: Cast, dais: Dais) -> None:
    at = f"/microphone/{dais.link}/hush"
    assert [cast.anyone.post(at, data={"key": "k"}).status_code for _ in range(2)] == [303, 303]
    assert cast.read(lambda db: kinds(db, cast.city.meeting.id)).count("sound.hushed") == 1


def test_the_console_and_the_chairs_page_name_who_is_on_the_air(
    cast: Cast, dais: Dais, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = Report(
        on_air={0: f"place:{dais.chair}"}, microphones=frozenset({f"place:{dais.chair}"}), listeners=12,
        is_recording=True,
    )  # fmt: skip
    monkeypatch.setattr(cast.state.sound, "report", lambda meeting_id: report)
    for client, at, page in list(desks(cast, dais).values()):
        shown = client.get(page).text
        seat = shown.split(f'id="seat-{dais.chair}"', 1)[1].split("</li>", 1)[0]
        assert "Ana Ruiz" in seat
        assert "On the air" in seat
        assert f'action="{at}/hush"' in shown
        assert f'action="{at}/microphones/{dais.member}/closing"' in shown
    assert "12 people listen in the page" in cast.clerk.get(desks(cast, dais)["clerk"][2]).text


def test_a_recorder_that_fails_is_loud_for_staff_and_silent_for_the_public(
    cast: Cast, dais: Dais, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = Report(recorder_fault="The disk is full.")
    monkeypatch.setattr(cast.state.sound, "report", lambda meeting_id: report)
    for client, _, page in desks(cast, dais).values():
        shown = client.get(page).text
        alert = shown.split('role="alert" id="recorder"', 1)[1].split("</div></div>", 1)[0]
        assert "The disk is full." in alert
    for page in (f"/meetings/{cast.city.meeting.id}", f"/microphone/{dais.other}"):
        assert "The disk is full." not in cast.resident().get(page).text


def test_every_key_of_the_sound_stands_in_the_list_of_keys(cast: Cast, dais: Dais) -> None:
    for page in ("chair", "clerk"):
        client, _, at = desks(cast, dais)[page]
        shown = client.get(at).text
        assert 'data-key="k"' in shown
        assert "<kbd>k</kbd>" in shown


def test_a_meeting_heard_elsewhere_shows_no_part_of_it(cast: Cast) -> None:
    of = cast.city.meeting.id
    pages = {
        "console": cast.clerk.get(f"/clerk/meetings/{of}/console"),
        "chair": cast.clerk.get(f"/chair/meetings/{of}"),
    }
    found: dict[str, Any] = {name: 'id="sound"' in each.text for name, each in pages.items()}
    assert found == {"console": False, "chair": False}
