"""What is no speech gives no words; what is speech gets through."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from transcripts.gate import FRAME, Piece, is_near, is_speech, pieces, speech, without_loops
from transcripts.pauses import RATE
from transcripts.sentences import Word


def probabilities(*runs: tuple[float, int]) -> Any:
    """Of speech, each for so many frames."""
    return np.concatenate([np.full(frames, probability, np.float32) for probability, frames in runs])


def test_pauses_part_pieces_of_speech() -> None:
    found = pieces(probabilities((0.1, 10), (0.95, 20), (0.1, 6), (0.7, 10), (0.1, 10)), 56 * FRAME)
    assert found == [Piece(10 * FRAME, 30 * FRAME, 0.95), Piece(36 * FRAME, 46 * FRAME, 0.7)]


def test_a_short_pause_is_inside_a_piece() -> None:
    assert pieces(probabilities((0.9, 20), (0.1, 5), (0.9, 20)), 45 * FRAME) == [Piece(0, 45 * FRAME, 0.9)]


def test_speech_goes_on_while_it_is_half_heard() -> None:
    assert pieces(probabilities((0.4, 20), (0.6, 1), (0.4, 20), (0.3, 20)), 61 * FRAME) == [
        Piece(20 * FRAME, 41 * FRAME, 0.6)
    ]


def test_a_piece_ends_with_the_sound() -> None:
    assert pieces(probabilities((0.9, 3)), 2 * FRAME + 7) == [Piece(0, 2 * FRAME + 7, 0.9)]


@pytest.mark.parametrize("seconds", [0, 0.001, 5])
def test_what_is_too_quiet_is_not_looked_at(seconds: float) -> None:
    assert speech(np.full(round(seconds * RATE), 1e-5, np.float32)) == []


def line(text: str, **told: float) -> Any:
    about = {"no_speech_prob": 0.0, "avg_logprob": -0.3, "compression_ratio": 1.2} | told
    return SimpleNamespace(text=text, **about)


@pytest.mark.parametrize(
    ("text", "surety", "told", "is_kept"),
    [
        (" Aye.", 1.0, {}, True),
        (" 7", 1.0, {}, True),
        (" . . . .", 1.0, {}, False),
        (" ♪♪", 1.0, {}, False),
        (" Aye.", 0.6, {}, True),
        (" Aye.", 1.0, {"no_speech_prob": 0.7}, True),
        (" Shame, shame, shame", 1.0, {"compression_ratio": 2.5}, True),
        (" Thank you.", 1.0, {"no_speech_prob": 0.7, "avg_logprob": -1.1}, False),
        (" Thank you.", 0.8, {"no_speech_prob": 0.7}, False),
        (" Thank you.", 0.8, {"avg_logprob": -1.1}, False),
        (" I'm sorry, I'm sorry", 1.0, {"no_speech_prob": 0.7, "compression_ratio": 2.5}, False),
    ],
)
def test_two_signs_against_speech_are_enough(
    text: str, surety: float, told: dict[str, float], is_kept: bool
) -> None:
    assert is_speech(line(text, **told), surety) == is_kept


@pytest.mark.parametrize(
    ("start_ms", "end_ms", "probability", "is_kept"),
    [
        (1000, 1200, 0.1, True),
        (2200, 2400, 0.1, True),
        (2300, 2400, 0.1, False),
        (2300, 2400, 0.5, True),
        (500, 700, 0.1, False),
    ],
)
def test_an_unlikely_word_in_silence_was_not_said(
    start_ms: int, end_ms: int, probability: float, is_kept: bool
) -> None:
    assert is_near(Word(start_ms, end_ms, " Yes", probability), [(1000, 2000)]) == is_kept


def spoken(text: str) -> tuple[Word, ...]:
    return tuple(Word(300 * n, 300 * n + 300, f" {word}", 0.9) for n, word in enumerate(text.split()))


def texts(*lines: str) -> list[str]:
    kept = without_loops([spoken(line) for line in lines])
    return [" ".join(word.text.strip() for word in line) for line in kept]


def test_a_phrase_without_end_is_kept_once() -> None:
    assert texts("he said I'm sorry, I'm sorry, I'm sorry", "I'm sorry, I'm sorry. I'm sorry and left") == [
        "he said I'm sorry,",
        "and left",
    ]
    assert texts("no " * 12) == ["no"]
    assert texts("do you know what " * 4 + "I mean") == ["do you know what I mean"]


@pytest.mark.parametrize(
    "said",
    ["Aye. " * 9, "Thank you. " * 5, "shame on you " * 3, "one two three", ""],
    ids=["a vote", "thanks", "a chant", "no loop", "nothing"],
)
def test_what_people_do_repeat_stays(said: str) -> None:
    assert texts(said) == [said.strip()]
