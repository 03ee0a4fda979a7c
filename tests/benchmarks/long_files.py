"""Long recordings for benchmarks, made of packets without decoding: speech again and again, or silence."""

from itertools import count, takewhile
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame

from engage import demo
from tests.benchmarks.results import ROOT

SPEECH = ROOT.parent / "shared" / "speech" / "meeting.opus"
DEMO = Path(demo.__file__).parent / "meeting.opus"
RATE = 48_000


def speech() -> Path:
    """What is repeated: the meeting of the speech set, or the demo's where there is none."""
    return SPEECH if SPEECH.is_file() else DEMO


def repeated(source: Path, path: Path, seconds: float) -> Path:
    """An Opus file again and again, cut off after so many seconds."""
    with av.open(str(source)) as once, av.open(str(path), "w", format="ogg") as long:
        stream = once.streams.audio[0]
        target, base = long.add_stream_from_template(stream), stream.time_base
        packets = [(bytes(each), each.pts, each.duration) for each in once.demux(stream) if each.size]
        length = packets[-1][1] + packets[-1][2] - packets[0][1]
        pieces = ((data, at + turn * length, took) for turn in count() for data, at, took in packets)
        for data, at, took in takewhile(lambda each: each[1] * base < seconds, pieces):
            packet = av.Packet(data)
            packet.pts = packet.dts = at
            packet.duration, packet.time_base, packet.stream = took, base, target
            long.mux(packet)
    return path


def silent(path: Path, seconds: float) -> Path:
    """Digital silence: one second of it again and again, 800 kB an hour."""
    second = AudioFrame.from_ndarray(np.zeros((1, RATE), np.float32), format="flt", layout="mono")
    second.sample_rate, second.pts = RATE, 0
    once = path.with_suffix(".second")
    with av.open(str(once), "w", format="ogg") as short:
        target = short.add_stream("libopus", rate=RATE, layout="mono")
        for packet in target.encode(second):
            short.mux(packet)
    repeated(once, path, seconds)
    once.unlink()
    return path
