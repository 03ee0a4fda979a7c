"""Microphones' places as clerk and chair meet them: links given out, all closed with one key, one ended."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from meetings.floor import actions, queries
from meetings.floor.models import CHAIR, ROOM
from meetings.models import Meeting
from tests import make
from tests.browser.conftest import DESK, House, Windows

pytestmark = pytest.mark.browser
SOON = 4000


def dais(db: Any, meeting_id: str) -> str:
    """The meeting is heard in its page, with the chair's place and the room's; the path of the chair's."""
    meeting = db.get_one(Meeting, meeting_id)
    meeting.carries_sound = True
    ana, *_ = make.council(db, meeting.body, "Ana Ruiz", "Sam Okafor")
    db.flush()
    actions.make_place(db, meeting, ROOM, by=make.SYSTEM)
    return f"/microphone/{actions.make_place(db, meeting, CHAIR, by=make.SYSTEM, member=ana)[1]}"


@pytest.fixture
def link(house: House) -> str:
    path: str = house.write(lambda db: dais(db, house.city.meeting.id))
    return house.url + path


def is_connected(page: Page) -> None:
    page.locator("[data-room][data-connected]").wait_for(state="attached")


def test_the_chair_closes_all_and_everybody_sees_it_until_the_clerk_opens_them(
    windows: Windows, link: str
) -> None:
    chair, clerk, resident = windows.open(link), windows.clerk(), windows.open(size=DESK)
    for page in (chair, clerk, resident):
        is_connected(page)
    chair.keyboard.press("k")
    for page in (chair, clerk):
        expect(page.locator("#is-hushed")).to_be_visible(timeout=SOON)
    expect(resident.locator("#hushed")).to_contain_text("closed every microphone", timeout=SOON)
    clerk.keyboard.press("k")
    expect(chair.locator("#hush")).to_be_visible(timeout=SOON)
    expect(resident.locator("#hushed")).to_be_empty(timeout=SOON)


def test_one_microphone_is_closed_twice_from_the_chairs_own_place(windows: Windows, link: str) -> None:
    """Each press is an act of its own, also after the page has fetched itself anew."""
    chair = windows.open(link)
    is_connected(chair)
    for _ in range(2):
        chair.get_by_role("button", name="Close The room's own sound").click()
        chair.get_by_role("button", name="Open The room's own sound").click(timeout=SOON)
    expect(chair.get_by_role("button", name="Close The room's own sound")).to_be_visible(timeout=SOON)


def test_a_place_that_is_ended_takes_its_page_away(windows: Windows, house: House, link: str) -> None:
    chair = windows.open(link)
    is_connected(chair)

    def end(db: Any) -> None:
        (place,) = [each for each in queries.places_of(db, house.city.meeting.id) if each.kind == CHAIR]
        actions.end_place(db, place, by=make.SYSTEM)

    house.write(end)
    expect(chair.get_by_role("heading", name="This page is not here")).to_be_visible(timeout=SOON)


def test_the_clerk_gives_out_a_link_and_the_member_agrees(windows: Windows, house: House, link: str) -> None:
    clerk = windows.clerk(f"{house.url}/clerk/meetings/{house.city.meeting.id}/microphones")
    clerk.get_by_role("button", name="Make places for the whole body").click()
    given = clerk.locator(".seat-links a")
    expect(given).to_have_count(1)  # the chair has one already
    member = windows.open(given.get_attribute("href") or "")
    expect(member.get_by_role("heading", level=1)).to_have_text("Sam Okafor")
    member.get_by_role("button", name="I agree").click()
    expect(member.get_by_role("button", name=re.compile("microphone"))).to_be_visible(timeout=SOON)
    member.reload()
    expect(member.get_by_role("button", name="I agree")).to_be_hidden()
