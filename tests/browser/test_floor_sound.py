"""Spoken in one page, heard in another: words, delay, and nothing outside of what is granted."""

import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, expect

from meetings.floor.parts import folder, parts_in
from tests.browser.chamber import Chamber, chamber, is_on_air, microphone, sign_of, state_of
from tests.browser.ears import delays, tapped, with_microphone, words, words_in
from tests.browser.stalls import stalled_line
from transcripts.audio import EndsEarly, Window, windows
from transcripts.whisper import Recogniser

pytestmark = pytest.mark.browser
__all__ = ["chamber", "microphone"]

SAID = "good evening everyone and welcome"
"""What follows is heard a little differently from one time to the next."""


@pytest.fixture(scope="module")
def base() -> Recogniser:
    return Recogniser("base", threads=2)


@pytest.mark.model
def test_what_is_said_is_heard_also_late_and_over_a_bad_line(chamber: Chamber, base: Recogniser) -> None:
    with stalled_line(chamber.house.port) as port:
        bad = chamber.listener(chamber.house.meeting.replace(str(chamber.house.port), str(port)))
        listener, place = chamber.listener(), chamber.place()
        is_on_air(place)
        place.wait_for_timeout(5000)
        late = chamber.listener()
        place.wait_for_timeout(10_000)
        expect(state_of(listener)).to_have_text("You are listening.")
        spoken, heard, came_badly = tapped(place, "spoken"), tapped(listener), tapped(bad)
        came_late = tapped(late)
    assert SAID in words(heard, base)
    assert SAID in words(came_badly, base)
    rest = words(came_late, base)
    assert "in the council chamber" in rest and "evening" not in rest
    assert np.median(delays(spoken, heard)) < 500
    assert np.median(delays(spoken, came_badly)) < 1000
    (part,) = parts_in(folder(chamber.house.settings) / chamber.house.city.meeting.id)
    assert SAID in words_in(so_far(part.path), base)


def so_far(path: Path) -> Iterator[Window]:
    """What a file holds that is still being written."""
    with suppress(EndsEarly):
        yield from windows(path)


def test_nothing_is_heard_before_the_grant_or_after_the_revoke(chamber: Chamber) -> None:
    chamber.close_microphone()
    listener, place = chamber.listener(), chamber.place()
    sign = sign_of(place)
    expect(sign).to_contain_text("You are off the air")
    expect(sign).to_contain_text("Your microphone is connected.")
    place.wait_for_timeout(4000)
    opened = chamber.open_microphone()
    expect(sign).to_contain_text("You are on the air")
    place.wait_for_timeout(4000)
    closed = chamber.close_microphone()
    expect(sign).to_contain_text("You are off the air")
    place.wait_for_timeout(2000)
    spoken, heard = tapped(place, "spoken"), tapped(listener)
    assert spoken.part(opened - 2000, opened).levels().max() > 0.03
    assert heard.part(0, opened).levels().max() == 0
    assert heard.part(opened, closed).levels().max() > 0.03
    assert spoken.part(closed + 300, closed + 2000).levels().max() > 0.03
    assert heard.last_sound_at() - closed < 300


@pytest.mark.model
def test_browsers_without_the_codec_speak_and_listen(chamber: Chamber, base: Recogniser) -> None:
    listener = chamber.listener(without="AudioDecoder")
    place = chamber.place(without="AudioEncoder")
    is_on_air(place)
    place.wait_for_timeout(9500)
    spoken, heard = tapped(place, "spoken"), tapped(listener)
    assert np.median(delays(spoken, heard)) < 500
    assert SAID in words(heard, base)


def test_the_speaker_and_the_listeners_come_back_after_a_crash(chamber: Chamber, chromium: Browser) -> None:
    chamber.windows.browser = with_microphone(chromium)
    listener, place = chamber.listener(), chamber.place()
    is_on_air(place)
    state, sign = state_of(listener), sign_of(place)
    chamber.house.stop(signal.SIGKILL)
    expect(sign).to_contain_text("Nobody hears you just now")
    expect(state).to_have_text("The connection is lost. Trying again…")
    chamber.house.start()
    expect(sign).to_contain_text("Everybody hears you.", timeout=5000)
    expect(state).to_have_text("You are listening.", timeout=15_000)
    back = time.time() * 1000
    listener.wait_for_timeout(4000)
    assert tapped(listener).part(back + 500, back + 3500).levels().max() > 0.01
    chamber.windows.close()
    chamber.windows.browser.close()
