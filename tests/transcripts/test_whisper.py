"""What Whisper hears is timed on the file's clock, in order, and the same each time."""

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from engage import demo
from transcripts.audio import Window, windows
from transcripts.weights import ModelMissing
from transcripts.whisper import Heard, Recogniser, UnknownLanguage, is_speech, timed_segments

WINDOW = Window(3, 60_000, 70_000, np.zeros(160_000, np.float32))
RECORDING = Path(demo.__file__).parent / "meeting.opus"


def line(*words: tuple[float, float, str], **told: float) -> Any:
    """As faster-whisper gives it: seconds from the window's start."""
    spoken = [SimpleNamespace(start=w[0], end=w[1], word=w[2], probability=0.9) for w in words]
    text = "".join(word.word for word in spoken)
    about = {"no_speech_prob": 0.0, "avg_logprob": -0.3, "compression_ratio": 1.2} | told
    return SimpleNamespace(text=text, words=spoken, **about)


def test_times_are_on_the_files_clock() -> None:
    (segment,) = timed_segments([line((0.5, 0.9, " Good"), (0.9, 1.3555, " evening."))], WINDOW)
    assert (segment.start_ms, segment.end_ms, segment.text) == (60_500, 61_356, "Good evening.")
    assert [(w.start_ms, w.end_ms, w.text) for w in segment.words] == [
        (60_500, 60_900, " Good"),
        (60_900, 61_356, " evening."),
    ]
    assert segment.confidence == 0.9


def test_times_stay_in_order_and_in_the_window() -> None:
    lines = [
        line((-0.2, 1.0, " Thank"), (0.8, 0.7, " you.")),
        line((0.9, 9.9, " All"), (9.8, 10.4, " rise.")),
    ]
    found = list(timed_segments(lines, WINDOW))
    assert [(s.start_ms, s.end_ms) for s in found] == [(60_000, 61_000), (61_000, 70_000)]
    moments = [ms for s in found for word in s.words for ms in (word.start_ms, word.end_ms)]
    assert moments == sorted(moments)


def test_a_word_after_a_pause_begins_when_it_is_heard() -> None:
    heard = replace(WINDOW, samples=np.where(np.arange(160_000) < 40_000, 0, 0.1).astype(np.float32))
    (segment,) = timed_segments([line((1.5, 2.9, " Present"), (2.9, 3.1, " here."))], heard)
    assert [(w.start_ms, w.end_ms) for w in segment.words] == [(62_500, 62_900), (62_900, 63_100)]


@pytest.mark.parametrize(
    ("text", "told", "kept"),
    [
        (" Aye.", {}, True),
        (" 7", {}, True),
        (" . . . .", {}, False),
        (" ♪♪", {}, False),
        (" Thank you.", {"no_speech_prob": 0.7, "avg_logprob": -1.1}, False),
        (" Thank you.", {"no_speech_prob": 0.7, "avg_logprob": -0.9}, True),
        (" Thank you.", {"no_speech_prob": 0.5, "avg_logprob": -1.1}, True),
        (" so so so so", {"compression_ratio": 2.5}, False),
    ],
)
def test_lines_that_are_no_speech_are_left_out(text: str, told: dict[str, float], kept: bool) -> None:
    assert is_speech(line((0, 1, text), **told)) == kept


@pytest.mark.parametrize("model", ["no-such-model", "/"])
def test_a_model_that_is_nowhere_is_told(model: str) -> None:
    with pytest.raises(ModelMissing, match=f"^The speech model {model} (is not installed|cannot be loaded)"):
        Recogniser(model).hear(WINDOW)


@pytest.mark.model
def test_the_demo_recording_is_read() -> None:
    recogniser, first = Recogniser(), next(windows(RECORDING))
    heard = recogniser.hear(first)
    assert (heard.language, heard.segments[0].text) == ("en", "Good evening, everyone, and welcome.")
    starts = {turn["start_ms"] for turn in json.loads(RECORDING.with_suffix(".json").read_text())["turns"]}
    assert any(abs(heard.segments[0].start_ms - start) < 500 for start in starts)
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(heard.segments))
    assert first.start_ms <= heard.segments[0].start_ms < heard.segments[-1].end_ms <= first.end_ms
    assert recogniser.hear(WINDOW) == Heard(None, 0.0, ())
    with pytest.raises(UnknownLanguage, match="^The speech model does not know the language xx.$"):
        recogniser.hear(first, language="xx")


@pytest.mark.model
def test_a_window_is_heard_the_same_whatever_was_heard_before() -> None:
    """English played backwards and taken for German is so unlikely that Whisper draws lots."""
    recogniser, speech = Recogniser(), next(windows(RECORDING))
    backwards = replace(speech, samples=speech.samples[144_000:168_000][::-1].copy())
    first = recogniser.hear(backwards, language="de")
    assert recogniser._loaded.has_drawn
    assert recogniser.hear(backwards, language="de") == first
    assert Recogniser().hear(backwards, language="de") == first
