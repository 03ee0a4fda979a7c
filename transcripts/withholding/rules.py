"""Withheld spans as times: how they are typed and written, what of the sound falls silent, and which copy of
a recording the public may have."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from engage import record
from engage.settings import Settings
from transcripts.models import Recording
from transcripts.rules import file_of

MARGIN_MS = 40
"""The sound falls silent so much before a span and comes back so much after it: the ends of words are told to
some 60 ms, and what is left of a syllable can be understood."""
MOST_SETBACKS = 3
GIVEN_UP = MOST_SETBACKS + 1
"""In `recording.clearing_setbacks`: no copy can be made."""
READY, PREPARING, FAILED = "ready", "preparing", "failed"
COPIED = 1
"""Of the way in which a copy is made: raise it, and every copy is made anew."""

Times = list[tuple[int, int]]


class Span(Protocol):
    """From `start_ms` to before `end_ms` on the recording's clock."""

    @property
    def start_ms(self) -> int: ...

    @property
    def end_ms(self) -> int: ...


@dataclass(frozen=True)
class PublicMedia:
    """Where the public gets the sound, and whether it is there: READY, PREPARING or FAILED."""

    url: str
    state: str


def parse_ms(text: str) -> int | None:
    """Milliseconds of "h:mm:ss", "mm:ss" or "ss", with or without a fraction; None for anything else."""
    found = re.fullmatch(
        r"(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,5})(?:[.,](\d{1,3})\d*)?", text.strip(), re.ASCII
    )
    if not found:
        return None
    hours, minutes, seconds, rest = found.groups(default="")
    if (hours and int(minutes) > 59) or (minutes and int(seconds) > 59):
        return None
    return 1000 * (3600 * int(hours or 0) + 60 * int(minutes or 0) + int(seconds)) + int(rest.ljust(3, "0"))


def written_ms(ms: int) -> str:
    """As `parse_ms` reads it: "0:12:03", with milliseconds where there are any."""
    seconds, rest = divmod(ms, 1000)
    clock = f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{clock}.{rest:03}" if rest else clock


def silences(spans: Iterable[Span]) -> Times:
    """What of the sound is to be silent: the spans with their margins, in order, overlapping ones in one."""
    made: Times = []
    for start, end in sorted((max(0, each.start_ms - MARGIN_MS), each.end_ms + MARGIN_MS) for each in spans):
        if made and start <= made[-1][1]:
            made[-1] = made[-1][0], max(end, made[-1][1])
        else:
            made.append((start, end))
    return made


def digest_of(spans: Sequence[Span]) -> str:
    """Names the copy that these spans ask for; empty without any: then the public has the file itself."""
    times = silences(spans)
    return hashlib.sha256(record.canonical([COPIED, times]).encode()).hexdigest()[:16] if times else ""


def copy_of(settings: Settings, recording_id: str, digest: str) -> Path:
    """Where the public's copy lies; without a digest, the file itself."""
    path = file_of(settings, recording_id)
    return path.with_name(f"{path.name}.{digest}") if digest else path


def public_media(recording: Recording, spans: Sequence[Span]) -> PublicMedia:
    """Its address is another one for every set of spans, so that no browser joins old and new sound."""
    url, digest = f"/recordings/{recording.id}/media", digest_of(spans)
    if not digest:
        return PublicMedia(url, READY)
    is_given_up = recording.clearing_setbacks >= GIVEN_UP
    state = READY if recording.cleared == digest else FAILED if is_given_up else PREPARING
    return PublicMedia(f"{url}?v={digest}", state)
