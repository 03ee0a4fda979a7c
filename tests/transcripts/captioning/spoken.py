"""Sound as a recorder leaves it: parts of Opus that grow, made from samples."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np

from meetings.floor.ogg import OggFile
from meetings.floor.packets import FRAME_MS
from transcripts.pauses import RATE, Samples

FRAME = RATE * FRAME_MS // 1000


def packets(samples: Samples) -> Iterator[bytes]:
    """Of 60 ms each, as a browser makes them; what is left over is not said."""
    codec: Any = av.CodecContext.create("libopus", "w")
    codec.sample_rate, codec.layout, codec.format, codec.bit_rate = RATE, "mono", "s16", 32_000
    codec.options = {"frame_duration": str(FRAME_MS), "application": "voip"}
    codec.open()
    pcm = (samples * 32_000).astype(np.int16)
    for start in range(0, len(pcm) - FRAME + 1, FRAME):
        frame = av.AudioFrame.from_ndarray(pcm[None, start : start + FRAME].copy(), "s16", "mono")
        frame.sample_rate, frame.pts = RATE, start
        yield from (bytes(packet) for packet in codec.encode(frame))


class Part:
    """One file that grows."""

    def __init__(self, folder: Path, channel: int, start_ms: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.file = OggFile(folder / f"{channel}-{start_ms}.ogg")

    def say(self, sound: list[bytes]) -> None:
        """All of it is on the disk."""
        for n, packet in enumerate(sound):
            self.file.write(packet, FRAME_MS)
            if n % 3 == 2:
                self.file.flush()
        self.file.flush()


def tone(seconds: float, hertz: int = 440) -> Samples:
    """Loud enough to be told from silence; no speech."""
    times = np.arange(round(seconds * RATE)) / RATE
    return np.asarray(0.3 * np.sin(2 * np.pi * hertz * times), np.float32)
