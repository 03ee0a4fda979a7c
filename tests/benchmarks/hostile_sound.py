"""Recordings whose heads lie, whose sound is none, or that never end."""

import struct
import zlib

import numpy as np

from tests.benchmarks.hostile_making import (
    ELSEWHERE,
    Write,
    box,
    count_of,
    ebml,
    element,
    flac_block,
    good,
    id3,
    long,
    nested,
    ogg_streams,
    pictures,
    put,
    replaced,
    wav,
    with_hole,
)


def with_reference(content: bytes) -> bytes:
    """An MP4 file whose sound is said to lie in another file."""
    where = f"file://{ELSEWHERE}".encode() + b"\x00"
    return replaced(content, b"dref", lambda file, here: refer(file, here, where))


def refer(file: bytearray, here: int, where: bytes) -> None:
    """Entry 1 of the table: an alias outside the file, in QuickTime's way."""
    struct.pack_into(">I4sI", file, here + 8, 12, b"alis", 0)
    file += where


def changing(*rates: int) -> bytes:
    return b"".join(good("aac", 1, rate) for rate in rates)


def frames_in_turn(count: int) -> bytes:
    """Every frame has another rate than the one before."""
    pieces = [adts_frames(good("aac", 2, rate)) for rate in (16_000, 48_000)]
    return b"".join(pieces[n % 2][n % len(pieces[n % 2])] for n in range(count))


def adts_frames(content: bytes) -> list[bytes]:
    made, at = [], 0
    while at + 7 <= len(content):
        size = (content[at + 3] & 3) << 11 | content[at + 4] << 3 | content[at + 5] >> 5
        made.append(content[at : at + size])
        at += size
    return made


def odd_sound() -> dict[str, Write]:
    noise = good("wav")[44:]
    floats = np.frombuffer(noise, np.int16).astype(np.float32) / 2**15
    floats[::7], floats[1::7], floats[2::7] = np.nan, np.inf, -1e38
    endless = wav(b"", rate=8000, bits=8, told=2**32 - 1)
    return {
        "WAV that claims 4 GB": put(wav(noise, told=2**32 - 1)),
        "WAV that claims nothing": put(wav(noise, told=0)),
        "WAV at 1 Hz": put(wav(noise, rate=1)),
        "WAV at 1,000,000 Hz": put(wav(noise, rate=1_000_000)),
        "WAV at 4,000,000,000 Hz": put(wav(noise, rate=4_000_000_000)),
        "WAV at 0 Hz": put(wav(noise, rate=0)),
        "WAV of 100 channels": put(wav(noise, channels=100)),
        "WAV of 65,535 channels": put(wav(noise, channels=65_535)),
        "WAV of no channel": put(wav(noise, channels=0)),
        "WAV of 0 bits": put(wav(noise, bits=0)),
        "WAV of 64 bits": put(wav(noise, bits=64)),
        "WAV in a form that nobody knows": put(wav(noise, tag=0x7777)),
        "WAV of numbers that are none": put(wav(floats.tobytes(), tag=3, bits=32)),
        "WAV that goes on for 26 hours": with_hole(endless, 26 * 3600 * 8000),
        "sound whose rate changes": put(changing(16_000, 48_000, 8000, 44_100)),
        "sound whose rate changes 20,000 times": put(frames_in_turn(20_000)),
        "MPEG sound between rubbish": put(b"".join(bytes([n]) * 999 + good("mp3", 0.2) for n in range(100))),
    }


def films() -> dict[str, Write]:
    """MP4 and Matroska."""
    mp4, mkv = good("mp4"), good("mkv")
    qt, isom = (box(b"ftyp", brand, bytes(4)) for brand in (b"qt  ", b"isom"))
    trak = mp4[mp4.index(b"trak") - 4 :]
    trak = trak[: struct.unpack(">I", trak[:4])[0]]
    tracks = box(b"moov", box(b"mvhd", bytes(100)), trak * 2000)
    packed = struct.pack(">I", 1 << 28) + zlib.compress(bytes(1 << 28), 9)
    boxes = nested(lambda part: box(b"moov", part), 50_000)
    tags = element(b"\x73\x73", nested(lambda part: element(b"\x67\xc8", part), 20_000))
    segment = b"\x18\x53\x80\x67"
    length = mkv[mkv.index(segment) + 4 :][:8]
    info = b"\x15\x49\xa9\x66"
    return {
        "MP4 with 2 thousand million sizes": put(count_of(mp4, b"stsz", 2**31 - 1, 8)),
        "MP4 with a table of times without end": put(count_of(mp4, b"stts", 2**32 - 2)),
        "MP4 with a table of places without end": put(count_of(mp4, b"stco", 2**32 - 2)),
        "MP4 with places beyond its end": put(count_of(mp4, b"stco", 2**31, 8)),
        "MP4 whose sound lies elsewhere": put(with_reference(mp4)),
        "MP4 with boxes in boxes": put(isom + boxes),
        "MP4 whose head unpacks to 256 MB": put(
            qt + box(b"moov", box(b"cmov", box(b"dcom", b"zlib"), box(b"cmvd", packed)))
        ),
        "MP4 of 2,000 tracks": put(mp4[: mp4.index(b"moov") - 4] + tracks),
        "MP4 with a box of 8 exabytes": put(mp4[:40] + struct.pack(">I4sQ", 1, b"free", 2**63) + mp4[40:]),
        "Matroska with tags in tags": put(ebml(element(b"\x12\x54\xc3\x67", tags))),
        "Matroska with an attachment of 200 MB": attachment(200_000_000),
        "Matroska that claims to be endless": put(mkv.replace(length, b"\x01" + b"\xff" * 7, 1)),
        "Matroska with a head of 2^56": put(mkv.replace(info, info + b"\x01" + b"\xff" * 6 + b"\xfe", 1)),
    }


def attachment(size: int) -> Write:
    """The parts of Matroska's head around so many zeros."""
    described = b"\x46\x6e\x81x\x46\x60\x81x\x46\xae\x81\x01\x46\x5c" + long(size)
    one = b"\x61\xa7" + long(size + len(described)) + described
    every = b"\x19\x41\xa4\x69" + long(size + len(one)) + one
    return with_hole(ebml()[:-8] + long(size + len(every)) + every, size)


def sounds() -> dict[str, Write]:
    """FLAC, Ogg and MP3."""
    flac, ogg, mp3 = good("flac"), good("ogg"), good("mp3")
    pages = ogg.split(b"OggS")
    late = [page[:2] + struct.pack("<q", 2**62) + page[10:] for page in pages[3:]]
    described = bytes([0x2F, 0x57, 0x42, 0x00, 0, 0]) + b"\x00image/png\x00\x03\x00"
    return {
        "FLAC with pictures of 160 MB": put(pictures(10)),
        "FLAC that claims 2^36 samples": put(flac[:21] + b"\xff" * 5 + flac[26:]),
        "FLAC with a block longer than the file": put(flac[:42] + flac_block(4, (1 << 24) - 1) + flac[42:]),
        "Ogg of 500 links": put(good("ogg", 0.1) * 500),
        "Ogg of 5,000 streams at once": put(ogg_streams(5000)),
        "Ogg from the end of time": put(b"OggS".join([*pages[:3], *late])),
        "ID3 tag of 200 MB": with_hole(id3(200_000_000), 200_000_000),
        "ID3 tag of 200 MB that is not there": put(id3(200_000_000) + mp3),
        "ID3 picture of 100 MB": with_hole(id3(100_000_100, b"APIC" + described), 100_000_080),
        "ID3 tags by the thousand": put(id3(20, bytes(20)) * 20_000 + mp3),
    }
