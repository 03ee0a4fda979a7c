"""One sound of all channels: packets as they come in, mixed on one timeline, out as frames of AAC."""

from dataclasses import dataclass, field
from typing import Any

import av
import numpy as np

from meetings.floor.opus import Samples, decoded, new_decoder
from meetings.floor.packets import RATE, Packet, duration_ms

AAC_RATE, FRAME, BIT_RATE = 24_000, 1024, 40_000
"""Samples a second, samples of a frame, bits a second: speech on a poor line."""
AHEAD = 5 * RATE
"""Samples that may wait to be mixed: what a microphone may send at once. Faster ones are not heard."""
MOST_SKIPPED = 2 * RATE
"""Samples: a longer gap in a microphone's count is a new beginning."""
MARGIN = RATE // 5
"""Samples of silence before somebody goes on whose packets came too late to follow at once."""

HEAD = 7
"""Bytes of a frame's header."""
FILL, END = 6, 7
"""What comes next in a frame, in three bits."""

NOTHING = np.zeros(0, np.float32)


def new_encoder() -> Any:
    encoder: Any = av.CodecContext.create("aac", "w")
    encoder.sample_rate, encoder.layout, encoder.format = AAC_RATE, "mono", "fltp"
    encoder.bit_rate = BIT_RATE
    encoder.open()
    return encoder


@dataclass
class Channel:
    """One microphone's place on the timeline."""

    turn: int = -1
    seq: int = -1
    next: int = 0
    """Where its next packet belongs, in samples."""
    decoder: Any = field(default_factory=new_decoder)


class Mixer:
    """Places are samples at 48 kHz since the mixer was made. Nothing is cut to catch up: what comes too late
    for its place is heard later."""

    def __init__(self) -> None:
        self.done = 0
        """Mixed so far."""
        self._sum: Samples = np.zeros(AHEAD, np.float32)
        self._channels: dict[int, Channel] = {}
        self._encoder = new_encoder()
        self._resampler: Any = av.AudioResampler("fltp", "mono", AAC_RATE, frame_size=FRAME)

    def take(self, packet: Packet, at: int) -> None:
        """`at`: the place of the moment at which it came."""
        channel = self._channels.setdefault(packet.channel, Channel())
        length = int(duration_ms(packet.payload) * RATE / 1000)
        start = self._start(channel, packet, at, length)
        channel.turn, channel.seq = packet.turn, packet.seq
        if start + length > self.done + AHEAD:
            return
        channel.next = start + length
        samples = np.concatenate([NOTHING, *(decoded(channel.decoder, packet.payload) or ())])[:length]
        self._sum[start - self.done :][: len(samples)] += samples

    def _start(self, channel: Channel, packet: Packet, at: int, length: int) -> int:
        """After what came before it; where a turn begins, at the moment at which it came."""
        gap = (packet.seq - channel.seq - 1) * length
        if packet.turn != channel.turn or not 0 <= gap <= MOST_SKIPPED:
            return max(at, self.done)
        start = channel.next + gap
        return start if start >= self.done else self.done + MARGIN

    def mix(self, until: int) -> list[bytes]:
        """All up to this place, as frames of AAC with their ADTS headers; silence where nobody spoke."""
        made: list[bytes] = []
        while (count := min(until - self.done, AHEAD)) > 0:
            mixed = np.clip(self._sum[:count], -1, 1)
            self._sum = np.concatenate([self._sum[count:], np.zeros(count, np.float32)])
            frame = av.AudioFrame.from_ndarray(mixed[None], format="fltp", layout="mono")
            frame.sample_rate, frame.pts = RATE, self.done
            self.done += count
            for small in self._resampler.resample(frame):
                made += (with_adts(bytes(each)) for each in self._encoder.encode(small))
        return made

    def finish(self, until: int) -> list[bytes]:
        """Up to this place or the end of what waits, and what encoder and resampler still hold."""
        made = self.mix(max([until, *(each.next for each in self._channels.values())]))
        rest = [*self._resampler.resample(None), None]
        return made + [with_adts(bytes(each)) for small in rest for each in self._encoder.encode(small)]


def with_adts(frame: bytes) -> bytes:
    """A header (ISO/IEC 13818-7, 6.2): AAC LC, 24 kHz, mono, without a checksum."""
    size = len(frame) + HEAD
    head = (0xFF, 0xF1, 0x58, 0x40 | size >> 11, size >> 3 & 0xFF, (size & 7) << 5 | 0x1F, 0xFC)
    return bytes(head) + frame


def padded(frame: bytes, least: int) -> bytes:
    """The same frame with fill elements before its end, of `least` bytes. A player that counts bytes would
    wait a minute for enough of silence."""
    while len(frame) < least and len(fuller := filled(frame, least - len(frame))) > len(frame):
        frame = fuller
    return frame


def filled(frame: bytes, missing: int) -> bytes:
    """With one element of so many bytes, as far as one holds them (ISO/IEC 14496-3, 4.4.2.7)."""
    bits = int.from_bytes(frame[HEAD:], "big")
    after = (bits & -bits).bit_length() - 1
    if bits >> after & 7 != END:
        return frame
    fill = min(max(missing, 15), 269)
    size = 8 * (len(frame) - HEAD) - after - 3 + 15 + 8 * fill + 3
    bits = ((bits >> after + 3) << 15 | FILL << 12 | 15 << 8 | fill - 14) << 8 * fill
    align = -size % 8
    return with_adts(((bits << 3 | END) << align).to_bytes((size + align) // 8, "big"))
