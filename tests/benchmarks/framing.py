"""A server's socket frames, read from bytes: how long, what they carry, which cursor."""

import zlib
from functools import lru_cache

COMPRESSED = 0x40
"""The bit of a frame's first byte that says so (RFC 7692, 6)."""


def header_size(frame: bytes, at: int = 0) -> int:
    """Of an unmasked frame (RFC 6455, 5.2)."""
    return {126: 4, 127: 10}.get(frame[at + 1] & 0x7F, 2)


def frame_size(data: bytes, at: int) -> int:
    """Bytes of the frame that begins at `at`; more than there are, while its header has not come whole."""
    here = len(data) - at
    if here < 2 or here < (head := header_size(data, at)):
        return here + 1
    return head + (int.from_bytes(data[at + 2 : at + head], "big") if head > 2 else data[at + 1])


def payload(frame: bytes) -> bytes:
    words = frame[header_size(frame) :]
    return inflated(words) if frame[0] & COMPRESSED else words


def inflated(words: bytes) -> bytes:
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(words + b"\x00\x00\xff\xff")


def cursor_in(frame: bytes) -> bytes:
    """It stands in the short tail behind the content, where quotes are escaped; a beat has none."""
    key = frame.rfind(b'"since"')
    if key < 0:
        return b""
    start = frame.index(b'"', key + 7) + 1
    return frame[start : frame.index(b'"', start)]


@lru_cache(maxsize=64)
def cursor_in_packed(frame: bytes) -> bytes:
    """Every page gets the same bytes; they are unpacked once."""
    return cursor_in(payload(frame))
