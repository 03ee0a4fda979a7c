"""Somebody quotes what was said: chooses two lines, opens the clip, copies it, and its address leads back."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from meetings.models import Meeting
from tests import make
from tests.browser.conftest import DESK, PHONE, House, Windows
from transcripts.models import Recording
from transcripts.rules import file_of

pytestmark = pytest.mark.browser
AXE = (Path(__file__).parent / "axe.min.js").read_text()
SAID = tuple(f"Sentence number {n} about the lane." for n in range(12))


@pytest.fixture
def made(house: House) -> Iterator[Recording]:
    def work(db: Session) -> Recording:
        meeting = db.get_one(Meeting, house.city.meeting.id)
        return make.transcript(db, meeting, *SAID, kind="audio/wav", duration_ms=40_000)

    recording: Recording = house.write(work)
    make.sound_file(file_of(house.settings, recording.id), 40)
    yield recording


def time_of(page: Page, n: int) -> str:
    return f"#lines li:nth-child({n + 1}) a.at"


def problems(page: Page) -> list[str]:
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag22aa', 'best-practice']})")
    return [each["id"] for each in found["violations"]]


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_two_lines_become_a_clip_with_its_own_address(
    windows: Windows, made: Recording, size: dict[str, int]
) -> None:
    page = windows.open(size=size, permissions=["clipboard-read", "clipboard-write"])
    page.click("[data-clip]")
    page.click(time_of(page, 7))
    page.click(time_of(page, 5))
    assert page.locator(".in-clip").count() == 3
    assert problems(page) == []
    page.click(".clip-bar a")
    page.wait_for_url("**/clip?from=15000&to=21600")
    assert problems(page) == []
    page.click("[data-copy=as-text]")
    expect(page.locator("[data-copy=as-text]")).to_contain_text("Copied")
    text = page.evaluate("navigator.clipboard.readText()")
    assert text.startswith("“Sentence number 5 about the lane. Sentence number 6 ")
    assert text.endswith(page.url)
    again = windows.open(text.rsplit("\n", 1)[1], size=size)
    expect(again.locator("audio")).to_have_attribute("src", re.compile("#t=15.0,21.6$"))


def test_with_shift_the_lines_are_chosen_at_once_and_escape_lets_go(
    windows: Windows, made: Recording
) -> None:
    page = windows.open(size=DESK)
    page.click(time_of(page, 2))
    page.click(time_of(page, 4), modifiers=["Shift"])
    expect(page.locator(".clip-bar a")).to_have_attribute("href", re.compile(r"clip\?from=6000&last=12000$"))
    page.keyboard.press("Escape")
    assert (page.locator(".clip-bar").count(), page.locator(".in-clip").count()) == (0, 0)
    page.click(time_of(page, 8))
    expect(page.locator("#lines [aria-current]")).to_contain_text("Sentence number 8"), "a time plays again"


def test_without_javascript_the_same_clip_is_made_in_forms(windows: Windows, made: Recording) -> None:
    page = windows.open(java_script_enabled=False)
    page.click("[data-clip]")
    page.fill("#f-from", "0:15")
    page.click("main form button")
    page.select_option("#last", label="0:21 Sentence number 7 about the lane.")
    page.click("main form button")
    assert page.url.endswith("/clip?from=15000&to=21600")
    assert page.locator("[data-copy]:visible").count() == 0
    assert "Sentence number 7" in page.locator("#as-text").input_value()
