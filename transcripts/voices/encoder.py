"""How a voice sounds in a second or two of speech: 256 numbers, alike for the same voice.

The sound is prepared as the model was taught (Resemblyzer 0.1.4): mel power without a logarithm, 40 bands,
25 ms every 10 ms, made louder to -30 dB where it is quieter.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from transcripts.pauses import RATE, Samples
from transcripts.voices.onnx import model
from transcripts.voices.weights import Matrix, read_weights, weights_file

WINDOW = RATE * 8 // 5  # 1.6 s, what the model was taught with
FFT, HOP, MELS, SIZE = 400, 160, 40, 256
LOUDNESS = 10 ** (-30 / 20)
BATCH = 16  # as fast as 64, with 30 MB of memory instead of 80


def voices(pieces: Sequence[Samples]) -> Matrix:
    """Of each piece of 1.6 s at 16 kHz one row: 256 numbers, none negative, of length 1. Needs the extra.

    On one thread: always the same, and the other cores are left alone. 4 ms a piece.
    """
    found = [np.zeros((0, SIZE), np.float32)]
    for n in range(0, len(pieces), BATCH):
        batch = np.stack([power(piece) for piece in pieces[n : n + BATCH]], axis=1)
        found.append(_session().run(None, {"power": batch})[0])
    return np.concatenate(found)


def power(samples: Samples) -> Matrix:
    """(frames, bins), one frame every 10 ms."""
    loudness = float(np.sqrt(np.mean(np.square(samples))))
    louder = np.float32(max(1.0, LOUDNESS / max(loudness, 1e-6)))
    padded = np.pad(samples * louder, FFT // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, FFT)[::HOP][: len(samples) // HOP]
    return np.asarray(np.square(np.abs(np.fft.rfft(frames * _hann(), axis=1))), np.float32)


@cache
def _hann() -> Matrix:
    return np.asarray(0.5 - 0.5 * np.cos(2 * np.pi * np.arange(FFT) / FFT), np.float32)


def bands() -> Matrix:
    """(bins, 40): Slaney's triangles of equal area, even up to 1 kHz and logarithmic above; as librosa's."""
    step = np.log(6.4) / 27
    top = 15 + np.log(RATE / 2 / 1000) / step
    at = np.linspace(0, top, MELS + 2)
    hertz = np.where(at < 15, at * 200 / 3, 1000 * np.exp(step * (at - 15)))
    bins = np.fft.rfftfreq(FFT, 1 / RATE)
    rising = (bins - hertz[:-2, None]) / (hertz[1:-1] - hertz[:-2])[:, None]
    falling = (hertz[2:, None] - bins) / (hertz[2:] - hertz[1:-1])[:, None]
    height = 2 / (hertz[2:] - hertz[:-2])
    return np.asarray(np.maximum(0, np.minimum(rising, falling)) * height[:, None], np.float32).T


@cache
def _session() -> Any:
    from onnxruntime import InferenceSession, SessionOptions  # noqa: PLC0415 - slow, and only for this

    path = weights_file()
    if path is None:
        raise LookupError("the extra `voices` is not installed")
    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    return InferenceSession(model(read_weights(path), bands()), options, providers=["CPUExecutionProvider"])
