"""The two parts of a page that make its sound: listening, and one's own microphone."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from engage.record import SYSTEM
from meetings.actions import adjourn_meeting, recess_meeting, reconvene_meeting
from meetings.floor import actions
from meetings.floor.models import INTERPRETER
from meetings.floor.queries import place_of_link
from meetings.models import Meeting
from tests.browser.chamber import Chamber, chamber, is_on_air, microphone, sign_of, state_of
from tests.browser.conftest import DESK, PHONE, House
from tests.browser.ears import tapped
from tests.browser.test_pages import faults

pytestmark = pytest.mark.browser
__all__ = ["chamber", "microphone"]


def test_one_agrees_tests_unheard_and_is_muted_by_a_key(chamber: Chamber) -> None:
    chamber.close_microphone()
    listener, place = chamber.listener(), chamber.page_of_the_place()
    box = place.locator("#microphone")
    expect(box).to_contain_text("What you say here is public and recorded.")
    expect(sign_of(place)).to_be_hidden()
    place.get_by_role("button", name="I agree").click()
    expect(sign_of(place)).to_contain_text("Nobody hears you until you are on the air.")
    expect(box).to_contain_text("Your microphone works.")
    assert place.evaluate("document.querySelector('meter').value") > 0
    box.get_by_role("button", name="Hear yourself for three seconds").click()
    expect(box).to_contain_text("Recording for three seconds.")
    expect(box).to_contain_text("This is how you sound.")
    assert tapped(listener).levels().max() == 0
    chamber.open_microphone()
    is_on_air(place)
    expect(box.get_by_label("Which microphone?")).to_be_hidden()
    place.keyboard.press("m")
    expect(sign_of(place)).to_contain_text("You are muted")
    place.wait_for_timeout(500)
    muted = place.evaluate("Date.now()")
    place.wait_for_timeout(1200)
    assert tapped(listener).part(muted, muted + 1000).levels().max() < 0.001
    box.get_by_text("The key M mutes and unmutes").click()
    place.keyboard.press("m")
    expect(sign_of(place)).to_contain_text("You are muted")
    box.get_by_role("button", name="Unmute yourself").click()
    is_on_air(place)


def test_one_window_has_the_microphone(chamber: Chamber) -> None:
    first = chamber.place()
    is_on_air(first)
    second = first.context.new_page()
    second.goto(first.url)
    is_on_air(second)
    expect(first.locator("#microphone")).to_contain_text("Your microphone is open in another window")
    first.get_by_role("button", name="Use it here").click()
    is_on_air(first)
    expect(second.locator("#microphone")).to_contain_text("Your microphone is open in another window")


def test_nobody_hears_themselves(chamber: Chamber) -> None:
    place = chamber.place()
    is_on_air(place)
    place.get_by_role("button", name="Listen", exact=True).click()
    expect(state_of(place)).to_have_text("You are listening.")
    place.wait_for_timeout(3000)
    assert tapped(place, "spoken").levels().max() > 0.03
    assert tapped(place).levels().max() == 0


def test_a_microphone_that_is_not_there_is_told_calmly(chamber: Chamber, chromium: Browser) -> None:
    chamber.windows.browser = chromium
    page = chamber.place()
    page.get_by_role("button", name="Turn on your microphone").click()
    title = page.locator("[data-part=trouble-title]")
    expect(title).to_have_text(re.compile("^(No microphone was found|Your browser does not give this page)"))
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    expect(sign_of(page)).to_contain_text("You are off the air")


def interpreters_place(house: House, tongue: str = "es") -> str:
    def make(db: Any) -> str:
        meeting = db.get_one(Meeting, house.city.meeting.id)
        return actions.make_place(db, meeting, INTERPRETER, by=SYSTEM, language=tongue)[1]

    made: str = house.write(make)
    return made


def end_place(house: House, link: str) -> None:
    house.write(lambda db: actions.end_place(db, place_of_link(db, link)[0], by=SYSTEM))


def test_the_interpreter_is_heard_instead_of_the_floor(chamber: Chamber) -> None:
    chamber.close_microphone()
    listener = chamber.listener()
    expect(state_of(listener)).to_have_text("You are listening. No microphone is open just now.")
    link = interpreters_place(chamber.house)
    interpreter = chamber.place(link)
    is_on_air(interpreter)
    interpreter.wait_for_timeout(3500)
    assert tapped(listener).levels().max() == 0
    listener.get_by_text("Interpreter: Spanish").click()
    expect(state_of(listener)).to_have_text("You are listening.")
    listener.wait_for_timeout(3000)
    assert tapped(listener).levels().max() > 0.03


@pytest.mark.parametrize("is_at_a_place", [False, True])
def test_interpreters_come_and_go_while_one_listens(chamber: Chamber, is_at_a_place: bool) -> None:
    listener = chamber.listener(chamber.address() if is_at_a_place else "")
    expect(state_of(listener)).to_contain_text("You are listening.")
    expect(listener.get_by_text("What do you want to hear?")).to_have_count(0)
    first = interpreters_place(chamber.house)
    listener.get_by_text("Interpreter: Spanish").click()
    expect(listener.get_by_label("Interpreter: Spanish")).to_be_checked()
    second = interpreters_place(chamber.house, "vi")
    expect(listener.get_by_text("Interpreter: Vietnamese")).to_be_visible()
    expect(listener.get_by_label("Interpreter: Spanish")).to_be_checked()
    end_place(chamber.house, first)
    expect(listener.get_by_label("The floor, as it is spoken")).to_be_checked()
    expect(state_of(listener)).to_have_text("You are listening.")
    end_place(chamber.house, second)
    expect(listener.get_by_text("What do you want to hear?")).to_have_count(0)


def test_a_device_that_never_says_that_it_gives_sound_out_holds_nobody_up(chamber: Chamber) -> None:
    """Firefox, on a machine without a loudspeaker."""
    listener = chamber.open("about:blank")
    listener.add_init_script("AudioContext.prototype.resume = () => new Promise(() => {});")
    listener.goto(chamber.house.meeting)
    listener.get_by_role("button", name="Listen", exact=True).click()
    expect(state_of(listener)).to_contain_text("You are listening.")


def test_a_pause_and_the_end_are_told(chamber: Chamber) -> None:
    listener = chamber.listener()
    expect(state_of(listener)).to_contain_text("You are listening.")

    def act(verb: Callable[..., None]) -> None:
        meeting_id = chamber.house.city.meeting.id
        chamber.house.write(lambda db: verb(db, db.get_one(Meeting, meeting_id), by=SYSTEM))

    act(recess_meeting)
    expect(state_of(listener)).to_have_text("The sound pauses: recess. It comes back by itself.")
    act(reconvene_meeting)
    expect(state_of(listener)).to_contain_text("You are listening.")
    act(adjourn_meeting)
    expect(state_of(listener)).to_have_text("The meeting is over. There is no more sound.")
    expect(listener.get_by_role("button", name="Listen", exact=True)).to_be_visible()


OPENED = """
window.opened = [];
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wish) => {
  const stream = await ask(wish);
  window.opened.push(...stream.getTracks());
  return stream;
};
"""
STATES = "window.opened.map((track) => track.readyState)"


def test_the_device_is_let_go_between_the_test_and_ones_turn_and_after_it(chamber: Chamber) -> None:
    page = chamber.open(chamber.house.meeting)
    page.add_init_script(OPENED)
    page.locator(".agenda").get_by_role("link", name=re.compile("^Ask to speak")).first.click()
    page.get_by_label("Your name").fill("Rosa")
    page.get_by_role("button", name="Ask to speak").click()
    page.get_by_role("button", name="I agree").click()
    page.get_by_role("button", name="Test your microphone").click()
    expect(page.locator("#microphone")).to_contain_text("Your microphone works.")
    assert page.evaluate(STATES) == ["live"]
    page.get_by_role("button", name="I am ready").click()
    expect(sign_of(page)).to_contain_text("Your microphone is connected just before your turn.")
    assert page.evaluate(STATES) == ["ended"]
    clerk = chamber.windows.clerk()
    clerk.keyboard.press("i")
    expect(sign_of(page)).to_contain_text("Your microphone is connected.")
    clerk.locator("#call-next").wait_for()
    clerk.keyboard.press("n")
    is_on_air(page)
    assert page.evaluate(STATES) == ["ended", "live"]
    expect(clerk.locator(".floor")).to_contain_text("Rosa")
    clerk.keyboard.press("s")
    clerk.locator("#pause").wait_for()
    clerk.keyboard.press("e")
    expect(sign_of(page)).to_contain_text("Your microphone is closed. Nobody hears you.")
    assert page.evaluate(STATES) == ["ended", "ended"]


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (DESK, "dark")])
def test_both_are_accessible_and_fit(chamber: Chamber, size: dict[str, int], scheme: str) -> None:
    interpreters_place(chamber.house)
    look: dict[str, Any] = {"size": size, "color_scheme": scheme}
    listener, place = chamber.listener(**look), chamber.page_of_the_place(**look)
    expect(state_of(listener)).to_have_text("You are listening.")
    assert faults(listener) == []
    assert faults(place) == []
    place.get_by_role("button", name="I agree").click()
    is_on_air(place)
    assert faults(place) == []


def test_without_javascript_nothing_is_dead(chamber: Chamber) -> None:
    page = chamber.windows.open(java_script_enabled=False)
    expect(page.get_by_role("button", name="Listen", exact=True)).to_have_count(0)
    expect(page.locator("noscript audio[controls]")).to_be_visible()
    place = chamber.windows.open(chamber.address(), java_script_enabled=False)
    expect(place.locator("noscript .notice-title")).to_have_text("Speaking needs JavaScript")
    expect(place.get_by_role("button", name="I agree")).to_have_count(0)
