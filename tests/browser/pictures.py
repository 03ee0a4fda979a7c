"""`python -m tests.browser.pictures` plays an evening and writes the pictures of the clerk's guide."""

import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

import click
from playwright.sync_api import Page, sync_playwright

from comments.kiosk.actions import make_kiosk
from engage import people
from engage.db import Database
from engage.doors import participant_cookie
from engage.migrations import migrate
from engage.settings import Settings
from tests.browser import picture_story as story
from tests.browser.conftest import ARGUMENTS, Windows
from tests.browser.picture_city import (
    HEARING,
    LATER,
    LIGHTING,
    MARTA,
    ON_CALENDAR,
    ON_LIGHTING,
    PASSWORD,
    prepare,
    sign_up,
)
from tests.browser.picture_show import Show, connected, picture

DESK = {"width": 1280, "height": 800}
BEAMER = {"width": 1920, "height": 1080}
HALL_WIDTH = 960


def before(show: Show, windows: Windows, clerk: Page) -> Page:
    """Members, the kiosk at the door, and a resident who asks to speak; her phone."""
    show.at("18:31")
    clerk.goto(f"{show.url}/clerk/bodies/{show.evening.body}/members")
    picture(clerk, "members")
    account = show.read(lambda db: people.known_account(db, "clerk"))
    token = show.write(lambda db: make_kiosk(db, show.evening.now(db), by=account))
    kiosk = windows.open(f"{show.url}/kiosk/{token}", size=DESK)
    picture(kiosk, "kiosk")
    show.at("18:42")
    phone = windows.open(f"{show.meeting}/items/{show.evening.items[HEARING]}/request")
    phone.locator("[name=name]").fill("Elena Ruiz")
    phone.get_by_text("In favor", exact=True).click()
    phone.get_by_text("I speak through an interpreter").click()
    picture(phone, "ask", is_whole=True)
    phone.locator("main .btn-large").click()
    phone.wait_for_url(show.meeting + "**")
    show.at("18:55", story.note_of_chair, lambda db, evening: sign_up(db, evening, HEARING, LATER))
    return connected(phone)


def opening(show: Show, clerk: Page) -> None:
    show.at("19:01")
    clerk.goto(show.console)
    connected(clerk)
    clerk.keyboard.press("o")
    clerk.locator("#roll-save").wait_for()
    for key in "f11412":
        clerk.keyboard.press(key)
    picture(clerk, "roll", at="#attendance", tall=860)
    clerk.keyboard.press("Enter")
    clerk.locator("#quorum .badge").wait_for()


def an_item(show: Show, windows: Windows, clerk: Page) -> None:
    """The consent calendar with an item taken out, and the motion to approve the rest."""
    show.at("19:03", lambda db, evening: story.call_item(db, evening, "1"))
    show.at("19:04", lambda db, evening: story.call_item(db, evening, "2"))
    show.at("19:05", lambda db, evening: sign_up(db, evening, "2", ON_CALENDAR))
    show.at("19:05", lambda db, evening: story.take_out(db, evening, "2.2"), story.move_consent)
    clerk.locator("#open-vote").wait_for()
    picture(clerk, "consent", at=".console-regions", tall=960)
    show.at("19:06", story.approve_together)
    show.at("19:11", story.benches)


def public_comment(show: Show, windows: Windows, clerk: Page, phone: Page) -> None:
    """The hearing with its sixth speaker, on every screen of the evening; then a show of hands."""
    remote = windows.open("about:blank")
    name = participant_cookie(show.evening.meeting)
    remote.context.add_cookies([{"name": name, "value": MARTA, "url": show.meeting}])
    remote.goto(show.meeting)
    connected(remote)
    show.at("19:13", story.hear_some)
    show.at("19:22")
    clerk.goto(show.console)
    connected(clerk)
    picture(clerk, "console", at=".console-regions", tall=1140)
    phone.reload()
    picture(connected(phone), "next")
    chair = clerk.context.new_page()
    chair.goto(f"{show.url}/chair/meetings/{show.evening.meeting}")
    picture(connected(chair), "chair", tall=845)
    wall = windows.open(f"{show.meeting}/hall", size=BEAMER)
    picture(connected(wall), "hall", width=HALL_WIDTH)
    show.at("19:23", story.end_turn)
    show.at("19:26", story.poll)
    wall.reload()
    picture(connected(wall), "poll", width=HALL_WIDTH)
    show.at("19:28", story.close_poll)
    show.at("19:31", story.hear_rest)


def a_vote(show: Show, windows: Windows, clerk: Page) -> None:
    show.at("19:50", story.open_vote)
    clerk.locator("#motions [type=radio]").first.wait_for()
    for key in "v11412":
        clerk.keyboard.press(key)
    picture(clerk, "vote", at="#motions .card", tall=1045)
    clerk.keyboard.press("Enter")
    clerk.get_by_text("Carried, 3 to 1").wait_for()
    stranger = windows.open(show.meeting)
    picture(connected(stranger), "decision", at="#decisions-heading")


def trouble(show: Show, windows: Windows, clerk: Page) -> None:
    show.at("19:56", lambda db, evening: sign_up(db, evening, LIGHTING, ON_LIGHTING))
    show.at("19:58", story.disrupt)
    show.at("20:11")
    clerk.reload()
    picture(connected(clerk), "disruption", at=".console-regions", tall=1180)


def adjourning(show: Show, clerk: Page) -> None:
    show.at("20:40", story.finish)
    clerk.goto(f"{show.desk}/minutes")
    picture(clerk, "minutes", at=f"[id='{show.evening.items[LIGHTING]}']", tall=1385)


@click.command()
def main() -> None:
    """Needs Chromium; takes about half a minute."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as hours, sync_playwright() as playwright:
        settings = Settings(data=Path(folder), city="City of Alder Bay", posts_per_minute=10_000)
        migrate(settings.database)
        store = Database(settings.database)
        show = Show(settings, store.write_now(prepare), hours)
        store.close()
        show.at("18:30")
        show.start()
        hours.callback(show.end)
        path = shutil.which("chromium") or shutil.which("google-chrome")
        windows = Windows(playwright.chromium.launch(executable_path=path, args=ARGUMENTS), show)
        play(show, windows)
        windows.close()


def play(show: Show, windows: Windows) -> None:
    clerk = windows.sign_in("clerk", PASSWORD, size=DESK)
    phone = before(show, windows, clerk)
    opening(show, clerk)
    an_item(show, windows, clerk)
    public_comment(show, windows, clerk, phone)
    a_vote(show, windows, clerk)
    trouble(show, windows, clerk)
    adjourning(show, clerk)


if __name__ == "__main__":
    main()
