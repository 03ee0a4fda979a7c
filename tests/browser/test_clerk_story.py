"""The hardest evening of the year, run from the console by keyboard alone, with its keys counted."""

import re
import sys
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from comments.queue import actions
from comments.queue.queries import requests_in
from engage import people
from meetings.members.actions import Seat, add_member
from meetings.models import Body, Meeting
from tests import make
from tests.browser.conftest import DESK, House, Windows

pytestmark = pytest.mark.browser
MOST_KEYS = 3
MEMBERS = ("Ana Ruiz", "Joe Park", "Lena Ortiz", "Sam Weiss", "Kim Tran")
ITEMS = ("Harbor bike lane", "Library hours", "Fees for next year")
FOR_EACH_ITEM = (16, 14, 10)


class Clerk:
    """Acts by keys alone. Words that are typed ("=words") are not counted, keys are."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.counts: dict[str, list[int]] = {}

    def act(self, what: str, *keys: str, shows: str, text: str | re.Pattern[str] = "") -> None:
        """Press the keys, then wait for what the console shows because of it."""
        for key in keys:
            if key.startswith("="):
                self.page.keyboard.type(key[1:])
            else:
                self.page.keyboard.press(key)
        self.counts.setdefault(what, []).append(sum(not key.startswith("=") for key in keys))
        expect(self.page.locator(shows).first).to_contain_text(text)

    def report(self) -> str:
        rows = [f"{what}: at most {max(n)} keys, {len(n)} times" for what, n in sorted(self.counts.items())]
        together = sum(sum(n) for n in self.counts.values())
        return "\n".join(
            [*rows, f"all together {together} keys for {sum(map(len, self.counts.values()))} acts"]
        )


def evening(db: Any, body_id: str) -> tuple[str, list[str]]:
    """A published meeting of three items with forty people who want to speak; its id and their names."""
    body = db.get_one(Body, body_id)
    meeting = make.meeting(db, body, state="published", title="The long evening")
    for name in MEMBERS:
        add_member(db, body, Seat(name), by=make.SYSTEM)
    names: list[str] = []
    for place, title in enumerate(ITEMS, 1):
        item = make.item(db, meeting, title, place=place)
        for n in range(FOR_EACH_ITEM[place - 1]):
            names.append(f"Speaker {len(names) + 1}")
            person = people.take_part(db, meeting.id, None, name=names[-1])
            mode = "remote" if n % 2 else "in_person"
            actions.join_queue(db, meeting, item, person, by=person.actor, mode=mode)
    return meeting.id, names


def hear(clerk: Clerk, count: int) -> None:
    """Call, start and end so many speakers."""
    for _ in range(count):
        clerk.act("call the next speaker", "n", shows="#start")
        clerk.act("start the clock", "s", shows="#pause")
        clerk.act("end their time", "e", shows=".floor-name", text="The body")


def call_item(clerk: Clerk, number: int) -> None:
    clerk.act("call an item", "i", shows='#console [aria-current="true"]', text=ITEMS[number - 1])


def test_an_evening_by_keyboard_alone(windows: Windows, house: House, tmp_path: Path) -> None:
    meeting_id, names = house.write(lambda db: evening(db, house.city.body.id))
    page = windows.clerk(f"{house.url}/clerk/meetings/{meeting_id}/console", size=DESK)
    page.locator("[data-room][data-connected]").wait_for(state="attached")
    clerk = Clerk(page)

    clerk.act("open the meeting", "o", shows="#roll-save")
    clerk.act("call the roll", "f", "Enter", shows="#quorum", text="5 of 5")
    call_item(clerk, 1)
    hear(clerk, 5)
    interrupt(clerk)
    clerk.act("called and not there", "n", shows="#not-here")
    clerk.act("called and not there", "x", shows='[data-key="b"]')
    clerk.act("take back", "b", shows="#call-next", text="Call next")
    poll(clerk, "Shall we hear everybody?")
    hear(clerk, FOR_EACH_ITEM[0] - 6)
    move_and_vote(clerk)

    call_item(clerk, 2)
    hear(clerk, 3)
    disrupt(clerk)
    hear(clerk, FOR_EACH_ITEM[1] - 3)
    poll(clerk, "Open on Sundays?")
    clerk.act("recess", "r", "Enter", shows="#reconvene")
    clerk.act("reconvene", "o", shows="#next-item")

    call_item(clerk, 3)
    clerk.act("add a person", "a", "=Paper card", "Enter", shows=".rows.list", text="Paper card")
    clerk.act("undo", "u", shows="#waiting-heading", text=f"({FOR_EACH_ITEM[2]})")
    clerk.act("time for each speaker", "t", "=1:00", "Enter", shows="#times > summary", text="1:00")
    clerk.act(
        "go to a row and move it",
        "3",
        "Alt+ArrowUp",
        "Escape",
        shows=".rows.list li:nth-child(2)",
        text=names[32],
    )
    hear(clerk, FOR_EACH_ITEM[2])
    clerk.act("close the list", "w", shows="#reopen-list")
    clerk.act("lock the room", "l", shows="#console", text="The room is locked.")
    clerk.act("adjourn", "z", "Enter", shows=".badge", text="Adjourned")

    (tmp_path / "keys.txt").write_text(clerk.report())
    sys.stderr.write(f"\n{clerk.report()}\n")
    assert {what: n for what, n in clerk.counts.items() if max(n) > MOST_KEYS} == {}
    heard = house.read(lambda db: spoken(db, meeting_id))
    assert sorted(heard) == sorted(names)


def test_what_is_typed_stays_while_others_change_the_meeting(windows: Windows, house: House) -> None:
    page = windows.clerk(size=DESK)
    page.locator("[data-room][data-connected]").wait_for(state="attached")
    page.keyboard.press("a")
    page.keyboard.type("Half a na")
    page.locator("#times > summary").click()
    page.locator("#add-name").focus()
    house.write(lambda db: join_general(db, house.city.meeting.id, "Somebody else"))
    expect(page.locator("#console")).to_contain_text("Somebody else")
    page.keyboard.type("me")
    expect(page.locator("#add-name")).to_have_value("Half a name")
    expect(page.locator("#times")).to_have_attribute("open", "")


def join_general(db: Any, meeting_id: str, name: str) -> None:
    meeting = db.get_one(Meeting, meeting_id)
    person = people.take_part(db, meeting_id, None, name=name)
    actions.join_queue(db, meeting, None, person, by=person.actor, mode="remote")


def interrupt(clerk: Clerk) -> None:
    """A point of order while somebody speaks; the speaker goes on afterwards."""
    clerk.act("call the next speaker", "n", shows="#start")
    clerk.act("start the clock", "s", shows="#pause")
    clerk.act("point of order", "p", "Enter", shows=".rows.list", text="Point of order")
    clerk.act("call the next speaker", "n", shows=".floor-waits")
    clerk.act("start the clock", "s", shows="#pause")
    clerk.act("end their time", "e", shows="#start", text="Go on")
    clerk.act("start the clock", "s", shows="#pause")
    clerk.act("end their time", "e", shows=".floor-name", text="The body")


def poll(clerk: Clerk, question: str) -> None:
    clerk.act("show of hands", "h", f"={question}", "Enter", shows='[data-key="c"]', text="Close the poll")
    clerk.act("close the poll", "c", shows="#surveys-heading")
    expect(clerk.page.locator('[data-key="c"]')).to_have_count(0)


def move_and_vote(clerk: Clerk) -> None:
    clerk.act("new motion", "m", "=A", "Tab", "=J", "Enter", shows="#open-vote")
    clerk.act("open the vote", "v", shows="#motions [type=radio]")
    clerk.act("vote", "v", "Enter", shows="#motions", text=re.compile("carried|Carried|adopted"))


def disrupt(clerk: Clerk) -> None:
    clerk.act("declare a disruption", "d", "N", "Enter", shows="#take-step")
    clerk.act("note a step", "d", "W", "Enter", shows="#disruption-heading ~ ul li")
    clerk.act("end the disruption", "o", "Enter", shows="#begin-recess")


def spoken(db: Any, meeting_id: str) -> list[str]:
    """Who has had the floor, but for the point of order that nobody gave a name to."""
    return [one.name for one in requests_in(db, meeting_id) if one.state == "finished" and one.name]
