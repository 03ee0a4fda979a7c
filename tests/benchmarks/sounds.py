"""Sounds without a word in them: what a recogniser must keep silent about. 16 kHz, the same each time."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from transcripts.pauses import RATE, Samples

Wave = npt.NDArray[np.float64]


def _times(seconds: float) -> Wave:
    return np.arange(round(seconds * RATE)) / RATE


def _scaled(wave: Wave, peak: float) -> Samples:
    return np.asarray(wave * (peak / max(float(np.abs(wave).max()), 1e-9)), np.float32)


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), np.float32)


def white_noise(seconds: float, *, decibels: float = -20) -> Samples:
    noise = np.random.default_rng(1).standard_normal(round(seconds * RATE))
    return np.asarray(noise * 10 ** (decibels / 20), np.float32)


def pink_noise(seconds: float) -> Samples:
    spectrum = np.fft.rfft(np.random.default_rng(2).standard_normal(round(seconds * RATE)))
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 1))
    return _scaled(np.fft.irfft(spectrum, round(seconds * RATE)), 0.5)


def tone(seconds: float) -> Samples:
    return _scaled(np.sin(2 * np.pi * 440 * _times(seconds)), 0.2)


def chord(seconds: float) -> Samples:
    """Three tones that tremble three times a second, as syllables do: voice detectors fall for it."""
    at = _times(seconds)
    wave = sum((np.sin(2 * np.pi * hertz * at) for hertz in (220.0, 277.2, 329.6)), np.zeros(len(at)))
    return _scaled(wave * (0.6 + 0.4 * np.sin(2 * np.pi * 3 * at)), 0.3)


def music(seconds: float) -> Samples:
    """A melody with its chords and a drum, two notes a second."""
    random, made = np.random.default_rng(3), np.zeros(round(seconds * RATE) + RATE)
    for beat in range(int(seconds * 2)):
        at, note = _times(1), 220 * 2 ** (random.integers(0, 13) / 12)
        ring = np.exp(-2 * at) * (1 - np.exp(-80 * at))
        for harmonic in range(1, 8):
            for step, share in ((1, 1), (0.5, 0.4), (0.63, 0.4), (0.75, 0.4)):
                wave = np.sin(2 * np.pi * note * step * harmonic * at)
                made[beat * RATE // 2 :][:RATE] += ring * wave * share / harmonic
        made[beat * RATE // 2 :][:2000] += random.standard_normal(2000) * np.exp(-np.arange(2000) / 300)
    return _scaled(made[: round(seconds * RATE)], 0.5)


def applause(seconds: float) -> Samples:
    """Sixty claps a second from many hands, swelling and dying away."""
    random, length = np.random.default_rng(4), round(seconds * RATE)
    made = np.zeros(length + 2000)
    for at in random.integers(0, length, round(60 * seconds)):
        clap = random.standard_normal(2000) * np.exp(-np.arange(2000) / random.uniform(60, 200))
        made[at : at + 2000] += clap * random.uniform(0.2, 1)
    at = _times(seconds)
    return _scaled(made[:length] * np.minimum(1, np.minimum(at, (seconds - at) / 2)), 0.6)


SOUNDS: dict[str, Callable[[float], Samples]] = {
    "silence": silence,
    "faint noise": lambda seconds: white_noise(seconds, decibels=-60),
    "white noise": white_noise,
    "pink noise": pink_noise,
    "tone": tone,
    "trembling chord": chord,
    "music": music,
    "applause": applause,
}
