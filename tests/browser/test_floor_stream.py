"""Chromium plays the ordinary stream by itself, as an address of sound in a page without scripts."""

import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from comments.queue.actions import join_queue
from comments.queue.floor import call_next
from comments.queue.models import Request
from engage.processes import DRAIN_S
from meetings import actions
from meetings.floor.actions import agree_to_be_heard, make_place
from meetings.floor.encoding import Encoder
from meetings.floor.models import CHAIR
from meetings.floor.packets import FRAME_MS, OPUS, PCM_RATE, SUBPROTOCOL, Packet, packed
from meetings.models import Meeting
from tests import make
from tests.browser.conftest import House, Windows
from tests.make import SYSTEM

pytestmark = pytest.mark.browser

HZ = 1000
LISTEN = """async (source) => {
  const audio = Object.assign(document.createElement("audio"), { controls: true, src: source });
  document.querySelector("main").prepend(audio);
  const context = new AudioContext(), analyser = context.createAnalyser();
  context.createMediaElementSource(audio).connect(analyser).connect(context.destination);
  const levels = new Uint8Array(analyser.frequencyBinCount);
  await audio.play();
  for (let tries = 0; tries < 150; tries++) {
    analyser.getByteFrequencyData(levels);
    const loudest = Math.max(...levels);
    const hertz = levels.indexOf(loudest) * context.sampleRate / analyser.fftSize;
    if (loudest > 150 && audio.currentTime > 3) return [hertz, audio.error];
    await new Promise((resume) => setTimeout(resume, 100));
  }
  return [0, `${audio.error?.message} at ${audio.currentTime}`];
}"""
"""The loudest frequency, once something is heard."""


def open_microphone(house: House) -> str:
    """The chair's; its link's secret part."""

    def work(db: Any) -> str:
        meeting = db.get_one(Meeting, house.city.meeting.id)
        actions.change_meeting(db, meeting, by=SYSTEM, carries_sound=True)
        place, token = make_place(db, meeting, CHAIR, by=SYSTEM)
        agree_to_be_heard(db, meeting, place.person, by=SYSTEM)
        return token

    token: str = house.write(work)
    return token


@contextmanager
def chair_speaking(house: House) -> Iterator[None]:
    """A tone, for as long as it takes."""
    token, is_over = open_microphone(house), threading.Event()

    def speak() -> None:
        wave = 8000 * np.sin(2 * np.pi * HZ * np.arange(40 * PCM_RATE) / PCM_RATE)
        payloads = list(Encoder().packets(wave.astype("<i2").tobytes()))
        at = f"ws://127.0.0.1:{house.port}/microphone/{token}/speak"
        with connect(at, subprotocols=[Subprotocol(SUBPROTOCOL)], origin=Origin(house.url)) as socket:
            began = time.monotonic()
            for n, each in enumerate(payloads):
                if is_over.wait(max(began + n * FRAME_MS / 1000 - time.monotonic(), 0)):
                    return
                socket.send(packed(Packet(OPUS, 0, 0, n, each)))

    thread = threading.Thread(target=speak)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def heard(page: Page, source: str) -> float:
    """In hertz. A browser plays nothing before somebody has clicked."""
    page.mouse.click(5, 5)
    hertz, error = page.evaluate(LISTEN, source)
    assert error is None
    return float(hertz)


@pytest.mark.parametrize("file", ["index.m3u8", "live.aac"])
def test_it_is_heard(house: House, windows: Windows, file: str) -> None:
    with chair_speaking(house):
        page = windows.open(f"{house.url}/meetings")
        assert heard(page, f"{house.meeting}/stream/{file}") == pytest.approx(HZ, abs=50)


def ask_to_speak(house: House, token: str) -> str:
    """A resident online, the second on the list; the request's id of who is first."""

    def work(db: Any) -> str:
        meeting = db.get_one(Meeting, house.city.meeting.id)
        actions.call_item(db, meeting, db.merge(house.city.item), by=SYSTEM)
        item = db.merge(house.city.item)
        people = [make.participant(db, meeting, "Ben"), make.participant(db, meeting, "Ana", token)]
        joined = [join_queue(db, meeting, item, each, by=each.actor, mode="remote") for each in people]
        return joined[0].id

    found: str = house.write(work)
    return found


def is_playing(page: Page) -> bool:
    script = """() => { const player = document.querySelector("[data-part=stream-player]");
      return !player.hidden && !player.paused && player.currentTime > 1; }"""
    return bool(page.evaluate(script))


def test_who_is_next_is_moved_from_the_stream_to_the_live_sound(house: House, windows: Windows) -> None:
    with chair_speaking(house):
        first = ask_to_speak(house, "a token")
        page = windows.open("about:blank")
        page.context.add_cookies(
            [{"name": f"p_{house.city.meeting.id}", "value": "a token", "url": house.meeting}]
        )
        page.goto(house.meeting)
        page.get_by_role("link", name="Listen with the screen locked").click()
        make.wait_for(lambda: is_playing(page), 20)
        assert page.get_by_role("button", name="Listen", exact=True).is_visible()

        def call(db: Any) -> None:
            meeting = db.get_one(Meeting, house.city.meeting.id)
            call_next(db, meeting, db.get_one(Request, first), by=SYSTEM)

        house.write(call)
        expect(page.locator(".listen-state")).to_contain_text("You are listening.")
        assert not is_playing(page)
        assert page.locator("[data-part=stream-player]").is_hidden()


def test_whoever_listens_does_not_keep_the_server_from_ending(house: House) -> None:
    open_microphone(house)
    with urllib.request.urlopen(f"{house.meeting}/stream/live.aac") as answer:
        assert answer.read(1)
        began = time.monotonic()
        house.stop()
        assert time.monotonic() - began < DRAIN_S / 2
        while answer.read(1 << 16):
            pass
