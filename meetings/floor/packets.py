"""Packets of sound as they go over a socket: eight bytes of header, then what the codec has made.

    [u8 kind][u8 channel][u16 turn][u32 seq][payload], big-endian; subprotocol engage.floor.1

A speaker's browser fills in kind and seq, which counts its frames, also those that it did not send; channel
and turn are the server's. Opus is mono, 48 kHz, frames of 20 to 60 ms; PCM is 16 bit, little-endian, mono,
24 kHz, frames of 20 to 60 ms.
"""

from struct import Struct
from typing import NamedTuple

SUBPROTOCOL = "engage.floor.1"
OPUS, PCM = 1, 2
HEADER = Struct(">BBHI")
MOST = 4096
"""Bytes of a message on a microphone's socket."""
MOST_OPUS = 1276
"""Bytes of one packet with one frame (RFC 6716, 3.4); browsers send one frame a packet."""
PCM_RATE = 24_000
SILENCE = b"\xf8\xff\xfe"
"""20 ms of it, in CELT (as browsers' discontinuous transmission and libopus make it)."""
SILENCE_MS = 20
RATE = 48_000
FRAME_MS = 60


class NotSound(ValueError):
    """What came is no packet of ours; the text says why, for the log."""


class Packet(NamedTuple):
    kind: int
    channel: int
    turn: int
    seq: int
    payload: bytes


def parse(data: bytes) -> Packet:
    """From a speaker's socket. Raises NotSound."""
    if not HEADER.size < len(data) <= MOST:
        raise NotSound(f"{len(data)} bytes")
    kind, channel, turn, seq = HEADER.unpack_from(data)
    packet = Packet(kind, channel, turn, seq, data[HEADER.size :])
    if kind == OPUS:
        _expect_opus(packet.payload)
    elif kind == PCM:
        _expect_pcm(packet.payload)
    else:
        raise NotSound(f"kind {kind}")
    return packet


def packed(packet: Packet) -> bytes:
    return HEADER.pack(*packet[:4]) + packet.payload


def duration_ms(payload: bytes) -> float:
    """Of an Opus packet, by its first byte (RFC 6716, 3.1) and, for several frames, its second (3.2.5)."""
    config, code = payload[0] >> 3, payload[0] & 3
    frame: float
    if config < 12:
        frame = (10, 20, 40, 60)[config & 3]
    elif config < 16:
        frame = (10, 20)[config & 1]
    else:
        frame = (2.5, 5, 10, 20)[config & 3]
    frames = payload[1] & 0x3F if code == 3 and len(payload) > 1 else 2 if code else 1
    return frame * frames


def _expect_opus(payload: bytes) -> None:
    """Mono, of 2.5 to 120 ms (RFC 6716, 3.2.5, R5) in all."""
    if payload[0] & 4:
        raise NotSound("stereo")
    code = payload[0] & 3
    most = MOST_OPUS if code in (0, 3) else 2 * MOST_OPUS
    if len(payload) > most or (code == 3 and len(payload) < 2):
        raise NotSound(f"an Opus packet of {len(payload)} bytes")
    if not 2.5 <= duration_ms(payload) <= 120:
        raise NotSound(f"an Opus packet of {duration_ms(payload)} ms")


def _expect_pcm(payload: bytes) -> None:
    ms = len(payload) / 2 / PCM_RATE * 1000
    if len(payload) % 2 or not 20 <= ms <= 60:
        raise NotSound(f"PCM of {len(payload)} bytes")
