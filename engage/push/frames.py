"""One message to the browser: as text, and as the bytes that every page gets."""

import json
import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from engage import clock
from engage.record import Cursor

TEXT, BINARY = 0x81, 0x82
"""First byte of a whole text frame, and of one that is not text (RFC 6455, 5.2)."""
COMPRESSED = 0x40
"""The bit that says so (RFC 7692, 6)."""


@dataclass(frozen=True)
class Frame:
    """One message. Each form is made once, when the first page needs it, for all of them."""

    text: str
    cursor: Cursor

    @property
    def content(self) -> str:
        return self.text

    @cached_property
    def wire(self) -> bytes:
        return wire(self.text.encode())

    @cached_property
    def packed(self) -> bytes:
        """For pages that take permessage-deflate: no message leans on the one before (RFC 7692, 7.1)."""
        press = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        payload = press.compress(self.text.encode()) + press.flush(zlib.Z_SYNC_FLUSH)
        return wire(payload.removesuffix(b"\x00\x00\xff\xff"), TEXT | COMPRESSED)


@dataclass(frozen=True)
class Plain:
    """One message that is sent as it is, also to pages that take permessage-deflate: sound, and what is said
    with it."""

    content: str | bytes

    @cached_property
    def wire(self) -> bytes:
        if isinstance(self.content, bytes):
            return wire(self.content, BINARY)
        return wire(self.content.encode())

    @property
    def packed(self) -> bytes:
        return self.wire


def make_frame(head: Cursor, parts: Sequence[str], ids: Collection[str], **more: bool | int) -> Frame:
    """One message to the browser: panels for htmx to morph in, stamp, the server's time, requests named, and
    what else it is: `nudge=True` or `beat=SECONDS`."""
    content = "".join(_partial(part) for part in parts)
    message = {"content": content, "since": str(head), "now": clock.ms(clock.now()), "names": sorted(ids)}
    return Frame(json.dumps(message | more, ensure_ascii=False), head)


def wire(payload: bytes, first: int = TEXT) -> bytes:
    """An unmasked, unfragmented frame (RFC 6455, 5.2)."""
    size = len(payload)
    if size < 126:
        return bytes((first, size)) + payload
    if size < 1 << 16:
        return bytes((first, 126)) + size.to_bytes(2, "big") + payload
    return bytes((first, 127)) + size.to_bytes(8, "big") + payload


def _partial(part: str) -> str:
    panel_id = part.split('"', 2)[1]
    return f'<hx-partial hx-target="#{panel_id}" hx-swap="outerMorph">{part}</hx-partial>'
