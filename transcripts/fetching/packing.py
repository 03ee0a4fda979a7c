"""One MP4 of a stream's pieces, copied and not coded anew; in a process of its own with little to lose.

The pieces come on standard input, the MP4 goes to standard output, and both are files. The arguments are the
most bytes that may be written, and where each run of pieces ends.
"""

import io
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from itertools import pairwise
from typing import IO, Any

import av
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Stream

from engage.space import FULL
from transcripts.decoding import FAULTS, MOST_STREAMS, SHOWN, SPOKEN
from transcripts.fetching.forms import (
    CHANGES,
    DAMAGED,
    LONGEST_TAGS,
    NO_SOUND,
    NO_SPACE,
    UNKNOWN_FORM,
    Unpackable,
    format_of,
    look_of,
    taken,
)
from transcripts.fetching.timeline import Timeline
from transcripts.probing import limit_this_process

MEMORY = 2 << 30
"""Bytes of address space; the MP4's index of a day of sound and picture takes up to 1 GB."""
CPU_S = 1800
MICROSECOND = Fraction(1, 1_000_000)


class Run:
    """Some bytes of a file, which can only be read on."""

    def __init__(self, file: io.FileIO, start: int, end: int) -> None:
        self.file, self.left = file, end - start
        file.seek(start)

    def read(self, size: int) -> bytes:
        block = self.file.read(min(size, self.left)) or b""
        self.left -= len(block)
        return block


@contextmanager
def opened(run: Run, form: str) -> Iterator[InputContainer]:
    """By this form alone, and with no way to open anything else."""
    options = {
        "codec_whitelist": ",".join(SPOKEN + SHOWN),
        "protocol_whitelist": "none",
        "max_streams": str(MOST_STREAMS),
    }
    with av.open(run, "r", format=form, options=options, metadata_errors="ignore") as container:
        yield container


class Packing:
    """Into this MP4, run by run."""

    def __init__(self, out: OutputContainer) -> None:
        self.out, self.timeline = out, Timeline()
        self.looks: list[tuple[object, ...]] = []
        self.tracks: list[Any] = []

    def add(self, container: InputContainer, form: str) -> None:
        streams = taken(container)
        looks = [look_of(form, each) for each in streams]
        if not self.tracks:
            self.looks = looks
            self.tracks = [track_of(self.out, each) for each in streams]
        if looks != self.looks:
            raise Unpackable(CHANGES)
        tracks = {each.index: track for each, track in zip(streams, self.tracks, strict=True)}
        packets = (packet for packet in container.demux(streams) if packet.size and packet.time_base)
        for n, packet in enumerate(packets):
            if n == 0:
                start = start_of(container, packet)
                self.timeline.begin_run(start, sound_start(streams[-1], start))
            self.put(packet, tracks[packet.stream.index])

    def put(self, packet: "Packet[Stream]", track: Any) -> None:
        pts, dts, duration = (in_micros(packet, each) for each in (packet.pts, packet.dts, packet.duration))
        shown, decoded = self.timeline.placed(packet.stream.type, pts, dts, duration or 0)
        packet.time_base = MICROSECOND
        packet.pts, packet.dts, packet.duration = shown, decoded, duration or 0
        packet.stream = track
        self.out.mux(packet)


def track_of(out: OutputContainer, stream: Stream) -> Any:
    """Raises Unpackable for what an MP4 does not carry."""
    try:
        return out.add_stream_from_template(stream)
    except ValueError:
        raise Unpackable(UNKNOWN_FORM) from None


def in_micros(packet: "Packet[Stream]", time: int | None) -> int | None:
    return None if time is None or packet.time_base is None else round(time * packet.time_base * 1_000_000)


def start_of(container: InputContainer, first: "Packet[Stream]") -> int:
    """Where its clock begins."""
    told = in_micros(first, first.pts if first.dts is None else first.dts)
    return (told or 0) if container.start_time is None else container.start_time


def sound_start(sound: Stream, otherwise: int) -> int:
    if sound.start_time is None or sound.time_base is None:
        return otherwise
    return round(sound.start_time * sound.time_base * 1_000_000)


def pack(pieces: io.FileIO, packed: IO[bytes], ends: Sequence[int]) -> None:
    """Raises Unpackable, OSError, and what FFmpeg raises for damaged pieces."""
    with av.open(packed, "w", format="mp4") as out:
        packing = Packing(out)
        for start, end in pairwise([0, *ends]):
            form = format_of(head_of(pieces, start, end))
            with opened(Run(pieces, start, end), form) as container:
                packing.add(container, form)
        if not packing.timeline.tracks.get("audio"):
            raise Unpackable(NO_SOUND)


def head_of(pieces: io.FileIO, start: int, end: int) -> bytes:
    return Run(pieces, start, end).read(LONGEST_TAGS)


def main(most: int, ends: Sequence[int]) -> None:
    limit_this_process(CPU_S, memory=MEMORY, written=most)
    try:
        with io.FileIO(0, closefd=False) as pieces, open(1, "wb", closefd=False) as packed:
            pack(pieces, packed, ends)
    except Unpackable as reason:
        sys.exit(reason.status)
    except (OSError, *FAULTS) as fault:
        sys.exit(NO_SPACE if getattr(fault, "errno", None) in FULL else DAMAGED)


if __name__ == "__main__":
    main(int(sys.argv[1]), [int(end) for end in sys.argv[2:]])
