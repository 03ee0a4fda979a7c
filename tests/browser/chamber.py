"""A meeting that is heard in its page, with the chair's place, for tests in a browser with a microphone."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from engage.record import SYSTEM
from meetings.floor import actions
from meetings.floor.models import CHAIR, Place
from meetings.models import Meeting
from tests.browser.conftest import House, Windows
from tests.browser.ears import TAP, demo_sound, make_wav, with_microphone

WELCOME = (1000, 16_265)
"""Milliseconds of the demo: the chair opens the meeting."""


@dataclass
class Chamber:
    windows: Windows
    house: House
    link: str
    place_id: str

    def address(self, link: str = "") -> str:
        return f"{self.house.url}/microphone/{link or self.link}"

    def page_of_the_place(self, link: str = "", **options: Any) -> Page:
        return self.open(self.address(link), **options)

    def place(self, link: str = "", **options: Any) -> Page:
        """Whoever sits there has agreed to be heard."""
        page = self.page_of_the_place(link, **options)
        page.get_by_role("button", name="I agree").click()
        return page

    def listener(self, url: str = "", **options: Any) -> Page:
        page = self.open(url or self.house.meeting, **options)
        page.get_by_role("button", name="Listen", exact=True).click()
        return page

    def open(self, url: str, *, without: str = "", **options: Any) -> Page:
        """A window with a tap, in a browser that may lack something."""
        page = self.windows.open("about:blank", **options)
        page.add_init_script(TAP)
        page.add_init_script(f"delete window.{without or 'nothing'}")
        page.goto(url)
        return page

    def close_microphone(self) -> float:
        """The moment at which the record has it, in milliseconds of the machine's clock."""
        self.house.write(lambda db: actions.close_place(db, db.get_one(Place, self.place_id), by=SYSTEM))
        return time.time() * 1000

    def open_microphone(self) -> float:
        self.house.write(lambda db: actions.open_place(db, db.get_one(Place, self.place_id), by=SYSTEM))
        return time.time() * 1000


def state_of(page: Page) -> Locator:
    return page.locator("[data-part=state]")


def sign_of(page: Page) -> Locator:
    return page.locator("[data-part=sign]")


def is_on_air(page: Page) -> None:
    expect(sign_of(page)).to_contain_text("You are on the air")


@pytest.fixture(scope="session")
def microphone(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser in which the chair's welcome is said once, from when a page opens the microphone."""
    wav = make_wav(tmp_path_factory.mktemp("wav") / "welcome.wav", demo_sound(*WELCOME))
    made = with_microphone(chromium, wav)
    yield made
    made.close()


def furnish(house: House) -> tuple[str, str]:
    """The chair's place in this house's meeting: its link and its id."""

    def make(db: Any) -> tuple[str, str]:
        meeting = db.get_one(Meeting, house.city.meeting.id)
        meeting.carries_sound = True
        place, link = actions.make_place(db, meeting, CHAIR, by=SYSTEM)
        return link, place.id

    made: tuple[str, str] = house.write(make)
    return made


@pytest.fixture
def chamber(microphone: Browser, house: House) -> Iterator[Chamber]:
    windows = Windows(microphone, house)
    yield Chamber(windows, house, *furnish(house))
    windows.close()
