"""Words begin where they are heard, in order, on the file's clock."""

from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from transcripts.audio import Window
from transcripts.pauses import RATE, Samples
from transcripts.sentences import Word
from transcripts.word_times import in_order, timed

WINDOW = Window(3, 60_000, 70_000, np.zeros(10 * RATE, np.float32))
RNG = np.random.default_rng(7)


def line(*words: tuple[float, float, str]) -> Any:
    """As faster-whisper gives it: seconds from the beginning of the stretch."""
    return SimpleNamespace(
        words=[SimpleNamespace(start=w[0], end=w[1], word=w[2], probability=0.91234) for w in words]
    )


def noise(seconds: float, loudness: float) -> Samples:
    return (RNG.standard_normal(round(seconds * RATE)) * loudness).astype(np.float32)


def test_words_are_on_the_files_clock() -> None:
    assert timed(line((0.5, 0.8, " Good"), (0.8, 1.1555, " evening.")), RATE, WINDOW) == (
        Word(61_540, 61_840, " Good", 0.912),
        Word(61_840, 62_195, " evening.", 0.912),
    )


def test_a_word_begins_after_the_pause_that_was_counted_to_it() -> None:
    samples = np.concatenate([noise(2, 0.1), noise(0.6, 0.001), noise(7.4, 0.1)])
    window = Window(0, 0, 10_000, samples)
    (word,) = timed(line((1.9, 3.0, " evening")), 0, window)
    assert word.start_ms == pytest.approx(2600, abs=25)
    (unheard,) = timed(line((1.0, 1.3, " short")), 0, window)
    assert unheard.start_ms == 1040


def test_no_word_is_slower_than_anybody_speaks() -> None:
    window = Window(0, 0, 10_000, noise(10, 0.1))
    (word,) = timed(line((1.0, 4.0, " aye,")), 0, window)
    assert (word.start_ms, word.end_ms) == (4040 - 360, 4040)


def test_times_stay_in_order_and_in_the_window() -> None:
    lines = [
        (Word(59_800, 61_000, " Thank", 1), Word(60_800, 60_700, " you.", 1)),
        (Word(60_900, 69_900, " All", 1), Word(69_800, 70_400, " rise.", 1)),
    ]
    found = list(in_order(lines, WINDOW))
    moments = [ms for each in found for word in each for ms in (word.start_ms, word.end_ms)]
    assert moments == [60_000, 61_000, 61_000, 61_000, 61_000, 69_900, 69_900, 70_000]
    assert all(a <= b for a, b in pairwise(moments))
    assert [[word.text for word in each] for each in found] == [[" Thank", " you."], [" All", " rise."]]
