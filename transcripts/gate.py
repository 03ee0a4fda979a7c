"""The gate: silence, noise, music and applause give no words, neither before Whisper reads nor after."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from transcripts.pauses import Samples, loudness
from transcripts.sentences import Word

FRAME = 512
"""Samples that the voice detector judges at a time: 32 ms."""
SPEECH, NO_SPEECH = 0.5, 0.35
"""A piece of speech begins above the one and ends below the other."""
GAP_FRAMES = 6
"""Silence of 0.2 s parts two pieces; shorter ones are inside a word or between two."""
SILENT_DB = -70.0
SURE = 0.9
"""Of 740 pieces of recorded speech 97 % reach it in some frame; a trembling chord does not."""
REPETITIVE = 2.4
"""How much smaller a text becomes by compressing; 1.6 at most in 11 minutes of speech."""
NEAR_MS = 250
LOOP_WORDS, LOOP_TURNS = 12, 4
LONGEST_LOOP = 12


class Piece(NamedTuple):
    """Where somebody speaks without a pause, in samples."""

    start: int
    end: int
    surety: float
    """The voice detector's highest probability in it."""


def speech(samples: Samples) -> list[Piece]:
    """The pieces of speech in a window of sound; none in what is too quiet to be heard."""
    if loudness(samples).max(initial=SILENT_DB) <= SILENT_DB:
        return []
    from faster_whisper.vad import get_vad_model  # noqa: PLC0415 - half a second, which only speech should cost

    padded = np.pad(samples, (0, -len(samples) % FRAME))
    return pieces(get_vad_model()(padded).ravel(), len(samples))


def pieces(probabilities: npt.NDArray[np.float32], length: int) -> list[Piece]:
    """From the probability of speech in each frame."""
    found: list[tuple[int, int]] = []
    start = last = -1
    for n, probability in enumerate(probabilities):
        if probability >= SPEECH and start < 0:
            start = n
        if start >= 0 and probability >= NO_SPEECH:
            last = n
        elif start >= 0 and n - last >= GAP_FRAMES:
            found, start = [*found, (start, last + 1)], -1
    if start >= 0:
        found.append((start, last + 1))
    return [
        Piece(first * FRAME, min(end * FRAME, length), round(float(probabilities[first:end].max()), 3))
        for first, end in found
    ]


def is_speech(line: Any, surety: float) -> bool:
    """Whether one of faster-whisper's lines is to be kept, `surety` being that of its stretch of sound.

    One sign against it is also found in real speech, two are not: Whisper's own doubt that there is speech,
    the voice detector's, an unlikely text, and one that says the same again and again.
    """
    signs = (
        line.no_speech_prob > 0.6,
        surety < SURE,
        line.avg_logprob < -1,
        line.compression_ratio > REPETITIVE,
    )
    return any(c.isalnum() for c in line.text) and sum(signs) < 2


def is_near(word: Word, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether it is said where the voice detector hears speech (in milliseconds), or likely all the same."""
    reach = (word.start_ms - NEAR_MS, word.end_ms + NEAR_MS)
    return word.probability >= 0.5 or any(start < reach[1] and reach[0] < end for start, end in spans)


def without_loops(lines: Sequence[tuple[Word, ...]]) -> list[tuple[Word, ...]]:
    """A phrase that is repeated without end is kept once: Whisper can get stuck, within a line and across.

    Nine members who say "aye", or a chair who thanks five times, are not stuck: a loop has at least
    LOOP_TURNS turns and LOOP_WORDS words.
    """
    texts = [word.text.strip(" .,!?").casefold() for line in lines for word in line]
    kept: list[bool] = []
    while len(kept) < len(texts):
        size, turns = _loop(texts, len(kept))
        kept += [True] * size + [False] * size * (turns - 1)
    told = iter(kept)
    return [tuple(word for word in line if next(told)) for line in lines]


def _loop(texts: Sequence[str], at: int) -> tuple[int, int]:
    """(words, turns) of the loop that begins here; (1, 1) when none does."""
    for size in range(1, LONGEST_LOOP + 1):
        turns = 1
        while texts[at : at + size] == texts[at + size * turns : at + size * (turns + 1)]:
            turns += 1
        if turns >= LOOP_TURNS and size * turns >= LOOP_WORDS:
            return size, turns
    return 1, 1
