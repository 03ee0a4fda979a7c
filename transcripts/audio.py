"""Sound out of any recording: what a file holds, and its sound in windows of a few minutes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from av.codec.context import CodecContext
from av.container import InputContainer
from av.stream import Disposition

from engage.language import N_
from transcripts.attribution.file_clock import made_at
from transcripts.decoding import (
    KINDS,
    LONGEST_S,
    Form,
    NotAudio,
    Reading,
    opened,
    readable_sound,
    zero_us,
)
from transcripts.endings import mp3_tells_length, ogg_is_open, wav_is_short
from transcripts.pauses import RATE, WINDOW_S, Samples, cut

__all__ = [
    "EndsEarly",
    "Form",
    "Media",
    "NotAudio",
    "Reading",
    "Window",
    "opened",
    "probe",
    "windows",
    "zero_us",
]

PER_MS = RATE // 1000
MISSING_S = 2

WEBM = {"opus", "vorbis", "vp8", "vp9", "av1"}


class EndsEarly(Exception):
    """Raised after the last window of a file that was cut off; all that could be read has been given."""

    def __init__(self, at_ms: int) -> None:
        super().__init__(N_("The recording ends early. The file may be incomplete."))
        self.at_ms = at_ms


@dataclass(frozen=True)
class Media:
    duration_ms: int | None
    """Where the recording ends on the file's clock; None when the file does not say."""
    has_sound: bool
    has_picture: bool
    kind: str
    """MIME type to serve the file with, by its content and not by its name."""
    made_at: datetime | None = None
    """When the file says that it was made, if it does: its beginning, its end, or later."""


@dataclass(frozen=True, eq=False)
class Window:
    n: int
    """0 for the first window of the file, also when reading resumes at a later one."""
    start_ms: int
    end_ms: int
    samples: Samples
    """Mono, 16 kHz, -1.0 to 1.0."""


def probe(path: Path | str) -> Media:
    """What the file holds, by its header. Raises NotAudio when it is no recording, or OSError."""
    with opened(path) as container:
        streams = container.streams
        has_picture = any(not s.disposition & Disposition.attached_pic for s in streams.video)
        end = _end_us(container)
        return Media(
            duration_ms=None if end is None else (end - zero_us(container)) // 1000,
            has_sound=any(s.codec_context.sample_rate for s in readable_sound(container)),
            has_picture=has_picture,
            kind=f"{'video' if has_picture else 'audio'}/{_subtype(container)}",
            made_at=made_at(container.metadata),
        )


def windows(path: Path | str, *, start_ms: int = 0, longest_s: int = WINDOW_S) -> Iterator[Window]:
    """The file's sound, cut in pauses into windows of at most `longest_s` seconds (the first at most 30).

    The cuts depend on the file alone: those that end after `start_ms` are the same as in a whole run,
    since the file is decoded from its start. Memory does not grow with the length of the file.
    Raises OSError or NotAudio in place of the first window, EndsEarly after the last one.
    """
    with opened(path) as container:
        reading = Reading(container)
        yield from windows_of(
            reading.sound(), lambda: is_cut_off(reading, Path(path)), start_ms=start_ms, longest_s=longest_s
        )


def windows_of(
    sound: Iterator[tuple[int, Samples]], is_cut_off: Callable[[], bool], *, start_ms: int, longest_s: int
) -> Iterator[Window]:
    """As `windows`, wherever the sound comes from; `is_cut_off` is asked at its end."""
    end_ms = None
    for n, (start, samples) in enumerate(cut(sound, longest_s=longest_s)):
        end_ms = (start + len(samples)) // PER_MS
        if end_ms > start_ms:
            yield Window(n, start // PER_MS, end_ms, samples)
    if end_ms is None:
        raise NotAudio(N_("No sound could be read from this file. It may be damaged."))
    if is_cut_off():
        raise EndsEarly(end_ms)


def _end_us(container: InputContainer) -> int | None:
    """Matroska counts its length from 0, the others from their first packet. None for what cannot be true."""
    first = 0 if KINDS[container.format.name] == "webm" else container.start_time or 0
    end = container.duration + first if container.duration else None
    return end if end is not None and 0 < end - zero_us(container) <= LONGEST_S * 1_000_000 else None


def _subtype(container: InputContainer) -> str:
    streams = (*container.streams.audio, *container.streams.video)
    contexts: list[CodecContext | None] = [each.codec_context for each in streams]
    codecs = {each.codec.canonical_name if each else "unknown" for each in contexts}
    subtype = KINDS[container.format.name]
    return "x-matroska" if subtype == "webm" and not codecs <= WEBM else subtype


def is_cut_off(reading: Reading, path: Path) -> bool:
    """Whether the file itself says that more should follow; some formats cannot say it."""
    kind = reading.container.format.name
    if kind in ("ogg", "wav"):
        return ogg_is_open(path) if kind == "ogg" else wav_is_short(path)
    is_told = KINDS[kind] in ("mp4", "webm", "flac") or (kind == "mp3" and mp3_tells_length(path))
    missing = (_end_us(reading.container) or 0) / 1e6 - reading.reached
    return reading.is_broken or (is_told and missing > MISSING_S)
