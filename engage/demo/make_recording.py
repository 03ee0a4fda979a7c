"""Speaks script.json with flite's voices: `python -m engage.demo.make_recording` writes the recording."""

import json
import re
import subprocess
import tempfile
import wave
from pathlib import Path
from typing import Any, NamedTuple

import av
import numpy as np
import numpy.typing as npt

FOLDER = Path(__file__).parent
RATE = 16_000
BETWEEN_SENTENCES_MS = 450
BETWEEN_TURNS_MS = (700, 1100, 900)
BEFORE_ITEM_MS = 2_000
BEFORE_FIRST_MS = 1_000
AFTER_LAST_MS = 1_500
LOUDNESS = 0.07
AUDIBLE = 0.01
BIT_RATE = 32_000

Samples = npt.NDArray[np.float32]


class Voice(NamedTuple):
    """One of flite's voices, played faster by `shift` so that it belongs to somebody else."""

    voice: str
    shift: float
    stretch: float


class Turn(NamedTuple):
    speaker: str
    role: str
    item: int
    start_ms: int
    end_ms: int


def speak(text: str, voice: Voice) -> Samples:
    """Mono at 16 kHz, with a breath between sentences; the same words always give the same samples."""
    breath = _silence(BETWEEN_SENTENCES_MS)
    sentences = [speak_sentence(sentence, voice) for sentence in re.split(r"(?<=[.?!]) ", text)]
    return np.concatenate([piece for sentence in sentences for piece in (breath, sentence)][1:])


def speak_sentence(text: str, voice: Voice) -> Samples:
    """Without silence at its ends."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sentence.wav"
        pace = f"duration_stretch={voice.stretch * voice.shift}"
        subprocess.run(["flite", "-voice", voice.voice, "--setf", pace, "-t", text, "-o", path], check=True)
        with wave.open(str(path)) as file:
            rate, pcm = file.getframerate(), np.frombuffer(file.readframes(file.getnframes()), np.int16)
    spoken = pcm.astype(np.float32) / np.float32(2**15)
    return _levelled(_trimmed(_resampled(spoken, round(rate * voice.shift))))


def speak_meeting(script: dict[str, Any]) -> tuple[Samples, list[Turn]]:
    """The whole sitting: a pause before each item, shorter ones of differing length between turns."""
    speakers = script["speakers"]
    sound, turns = [_silence(BEFORE_FIRST_MS)], list[Turn]()
    for item in script["items"]:
        for n, turn in enumerate(item["turns"]):
            if turns:
                sound.append(_silence(BETWEEN_TURNS_MS[len(turns) % 3] if n else BEFORE_ITEM_MS))
            start = sum(map(len, sound))
            who = speakers[turn["speaker"]]
            sound.append(speak(turn["text"], Voice(who["voice"], who["shift"], who["stretch"])))
            end = start + len(sound[-1])
            turns.append(Turn(turn["speaker"], who["role"], item["number"], _ms(start), _ms(end)))
    sound.append(_silence(AFTER_LAST_MS))
    return np.concatenate(sound), turns


def write_opus(sound: Samples, path: Path) -> None:
    """Ogg Opus without the time of day or a random serial number in it."""
    with av.open(str(path), "w", format="ogg", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("libopus", rate=RATE, layout="mono", bit_rate=BIT_RATE)
        pcm = (np.clip(sound, -1, 1) * (2**15 - 1)).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(pcm[np.newaxis], format="s16", layout="mono")
        frame.sample_rate = RATE
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def make_recording(folder: Path = FOLDER) -> None:
    """Writes meeting.opus, and meeting.json with the times of items and turns but none of the words."""
    script = json.loads((FOLDER / "script.json").read_text(encoding="utf-8"))
    sound, turns = speak_meeting(script)
    write_opus(sound, folder / "meeting.opus")
    starts = {turn.item: turn.start_ms for turn in reversed(turns)}
    times = {
        "duration_ms": _ms(len(sound)),
        "items": [{"number": item["number"], "start_ms": starts[item["number"]]} for item in script["items"]],
        "turns": [turn._asdict() for turn in turns],
    }
    (folder / "meeting.json").write_text(json.dumps(times, indent=1) + "\n", encoding="utf-8")


def _resampled(sound: Samples, rate: int) -> Samples:
    """From `rate` to 16 kHz."""
    frame = av.AudioFrame.from_ndarray(sound[np.newaxis], format="flt", layout="mono")
    frame.sample_rate = rate
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    pieces = [*resampler.resample(frame), *resampler.resample(None)]
    return np.concatenate([piece.to_ndarray()[0] for piece in pieces])


def _trimmed(sound: Samples) -> Samples:
    audible = np.flatnonzero(np.abs(sound) > AUDIBLE)
    return sound[audible[0] : audible[-1] + 1]


def _levelled(sound: Samples) -> Samples:
    """All voices equally loud, and no turn beginning or ending with a click."""
    sound = sound * np.float32(LOUDNESS / np.sqrt(np.mean(np.square(sound))))
    fade = np.linspace(0, 1, RATE // 100, dtype=np.float32)
    sound[: len(fade)] *= fade
    sound[-len(fade) :] *= fade[::-1]
    return sound


def _silence(ms: int) -> Samples:
    return np.zeros(ms * RATE // 1000, np.float32)


def _ms(samples: int) -> int:
    return samples * 1000 // RATE


if __name__ == "__main__":
    make_recording()
