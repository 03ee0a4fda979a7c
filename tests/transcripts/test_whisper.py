"""What Whisper hears: timed on the file's clock, in its language, nothing invented, always the same."""

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from engage import demo
from tests.benchmarks.sounds import SOUNDS
from transcripts.audio import PER_MS, Window, windows
from transcripts.pauses import RATE, Samples
from transcripts.weights import ModelMissing
from transcripts.whisper import MOST_HINT, Heard, Recogniser, UnknownLanguage, engine, hint, is_here

RECORDING = Path(demo.__file__).parent / "meeting.opus"
TURNS = json.loads(RECORDING.with_suffix(".json").read_text("utf-8"))["turns"]
WELCOME_MS = TURNS[0]["end_ms"] + 300
SILENCE = Window(3, 60_000, 70_000, np.zeros(160_000, np.float32))


def window(samples: Samples, start_ms: int = 0) -> Window:
    return Window(0, start_ms, start_ms + len(samples) // PER_MS, samples)


@pytest.fixture(scope="module")
def base() -> Recogniser:
    return Recogniser("base", threads=1)


@pytest.fixture(scope="module")
def welcome() -> Samples:
    """The first turn of the demo."""
    return next(windows(RECORDING)).samples[: WELCOME_MS * PER_MS]


@pytest.mark.parametrize("model", ["no-such-model", "/"])
def test_a_model_that_is_nowhere_is_told(model: str) -> None:
    with pytest.raises(ModelMissing, match=f"^The speech model {model} (is not installed|cannot be loaded)"):
        Recogniser(model).hear(SILENCE)


def test_the_engine_has_its_versions() -> None:
    name, program, kind = engine().split(", ")
    assert name.startswith("faster-whisper 1.") and program.startswith("CTranslate2 4.") and kind == "int8"


def test_the_first_words_of_a_vocabulary_are_told_as_long_as_there_is_room() -> None:
    assert hint([]) == ""
    assert hint(["Ines Aldana", "alder Bay"]) == "Ines Aldana, Alder Bay"
    many = hint([f"name{n}" for n in range(1000)])
    assert many.startswith("Name0, Name1, ") and MOST_HINT - 10 < len(many) <= MOST_HINT


@pytest.mark.model
def test_the_demo_recording_is_read(base: Recogniser) -> None:
    first, told = next(windows(RECORDING)), list[int]()
    heard = base.hear(first, on_progress=told.append)
    assert (heard.language, heard.probability) == ("en", 1.0)
    assert heard.segments[0].text == "Good evening, everyone, and welcome."
    assert {(each.language, each.translation) for each in heard.segments} == {("en", "")}
    assert abs(heard.segments[0].start_ms - TURNS[0]["start_ms"]) < 150
    words = [word for each in heard.segments for word in each.words]
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(words))
    assert first.start_ms <= words[0].start_ms < words[-1].end_ms <= first.end_ms
    assert told == sorted(told) and told[0] > 0 and told[-1] <= first.end_ms


@pytest.mark.model
def test_a_language_that_whisper_does_not_know_is_told(base: Recogniser) -> None:
    with pytest.raises(UnknownLanguage, match="^The speech model does not know the language xx.$"):
        base.hear(SILENCE, language="xx")


@pytest.mark.model
@pytest.mark.skipif(not is_here("tiny.en"), reason="the optional extra `draft` is not installed")
def test_nor_does_the_model_of_english_know_another() -> None:
    with pytest.raises(UnknownLanguage, match="^The speech model does not know the language es.$"):
        Recogniser("tiny.en").hear(SILENCE, language="es")


@pytest.mark.model
def test_a_window_is_heard_the_same_whatever_was_heard_before(base: Recogniser, welcome: Samples) -> None:
    """Speech played backwards is so unlikely that Whisper would draw lots for its words."""
    backwards = window(welcome[: 4 * RATE][::-1].copy())
    first = base.hear(backwards)
    base.hear(window(welcome[: 4 * RATE]), language="de", vocabulary=["Alder Bay"])
    assert base.hear(backwards) == first == Recogniser("base", threads=1).hear(backwards)
    later = base.hear(replace(backwards, start_ms=5000, end_ms=backwards.end_ms + 5000))
    assert [each.text for each in later.segments] == [each.text for each in first.segments]


@pytest.mark.model
@pytest.mark.parametrize("name", SOUNDS)
def test_nothing_is_heard_where_nothing_is_said(name: str, base: Recogniser, welcome: Samples) -> None:
    sound = SOUNDS[name](20)
    assert base.hear(window(sound), vocabulary=["Alder Bay", "zoning"]) == Heard(None, 0, ())
    after = base.hear(window(np.concatenate([welcome, sound])))
    assert after.segments[0].text == "Good evening, everyone, and welcome."
    assert after.segments[-1].words[-1].end_ms <= WELCOME_MS


@pytest.mark.model
def test_spanish_in_the_midst_is_written_in_spanish_and_translated(base: Recogniser) -> None:
    speech = Path(__file__).parents[3] / "shared" / "speech" / "bilingual.opus"
    if not speech.is_file():
        return
    samples = np.concatenate([each.samples for each in windows(speech)])[28 * RATE : 60 * RATE]
    heard = base.hear(window(samples)).segments
    languages = [each.language for each in heard]
    assert languages == sorted(languages) and set(languages) == {"en", "es"}
    assert "really liked that account" in " ".join(each.text for each in heard if each.language == "en")
    spanish = [each for each in heard if each.language == "es"]
    assert "a los viajeros que se informen" in spanish[0].text
    assert "travel" in spanish[0].translation
