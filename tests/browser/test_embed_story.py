"""A city's own conference is in the page once somebody asks for it, and its server hears of nobody before."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route

from engage.settings import Settings
from meetings import actions
from meetings.models import Meeting
from tests.browser.conftest import House, Windows
from tests.make import SYSTEM, City

pytestmark = pytest.mark.browser

CONFERENCE = "https://meet.example.org"
THERE = """<!doctype html><title>There</title><p>Welcome to the conference</p><script>
  const may = (name) => document.featurePolicy.allowsFeature(name);
  document.body.append(`microphone ${may("microphone")}, camera ${may("camera")}`);
  try { parent.document.title = "Taken"; } catch { document.body.append(", our page is out of reach"); }
</script>"""


@pytest.fixture
def house(
    settings: Settings, filled_store: tuple[Path, City], monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    shutil.copy(filled_store[0], settings.database)
    monkeypatch.setenv("ENGAGE_EMBEDS", CONFERENCE)
    made = House(settings, filled_store[1])
    made.start()
    made.write(lambda db: show_conference(db, made.city.meeting.id))
    yield made
    made.stop()


def show_conference(db: Any, meeting_id: str) -> None:
    meeting = db.get_one(Meeting, meeting_id)
    details = {"embed_url": f"{CONFERENCE}/council", "embed_is_conference": True}
    actions.change_meeting(db, meeting, by=SYSTEM, **details)


def answer_for(page: Page) -> list[str]:
    """The conference answers; what it was asked for."""
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(body=THERE, content_type="text/html")

    page.context.route(f"{CONFERENCE}/**", answer)
    return asked


def test_it_is_shown_when_somebody_asks_and_not_before(windows: Windows) -> None:
    page = windows.open("about:blank")
    asked = answer_for(page)
    page.goto(windows.house.meeting)
    button = page.get_by_role("button", name="Show the conference here")
    button.wait_for()
    assert asked == []
    button.click()
    frame = page.frame_locator("iframe[title='Conference of this meeting']")
    frame.get_by_text("microphone true, camera true, our page is out of reach").wait_for()
    assert asked == [f"{CONFERENCE}/council"]
    assert page.locator("h2#embed-heading").is_visible() and not button.is_visible()


def test_without_scripts_it_is_a_link(windows: Windows) -> None:
    page = windows.open("about:blank", java_script_enabled=False)
    asked = answer_for(page)
    page.goto(windows.house.meeting)
    link = page.get_by_role("link", name="Open it at meet.example.org")
    assert link.get_attribute("href") == f"{CONFERENCE}/council"
    assert page.locator("iframe, [data-embed] button:visible").count() == len(asked) == 0
