"""Opus packets into an Ogg file that grows, whole after every page (RFC 3533, RFC 7845).

FFmpeg's muxer keeps the last page back, and what it does on a full disk is its own affair; here a page is
on the disk when `flush` is back, and one that did not fit whole is taken off again.
"""

import os
import zlib
from pathlib import Path
from struct import Struct

from meetings.floor.packets import RATE

PAGE = Struct("<4sBBqIIIB")
BEGINS, ENDS = 2, 4
MOST_SEGMENTS = 255
PRE_SKIP = 312
"""Samples by which libopus is late at 48 kHz; a player leaves them out at the beginning."""
HEAD = b"OpusHead" + Struct("<BBHIhB").pack(1, 1, PRE_SKIP, RATE, 0, 0)
TAGS = b"OpusTags" + Struct("<I6sI").pack(6, b"Engage", 0)
PER_MS = RATE // 1000
REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


class OggFile:
    """Of one mono stream of Opus packets. Any write raises OSError; the file then ends with a whole page."""

    def __init__(self, path: Path) -> None:
        """Raises FileExistsError rather than write over what is there."""
        self.path, self.size, self.written_ms = path, 0, 0.0
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
        self._serial, self._number = zlib.crc32(os.urandom(8)), 0
        self._lacing, self._payload = bytearray(), bytearray()
        self._write_page(HEAD, bytes([len(HEAD)]), 0, BEGINS)
        self._write_page(TAGS, bytes([len(TAGS)]), 0, 0)

    def write(self, payload: bytes, duration_ms: float) -> None:
        lacing = b"\xff" * (len(payload) // 255) + bytes([len(payload) % 255])
        if len(self._lacing) + len(lacing) > MOST_SEGMENTS:
            self.flush()
        self._lacing += lacing
        self._payload += payload
        self.written_ms += duration_ms

    def flush(self) -> None:
        """Everything that was written is in the file: kill -9 does not take it away."""
        if self._lacing:
            self._write_page(bytes(self._payload), bytes(self._lacing), self._granule(), 0)

    def sync(self) -> None:
        """Wait for the disk, too."""
        os.fsync(self._file)

    def end(self) -> None:
        """With the flag by which a player knows that nothing is missing."""
        try:
            self._write_page(bytes(self._payload), bytes(self._lacing), self._granule(), ENDS)
            self.sync()
        finally:
            self.let_go()

    def let_go(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _granule(self) -> int:
        return round(self.written_ms * PER_MS)

    def _write_page(self, payload: bytes, lacing: bytes, granule: int, flags: int) -> None:
        head = PAGE.pack(b"OggS", 0, flags, granule, self._serial, self._number, 0, len(lacing)) + lacing
        page = head[:22] + checksum(head + payload).to_bytes(4, "little") + head[26:] + payload
        try:
            done = os.write(self._file, page)
            if done < len(page):
                done += os.write(self._file, page[done:])  # raises why it would take no more
        except OSError:
            os.ftruncate(self._file, self.size)
            raise
        self._number, self.size = self._number + 1, self.size + len(page)
        self._lacing, self._payload = bytearray(), bytearray()


def checksum(page: bytes) -> int:
    """Ogg's CRC is that of zlib with all bits the other way round, and without its two inversions."""
    found = zlib.crc32(page.translate(REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{found:032b}"[::-1], 2)
