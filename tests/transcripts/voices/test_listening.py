"""One window of sound gives the same impressions wherever it is heard, and none without the extra."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from engage import demo
from transcripts.audio import windows
from transcripts.pauses import RATE, Samples
from transcripts.voices import listening
from transcripts.voices.diarising import voice_turns
from transcripts.voices.encoder import WINDOW
from transcripts.voices.listening import FORM, HOP, impression, parts
from transcripts.voices.weights import is_installed

with_voices = pytest.mark.skipif(not is_installed(), reason="the optional extra `voices` is not installed")


@pytest.fixture(scope="module")
def speech() -> Samples:
    """The first minute of the demo's recording: the mayor, then the clerk and members in turns."""
    every = [window.samples for window in windows(Path(demo.__file__).parent / "meeting.opus")]
    return np.concatenate(every)[: 60 * RATE]


@pytest.mark.parametrize("seconds", [0.1, 1.0, 1.6, 1.9, 2.0, 2.1, 7.77])
def test_a_piece_of_speech_is_parted_without_gaps(seconds: float) -> None:
    start, end = 1000, 1000 + round(seconds * RATE)
    found = list(parts(start, end))
    assert (found[0].start, found[-1].end) == (start, end)
    assert all(one.end == following.start for one, following in pairwise(found))
    assert len(found) == 1 + max(0, end - start - WINDOW) // HOP
    for part in found:
        assert start <= part.sound.start and part.sound.stop <= end
        assert part.sound.stop - part.sound.start == min(WINDOW, end - start)
        assert part.start < (part.sound.start + part.sound.stop) / 2 < part.end


@with_voices
def test_a_window_is_always_heard_the_same(speech: Samples) -> None:
    first, again = impression(speech, 0), impression(speech, 60_000)
    assert first is not None and again is not None
    moments, moved = np.frombuffer(first, FORM), np.frombuffer(again, FORM)
    assert impression(speech, 0) == first
    assert (moved["start_ms"] - moments["start_ms"] == 60_000).all()
    assert (moved["end_ms"] - moments["end_ms"] == 60_000).all()
    assert (moved["voice"] == moments["voice"]).all()
    assert (moments["voice"].max(axis=1) == 255).all()


@with_voices
def test_two_people_have_two_voices(speech: Samples) -> None:
    found = voice_turns([impression(speech, 0) or b""])
    numbers = [number for _, _, number in found]
    assert numbers[:4] == [1, 2, 1, 2]  # the mayor, the clerk, a member that sounds like the mayor, the clerk
    assert found[0][:2] == [pytest.approx(970, abs=300), pytest.approx(16_390, abs=300)]


@with_voices
@pytest.mark.parametrize("loudness", [0, 0.001, 0.1])
def test_no_voice_is_heard_in_silence_and_noise(loudness: float) -> None:
    noise = np.random.default_rng(1).standard_normal(20 * RATE) * loudness
    assert impression(noise.astype(np.float32), 0) == b""


def test_nothing_is_heard_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "is_installed", lambda: False)
    assert impression(np.zeros(RATE, np.float32), 0) is None
