"""The film's way into the public's copy of a recording: packet by packet, without those of a silence."""

from dataclasses import dataclass, field
from typing import Any

from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Stream

from transcripts.audio import zero_us
from transcripts.withholding.rules import Times

EARLIEST = -(2**62)


@dataclass
class Picture:
    """The film's packets on their way into the copy. After a silence they go on with the next picture that
    needs no other: until then a player shows the last one before it."""

    container: InputContainer
    out: OutputContainer
    silences: Times
    source: Stream | None = field(init=False)
    track: Any = field(init=False)
    is_waiting: bool = field(default=False, init=False)
    resumed: int = field(default=EARLIEST, init=False)
    last: int = field(init=False)
    """When the last packet is decoded. Matroska does not keep it, and moves everything if one is negative."""

    def __post_init__(self) -> None:
        self.source = self.container.streams.best("video")
        self.track = self.out.add_stream_from_template(self.source) if self.source else None
        self.zero = zero_us(self.container)
        self.last = EARLIEST if self.out.format.name == "mp4" else -1

    def put(self, packet: "Packet[Stream]") -> None:
        if packet.stream is not self.source or packet.pts is None:
            return
        if self.is_kept(packet, packet.pts, float(packet.time_base or 0) * 1000):
            shift = round(self.zero / 1e6 / packet.time_base)
            told = self.last + 1 if packet.dts is None else packet.dts - shift
            self.last = max(told, self.last + 1)
            packet.pts, packet.dts, packet.stream = packet.pts - shift, self.last, self.track
            self.out.mux(packet)

    def is_kept(self, packet: "Packet[Stream]", pts: int, unit_ms: float) -> bool:
        """Packets come in order of decoding: what is shown before the picture that all goes on with may come
        after it, and needs what was left out."""
        if pts < self.resumed:
            return False
        begin = pts * unit_ms - self.zero / 1000
        end = begin + (packet.duration or 0) * unit_ms
        if any(begin < silence_end and start < end for start, silence_end in self.silences):
            self.is_waiting = True
        elif self.is_waiting and packet.is_keyframe:
            self.is_waiting, self.resumed = False, pts
        return not self.is_waiting
