"""What the ordinary audio stream of one meeting costs, and how far behind it is: two people speak at once."""

import argparse
import asyncio
import io
import time
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from meetings.floor.encoding import Encoder
from meetings.floor.engine import Engine
from meetings.floor.mixing import AAC_RATE
from meetings.floor.packets import FRAME_MS, OPUS, PCM_RATE, Packet, packed
from meetings.floor.standing import Grant
from meetings.floor.stream import KEPT, Segment, Stream
from meetings.floor.streaming import Streams
from tests.benchmarks.results import Figures, report
from tests.make import in_a_loop

EVERY_S = 1.7
"""From one beep of the second speaker to the next: at every place of a segment."""
BEEP_HZ, HUM_HZ = 2000, 300
PLAYER_BEHIND = 3
"""Segments: where a player begins that keeps to RFC 8216, 6.3.3."""


class Microphone:
    def __init__(self, person: str) -> None:
        self.person = person

    def tell(self, **state: object) -> None: ...

    def close(self, code: int) -> None: ...


def packets(sound: NDArray[np.float64]) -> list[bytes]:
    payloads = Encoder().packets((12_000 * sound).astype("<i2").tobytes())
    return [packed(Packet(OPUS, 0, 0, n, each)) for n, each in enumerate(payloads)]


def spoken(seconds: int) -> list[list[bytes]]:
    """A hum, and beeps of 300 ms."""
    at = np.arange(seconds * PCM_RATE) / PCM_RATE
    beeps = np.sin(2 * np.pi * BEEP_HZ * at) * (at % EVERY_S < 0.3) * (at >= EVERY_S)
    return [packets(np.sin(2 * np.pi * HUM_HZ * at) / 4), packets(beeps)]


async def evening(seconds: int) -> tuple[float, float, float, dict[int, tuple[float, Segment]]]:
    """Seconds of CPU and of the clock; when it began; each segment with the time at which it was there."""
    said = spoken(seconds)
    engine = Engine()
    streams, room = Streams(engine), engine.open("evening")
    room.turn_on()
    voices = [Microphone(f"place:{n}") for n in range(len(said))]
    for n, voice in enumerate(voices):
        room.grant(Grant(n, voice.person, 0))
        room.admit(voice)
    stream = streams.start("evening")
    seen: dict[int, tuple[float, Segment]] = {}
    watcher = asyncio.create_task(watch(stream, seen))
    cpu, began = time.process_time(), time.monotonic()
    for n in range(len(said[0])):
        await asyncio.sleep(max(began + n * FRAME_MS / 1000 - time.monotonic(), 0))
        for voice, own in zip(voices, said, strict=True):
            room.take(voice, own[n])
    used, passed = time.process_time() - cpu, time.monotonic() - began
    watcher.cancel()
    await streams.stop()
    return used, passed, began, seen


async def watch(stream: Stream, seen: dict[int, tuple[float, Segment]]) -> None:
    while True:
        await stream.news.wait()
        for each in stream.segments:
            seen.setdefault(each.number, (time.monotonic(), each))


def beginnings(sound: NDArray[np.float32]) -> list[float]:
    """Seconds into the sound at which each beep begins, to 10 ms."""
    size = AAC_RATE // 100
    steps = sound[: len(sound) // size * size].reshape(-1, size)
    is_loud = abs(steps @ np.exp(-2j * np.pi * BEEP_HZ * np.arange(size) / AAC_RATE)) / size > 0.05
    starts = np.flatnonzero(is_loud & ~np.concatenate([[False], is_loud[:-1]]))
    return [float(each) / 100 for each in starts]


def delays(began: float, seen: dict[int, tuple[float, Segment]]) -> list[float]:
    """From each beep to the segment with its beginning."""
    segments = [seen[number] for number in sorted(seen)]
    container: Any = av.open(io.BytesIO(b"".join(each.sound for _, each in segments)), format="aac")
    with container:
        sound = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])
    ends = np.cumsum([each.seconds for _, each in segments])
    found = [segments[int(np.searchsorted(ends, at, side="right"))][0] for at in beginnings(sound)]
    return [there - began - EVERY_S * (n + 1) for n, there in enumerate(found)]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=int, default=60)
    options.add_argument("--save", action="store_true")
    chosen = options.parse_args()
    used, passed, began, seen = in_a_loop(evening(chosen.seconds))
    late = delays(began, seen)
    segment = next(iter(seen.values()))[1]
    size = float(np.mean([len(each.file) / each.seconds for _, each in seen.values()]))
    figures: Figures = {
        "CPU for one meeting, % of one core": 100 * used / passed,
        "said to in the playlist, p50, s": float(np.percentile(late, 50)),
        "said to in the playlist, p95, s": float(np.percentile(late, 95)),
        "said to heard, p50, s, in a player that keeps three segments": float(np.percentile(late, 50))
        + (PLAYER_BEHIND - 1) * segment.seconds,
        "kbit/s for one listener": size * 8 / 1000,
        "KiB kept for one meeting": KEPT * size * segment.seconds / 1024,
        "beeps": len(late),
    }
    report("floor stream", figures, save=chosen.save)
    expected = int((chosen.seconds - 4) / EVERY_S)
    if len(late) < expected:
        raise SystemExit(f"{len(late)} beeps of at least {expected} are in the stream")


if __name__ == "__main__":
    main()
