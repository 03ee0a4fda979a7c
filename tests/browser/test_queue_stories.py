"""The speaker queue as people meet it, in two windows."""

import re
import signal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, House, Windows

pytestmark = pytest.mark.browser
WITHIN_A_SECOND = 1000


def ask_to_speak(page: Page, name: str, item: str = "Bike lane") -> None:
    page.locator(".agenda").get_by_role("link", name=re.compile(f"^Ask to speak.*{item}")).click()
    page.get_by_label("Your name").fill(name)
    page.get_by_role("button", name="Ask to speak").click()


def test_a_resident_joins_the_clerk_calls_and_both_screens_change(windows: Windows) -> None:
    resident, watcher, clerk = windows.open(), windows.open(size=DESK), windows.clerk()
    ask_to_speak(resident, "Rosa Díaz")
    expect(resident.locator("#mine")).to_contain_text("You are next.")
    expect(watcher.locator("#panel-queue")).to_contain_text("Rosa Díaz", timeout=WITHIN_A_SECOND)

    clerk.keyboard.press("i")
    expect(clerk.locator("#call-next")).to_contain_text("Rosa Díaz", timeout=2 * WITHIN_A_SECOND)
    clerk.keyboard.press("n")
    expect(watcher.locator(".floor")).to_contain_text("Rosa Díaz", timeout=2 * WITHIN_A_SECOND)
    expect(resident.locator("#mine")).to_contain_text("It is your turn to speak")
    expect(resident).to_have_title(re.compile("It is your turn"))

    clerk.keyboard.press("s")
    expect(watcher.locator(".clock-face")).to_have_text(re.compile("2:5"), timeout=4000)
    resident.get_by_role("button", name="Give up the floor").click()
    expect(watcher.locator(".floor")).not_to_contain_text("Rosa Díaz")
    expect(clerk.locator(".floor")).not_to_contain_text("Rosa Díaz")


def test_the_clock_is_right_on_a_device_whose_clock_is_wrong(windows: Windows, house: House) -> None:
    """An hour fast, and monotonic time has nothing to do with it: all screens run from the server's times."""
    resident, clerk, late = windows.open(), windows.clerk(), windows.open("about:blank")
    ask_to_speak(resident, "Rosa Díaz")
    clerk.keyboard.press("i")
    clerk.locator("#call-next").wait_for()
    clerk.keyboard.press("n")
    clerk.locator("#start").wait_for()
    clerk.keyboard.press("s")
    clerk.locator("#pause").wait_for()
    late.add_init_script("const now = Date.now; Date.now = () => now() + 3600000;")
    late.goto(house.meeting)
    shown = late.locator(".clock-face").inner_text()
    expect(late.locator(".clock-face")).not_to_have_text(shown)
    readings = [seconds_left(page) for page in (late, clerk)]
    assert abs(readings[0] - readings[1]) <= 1


def seconds_left(page: Page) -> int:
    minutes, seconds = page.locator(".clock-face").inner_text().split(":")
    return 60 * int(minutes) + int(seconds)


def test_ones_turn_is_heard_where_that_was_asked_for(windows: Windows) -> None:
    resident, clerk = windows.open(), windows.clerk()
    resident.evaluate("window.heard = []; addEventListener('engage:sounded', (e) => heard.push(e.detail))")
    ask_to_speak(resident, "Rosa Díaz")
    resident.evaluate("window.heard = []; addEventListener('engage:sounded', (e) => heard.push(e.detail))")
    resident.get_by_label("Sound and vibration when I am next and when it is my turn").check()
    clerk.keyboard.press("i")
    clerk.locator("#call-next").wait_for()
    clerk.keyboard.press("n")
    expect(resident.locator("#mine")).to_contain_text("It is your turn to speak")
    resident.wait_for_function("heard.at(-1) === 'turn'")
    assert resident.evaluate("heard")[0] == "next"


def test_an_open_page_comes_back_by_itself_with_nothing_missed(windows: Windows, house: House) -> None:
    watcher, resident = windows.open(), windows.open()
    watcher.locator("[data-room][data-connected]").wait_for(state="attached")
    house.stop(signal.SIGKILL)
    expect(watcher.locator("#connection")).to_be_visible(timeout=15_000)
    house.start()
    ask_to_speak(resident, "Ben Okafor")
    expect(watcher.locator("#panel-queue")).to_contain_text("Ben Okafor", timeout=15_000)
    expect(watcher.locator("#connection")).to_be_hidden()


def test_a_page_connects_also_when_its_scripts_come_late(windows: Windows, house: House) -> None:
    page = windows.open(f"{house.url}/meetings")
    for name in ("hx-ws.min.js", "live.js"):
        page.route(f"**/{name}*", lambda route: (page.wait_for_timeout(400), route.continue_()))
    page.goto(house.meeting)
    page.locator("[data-room][data-connected]").wait_for(state="attached")


def test_everything_works_with_javascript_off(windows: Windows) -> None:
    resident = windows.open(java_script_enabled=False)
    clerk = windows.clerk(java_script_enabled=False)
    ask_to_speak(resident, "Ana")
    expect(resident.locator("#mine")).to_contain_text("You are next.")
    clerk.reload()
    clerk.get_by_role("button", name="Call item 1").click()
    clerk.get_by_role("button", name="Call next: Ana").click()
    clerk.get_by_role("button", name="Start the clock").click()
    resident.reload()
    expect(resident.locator("#mine")).to_contain_text("You have the floor.")
    resident.get_by_role("button", name="Give up the floor").click()
    expect(resident.locator(".floor")).to_contain_text("The body")


def press_until(page: Page, name: str, key: str = "Tab") -> None:
    """Move the focus with the keyboard alone to what carries this name."""
    for _ in range(60):
        page.keyboard.press(key)
        if name in (page.evaluate("document.activeElement.innerText || document.activeElement.name") or ""):
            return
    raise AssertionError(f"the keyboard does not reach {name}")


def test_the_keyboard_alone_is_enough(windows: Windows) -> None:
    resident = windows.open(size=DESK)
    press_until(resident, "Ask to speak")
    resident.keyboard.press("Enter")
    resident.wait_for_url("**/request")
    press_until(resident, "name")
    resident.keyboard.type("Keyboard only")
    press_until(resident, "Ask to speak")
    resident.keyboard.press("Enter")
    expect(resident.locator("#mine")).to_contain_text("You are next.")
    resident.wait_for_url("**#mine")
    press_until(resident, "Withdraw")
    resident.keyboard.press("Enter")
    expect(resident.locator("#mine")).to_contain_text("Your request is withdrawn.")


def test_a_late_press_changes_nothing_and_says_why(windows: Windows, house: House) -> None:
    """The clerk's page shows Ana as next; Ana withdraws in the same moment."""
    resident, clerk = windows.open(), windows.clerk()
    ask_to_speak(resident, "Ana")
    clerk.keyboard.press("i")
    button = clerk.locator("#call-next")
    expect(button).to_contain_text("Ana")
    request = clerk.locator("#call-next").evaluate("button => button.form.elements.request.value")
    resident.get_by_role("button", name="Withdraw").click()
    expect(resident.locator("#mine")).to_contain_text("Your request is withdrawn.")
    expect(clerk.locator("#call-next")).to_have_count(0)
    clerk.evaluate(
        "(id) => { const old = document.querySelector('#close-queue').form;"
        " old.insertAdjacentHTML('beforeend', `<input type=hidden name=request value=${id}>`);"
        " old.setAttribute('hx-post', location.pathname.replace('console', 'floor')); htmx.process(old);"
        " old.requestSubmit(); }",
        request,
    )
    expect(clerk.locator("#problem")).to_contain_text("The queue has moved on meanwhile.")
    expect(clerk.locator("#console")).to_be_visible()
