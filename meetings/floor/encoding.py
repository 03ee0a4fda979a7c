"""Opus for browsers that have no codec of their own: samples in, packets out, one encoder a microphone."""

from collections.abc import Iterator

import av
import numpy as np

from meetings.floor.opus import new_encoder
from meetings.floor.packets import FRAME_MS, PCM_RATE

BIT_RATE = 32_000


class Encoder:
    def __init__(self) -> None:
        self._codec, self._place = new_encoder(rate=PCM_RATE, form="s16", bit_rate=BIT_RATE), 0
        self._held = np.zeros(0, np.int16)

    def packets(self, pcm: bytes) -> Iterator[bytes]:
        """16-bit samples at 24 kHz; packets of 60 ms as soon as there is enough for one."""
        self._held = np.concatenate([self._held, np.frombuffer(pcm, "<i2")])
        size = PCM_RATE * FRAME_MS // 1000
        while len(self._held) >= size:
            frame = av.AudioFrame.from_ndarray(self._held[None, :size].copy(), format="s16", layout="mono")
            frame.sample_rate, frame.pts = PCM_RATE, self._place
            self._held, self._place = self._held[size:], self._place + size
            yield from (bytes(packet) for packet in self._codec.encode(frame))
