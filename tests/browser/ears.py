"""What a page says and hears: a microphone that plays a file, taps in the page's sound, words and delay."""

import base64
import json
import re
import shutil
import wave
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page

from engage import demo
from tests.browser.conftest import ARGUMENTS
from transcripts.audio import Window
from transcripts.whisper import Recogniser

Samples = NDArray[np.float32]
RATE = 48_000
LEAD_S = 1.5
"""Silence before the words, while a page connects."""
DEMO = Path(demo.__file__).parent / "meeting.opus"
HOP_MS = 5

TAP = """
(() => {
  const connect = AudioNode.prototype.connect;
  const tap = (node, name) => {
    const kept = (window[name] = { rate: node.context.sampleRate, parts: [], starts: [], late: [] });
    const size = node.context.sampleRate < 48000 ? 2048 : 4096; // as long as the others
    const ear = node.context.createScriptProcessor(size, 1, 1);
    ear.onaudioprocess = ({ inputBuffer, playbackTime }) => {
      kept.parts.push(inputBuffer.getChannelData(0).slice());
      kept.starts.push(playbackTime);
      kept.late.push(performance.timeOrigin + performance.now() - 1000 * playbackTime);
    };
    connect.call(node, ear);
    connect.call(ear, node.context.destination);
  };
  AudioNode.prototype.connect = function (to, ...rest) {
    if (this instanceof MediaStreamAudioSourceNode) tap(this, "spoken");
    if (this instanceof GainNode && to instanceof AudioDestinationNode) tap(this, "heard");
    return connect.call(this, to, ...rest);
  };
  window.tapped = (name) => {
    const { rate, parts, starts, late } = window[name];
    const whole = new Float32Array(parts.length * parts[0].length);
    parts.forEach((part, n) => whole.set(part, part.length * n));
    const bytes = new Uint8Array(whole.buffer);
    let text = "";
    for (let n = 0; n < bytes.length; n += 9999) text += String.fromCharCode(...bytes.subarray(n, n + 9999));
    return JSON.stringify({ rate, starts, late, sound: btoa(text) });
  };
})();
"""
"""Keeps what the microphone gives and what the loudspeaker gets, each on the machine's clock."""


@dataclass(frozen=True)
class Tapped:
    """Sound at 48 kHz; `at` is its first sample's time, in milliseconds of the machine's clock."""

    samples: Samples
    at: float

    def levels(self) -> Samples:
        """Root mean square of each 5 ms."""
        size = RATE * HOP_MS // 1000
        pieces = self.samples[: len(self.samples) // size * size].reshape(-1, size)
        return np.asarray(np.sqrt((pieces**2).mean(axis=1)), np.float32)

    def part(self, start_ms: float, end_ms: float) -> "Tapped":
        """Between two moments of the machine's clock."""
        a, b = (max(0, round((each - self.at) * RATE / 1000)) for each in (start_ms, end_ms))
        return Tapped(self.samples[a:b], max(self.at, start_ms))

    def last_sound_at(self, louder_than: float = 0.003) -> float:
        loud = np.flatnonzero(self.levels() > louder_than)
        return self.at + float(loud[-1] + 1) * HOP_MS if len(loud) else 0.0


def tapped(page: Page, name: str = "heard") -> Tapped:
    """`name` is "heard" or "spoken". On a busy machine the sound's clock falls behind, more and more: for a
    part, the least that any from there on was late is what the clock is behind."""
    told: dict[str, Any] = json.loads(page.evaluate("(name) => window.tapped(name)", name))
    parts = np.frombuffer(base64.b64decode(told["sound"]), np.float32).reshape(len(told["starts"]), -1)
    parts = parts.repeat(RATE // told["rate"], axis=1)
    late = np.minimum.accumulate(told["late"][::-1])[::-1]
    times = 1000 * np.array(told["starts"]) + late
    places = np.round((times - times[0]) * RATE / 1000).astype(int)
    whole = np.zeros(places[-1] + parts.shape[1], np.float32)
    for place, part in zip(places, parts, strict=True):
        whole[place : place + len(part)] = part
    return Tapped(whole, float(times[0]))


def demo_sound(start_ms: int, end_ms: int) -> Samples:
    with av.open(str(DEMO)) as file:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
        frames = [made for frame in file.decode(audio=0) for made in resampler.resample(frame)]
    whole = np.concatenate([frame.to_ndarray()[0] for frame in frames])
    return np.asarray(whole[start_ms * RATE // 1000 : end_ms * RATE // 1000], np.float32)


def make_wav(path: Path, sound: Samples) -> Path:
    lead = np.zeros(int(LEAD_S * RATE), np.float32)
    whole = np.concatenate([lead, sound, lead])
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(whole, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def with_microphone(chromium: Browser, wav: Path | None = None) -> Browser:
    """Another browser: its microphone plays this file once, from when a page opens it; or it beeps."""
    sound = [
        *("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"),
        *([f"--use-file-for-fake-audio-capture={wav}%noloop"] if wav else []),
        "--autoplay-policy=no-user-gesture-required",
    ]
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    return chromium.browser_type.launch(
        executable_path=path, args=[*ARGUMENTS, *sound], ignore_default_args=["--mute-audio"]
    )


def words(sound: Tapped, recogniser: Recogniser) -> str:
    """What is said there, in small letters, without signs."""
    slow = sound.samples[: len(sound.samples) // 3 * 3].reshape(-1, 3).mean(axis=1).astype(np.float32)
    return words_in([Window(0, 0, len(slow) // 16, slow)], recogniser)


def words_in(windows: Iterable[Window], recogniser: Recogniser) -> str:
    """The same of what lies in a file."""
    heard = [each for one in windows for each in recogniser.hear(one, language="en").segments]
    text = " ".join(word.text.strip() for segment in heard for word in segment.words)
    return re.sub(r"[^a-z' ]+", "", text.lower())


def delays(spoken: Tapped, heard: Tapped, *, window_s: float = 2.0, most_ms: int = 1500) -> list[float]:
    """Milliseconds from microphone to loudspeaker, one for each while in which somebody spoke."""
    said, came = spoken.levels(), heard.levels()
    shift = round((heard.at - spoken.at) / HOP_MS)
    size, found = round(window_s * 1000 / HOP_MS), list[float]()
    for start in range(0, len(said) - size, size // 2):
        piece = said[start : start + size]
        first = start - shift
        beyond = came[max(first, 0) : first + size + most_ms // HOP_MS]
        if first < 0 or len(beyond) < size + most_ms // HOP_MS or piece.mean() < 0.005:
            continue
        likeness = _likeness(piece, beyond)
        if likeness.max() > 0.8:
            exact = spoken.at + shift * HOP_MS - heard.at
            found.append(float(likeness.argmax()) * HOP_MS - exact)
    return found


def _likeness(piece: Samples, beyond: Samples) -> Samples:
    """Correlation at every shift, from -1 to 1."""
    shifted = np.lib.stride_tricks.sliding_window_view(beyond, len(piece))
    centred = shifted - shifted.mean(axis=1, keepdims=True)
    wanted = piece - piece.mean()
    size = np.linalg.norm(centred, axis=1) * np.linalg.norm(wanted) + 1e-9
    return np.asarray(centred @ wanted / size, np.float32)
