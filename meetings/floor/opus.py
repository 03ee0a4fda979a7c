"""Opus by FFmpeg, mono: one way to make its decoder and its encoder."""

from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from meetings.floor.packets import FRAME_MS, RATE

Samples = NDArray[np.float32]


def new_decoder() -> Any:
    """For the packets of one channel, in order."""
    decoder: Any = av.CodecContext.create("opus", "r")
    decoder.sample_rate, decoder.layout = RATE, "mono"
    return decoder


def decoded(decoder: Any, payload: bytes) -> list[Samples] | None:
    """Samples at 48 kHz; None for what is damaged, or no Opus after all."""
    try:
        return [frame.to_ndarray()[0] for frame in decoder.decode(av.Packet(payload))]
    except av.FFmpegError:
        return None


def new_encoder(*, rate: int, form: str, bit_rate: int) -> Any:
    """Of speech, in packets of FRAME_MS. `rate`: samples a second; `form`: of samples, as FFmpeg names it."""
    encoder: Any = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format, encoder.bit_rate = rate, "mono", form, bit_rate
    encoder.options = {"frame_duration": str(FRAME_MS), "application": "voip"}
    encoder.open()
    return encoder
