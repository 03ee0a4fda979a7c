"""When each word is said, on the file's clock: Whisper's times, drawn to where the sound begins."""

from collections.abc import Iterable, Iterator
from typing import Any

from transcripts.audio import PER_MS, Window
from transcripts.pauses import RATE, onset
from transcripts.sentences import Word

EARLY_S = 0.04
"""Whisper's times are so much early inside of speech, as measured against two aligners."""
LONG_S = 0.3
"""The pause before a word is counted to the word; one that is no longer than this holds no pause."""
SLOWEST_S = (0.15, 0.07)
"""A word takes at most this long, and so much longer for each letter."""

Line = tuple[Word, ...]


def timed(line: Any, begin: int, window: Window) -> Line:
    """One of faster-whisper's lines; `begin` is the sample of the window from which it counts its seconds."""
    return tuple(
        Word(
            window.start_ms + _start(word, begin, window) // PER_MS,
            window.start_ms + (begin + _samples(word.end)) // PER_MS,
            word.word,
            round(float(word.probability), 3),
        )
        for word in line.words
    )


def _start(word: Any, begin: int, window: Window) -> int:
    start, end = begin + _samples(word.start), begin + _samples(word.end)
    if word.end - word.start <= LONG_S:
        return start
    letters = sum(map(str.isalnum, word.word))
    slowest = round((SLOWEST_S[0] + SLOWEST_S[1] * letters) * RATE)
    return max(onset(window.samples, start, end), end - slowest)


def _samples(seconds: float) -> int:
    return round((float(seconds) + EARLY_S) * RATE)


def in_order(lines: Iterable[Line], window: Window) -> Iterator[Line]:
    """Times inside the window, no word beginning before the one before it has ended."""
    latest = window.start_ms
    for line in lines:
        kept = []
        for word in line:
            start = min(max(word.start_ms, latest), window.end_ms)
            latest = min(max(word.end_ms, start), window.end_ms)
            kept.append(Word(start, latest, word.text, word.probability))
        yield tuple(kept)
