"""One message to the browser: as text, and as the bytes that every page gets."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from engage import clock
from engage.record import Cursor


@dataclass(frozen=True)
class Frame:
    """One message, as text and as the bytes that every page gets."""

    text: str
    wire: bytes
    cursor: Cursor


def make_frame(head: Cursor, parts: Sequence[str], ids: Collection[str], *, nudge: bool = False) -> Frame:
    """One message to the browser: panels for htmx to morph in, stamp, the server's time, requests named."""
    content = "".join(_partial(part) for part in parts)
    message = {"content": content, "since": str(head), "now": clock.ms(clock.now()), "names": sorted(ids)}
    text = json.dumps(message | ({"nudge": True} if nudge else {}), ensure_ascii=False)
    return Frame(text, wire(text.encode()), head)


def wire(payload: bytes) -> bytes:
    """An unmasked, unfragmented text frame (RFC 6455, 5.2)."""
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 1 << 16:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload


def _partial(part: str) -> str:
    panel_id = part.split('"', 2)[1]
    return f'<hx-partial hx-target="#{panel_id}" hx-swap="outerMorph">{part}</hx-partial>'
