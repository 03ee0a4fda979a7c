"""Comments, surveys, the agenda and the way to search, as people meet them in the browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from engage.language import translate
from tests.browser.conftest import DESK, Windows

pytestmark = pytest.mark.browser
WITHIN_A_SECOND = 1000


def test_a_comment_appears_on_every_open_page_and_is_withheld_on_all(windows: Windows) -> None:
    resident, watcher = windows.open(), windows.open(size=DESK)
    resident.locator(".agenda").get_by_role("link", name=re.compile("^Comment in writing.*Bike lane")).click()
    resident.get_by_text("I support it").click()
    resident.get_by_label("Your comment").fill("Please build it before the summer.")
    resident.get_by_role("button", name=re.compile("Send")).click()
    expect(resident.locator("main")).to_contain_text("Please build it before the summer.")
    panel = watcher.locator("#panel-comments")
    expect(panel).to_contain_text("before the summer", timeout=2 * WITHIN_A_SECOND)

    clerk = windows.clerk()
    clerk.get_by_role("link", name="Read the comments").click()
    clerk.get_by_role("link", name=re.compile("^Withhold")).first.click()
    clerk.get_by_label("Reason").fill("Names a private person.")
    clerk.get_by_role("button", name=re.compile("Withhold")).click()
    expect(panel).not_to_contain_text("before the summer", timeout=2 * WITHIN_A_SECOND)
    resident.reload()
    expect(resident.locator("main")).to_contain_text("Names a private person.")
    expect(resident.locator("main")).not_to_contain_text("before the summer")


def draft_survey(clerk: Page) -> None:
    clerk.get_by_role("link", name="Make a survey").click()
    clerk.get_by_role("link", name="New survey").click()
    clerk.locator("[name=title]").fill("Sunday hours")
    clerk.locator("[name=words1]").fill("Should the library open on Sundays?")
    clerk.locator("[name=options1]").fill("Yes\nNo")
    clerk.get_by_role("button", name="Save the draft").click()


def test_a_survey_is_opened_answered_once_and_shown(windows: Windows) -> None:
    watcher, clerk = windows.open(), windows.clerk()
    draft_survey(clerk)
    clerk.get_by_role("button", name=re.compile("^Open")).first.click()
    panel = watcher.locator("#panel-surveys")
    panel.get_by_role("link", name=re.compile("Answer.*Sunday hours")).click(timeout=3000)
    watcher.get_by_text("Yes", exact=True).click()
    watcher.goto(windows.house.meeting)
    clerk.goto(windows.house.console)
    expect(clerk.locator("#console")).to_contain_text("1 person has answered")
    clerk.locator("#console").get_by_role("button", name=re.compile("^Close.*Sunday hours")).click()
    expect(panel).to_contain_text("Yes", timeout=2 * WITHIN_A_SECOND)
    expect(panel).to_contain_text("100")


def test_a_resident_takes_part_in_spanish(windows: Windows) -> None:
    resident = windows.open(locale="es-MX")
    say = lambda text: translate("es", text)  # noqa: E731
    resident.locator(".agenda").get_by_role("link", name=re.compile(say("Ask to speak"))).first.click()
    resident.get_by_label(say("Your name")).fill("Rosa")
    resident.get_by_role("button", name=say("Ask to speak")).click()
    expect(resident.locator("#mine")).to_contain_text(say("You are next."))
    expect(resident.locator("html")).to_have_attribute("lang", "es")


def test_the_agenda_is_reordered_by_keyboard_alone(windows: Windows) -> None:
    clerk = windows.clerk(f"{windows.house.url}/clerk/meetings/{windows.house.city.meeting.id}/agenda")
    titles = clerk.locator(".builder > li p").filter(has_text=re.compile("Bike lane|Library hours"))
    expect(titles.first).to_contain_text("Bike lane")
    clerk.get_by_role("button", name="Move 1 down").focus()
    clerk.keyboard.press("Enter")
    expect(titles.first).to_contain_text("Library hours")
