"""From the front page to being heard: a resident without an account on a phone; one console for the clerk."""

import re
import shutil
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from comments.queue.listing import set_meeting_rules
from comments.queue.rules import CUT, Rules
from engage import demo
from meetings import actions
from meetings.models import Meeting
from tests.browser.conftest import ARGUMENTS, DESK, House, Windows
from tests.make import PASSWORD, SYSTEM

pytestmark = pytest.mark.browser

SPEECH = Path(demo.__file__).parent / "meeting.opus"
RATE = 48_000
LEAD_S, SPEECH_S = 1.5, 12
WORDS = "My daughter rides to school along Elm Street."
EAR = """
const connect = AudioNode.prototype.connect;
AudioNode.prototype.connect = function (to, ...rest) {
  if (to instanceof AudioDestinationNode) {
    window.ear ??= new AnalyserNode(to.context, { fftSize: 4096 });
    connect.call(this, window.ear);
  }
  return connect.call(this, to, ...rest);
};
window.loudness = () => {
  const samples = new Float32Array(4096);
  window.ear?.getFloatTimeDomainData(samples);
  return Math.sqrt(samples.reduce((sum, each) => sum + each * each, 0) / samples.length);
};
"""
"""Measures what a page sends to its loudspeaker: the root mean square of the last 85 ms."""
HEARD, SILENT = "window.loudness() > 0.01", "window.loudness() < 0.0001"


@pytest.fixture(scope="session")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Somebody speaks, after a silence; Chromium plays it again and again as its microphone."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    pieces: list[Any] = [np.zeros(round(LEAD_S * RATE), np.int16)]
    with av.open(str(SPEECH)) as file:
        for frame in file.decode(audio=0):
            pieces += [each.to_ndarray()[0] for each in resampler.resample(frame)]
            if sum(map(len, pieces)) > (LEAD_S + SPEECH_S) * RATE:
                break
    path = tmp_path_factory.mktemp("speech") / "speech.wav"
    with wave.open(str(path), "wb") as out:
        out.setparams((1, 2, RATE, 0, "NONE", ""))
        out.writeframes(np.concatenate(pieces).tobytes())
    return path


@pytest.fixture(scope="session")
def microphone(chromium: Browser, speech: Path) -> Iterator[Browser]:
    """A browser whose microphone hears the speech, and which asks nobody whether a page may use it."""
    arguments = [
        *(*ARGUMENTS, "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"),
        f"--use-file-for-fake-audio-capture={speech}",
    ]
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    made = chromium.browser_type.launch(
        executable_path=path, args=arguments, ignore_default_args=["--mute-audio"]
    )
    yield made
    made.close()


@pytest.fixture
def speakers(microphone: Browser, house: House) -> Iterator[Windows]:
    made = Windows(microphone, house)
    yield made
    made.close()


SILENCE = [True] * 10


def silences(ear: Page) -> list[bool]:
    """Whether nothing is heard, ten times in a second."""
    found = []
    for _ in SILENCE:
        found.append(bool(ear.evaluate(SILENT)))
        ear.wait_for_timeout(100)
    return found


def wait_until(ear: Page, what: str) -> None:
    for _ in range(150):
        if ear.evaluate(what):
            return
        ear.wait_for_timeout(100)
    raise AssertionError(what)


def carry_sound(house: House, **rules: Any) -> None:
    """The city's meeting is heard in its page; the speaking rules, where others than usual are wanted."""

    def work(db: Session) -> None:
        meeting = db.get_one(Meeting, house.city.meeting.id)
        actions.change_meeting(db, meeting, by=SYSTEM, carries_sound=True)
        if rules:
            set_meeting_rules(db, meeting, Rules(**rules), by=SYSTEM)

    house.write(work)


def listener(windows: Windows) -> Page:
    """Another resident, at a desk, who listens."""
    page = windows.open("about:blank", size=DESK)
    page.add_init_script(EAR)
    page.goto(windows.house.meeting)
    page.get_by_role("button", name="Listen", exact=True).click()
    expect(page.locator(".listen-state")).to_contain_text("You are listening.")
    return page


def from_the_front_page(speakers: Windows, house: House, shots: Path) -> Page:
    """To having asked for the floor on the first item."""
    page = speakers.open(house.url)
    page.screenshot(path=shots / "1-front.png")
    page.get_by_role("link", name="Follow the meeting").click()
    page.get_by_role("button", name="Listen", exact=True).click()
    expect(page.locator(".listen-state")).to_contain_text("You are listening.")
    page.screenshot(path=shots / "2-listening.png")
    page.locator(".agenda").get_by_role("link", name=re.compile("^Ask to speak")).first.click()
    page.get_by_label("Your name").fill("Rosa Díaz")
    expect(page.get_by_label("Here, with my microphone")).to_be_checked()
    page.screenshot(path=shots / "3-ask.png", full_page=True)
    page.get_by_role("button", name="Ask to speak").click()
    expect(page.locator("#mine")).to_contain_text("You are next.")
    return page


def try_out(page: Page, shots: Path) -> None:
    """Agree, try it out unheard, and say that one is ready."""
    page.get_by_role("link", name="You can test your microphone now.").click()
    page.screenshot(path=shots / "4-agree.png")
    page.get_by_role("button", name="I agree").click()
    page.get_by_role("button", name="Test your microphone").click()
    expect(page.locator("#microphone")).to_contain_text("Your microphone works.", timeout=15_000)
    page.screenshot(path=shots / "5-test.png")
    page.get_by_role("button", name="I am ready").click()
    expect(page.locator("#microphone")).to_contain_text("You are off the air")


def test_a_resident_on_a_phone_is_heard_and_the_clerk_does_it_all_from_one_console(
    speakers: Windows, windows: Windows, house: House, tmp_path: Path
) -> None:
    carry_sound(house)
    ear = listener(windows)
    clerk = windows.clerk()
    page = from_the_front_page(speakers, house, tmp_path)
    try_out(page, tmp_path)
    assert silences(ear) == SILENCE

    clerk.keyboard.press("i")
    expect(clerk.locator(".rows.list li").first).to_contain_text("Microphone connected", timeout=10_000)
    expect(page.locator("#mine")).to_contain_text("You are next. Please be ready.")
    page.screenshot(path=tmp_path / "6-on-deck.png")
    clerk.screenshot(path=tmp_path / "6-console.png")
    clerk.keyboard.press("n")
    expect(page.locator("#mine")).to_contain_text("It is your turn to speak")
    expect(page.locator("#microphone")).to_contain_text("You are on the air")
    wait_until(ear, HEARD)
    page.screenshot(path=tmp_path / "7-on-the-air.png")
    ear.screenshot(path=tmp_path / "7-listener.png")
    expect(clerk.locator("#seat-floor")).to_contain_text("On the air")
    clerk.keyboard.press("s")
    clerk.locator("#pause").wait_for()
    clerk.screenshot(path=tmp_path / "8-console.png")

    page.goto("about:blank")
    expect(clerk.locator(".floor")).to_contain_text("Microphone lost since")
    page.goto(house.meeting)
    expect(page.locator("#microphone")).to_contain_text("You are on the air", timeout=15_000)
    expect(clerk.locator(".floor")).to_contain_text("Microphone connected")
    expect(clerk.locator("#pause")).to_be_visible()
    wait_until(ear, HEARD)

    clerk.keyboard.press("e")
    expect(page.locator("#microphone")).to_contain_text("You are off the air")
    wait_until(ear, SILENT)
    expect(page.locator("#mine")).to_contain_text("You have spoken.")
    page.screenshot(path=tmp_path / "9-off-the-air.png")
    assert silences(ear) == SILENCE


def test_at_zero_the_microphone_is_cut_by_the_server_where_that_is_the_rule(
    speakers: Windows, windows: Windows, house: House, tmp_path: Path
) -> None:
    carry_sound(house, limit_s=10, at_zero=CUT)
    ear = listener(windows)
    clerk = windows.clerk()
    page = from_the_front_page(speakers, house, tmp_path)
    try_out(page, tmp_path)
    clerk.keyboard.press("i")
    clerk.locator("#call-next").wait_for()
    clerk.keyboard.press("n")
    wait_until(ear, HEARD)
    clerk.keyboard.press("s")
    expect(page.locator("#microphone")).to_contain_text("You are off the air", timeout=15_000)
    expect(page.locator("#mine")).to_contain_text("You have the floor.")
    wait_until(ear, SILENT)
    clerk.keyboard.press("+")
    expect(page.locator("#microphone")).to_contain_text("You are on the air")
    wait_until(ear, HEARD)


def test_without_javascript_one_writes_and_the_clerk_reads_it_out(
    windows: Windows, house: House, tmp_path: Path
) -> None:
    carry_sound(house)
    page, clerk = windows.open(java_script_enabled=False), windows.clerk()
    page.locator(".agenda").get_by_role("link", name=re.compile("^Ask to speak")).first.click()
    page.get_by_label("Your name").fill("Ana")
    page.get_by_role("button", name="Ask to speak").click()
    expect(page.locator("main")).to_contain_text("Speaking needs JavaScript", use_inner_text=True)
    page.locator("noscript a[href*=requests]").click()
    page.get_by_label("What shall the clerk read out?").fill(WORDS)
    page.get_by_role("button", name="Hand it in").click()
    expect(page.locator("#mine")).to_contain_text("You are next.")
    expect(page.locator("#panel-queue")).to_contain_text("In writing, read out by the clerk")
    clerk.keyboard.press("i")
    clerk.locator("#call-next").wait_for()
    clerk.keyboard.press("n")
    expect(clerk.locator(".floor")).to_contain_text(WORDS)
    clerk.screenshot(path=tmp_path / "read-out-console.png")
    chair = windows.open(f"{house.url}/sign-in", size=DESK)
    chair.locator("[name=name]").fill("chair")
    chair.locator("[name=password]").fill(PASSWORD)
    chair.locator("main button").click()
    chair.wait_for_url("**/chair")
    chair.goto(f"{house.url}/chair/meetings/{house.city.meeting.id}")
    expect(chair.locator(".floor")).to_contain_text(WORDS)
    chair.screenshot(path=tmp_path / "read-out-chair.png")
    page.reload()
    expect(page.locator("#mine")).to_contain_text("The clerk reads out what you have written.")
    page.screenshot(path=tmp_path / "read-out.png")


def test_who_chooses_to_write_is_given_a_field_and_is_marked_in_the_queue(
    windows: Windows, house: House, tmp_path: Path
) -> None:
    carry_sound(house)
    page = windows.open()
    page.locator(".agenda").get_by_role("link", name=re.compile("^Ask to speak")).first.click()
    words = page.get_by_label("What shall the clerk read out?")
    expect(words).to_be_hidden()
    page.locator("label", has_text="In writing").click()
    page.get_by_role("button", name="Ask to speak").click()
    expect(page.locator(".error-summary")).to_contain_text("Please write what the clerk is to read out.")
    page.locator("label", has_text="Here, with my microphone").click()
    expect(words).to_be_visible()
    page.locator("label", has_text="In writing").click()
    words.fill(WORDS)
    page.screenshot(path=tmp_path / "write.png", full_page=True)
    page.get_by_role("button", name="Ask to speak").click()
    expect(page.locator("#panel-queue")).to_contain_text("In writing, read out by the clerk")
    expect(page.locator("#microphone")).to_have_count(0)
