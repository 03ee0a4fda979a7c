"""Live captions in Chromium: text that stays where one reads it, follows the newest, can be read aloud."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from engage import clock
from engage.db import new_id
from meetings.floor.actions import choose_captions, make_place
from meetings.floor.models import Caption
from meetings.models import Meeting
from tests.browser.conftest import DESK, House, Windows
from tests.browser.test_pages import faults
from tests.make import SYSTEM
from transcripts.captioning.live import MOST

pytestmark = pytest.mark.browser
AXE = Path(__file__).parent / "axe.min.js"
AT_END = "box => box.scrollHeight - box.scrollTop - box.clientHeight < 48"


class Spoken:
    """Writes captions as the captioner does, each three seconds after the one before."""

    def __init__(self, house: House) -> None:
        self.house, self.count, self.start = house, 0, clock.now() - timedelta(minutes=10)
        house.write(self._carry)

    def _carry(self, db: Session) -> None:
        meeting = db.get_one(Meeting, self.house.city.meeting.id)
        meeting.carries_sound = True
        self.person = make_place(db, meeting, "chair", by=SYSTEM)[0].person

    def say(self, *texts: str, **over: Any) -> list[str]:
        rows = [self.row(text, **over) for text in texts]
        self.house.write(lambda db: db.add_all(rows))
        return [row.id for row in rows]

    def row(self, text: str, **over: Any) -> Caption:
        self.count += 1
        at = self.start + timedelta(seconds=3 * self.count)
        facts = {
            "id": new_id(),
            "meeting_id": self.house.city.meeting.id,
            "channel": 0,
            "person": self.person,
        }
        facts |= {"start_at": at, "end_at": at + timedelta(seconds=2), "language": "en", "text": text}
        return Caption(**facts | over)

    def change(self, row_id: str, text: str) -> None:
        def work(db: Session) -> None:
            row = db.get_one(Caption, row_id)
            row.text, row.is_final = text, True

        self.house.write(work)


@pytest.fixture
def spoken(house: House) -> Iterator[Spoken]:
    yield Spoken(house)


def texts(page: Page) -> list[str]:
    found: list[str] = page.locator("#captions-lines > li > span").all_inner_texts()
    return found


def last(page: Page, text: str) -> None:
    expect(page.locator("#captions-lines > li > span").last).to_have_text(text)


def test_captions_grow_at_the_end_and_the_page_follows_unless_one_reads_further_up(
    windows: Windows, spoken: Spoken
) -> None:
    before = [f"This is sentence number {n} of the chair this evening." for n in range(MOST)]
    spoken.say(*before)
    page = windows.open()
    box = page.locator("#captions-read")
    last(page, before[-1])
    assert box.evaluate(AT_END)

    after = [f"And then came sentence {n}." for n in range(5)]
    spoken.say(*after)
    last(page, after[-1])
    assert texts(page) == [*before, *after]  # five are in no push any more
    assert box.evaluate(AT_END)

    box.evaluate("box => { box.scrollTop = 200; }")
    page.wait_for_function("document.getElementById('captions-read').scrollTop === 200")
    spoken.say("Something new.")
    last(page, "Something new.")
    assert box.evaluate("box => box.scrollTop") == 200


def test_a_caption_is_made_clearer_in_place_and_may_be_taken_back(windows: Windows, spoken: Spoken) -> None:
    spoken.say("Good evening.")
    page = windows.open()
    page.locator("#captions-read").focus()
    (row,) = spoken.say("The meeting is cold to", is_final=False)
    last(page, "The meeting is cold to")
    page.locator("#captions-lines > li").last.evaluate("line => { line.dataset.mark = 'mine'; }")
    spoken.change(row, "The meeting is called to order.")
    last(page, "The meeting is called to order.")
    line = page.locator("#captions-lines > li").last
    assert line.get_attribute("data-open") is None and line.get_attribute("data-mark") == "mine"
    expect(page.locator("#captions-read")).to_be_focused()
    spoken.house.write(lambda db: db.delete(db.get_one(Caption, row)))
    expect(page.locator("#captions-lines > li")).to_have_count(1)


def test_what_is_withheld_goes_from_an_open_page_also_further_up(windows: Windows, spoken: Spoken) -> None:
    ids = spoken.say("She lives at 12 Elm Street.", "Good evening.")
    page = windows.open()
    last(page, "Good evening.")
    spoken.say(*(f"Sentence {n}." for n in range(MOST)))
    last(page, f"Sentence {MOST - 1}.")
    assert "She lives at 12 Elm Street." in texts(page)

    clerk = windows.clerk(spoken.house.console.replace("/console", "/captions/withholding"))
    clerk.get_by_role("link", name="Earlier captions").click()
    clerk.locator("label", has_text="She lives at 12 Elm Street.").click()
    clerk.get_by_text("Personal data").click()
    assert faults(clerk) == []
    clerk.get_by_role("button", name="Withhold these lines").click()
    clerk.get_by_role("link", name="Earlier captions").click()
    expect(clerk.locator("em")).to_have_text("Withheld from the public.")
    expect(page.locator("#captions-lines")).not_to_contain_text("Elm Street")
    expect(page.locator(f"#caption-{ids[0]}")).to_contain_text("Withheld from the public.")
    assert "Good evening." in texts(page)


def test_at_the_upper_end_the_earlier_captions_are_fetched(windows: Windows, spoken: Spoken) -> None:
    all_of_it = [f"This is sentence number {n} of the chair this evening." for n in range(MOST + 20)]
    spoken.say(*all_of_it)
    page = windows.open(size=DESK)
    last(page, all_of_it[-1])
    assert len(texts(page)) == MOST
    page.locator("#captions-read").evaluate("box => { box.scrollTop = 0; }")
    expect(page.locator("#captions-lines > li")).to_have_count(MOST + 20)
    assert texts(page) == all_of_it
    assert page.locator("#captions-read").evaluate("box => box.scrollTop > 100")


def test_what_was_missed_in_a_long_break_comes_with_the_next_caption(
    windows: Windows, spoken: Spoken
) -> None:
    before = [f"Sentence {n}." for n in range(3)]
    spoken.say(*before)
    page = windows.open()
    last(page, before[-1])
    page.context.set_offline(True)
    spoken.house.stop()
    missed = [f"Missed {n}." for n in range(MOST + 4)]
    spoken.say(*missed)
    page.context.set_offline(False)
    spoken.house.start()
    page.wait_for_selector("[data-room][data-connected]", state="attached", timeout=30_000)
    spoken.say("We are back.")
    expect(page.locator("#captions-lines > li")).to_have_count(3 + MOST + 5)
    assert texts(page) == [*before, *missed, "We are back."]


def test_each_settled_caption_is_read_aloud_once_on_request(windows: Windows, spoken: Spoken) -> None:
    spoken.say("Good evening.")
    page = windows.open()
    voice = page.locator("#captions-voice")
    spoken.say("Nobody asked for this.")
    last(page, "Nobody asked for this.")
    expect(voice).to_have_text("")
    page.get_by_text("Have a screen reader read each caption when it comes").click()
    (row,) = spoken.say("The meeting is", is_final=False)
    last(page, "The meeting is")
    expect(voice).to_have_text("")
    spoken.change(row, "Se abre la sesión.")
    expect(voice).to_have_text("Se abre la sesión.")
    assert page.locator("#panel-captions [aria-live]").count() == 0


def test_that_they_are_off_is_told_at_once_and_nobody_is_kept_out(windows: Windows, spoken: Spoken) -> None:
    page = windows.open()
    expect(page.locator("#panel-captions")).to_contain_text("As soon as somebody is heard")
    expect(page.locator("#captions-choice")).to_be_hidden()
    spoken.say("Good evening.", "Welcome to the meeting.")
    last(page, "Welcome to the meeting.")
    expect(page.locator("#captions-choice")).to_be_visible()

    def stop(db: Session) -> None:
        meeting = db.get_one(Meeting, spoken.house.city.meeting.id)
        choose_captions(db, meeting, wanted=False, by=SYSTEM, why="busy")

    spoken.house.write(stop)
    expect(page.locator("#panel-captions")).to_contain_text("Live captions are off. The machine is busy.")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run('#panel-captions, #captions-choice')")
    assert [each["id"] for each in found["violations"]] == []
