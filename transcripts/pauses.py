"""Pauses: where a long recording is cut, and where a word begins after one."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

RATE = 16_000
FIRST_S = 30  # the first window is short, so that the first words are there early
WINDOW_S = 60
"""Of the others: so short that a broken-off one is soon heard again, and that several workers can share a
recording. Windows of 120 and 300 s are heard no better (8.7 to 9.0 % wrong words in one meeting)."""
TAIL_S = 60  # a window is cut in this last part of it
FRAME = RATE // 50
PAUSE_FRAMES = 10
FINE = RATE // 100
CLOSING_FRAMES, SHORTEST_WORD_FRAMES = 12, 5
LEVEL_S = 2
LONGEST_GAP = 5 * RATE  # a longer hole in the clock ends the window, a shorter one becomes silence


@dataclass
class _Held:
    """The window that is being filled."""

    start: int = 0
    length: int = 0
    pieces: list[Samples] = field(default_factory=list)

    @property
    def end(self) -> int:
        return self.start + self.length

    def add(self, samples: Samples) -> None:
        self.pieces.append(samples)
        self.length += len(samples)

    def taken(self) -> tuple[int, Samples]:
        return self.start, np.concatenate(self.pieces)


def cut(sound: Iterator[tuple[int, Samples]], *, longest_s: int) -> Iterator[tuple[int, Samples]]:
    """Pieces of 16 kHz sound, each with its place in samples, joined into windows of at most `longest_s`.

    Never more than one window is held. A cut depends only on the sound of its own window, so the same
    sound is always cut in the same places. A window's place is that of its first sample.
    """
    longest, held = min(FIRST_S, longest_s) * RATE, _Held()
    for at, piece in sound:
        if not held.length or at - held.end > LONGEST_GAP:
            if held.length:
                yield held.taken()
                longest = longest_s * RATE
            held = _Held(at)
        held.add(np.zeros(at - held.end, np.float32))
        held.add(piece)
        while held.length >= longest:
            start, samples = held.taken()
            end = pause(samples[:longest])
            yield start, samples[:end].copy()
            held, longest = _Held(start + end), longest_s * RATE
            held.add(samples[end:].copy())
    if held.length:
        yield held.taken()


def pause(samples: Samples) -> int:
    """The sample to cut at: the middle of the longest pause in the last part, or its quietest point.

    Quiet is told from the level of this part itself, so hum and a noisy room do not hide the pauses.
    """
    first = len(samples) - min(TAIL_S * RATE, len(samples) // 2 // FRAME * FRAME)
    level = loudness(samples[first:])
    floor, loud = np.percentile(level, [2, 90])
    quiet = level < floor + max(6.0, 0.3 * (loud - floor))
    edges = np.flatnonzero(np.diff(quiet, prepend=False, append=False))
    starts, lengths = edges[::2], edges[1::2] - edges[::2]
    longest = int(lengths.argmax())
    if lengths[longest] >= PAUSE_FRAMES:
        return first + int(starts[longest] + lengths[longest] // 2) * FRAME
    smooth = np.convolve(level, np.ones(PAUSE_FRAMES) / PAUSE_FRAMES, "same")
    return first + int(smooth.argmin()) * FRAME


def onset(samples: Samples, start: int, end: int) -> int:
    """Where a word begins that is said before `end`, and not before `start`: after the longest pause between.

    A pause is 18 dB below the speech around and longer than the closing of the lips in the midst of a word.
    """
    around = loudness(samples[max(start, end - LEVEL_S * RATE) : end + RATE // 2], FINE)
    if end <= start or not len(around):
        return start
    quiet = loudness(samples[start:end], FINE) < np.percentile(around, 90) - 18
    edges = np.flatnonzero(np.diff(quiet, prepend=False, append=False))
    lengths, ends = edges[1::2] - edges[::2], edges[1::2]
    lengths = np.where(ends < len(quiet) - SHORTEST_WORD_FRAMES, lengths, 0)
    if not lengths.any() or lengths.max() < CLOSING_FRAMES:
        return start
    return start + int(ends[lengths.argmax()]) * FINE


def loudness(samples: Samples, frame: int = FRAME) -> npt.NDArray[np.float32]:
    """In dB, for each whole frame; -80 for silence."""
    frames = samples[: len(samples) // frame * frame].reshape(-1, frame)
    return np.asarray(10 * np.log10(np.mean(np.square(frames), axis=1) + 1e-8), np.float32)
