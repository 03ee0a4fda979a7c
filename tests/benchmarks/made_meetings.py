"""Meetings made of single clips of speech: voices in a room one after another, and who says what is known."""

import json
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream
from numpy.random import Generator

from transcripts.audio import windows
from transcripts.pauses import RATE, Samples

LOUDNESS = 0.05
FRAME = RATE // 100


@dataclass(frozen=True)
class Clip:
    speaker: str
    text: str
    samples: Samples


@dataclass(frozen=True)
class Said:
    """What one voice says in one go, in ms of the recording that is made."""

    start_ms: int
    end_ms: int
    speaker: str
    text: str


def clips(speech: Path, language: str | None = "en") -> dict[str, list[Clip]]:
    """Every clip of the folder by speaker, without the silence at both ends."""
    found: dict[str, list[Clip]] = {}
    for row in map(json.loads, (speech / "manifest.jsonl").read_text("utf-8").splitlines()):
        if language in (None, row["language"]):
            samples = np.concatenate([window.samples for window in windows(speech / row["file"])])
            found.setdefault(row["speaker"], []).append(Clip(row["speaker"], row["text"], trimmed(samples)))
    return found


def trimmed(samples: Samples) -> Samples:
    frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
    level = 10 * np.log10(np.mean(np.square(frames), axis=1) + 1e-9)
    loud = np.flatnonzero(level > level.max() - 38)
    return samples[loud[0] * FRAME : (loud[-1] + 1) * FRAME]


class Stage:
    """A room in which voices are placed one after another."""

    def __init__(self, chance: Generator, *, echo_s: float, noise_db: float) -> None:
        self.chance, self.echo_s, self.noise_db = chance, echo_s, noise_db
        self.pieces: list[Samples] = []
        self.said: list[Said] = []
        self.at = 0
        self.places: dict[str, tuple[Samples, float]] = {}

    @property
    def now_ms(self) -> int:
        return self.at * 1000 // RATE

    def pause(self, seconds: float) -> None:
        self.pieces.append(np.zeros(round(seconds * RATE), np.float32))
        self.at += len(self.pieces[-1])

    def say(self, clip: Clip) -> None:
        """In the room's echo, and as loud as this speaker is in this meeting."""
        if clip.speaker not in self.places:
            self.places[clip.speaker] = (self._echo(), 10 ** (self.chance.uniform(-8, 8) / 20))
        echo, loudness = self.places[clip.speaker]
        spoken = _convolved(clip.samples, echo) * loudness * LOUDNESS / _loudness(clip.samples)
        start_ms = self.now_ms
        self.pieces.append(spoken.astype(np.float32))
        self.at += len(spoken)
        self.said.append(Said(start_ms, self.now_ms, clip.speaker, clip.text))

    def sound(self) -> Samples:
        samples = np.concatenate(self.pieces)
        pink = _pink(self.chance, len(samples))
        heard = samples + pink * LOUDNESS * 10 ** (-self.noise_db / 20) / _loudness(pink)
        return np.asarray(heard / max(1.0, float(np.abs(heard).max())), np.float32)

    def _echo(self) -> Samples:
        seconds = self.echo_s * self.chance.uniform(0.8, 1.2)
        fading = 10 ** (-3 * np.arange(0, seconds, 1 / RATE) / seconds)
        echo = self.chance.standard_normal(len(fading)) * fading
        echo *= 0.35 / np.linalg.norm(echo)
        echo[0] = 1
        return np.asarray(echo, np.float32)


def made_meeting(of: dict[str, list[Clip]], chance: Generator, *, longest_s: int = 480) -> Stage:
    """Of 3 to 16 speakers in random order, room and noise; every other meeting has turns of several clips."""
    stage = Stage(chance, echo_s=chance.uniform(0.12, 0.6), noise_db=chance.uniform(14, 50))
    names = [str(name) for name in chance.permutation(sorted(of))]
    names.sort(key=lambda name: len(of[name]) < 5)
    count, most = int(chance.integers(3, 17)), int(chance.choice([2, 5]))
    often = names[: max(2, count // 2)]
    rest = [str(name) for name in chance.permutation(names[len(often) :])]
    turns: list[list[Clip]] = []
    for name in [*often, *rest][:count]:
        left = [of[name][n] for n in chance.permutation(len(of[name]))]
        while left:
            size = int(chance.integers(1, most + 1))
            turns, left = [*turns, left[:size]], left[size:]
    stage.pause(1)
    for n in chance.permutation(len(turns)):
        for clip in turns[n] if stage.at < longest_s * RATE else ():
            stage.say(clip)
            stage.pause(chance.uniform(0.2, 0.8))
        stage.pause(chance.uniform(3, 7) if chance.random() < 0.06 else chance.uniform(0, 1.4))
    return stage


def write_sound(path: Path, samples: Samples) -> Path:
    """Mono, 16 kHz: .mp3 of 32 kbit/s, or .wav of 16 bit."""
    codec, form = ("libmp3lame", "s16p") if path.suffix == ".mp3" else ("pcm_s16le", "s16")
    with av.open(str(path), "w", format=path.suffix[1:]) as file:
        stream = file.add_stream(codec, rate=RATE, layout="mono", bit_rate=32_000)
        assert isinstance(stream, AudioStream)
        numbers = np.rint(samples * 32767).astype(np.int16)
        for at in range(0, len(numbers), RATE):
            frame = av.AudioFrame.from_ndarray(numbers[None, at : at + RATE], format=form, layout="mono")
            frame.sample_rate, frame.pts = RATE, at
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return path


def _loudness(samples: Samples) -> float:
    return float(np.sqrt(np.mean(np.square(samples)))) or 1.0


def _convolved(samples: Samples, echo: Samples) -> Samples:
    size = _whole(len(samples) + len(echo))
    both = np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(echo, size), size)
    return np.asarray(both[: len(samples)], np.float32)


def _pink(chance: Generator, count: int) -> Samples:
    spectrum = np.fft.rfft(chance.standard_normal(_whole(count)))
    spectrum /= np.sqrt(np.maximum(1, np.arange(len(spectrum))))
    return np.asarray(np.fft.irfft(spectrum)[:count], np.float32)


def _whole(count: int) -> int:
    """The next power of two: of other lengths a Fourier transform can take ten times as long."""
    return 1 << (count - 1).bit_length()
