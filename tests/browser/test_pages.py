"""Every page of the demonstration city, on a phone and at a desk: accessible, fitting, in Spanish."""

import re
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from comments.queue.models import Request
from comments.surveys.models import Survey
from comments.written.models import Comment
from engage.db import Database
from engage.demo import city as demo
from engage.demo.microphones import chairs_link
from engage.demo.welcome import addresses
from engage.settings import Settings
from meetings.models import AgendaItem, Body, Meeting
from tests import make
from tests.browser.conftest import DESK, PHONE, House, Windows
from transcripts.models import Line, Recording

pytestmark = pytest.mark.browser
AXE = (Path(__file__).parent / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SAID = (
    "Good evening, and welcome to the council.",
    "We open the public hearing on a protected bike",
    "lane on Harbor Street.",
    "The library should open on Sundays.",
)


class Town(House):
    """The demonstration's city, its recording written down by no model but these four lines."""

    def __init__(self, settings: Settings) -> None:
        store = Database(settings.database)
        store.write_now(lambda db: demo.fill(db, settings))
        store.write_now(lambda db: make.finish_next(db, *SAID))
        self.microphone: str = store.write_now(chairs_link)
        self.ids: dict[str, str] = store.read_now(found)
        store.close()
        self.settings = settings
        self.find_port()

    @property
    def public(self) -> list[str]:
        live, past, next_one = (f"/meetings/{self.ids[name]}" for name in ("live", "adjourned", "upcoming"))
        return [
            *(
                "/",
                "/meetings",
                "/search",
                "/search?q=bike",
                '/search?q="nothing like it"',
                "/sign-in",
                "/nowhere",
            ),
            *(
                live,
                past,
                next_one,
                f"{past}?at={self.ids['recording']}.0",
                f"{past}/comments",
                f"{live}/return",
            ),
            f"{live}/items/{self.ids['item']}/request",
            f"{live}/items/{self.ids['item']}/comment",
            f"{live}/surveys/{self.ids['survey']}",
            *(f"{live}/hall", f"{live}/entries/1", f"{past}/minutes", self.microphone),
            *(f"/recordings/{self.ids['recording']}/clip{asked}" for asked in ("", "?from=0&to=4000")),
        ]

    @property
    def staff(self) -> list[str]:
        live, past, next_one = (
            f"/clerk/meetings/{self.ids[name]}" for name in ("live", "adjourned", "upcoming")
        )
        return [
            *("/clerk", "/clerk/bodies", "/clerk/bodies/new", f"/clerk/bodies/{self.ids['body']}"),
            *(
                "/clerk/meetings/new",
                next_one,
                f"{next_one}/details",
                f"{next_one}/agenda",
                f"{next_one}/agenda/paste",
            ),
            *(f"{next_one}/move", f"{next_one}/cancellation", f"{next_one}/agenda/{self.ids['next_item']}"),
            f"{next_one}/agenda/{self.ids['next_item']}/files",
            *(f"{live}/console", f"{live}/requests/new", f"{live}/requests/{self.ids['request']}/removal"),
            *(f"{live}/surveys", f"{live}/surveys/new", f"{live}/surveys/{self.ids['survey']}"),
            *(f"{past}/comments", f"{past}/comments/print", f"{past}/comments/cut-off"),
            f"{past}/comments/{self.ids['comment']}/withholding",
            *(
                f"/clerk/bodies/{self.ids['body']}/{page}"
                for page in ("members", "members/new", "voting", "speaking-rules")
            ),
            *(
                f"{live}/{page}"
                for page in (
                    "speaking-rules",
                    "lists/general/rules",
                    "kiosk",
                    "codes",
                    "microphones",
                    "captions/withholding",
                )
            ),
            *(
                f"{past}/minutes",
                f"{past}/minutes/general/note",
                f"/chair/meetings/{self.ids['live']}",
                "/chair",
            ),
            *(f"{past}/recordings", f"{past}/transcript", f"{past}/lines/{self.ids['line']}"),
            *(
                f"{past}/recordings/{self.ids['recording']}/{page}"
                for page in ("clock", "edits", "import", "withholding")
            ),
            *(f"{past}/speakers", "/clerk/glossary"),
        ]

    def wait_until_found(self, word: str) -> None:
        """The index follows the record; at the start it has all of it to read."""
        for _ in range(100):
            with urllib.request.urlopen(f"{self.url}/search?q={word}") as answer:
                if b"<mark>" in answer.read():
                    return
            time.sleep(0.1)
        raise TimeoutError(word)


def found(db: Session) -> dict[str, str]:
    def first(column: Any, *where: Any) -> str:
        value: str = db.scalars(select(column).where(*where)).first()
        return value

    ids = addresses(db)
    upcoming = first(Meeting.id, Meeting.state == "published", Meeting.kind == "regular")
    return ids | {
        "upcoming": upcoming,
        "body": first(Body.id),
        "item": first(AgendaItem.id, AgendaItem.meeting_id == ids["live"]),
        "next_item": first(AgendaItem.id, AgendaItem.meeting_id == upcoming),
        "survey": first(Survey.id),
        "comment": first(Comment.id),
        "request": first(Request.id, Request.meeting_id == ids["live"]),
        "recording": first(Recording.id),
        "line": first(Line.id, Line.place == 2),
    }


@pytest.fixture
def town(settings: Settings) -> Iterator[Town]:
    made = Town(settings)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def visits(chromium: Any, town: Town) -> Iterator[Windows]:
    made = Windows(chromium, town)
    yield made
    made.close()


def faults(page: Page) -> list[str]:
    """What axe finds, and a page that is wider than its window."""
    page.evaluate(AXE)
    result = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    told = [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in result["violations"]]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return told + ([f"{wide} px too wide"] if wide > 0 else [])


LOOKS = {"phone, light": (PHONE, "light"), "desk, dark": (DESK, "dark")}


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_is_accessible_and_fits(visits: Windows, town: Town, look: str) -> None:
    size, scheme = LOOKS[look]
    resident = visits.open(town.url, size=size, color_scheme=scheme)
    clerk = visits.sign_in(demo.CLERK, demo.PASSWORD, size=size, color_scheme=scheme)
    wrong: dict[str, list[str]] = {}
    for window, paths in ((resident, town.public), (clerk, town.staff)):
        for path in paths:
            answer = window.goto(town.url + path)
            assert answer and answer.status == (404 if path == "/nowhere" else 200), (
                path,
                answer and answer.status,
            )
            if told := faults(window):
                wrong[path] = told
    assert wrong == {}


ENGLISH = re.compile(r"\b(the|and|you|your|with|from|this|have|meeting|agenda item|speak)\b", re.IGNORECASE)


def test_in_spanish_no_english_sentence_is_left(visits: Windows, town: Town) -> None:
    """Of the pages' own words: what people wrote carries its own language, and is left out."""
    resident = visits.open(town.url, locale="es-US")
    clerk = visits.sign_in(demo.CLERK, demo.PASSWORD, locale="es-US")
    left: dict[str, list[str]] = {}
    for window, paths in ((resident, town.public), (clerk, town.staff)):
        for path in (path for path in paths if not path.endswith("/hall")):  # that one is in both languages
            window.goto(town.url + path)
            assert window.locator("html").get_attribute("lang") == "es", path
            words = window.evaluate(
                "() => { const copy = document.body.cloneNode(true);"
                " const others = '[lang=en], bdi, textarea, option, dd, .comment, .eyebrow, code';"
                " copy.querySelectorAll(others).forEach(each => each.remove()); return copy.innerText; }"
            )
            if window.evaluate("document.documentElement.scrollWidth > innerWidth"):
                left[path] = ["is wider than the window"]
            if sentences := [line for line in words.splitlines() if len(ENGLISH.findall(line)) > 1]:
                left[path] = sentences
    assert left == {}


def test_a_search_plays_the_recording_from_that_second(visits: Windows, town: Town) -> None:
    town.wait_until_found("bike")
    page = visits.open(town.url)
    page.get_by_role("searchbox").fill('"protected bike lane"')
    page.keyboard.press("Enter")
    hit = page.get_by_role("link", name=re.compile("public hearing on a protected bike"))
    expect(hit.locator("mark").first).to_be_visible()
    hit.click()
    page.wait_for_url(re.compile(r"\?at="))
    at = int(page.url.split(".")[-1].split("#")[0])
    seconds = page.locator("#player").evaluate("player => player.currentTime")
    assert at > 0
    assert abs(seconds * 1000 - at) < 1000
