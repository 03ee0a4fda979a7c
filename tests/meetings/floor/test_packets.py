"""Packets: what is let in, and how long a packet of Opus is."""

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.floor.encoding import Encoder
from meetings.floor.packets import (
    FRAME_MS,
    HEADER,
    MOST,
    MOST_OPUS,
    OPUS,
    PCM,
    PCM_RATE,
    SILENCE,
    SILENCE_MS,
    NotSound,
    Packet,
    duration_ms,
    packed,
    parse,
)
from tests.make import opus_packets


@given(st.binary(max_size=MOST + 20))
def test_whatever_comes_is_a_packet_or_is_refused(data: bytes) -> None:
    try:
        packet = parse(data)
    except NotSound:
        return
    assert packed(packet) == data
    assert packet.kind in (OPUS, PCM)


@given(st.integers(0, 3), st.integers(0, 255), st.binary(max_size=2 * MOST_OPUS + 2))
def test_a_payload_of_opus_is_of_its_length_or_is_refused(kind: int, first: int, rest: bytes) -> None:
    try:
        packet = parse(HEADER.pack(kind, 0, 0, 0) + bytes((first,)) + rest)
    except NotSound:
        return
    if packet.kind == OPUS:
        assert 2.5 <= duration_ms(packet.payload) <= 120
        assert not packet.payload[0] & 4
    else:
        assert len(packet.payload) in range(960, 2881, 2)


@given(st.integers(0, 255), st.integers(0, (1 << 16) - 1), st.integers(0, (1 << 32) - 1))
def test_what_is_packed_comes_out_again(channel: int, turn: int, seq: int) -> None:
    packet = Packet(OPUS, channel, turn, seq, SILENCE)
    assert parse(packed(packet)) == packet


@pytest.mark.parametrize(
    ("payload", "ms"),
    [
        (SILENCE, SILENCE_MS),
        (bytes((3 << 3,)), 60),  # SILK, narrow band, one frame
        (bytes((11 << 3,)), 60),
        (bytes((13 << 3,)), 20),  # hybrid
        (bytes((16 << 3,)), 2.5),  # CELT
        (bytes((31 << 3 | 1,)), 40),  # two frames of the same size
        (bytes((31 << 3 | 2,)), 40),  # two frames, each of its own
        (bytes((31 << 3 | 3, 3)), 60),  # as many as the second byte says
    ],
)
def test_the_first_byte_says_how_long(payload: bytes, ms: float) -> None:
    assert duration_ms(payload) == ms


@pytest.mark.parametrize(
    "data",
    [
        b"",
        HEADER.pack(OPUS, 0, 0, 0),
        HEADER.pack(0, 0, 0, 0) + SILENCE,
        HEADER.pack(3, 0, 0, 0) + SILENCE,
        HEADER.pack(OPUS, 0, 0, 0) + bytes((31 << 3 | 4,)),  # stereo
        HEADER.pack(OPUS, 0, 0, 0) + bytes((11 << 3 | 3,)),  # the second byte is missing
        HEADER.pack(OPUS, 0, 0, 0) + bytes((11 << 3 | 3, 3)),  # 180 ms
        HEADER.pack(OPUS, 0, 0, 0) + bytes((11 << 3 | 3, 0)),  # no frame at all
        HEADER.pack(OPUS, 0, 0, 0) + bytes((11 << 3,)) * (MOST_OPUS + 1),
        HEADER.pack(PCM, 0, 0, 0) + bytes(961),
        HEADER.pack(PCM, 0, 0, 0) + bytes(958),
        HEADER.pack(PCM, 0, 0, 0) + bytes(2882),
        HEADER.pack(OPUS, 0, 0, 0) + bytes(MOST),
    ],
)
def test_what_is_no_sound_is_refused(data: bytes) -> None:
    with pytest.raises(NotSound):
        parse(data)


def test_real_packets_are_let_in() -> None:
    for frame_ms in (20, 60):
        packets = opus_packets(1.0, frame_ms=frame_ms)
        assert len(packets) >= 1000 // frame_ms
        for seq, payload in enumerate(packets):
            assert parse(packed(Packet(OPUS, 0, 0, seq, payload))).payload == payload
            assert duration_ms(payload) == frame_ms


def test_samples_become_packets_that_sound_the_same() -> None:
    """A tone of 440 Hz, in frames of 20 ms as a browser may send them, is the same tone after decoding."""
    moments = np.arange(PCM_RATE) / PCM_RATE
    tone = (8000 * np.sin(2 * np.pi * 440 * moments)).astype("<i2")
    encoder, packets = Encoder(), list[bytes]()
    for frame in tone.reshape(50, -1):
        packets += encoder.packets(frame.tobytes())
    assert {duration_ms(each) for each in packets} == {FRAME_MS}
    heard = decoded(packets)
    spectrum = np.abs(np.fft.rfft(heard[len(heard) // 4 :]))
    loudest = int(spectrum.argmax()) * 48_000 / len(heard[len(heard) // 4 :])
    assert abs(loudest - 440) < 5
    assert abs(len(heard) / 48_000 - 1) <= 0.12


def decoded(packets: list[bytes]) -> np.ndarray:
    codec = av.CodecContext.create("libopus", "r")
    codec.sample_rate, codec.layout = 48_000, "mono"
    frames = [frame for each in packets for frame in codec.decode(av.Packet(each))]
    return np.concatenate([frame.to_ndarray().ravel() for frame in frames])
