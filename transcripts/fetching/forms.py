"""The forms that pieces of a stream come in, and what of them is taken into one recording."""

from typing import Any

from av.container import InputContainer
from av.stream import Disposition, Stream

from transcripts.decoding import SHOWN, SPOKEN

UNKNOWN_FORM, NO_SOUND, CHANGES, DAMAGED, NO_SPACE = 3, 4, 5, 6, 7
"""Why not: the exit statuses of `packing`."""
BOXES = (b"ftyp", b"styp", b"moov", b"moof", b"sidx", b"emsg", b"prft")
TS_PACKET = 188
LONGEST_TAGS = 1 << 20
"""How far it is looked for where the sound begins."""


class Unpackable(Exception):
    """No recording can be made of it."""

    def __init__(self, status: int) -> None:
        self.status = status


def format_of(head: bytes) -> str:
    """FFmpeg's name of what begins like this. Raises Unpackable for what is no piece of a stream."""
    if head[:1] == b"\x47" and head[TS_PACKET : TS_PACKET + 1] in (b"\x47", b""):
        return "mpegts"
    if head[4:8] in BOXES:
        return "mov"
    sound = head[tags(head) :]
    if len(sound) > 1 and sound[0] == 0xFF and sound[1] & 0xF6 == 0xF0:
        return "aac"
    raise Unpackable(UNKNOWN_FORM)


def tags(head: bytes) -> int:
    """The bytes of the ID3 tags that it begins with."""
    at = 0
    while head[at : at + 3] == b"ID3" and len(head) >= at + 10:
        size = head[at + 6 : at + 10]
        at += 10 + (size[0] << 21 | size[1] << 14 | size[2] << 7 | size[3])
    return at


def taken(container: InputContainer) -> list[Stream]:
    """Its sound, and its picture if it has one. Raises Unpackable."""
    sounds = [each for each in container.streams.audio if is_known(each) and each.codec_context.sample_rate]
    pictures = [each for each in container.streams.video if is_known(each) and each.codec_context.width]
    films = [each for each in pictures if not each.disposition & Disposition.attached_pic]
    if not sounds:
        raise Unpackable(NO_SOUND if not container.streams.audio else UNKNOWN_FORM)
    return [*films[:1], sounds[0]]


def is_known(stream: Any) -> bool:
    """Its decoder may run here; a stream without one has no context, whatever its type says."""
    return stream.codec_context is not None and stream.codec_context.name in SPOKEN + SHOWN


def look_of(form: str, stream: Any) -> tuple[object, ...]:
    """What must stay the same from run to run; pieces of MPEG-TS bring their own headers along."""
    codec = stream.codec_context
    is_sound = stream.type == "audio"
    size = (codec.sample_rate, codec.layout.name) if is_sound else (codec.width, codec.height)
    return form, codec.name, *size, codec.extradata if form == "mov" else None
