"""All channels as one sound, in constant memory, and when each of them was to be heard in it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import av
import numpy as np

from meetings.floor.joining import Joined, packets_of, sha256_of
from meetings.floor.ogg import PRE_SKIP, OggFile
from meetings.floor.opus import Samples, decoded, new_decoder, new_encoder
from meetings.floor.packets import FRAME_MS, RATE, duration_ms
from meetings.floor.parts import Part

PER_MS = RATE // 1000
BLOCK = RATE
"""Samples that are mixed at a time."""
BIT_RATE = 40_000
LOUD = 0.8
"""Beyond this several voices at once are pressed together rather than cut off."""
STEP = RATE // 50
"""Samples in which a channel is heard or not: 20 ms."""
GATE = 0.006
"""Root mean square of what is heard at all, -44 dBFS; speech is louder by 20 dB and more."""
BESIDE = 0.18
"""What is fainter than this share of the loudest channel (-15 dB) is the same voice in another microphone."""
GAP_MS, SHORT_MS = 400, 100
"""Within one spoken sentence it is not quiet for longer; what is shorter was no word."""

Spans = list[list[int]]


class Lane:
    """One channel, decoded as it is asked for."""

    def __init__(self, parts: Sequence[Part], origin_ms: int) -> None:
        self._pieces = laid_out(parts, origin_ms)
        self._held: tuple[int, Samples] | None = next(self._pieces, None)

    @property
    def is_over(self) -> bool:
        return self._held is None

    def block(self, at: int) -> Samples | None:
        """The BLOCK samples from `at` on; None when there is no sound in them. To be asked in order."""
        made: Samples | None = None
        while self._held and self._held[0] < at + BLOCK:
            place, samples = self._held
            made = np.zeros(BLOCK, np.float32) if made is None else made
            room = at + BLOCK - place
            made[place - at : place - at + len(samples)] = samples[:room]
            rest = samples[room:]
            self._held = (at + BLOCK, rest) if len(rest) else next(self._pieces, None)
        return made


def laid_out(parts: Sequence[Part], origin_ms: int) -> Iterator[tuple[int, Samples]]:
    """(place in samples since `origin_ms`, samples), in order, never overlapping; gaps are left out."""
    end = 0
    for part in parts:
        place = max(end, (part.start_ms - origin_ms) * PER_MS)
        for samples in samples_of(part.path):
            yield place, samples
            place += len(samples)
        end = place


def samples_of(path: Path) -> Iterator[Samples]:
    """From the first that the microphone took. What cannot be decoded is left out."""
    decoder, early = new_decoder(), PRE_SKIP
    for payload in packets_of(path):
        for samples in in_place(decoded(decoder, payload), payload):
            yield samples[early:]
            early = max(0, early - len(samples))


def in_place(found: list[Samples] | None, payload: bytes) -> list[Samples]:
    """Silence for what could not be decoded, so that what follows stays where it was."""
    return [np.zeros(round(duration_ms(payload) * PER_MS), np.float32)] if found is None else found


class Ear:
    """Notes when each channel is heard, from blocks of all of them."""

    def __init__(self) -> None:
        self.spans: Spans = []
        self._open: dict[int, tuple[int, int]] = {}

    def note(self, at_ms: int, blocks: Mapping[int, Samples]) -> None:
        levels = {n: np.sqrt(np.mean(each.reshape(-1, STEP) ** 2, axis=1)) for n, each in blocks.items()}
        if not levels:
            return
        floor = np.maximum(np.max(list(levels.values()), axis=0) * BESIDE, GATE)
        for channel, level in levels.items():
            for step in np.flatnonzero(level >= floor):
                self._hear(channel, at_ms + 20 * int(step))

    def _hear(self, channel: int, ms: int) -> None:
        start, end = self._open.get(channel, (ms, ms))
        if ms - end > GAP_MS:
            self._close(channel, start, end)
            start = ms
        self._open[channel] = start, ms + 20

    def _close(self, channel: int, start: int, end: int) -> None:
        if end - start >= SHORT_MS:
            self.spans.append([start, end, channel])

    def finish(self) -> Spans:
        """[[start_ms, end_ms, channel]] in order."""
        for channel, (start, end) in self._open.items():
            self._close(channel, start, end)
        self._open = {}
        return sorted(self.spans)


def blend(
    parts: Mapping[int, Sequence[Part]], path: Path, go_on: Callable[[], None]
) -> tuple[Joined, Spans] | None:
    """One file of what all these channels' parts hold, each in order, and when each was heard; None without
    any sound. `go_on` is called for every second and may raise to stop. Raises OSError."""
    origin_ms = min((own[0].start_ms for own in parts.values() if own), default=0)
    lanes = {channel: Lane(own, origin_ms) for channel, own in parts.items()}
    if all(lane.is_over for lane in lanes.values()):
        return None
    file, ear, at = OggFile(path), Ear(), 0
    encoder = new_encoder(rate=RATE, form="flt", bit_rate=BIT_RATE)
    try:
        while not all(lane.is_over for lane in lanes.values()):
            go_on()
            blocks = {n: found for n, lane in lanes.items() if (found := lane.block(at)) is not None}
            ear.note(at // PER_MS, blocks)
            mixed = pressed(sum(blocks.values(), np.zeros(BLOCK, np.float32)))
            encode(encoder, file, mixed, at)
            file.flush()
            at += BLOCK
        encode(encoder, file, None, at)
        file.end()
    finally:
        file.let_go()
    return Joined(path, origin_ms, round(file.written_ms), file.size, sha256_of(path)), ear.finish()


def encode(encoder: Any, file: OggFile, samples: Samples | None, at: int) -> None:
    """None: what the encoder still holds."""
    frame = None
    if samples is not None:
        frame = av.AudioFrame.from_ndarray(samples[np.newaxis], format="flt", layout="mono")
        frame.sample_rate, frame.pts = RATE, at
    for packet in encoder.encode(frame):
        file.write(bytes(packet), FRAME_MS)


def pressed(samples: Samples) -> Samples:
    """Never beyond 1, without a step."""
    size = np.abs(samples)
    if size.max() <= LOUD:
        return samples
    rest = 1 - LOUD
    return np.where(size > LOUD, np.sign(samples) * (LOUD + rest * np.tanh((size - LOUD) / rest)), samples)
