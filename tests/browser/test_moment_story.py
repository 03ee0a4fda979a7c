"""A sentence said at minute 7: found, heard, shared, and opened by somebody else at that very word."""

import re
import urllib.parse
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from meetings.models import Meeting
from tests import make
from tests.browser.conftest import DESK, PHONE, House, Windows
from transcripts.rules import file_of

pytestmark = pytest.mark.browser
SAID = [
    *(f"This is sentence number {n}." for n in range(140)),
    "The heron nests under the old pier in winter.",
]
MS = 3000
"""From one line to the next: the last one begins at 7:00."""
PIER = MS * 140 + 100 * 6


@pytest.fixture
def recorded(house: House) -> str:
    """The recording's id: eight minutes of sound, and its lines."""
    made: str = house.write(lambda db: plant(db, house))
    make.sound_file(file_of(house.settings, made), 8 * 60)
    return made


def plant(db: Session, house: House) -> str:
    meeting = db.get_one(Meeting, house.city.meeting.id)
    return make.transcript(db, meeting, *SAID, kind="audio/wav", duration_ms=8 * 60_000).id


def seconds(page: Page) -> float:
    told: float = page.locator("#player").evaluate("player => player.currentTime")
    return told


@pytest.fixture
def found(windows: Windows, recorded: str) -> Iterator[Page]:
    """The search page of a phone, with the sentence on it as soon as the index has it."""
    page = windows.open(windows.house.url, permissions=["clipboard-read", "clipboard-write"])
    words = urllib.parse.urlencode({"q": '"the old pier"'})
    asked = f"{windows.house.url}/search?{words}"
    make.wait_for(lambda: "<mark>" in (page.goto(asked), page.content())[1])
    yield page


def test_a_phrase_of_minute_seven_is_found_played_shared_and_opened_at_its_word(
    windows: Windows, found: Page, recorded: str
) -> None:
    expect(found.locator(".hits")).to_contain_text("7:00")
    found.get_by_role("link", name=re.compile("heron nests")).click()
    found.wait_for_url(re.compile(rf"\?at={recorded}\."))
    word = found.locator("#lines mark")
    expect(word).to_have_text("the ")
    expect(word).to_be_in_viewport()
    make.wait_for(lambda: not found.locator("#player").evaluate("player => player.paused"))
    found.locator("#player").evaluate("player => player.pause()")
    assert seconds(found) >= MS * 140 / 1000

    found.locator("#player").evaluate("(player, at) => { player.currentTime = at / 1000; }", PIER + 50)
    found.get_by_role("button", name="Share this moment").click()
    expect(found.locator("#shared")).to_contain_text("copied")
    shared: str = found.evaluate("navigator.clipboard.readText()")

    other = windows.open(shared, size=DESK)
    expect(other.locator("#lines mark")).to_have_text(re.compile("pier"))
    expect(other.locator("#lines mark")).to_be_in_viewport()
    expect(other.locator("#lines [aria-current]")).to_contain_text("The heron nests")
    make.wait_for(lambda: abs(seconds(other) * 1000 - PIER) < 200)
    assert other.locator("#player").evaluate("player => player.paused"), "nothing plays that nobody asked for"


def test_without_a_script_the_link_leads_to_the_word(windows: Windows, recorded: str) -> None:
    at = f"{recorded}.{PIER}"
    page = windows.open(
        f"{windows.house.meeting}?at={at}#at-{at.replace('.', '-')}", size=PHONE, java_script_enabled=False
    )
    expect(page.locator("#lines mark")).to_have_text(re.compile("pier"))
    source: Any = page.locator("#player").get_attribute("src")
    assert source.endswith(f"#t={PIER / 1000}")
