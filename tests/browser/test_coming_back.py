"""How open pages come back: after a crash, after a dead line, after a sleep; and what is said meanwhile."""

import json
import signal
import time
from typing import Any

import pytest
from playwright.sync_api import Page, Request, WebSocketRoute, expect

from comments.queue.actions import join_queue
from comments.queue.floor import call_next
from comments.queue.queries import listed
from meetings.actions import call_item
from meetings.models import AgendaItem, Meeting
from tests import make
from tests.browser.conftest import DESK, House, Windows
from tests.browser.test_queue_stories import ask_to_speak

pytestmark = pytest.mark.browser
LIVE = "[data-room][data-connected]"
AT_ONCE_S = 5
"""How soon after the server answers again staff and whoever is next are back."""
AT_ONCE_MS = 1000
"""And a page that has been woken."""
FAREWELL_MS = 15_000
"""How long a browser that is offline may wait for the other end's close, before it gives its socket up."""
UNANSWERED = (
    "The server has not answered. What you typed is still here. "
    "When this page is live again, look whether it was done; if not, press again."
)
DELAYS = """([count, attempt]) => {
  const connection = document.querySelector("[data-room]")._htmx.ws.connection;
  const waits = [], drawn = [], real = window.setTimeout;
  window.setTimeout = (work, wait) => { waits.push(wait); return 0; };
  for (let n = 0; n < count; n += 1) {
    connection.attempt = attempt;
    waits.length = 0;
    connection.socket.dispatchEvent(new CloseEvent("close", { code: n % 2 ? 1012 : 1013 }));
    drawn.push(waits.at(-1));
  }
  window.setTimeout = real;
  return drawn;
}"""
"""What the extension computes for so many closed connections; nobody waits for it."""


def is_live(page: Page) -> None:
    page.locator(LIVE).wait_for(state="attached")


def delays(page: Page, attempt: int) -> list[float]:
    drawn: list[float] = page.evaluate(DELAYS, [20, attempt])
    return drawn


def put_on_the_floor(house: House) -> None:
    """Whoever has asked first is called."""

    def work(db: Any) -> None:
        meeting = db.get(Meeting, house.city.meeting.id)
        call_item(db, meeting, db.get(AgendaItem, house.city.item.id), by="system")
        call_next(db, meeting, listed(db, meeting.id)[0], by="system")

    house.write(work)


def test_after_a_crash_everybody_is_back_and_has_missed_nothing(windows: Windows, house: House) -> None:
    watcher, speaker, clerk = windows.open(), windows.open(), windows.clerk()
    ask_to_speak(speaker, "Rosa Díaz")
    expect(speaker.locator("#mine")).to_contain_text("You are next.")
    for page in (watcher, speaker, clerk):
        is_live(page)
    house.stop(signal.SIGKILL)
    clerk.locator("#add-name").fill("Ana Ruiz")
    clerk.keyboard.press("Enter")
    expect(clerk.locator("#problem")).to_have_text(UNANSWERED)
    expect(watcher.locator("#connection")).to_contain_text("This page is not live just now.")
    expect(watcher.locator("#announcer")).to_contain_text("It comes back by itself.")
    put_on_the_floor(house)

    house.start()
    began = time.monotonic()
    is_live(clerk)
    is_live(speaker)
    assert time.monotonic() - began < AT_ONCE_S
    expect(speaker.locator("#mine")).to_contain_text("It is your turn to speak")
    expect(clerk.locator(".floor")).to_contain_text("Rosa Díaz")
    expect(clerk.locator("#add-name")).to_have_value("Ana Ruiz")
    clerk.locator("#add-name").press("Enter")
    expect(clerk.locator("#problem")).to_be_empty()
    watcher.evaluate("dispatchEvent(new Event('online'))")
    expect(watcher.locator(".floor")).to_contain_text("Rosa Díaz")
    expect(watcher.locator("#panel-queue")).to_contain_text("Ana Ruiz")
    expect(watcher.locator("#announcer")).to_contain_text("This page is live again.")
    windows.complaints[:] = [each for each in windows.complaints if "Failed to fetch" not in each]


def test_the_crowd_is_spread_and_staff_and_who_is_next_are_not(windows: Windows, house: House) -> None:
    resident, clerk = windows.open(), windows.clerk()
    is_live(resident)
    is_live(clerk)
    first, second = delays(resident, 0), delays(resident, 1)
    assert max(first) <= 5000 and max(first) - min(first) > 2500
    assert max(second) <= 10_000 and max(second) - min(second) > 5000
    assert max(delays(resident, 9)) <= 60_000
    assert max(delays(clerk, 0)) <= 250
    assert max(delays(clerk, 9)) <= 2000

    ask_to_speak(resident, "Rosa Díaz")
    expect(resident.locator("#mine")).to_contain_text("You are next.")
    is_live(resident)
    assert max(delays(resident, 0)) <= 250


def test_what_wakes_a_page_brings_it_back_at_once(windows: Windows, house: House) -> None:
    page = windows.open()
    is_live(page)
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    page.locator("[data-room]:not([data-connected])").wait_for(state="attached")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    page.locator(LIVE).wait_for(state="attached", timeout=AT_ONCE_MS)

    page.context.set_offline(True)
    page.evaluate("document.querySelector('[data-room]')._htmx.ws.connection.socket.close()")
    expect(page.locator("#connection")).to_be_visible(timeout=FAREWELL_MS)
    house.write(lambda db: join(db, house, "Ben Okafor"))
    page.context.set_offline(False)
    expect(page.locator("#panel-queue")).to_contain_text("Ben Okafor", timeout=AT_ONCE_MS)
    expect(page.locator("#connection")).to_contain_text("This page is live again.")


def join(db: Any, house: House, name: str) -> None:
    meeting = db.get(Meeting, house.city.meeting.id)
    person = make.participant(db, meeting, name)
    join_queue(db, meeting, db.get(AgendaItem, house.city.item.id), person, by=person.actor, mode="in_person")


def test_a_line_that_died_without_a_word_is_left(windows: Windows, house: House) -> None:
    """The server beats; then nothing comes through any more, and the browser's socket knows of nothing."""
    page = windows.open("about:blank", size=DESK)
    lines: list[WebSocketRoute] = []
    page.route_web_socket("**/live?*", lambda line: deaden(lines, line))
    page.clock.install()
    page.goto(house.meeting)
    is_live(page)
    lines[0].send(json.dumps({"content": "", "beat": 20, "now": 0, "names": [], "since": "0-0"}))
    page.clock.run_for(30_000)
    assert len(lines) == 1
    page.clock.run_for(30_000)
    house.write(lambda db: join(db, house, "Ben Okafor"))
    expect(page.locator("#panel-queue")).to_contain_text("Ben Okafor")
    assert len(lines) == 2


def deaden(lines: list[WebSocketRoute], line: WebSocketRoute) -> None:
    """The first line lets nothing through; the next ones do."""
    server = line.connect_to_server()
    if not lines:
        server.on_message(lambda message: None)
    lines.append(line)


def test_what_nobody_answered_is_done_once_however_often_it_is_pressed(
    windows: Windows, house: House
) -> None:
    """The act is done and its answer is lost on the way."""
    clerk = windows.clerk()
    is_live(clerk)
    sent: list[Request] = []

    def lose(route: Any) -> None:
        sent.append(route.request)
        if len(sent) == 1:
            route.fetch(max_redirects=0)
            route.abort()
        else:
            route.continue_()

    clerk.route("**/requests", lose)
    for answer in (UNANSWERED, ""):
        clerk.locator("#add-name").fill("Ana Ruiz")
        clerk.locator("#add-name").press("Enter")
        expect(clerk.locator("#problem")).to_have_text(answer)
    assert sent[0].post_data == sent[1].post_data
    assert house.read(lambda db: len(listed(db, house.city.meeting.id))) == 1
    windows.complaints[:] = [each for each in windows.complaints if "Failed to fetch" not in each]
