"""Ogg pages (RFC 3533) out of a file that is still being written: what is whole is given, the rest waits."""

from collections.abc import Iterator
from struct import Struct
from typing import NamedTuple

MAGIC = b"OggS"
HEADER = Struct("<4sBBqIIIB")
CONTINUED = 1
"""The bit of a page that begins in the midst of a packet."""
HEADS = (b"OpusHead", b"OpusTags")


class Page(NamedTuple):
    granule: int
    """Samples at 48 kHz from the file's beginning to the end of the last packet."""
    packets: tuple[bytes, ...]


class Pages:
    """Is fed with a file's bytes in order, from its beginning or from anywhere in it; holds no more than one
    page and what it was fed with last."""

    def __init__(self) -> None:
        self._bytes, self._packet = b"", b""
        self._is_within = False

    def fed(self, data: bytes) -> Iterator[Page]:
        """The pages with sound that are whole by now."""
        self._bytes += data
        while (size := self._whole()) is not None:
            taken, self._bytes = self._bytes[:size], self._bytes[size:]
            page = self._page(taken)
            if page.packets:
                yield page

    def _whole(self) -> int | None:
        """The size of the page that the bytes begin with, once they hold it all."""
        found = self._bytes.find(MAGIC)
        if found:  # where reading began in the midst of a page, or a crash has cut one off
            self._bytes = self._bytes[found:] if found > 0 else self._bytes[-len(MAGIC) + 1 :]
            self._is_within = False
        if found < 0 or len(self._bytes) < HEADER.size:
            return None
        end = HEADER.size + self._bytes[HEADER.size - 1]
        size = end + sum(self._bytes[HEADER.size : end])
        return size if len(self._bytes) >= max(size, end) else None

    def _page(self, page: bytes) -> Page:
        _, _, flags, granule, *_, segments = HEADER.unpack_from(page)
        at, packets = HEADER.size + segments, list[bytes]()
        is_tail_of_unknown = bool(flags & CONTINUED) and not self._is_within
        held = self._packet if flags & CONTINUED and self._is_within else b""
        for size in page[HEADER.size : at]:
            held, at = held + page[at : at + size], at + size
            if size < 255:
                if not is_tail_of_unknown and held and not held.startswith(HEADS):
                    packets.append(held)
                held, is_tail_of_unknown = b"", False
        self._packet, self._is_within = held, True
        return Page(granule, tuple(packets))
