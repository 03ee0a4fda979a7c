"""How a file is made that means harm: good ones to begin with, and pieces of them that lie."""

import io
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np

RATE = 16_000
ELSEWHERE = "/etc/passwd"
"""What a file may name that is none of its business."""
Write = Callable[[Path], object]
FORMS = {
    "wav": ("wav", "pcm_s16le"), "w64": ("w64", "pcm_s16le"), "aiff": ("aiff", "pcm_s16be"),
    "caf": ("caf", "pcm_s16le"), "flac": ("flac", "flac"), "mp3": ("mp3", "libmp3lame"),
    "ogg": ("ogg", "libopus"), "webm": ("webm", "libopus"), "mkv": ("matroska", "pcm_s16le"),
    "mp4": ("mp4", "aac"), "aac": ("adts", "aac"), "ts": ("mpegts", "mp2"), "mpg": ("mpeg", "mp2"),
    "avi": ("avi", "pcm_s16le"), "flv": ("flv", "aac"), "asf": ("asf", "libmp3lame"),
}  # fmt: skip


def good(form: str, seconds: float = 4, rate: int = RATE) -> bytes:
    """A sound file as recorders make it."""
    container, codec = FORMS[form]
    noise = np.random.default_rng(4).integers(-9000, 9000, (1, round(seconds * rate)), np.int16)
    made = io.BytesIO()
    with av.open(made, "w", format=container) as file:
        stream: Any = file.add_stream(codec, rate=rate, layout="mono")
        frame = av.AudioFrame.from_ndarray(noise, format="s16", layout="mono")
        frame.sample_rate = rate
        file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return made.getvalue()


def wav(
    data: bytes, *, rate: int = RATE, channels: int = 1, bits: int = 16, tag: int = 1, told: int | None = None
) -> bytes:
    """With whatever its header says; `told` is the length that it claims."""
    align = channels * bits // 8
    head = struct.pack("<HHIIHH", tag, channels, rate, rate * align & 0xFFFFFFFF, align & 0xFFFF, bits)
    length = len(data) if told is None else told
    riff = struct.pack("<I", min(length + 36, 2**32 - 1))
    return (
        b"RIFF"
        + riff
        + b"WAVEfmt "
        + struct.pack("<I", 16)
        + head
        + b"data"
        + struct.pack("<I", length)
        + data
    )


def put(content: bytes) -> Write:
    return lambda path: path.write_bytes(content)


def with_hole(head: bytes, size: int) -> Write:
    """So many zeros follow, of which the disk keeps none."""

    def write(path: Path) -> None:
        with path.open("wb") as file:
            file.write(head)
            file.truncate(len(head) + size)

    return write


def box(kind: bytes, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return struct.pack(">I", len(content) + 8) + kind + content


def replaced(content: bytes, kind: bytes, change: Callable[[bytearray, int], None]) -> bytes:
    """`change` gets the file and where the box of this kind begins its content."""
    found = bytearray(content)
    change(found, found.index(kind) + 4)
    return bytes(found)


def count_of(content: bytes, kind: bytes, count: int, at: int = 4) -> bytes:
    """The number of entries that a table of an MP4 file claims."""
    return replaced(content, kind, lambda file, here: struct.pack_into(">I", file, here + at, count))


def element(number: bytes, content: bytes) -> bytes:
    """Of EBML, with a length of 8 bytes."""
    return number + long(len(content)) + content


def long(size: int) -> bytes:
    """A length of EBML, in 8 bytes."""
    return b"\x01" + size.to_bytes(7, "big")


def nested(kind: Callable[[bytes], bytes], depth: int) -> bytes:
    inner = b""
    for _ in range(depth):
        inner = kind(inner)
        if len(inner) > 1 << 22:
            break
    return inner


def ebml(*parts: bytes) -> bytes:
    head = element(b"\x42\x82", b"matroska")
    return element(b"\x1a\x45\xdf\xa3", head) + element(b"\x18\x53\x80\x67", b"".join(parts))


def id3(size: int, content: bytes = b"") -> bytes:
    """A tag that says it is so long."""
    told = bytes(size >> shift & 127 for shift in (21, 14, 7, 0))
    return b"ID3\x04\x00\x00" + told + content


def flac_block(kind: int, size: int, content: bytes = b"", *, last: bool = False) -> bytes:
    return bytes([kind | (128 if last else 0)]) + size.to_bytes(3, "big") + content


def pictures(count: int) -> bytes:
    """A FLAC file whose head is full of pictures of 16 MB."""
    plain = good("flac")
    picture = struct.pack(">II", 3, 9) + b"image/png" + bytes(20)
    size = (1 << 24) - 1
    body = (picture + struct.pack(">I", size - len(picture) - 4)).ljust(size, b"\x00")
    return plain[:4] + plain[4:42] + flac_block(6, size, body) * count + plain[42:]


def ogg_streams(count: int) -> bytes:
    """Many streams that begin at once, of which none goes on."""
    page = bytearray(good("ogg"))
    end = page.index(b"OggS", 4)
    made = []
    for serial in range(count):
        page[14:18] = struct.pack("<I", serial)
        made.append(bytes(page[:end]))
    return b"".join(made)
