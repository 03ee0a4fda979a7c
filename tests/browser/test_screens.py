"""The hall's display, the kiosk and the chair's view as people meet them."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from comments.kiosk.actions import make_kiosk
from comments.queue.actions import join_queue
from comments.queue.floor import extend_turn, start_turn
from comments.queue.models import Request
from comments.queue.queries import on_floor
from meetings.actions import call_item
from meetings.models import AgendaItem, Meeting
from tests import make
from tests.browser.conftest import House, Windows
from tests.make import PASSWORD

pytestmark = pytest.mark.browser
WITHIN_A_SECOND = 1000
BEAMER = {"width": 1920, "height": 1080}
TABLET = {"width": 1024, "height": 768}
LEAST_PX = 36
"""On a beamer of 1920 pixels, to be read from the back of the room."""
TOO_SMALL = """least => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (texts.nextNode()) {
    const node = texts.currentNode, box = node.parentElement;
    const isShown = node.data.trim() && !box.closest(".hidden-text, [hidden], script");
    if (isShown && parseFloat(getComputedStyle(box).fontSize) < least) found.push(node.data.trim());
  }
  return found;
}"""
CUT_OFF = """() => [...document.querySelectorAll(".hall section")]
  .filter(each => each.scrollHeight > each.clientHeight || each.scrollWidth > each.clientWidth)
  .map(each => each.className)"""


def wait_for_speakers(house: House, *names: str) -> None:
    """The first item is open, and these people wait on it."""

    def work(db: Any) -> None:
        meeting = db.get(Meeting, house.city.meeting.id)
        item = db.get(AgendaItem, house.city.item.id)
        call_item(db, meeting, item, by="system")
        for name in names:
            person = make.participant(db, meeting, name)
            join_queue(db, meeting, item, person, by=person.actor, mode="in_person")

    house.write(work)


def chair(windows: Windows, house: House) -> Page:
    page = windows.open(f"{house.url}/sign-in", size=TABLET)
    page.locator("[name=name]").fill("chair")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button").click()
    page.wait_for_url("**/chair")
    page.get_by_role("link", name="Regular meeting").click()
    page.locator("[data-room][data-connected]").wait_for(state="attached")
    return page


def hall(windows: Windows, house: House) -> Page:
    page = windows.open(f"{house.meeting}/hall", size=BEAMER)
    page.locator("[data-room][data-connected]").wait_for(state="attached")
    return page


def test_the_chair_calls_by_one_key_and_the_hall_shows_it_within_a_second(
    windows: Windows, house: House
) -> None:
    wait_for_speakers(house, "Ana", "Ben", "Cleo", "Dan", "Eve")
    wall, tablet = hall(windows, house), chair(windows, house)
    expect(wall.locator(".hall-next li")).to_have_count(3)
    tablet.keyboard.press("n")
    expect(wall.locator(".hall-name")).to_have_text("Ana", timeout=WITHIN_A_SECOND)
    expect(wall.locator(".hall-next li")).to_have_text(
        [re.compile("Ben"), re.compile("Cleo"), re.compile("Dan")]
    )
    expect(tablet.locator(".floor-name")).to_have_text("Ana")
    tablet.keyboard.press("n")
    expect(wall.locator(".hall-name")).to_have_text("Ben", timeout=WITHIN_A_SECOND)
    expect(tablet.locator(".floor-name")).to_have_text("Ben")
    tablet.keyboard.press("e")
    expect(wall.locator(".hall-name")).to_have_text("City Council", timeout=WITHIN_A_SECOND)
    expect(tablet.locator("#end-turn")).to_have_count(0)


def test_the_halls_clock_runs_and_changes_its_words_and_colour(windows: Windows, house: House) -> None:
    wait_for_speakers(house, "Ana")
    wall, tablet = hall(windows, house), chair(windows, house)
    tablet.keyboard.press("n")
    expect(wall.locator(".hall-name")).to_have_text("Ana")
    colours = {}
    for seconds, word, reading in (
        (180, "Time left", "2:5"),
        (25, "Less than half a minute left", "0:2"),
        (1, "Time is up", r"\+?0:0"),
    ):

        def give(db: Any, limit: int = seconds) -> None:
            speaker = on_floor(db, house.city.meeting.id)
            if speaker.state == "called":
                start_turn(db, speaker, by="system")
            speaker.limit_s = limit - 1
            extend_turn(db, speaker, by="system", seconds=1)

        house.write(give)
        expect(wall.locator(".clock-labels .line").first).to_have_text(word, timeout=4000)
        expect(wall.locator(".clock-face")).to_have_text(re.compile(f"^{reading}"), timeout=4000)
        colours[word] = wall.evaluate(
            "() => [getComputedStyle(document.querySelector('.hall-floor')).backgroundColor,"
            " getComputedStyle(document.querySelector('.clock-face')).color].join()"
        )
    assert len(set(colours.values())) == 3


def test_the_hall_can_be_read_from_the_back_and_nothing_is_cut_off(windows: Windows, house: House) -> None:
    wait_for_speakers(house, "Wilhelmina van der Meer-Rodríguez", "Ana", "", "A name that is rather long too")
    wall, tablet = hall(windows, house), chair(windows, house)
    for press in ("", "n"):
        if press:
            tablet.keyboard.press(press)
            expect(wall.locator(".hall-name")).to_contain_text("Wilhelmina")
        assert wall.evaluate(TOO_SMALL, LEAST_PX) == []
        assert wall.evaluate(CUT_OFF) == []


def test_signing_up_at_the_kiosk_by_keyboard(windows: Windows, house: House) -> None:
    wait_for_speakers(house, "Ana")

    def make_one(db: Any) -> str:
        return make_kiosk(db, db.get(Meeting, house.city.meeting.id), by=house.city.clerk)

    tablet = chair(windows, house)
    kiosk = windows.open(f"{house.url}/kiosk/{house.write(make_one)}", size=TABLET)
    keys = kiosk.keyboard
    for _ in range(3):  # two languages, then the first item
        keys.press("Tab")
    keys.press("Enter")
    kiosk.wait_for_url("**/items/*")
    keys.press("Tab")
    keys.type("Rosa Díaz")
    keys.press("Tab")
    keys.press("Space")
    keys.press("Tab")
    keys.press("Tab")
    keys.press("Enter")
    kiosk.wait_for_url("**/done/*")
    expect(kiosk.locator("h1")).to_have_text("You are number 2 in the queue.")
    expect(kiosk.locator("h1")).to_be_focused()
    expect(tablet.locator(".queue")).to_contain_text("Rosa Díaz", timeout=2 * WITHIN_A_SECOND)
    assert [each["name"] for each in kiosk.context.cookies() if each["name"].startswith("p_")] == []
    found = house.write(lambda db: db.scalars(select(Request).order_by(Request.place)).all()[-1])
    assert (found.name, found.stance, found.mode) == ("Rosa Díaz", "support", "in_person")
    kiosk.get_by_role("link", name="Done").click()
    expect(kiosk.locator("h1")).to_have_text("Sign up to speak")


def test_the_chair_writes_a_note_without_javascript(windows: Windows, house: House) -> None:
    page = windows.open(f"{house.url}/sign-in", size=TABLET, java_script_enabled=False)
    page.locator("[name=name]").fill("chair")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button").click()
    page.get_by_role("link", name="Regular meeting").click()
    page.get_by_role("textbox", name="Note General public comment").fill("Ask about the trees.")
    page.get_by_role("button", name="Keep the note").last.click()
    expect(page.locator(".chair-note")).to_contain_text("Ask about the trees.")
