"""Sound out of any recording: what a file holds, and its sound in windows of a few minutes."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.container import InputContainer
from av.packet import Packet
from av.stream import Disposition, Stream

from engage.language import N_
from transcripts.endings import mp3_tells_length, ogg_is_open, wav_is_short
from transcripts.pauses import RATE, Samples, cut

PER_MS = RATE // 1000
JITTER = 100 * PER_MS  # a container's times may wander this far from the count of samples: no gap
MISSING_S = 2

# What is read, by FFmpeg's name. No playlist is among them: it could name other files of this machine.
KINDS = {"aac": "aac", "aiff": "aiff", "amr": "amr", "asf": "x-ms-asf", "avi": "x-msvideo", "caf": "x-caf"}
KINDS |= {"flac": "flac", "flv": "x-flv", "matroska,webm": "webm", "mov,mp4,m4a,3gp,3g2,mj2": "mp4"}
KINDS |= {"mp3": "mpeg", "mpeg": "mpeg", "mpegts": "mp2t", "ogg": "ogg", "wav": "wav", "w64": "x-w64"}
WEBM = {"opus", "vorbis", "vp8", "vp9", "av1"}
BROADCAST = {"mpeg", "mpegts"}  # their clock begins anywhere, and players show its begin as 0:00


class NotAudio(Exception):
    """The file holds no sound that can be read; its text is a sentence for people."""


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
    with _opened(path) as container:
        streams = container.streams
        has_picture = any(not s.disposition & Disposition.attached_pic for s in streams.video)
        end = _end_us(container)
        return Media(
            duration_ms=None if end is None else (end - _zero_us(container)) // 1000,
            has_sound=any(s.codec_context.sample_rate for s in streams.audio),
            has_picture=has_picture,
            kind=f"{'video' if has_picture else 'audio'}/{_subtype(container)}",
        )


def windows(path: Path | str, *, start_ms: int = 0, longest_s: int = 300) -> Iterator[Window]:
    """The file's sound, cut in pauses into windows of at most `longest_s` seconds (the first at most 60).

    The cuts depend on the file alone: those that end after `start_ms` are the same as in a whole run,
    since the file is decoded from its start. Memory does not grow with the length of the file.
    Raises OSError or NotAudio in place of the first window, EndsEarly after the last one.
    """
    with _opened(path) as container:
        reading = _Reading(container)
        end_ms = None
        for n, (start, samples) in enumerate(cut(reading.sound(), longest_s=longest_s)):
            end_ms = (start + len(samples)) // PER_MS
            if end_ms > start_ms:
                yield Window(n, start // PER_MS, end_ms, samples)
        if end_ms is None:
            raise NotAudio(N_("No sound could be read from this file. It may be damaged."))
        if reading.is_cut_off(Path(path)):
            raise EndsEarly(end_ms)


@contextmanager
def _opened(path: Path | str) -> Iterator[InputContainer]:
    with open(path, "rb"):  # the system's own errors, before those of FFmpeg
        pass
    try:
        options = {"format_whitelist": ",".join(KINDS), "protocol_whitelist": "file"}
        container = av.open(f"file:{path}", "r", options=options, metadata_errors="ignore")
    except av.FFmpegError:
        raise NotAudio(N_("This file is not a recording, or it is damaged or incomplete.")) from None
    with container:
        yield container


def _zero_us(container: InputContainer) -> int:
    return (container.start_time or 0) if container.format.name in BROADCAST else 0


def _end_us(container: InputContainer) -> int | None:
    """Matroska counts its length from 0, the others from their first packet."""
    first = 0 if KINDS[container.format.name] == "webm" else container.start_time or 0
    return container.duration + first if container.duration else None


def _subtype(container: InputContainer) -> str:
    codecs = {s.codec.canonical_name for s in (*container.streams.audio, *container.streams.video)}
    subtype = KINDS[container.format.name]
    return "x-matroska" if subtype == "webm" and not codecs <= WEBM else subtype


class _Reading:
    """One pass through a file, and how far it came."""

    def __init__(self, container: InputContainer) -> None:
        if not container.streams.audio:
            raise NotAudio(N_("This file has no sound."))
        self.container = container
        self.stream = container.streams.best("audio") or container.streams.audio[0]
        self.zero = _zero_us(container) / 1e6
        self.reached = 0.0
        self.is_broken = False

    def sound(self) -> Iterator[tuple[int, Samples]]:
        """Pieces of sound with their place in samples on the file's clock, in order, never overlapping."""
        at, form, resampler = -1, None, _resampler()
        for frame in self._frames():
            told = at if frame.time is None else round((frame.time - self.zero) * 1000) * PER_MS
            if at < 0 or told > at + JITTER:
                at = max(0, told)
            if form != (form := (frame.format.name, frame.layout.name, frame.sample_rate)):
                resampler = _resampler()
            frame.pts = None
            for piece in resampler.resample(frame):
                yield at, piece.to_ndarray()[0]
                at += piece.samples
        for piece in resampler.resample(None) if form else ():
            yield at, piece.to_ndarray()[0]

    def _frames(self) -> Iterator[AudioFrame]:
        """Every frame that can be decoded; a damaged one between them is left out."""
        for packet in self._packets():
            if packet.pts is not None and packet.time_base is not None:
                self.reached = max(self.reached, float(packet.pts * packet.time_base))
            if packet.stream is self.stream:
                with suppress(av.FFmpegError):
                    yield from (f for f in packet.decode() if isinstance(f, AudioFrame))

    def _packets(self) -> Iterator["Packet[Stream]"]:
        """All packets, also of the picture: the sound may rightly end before it."""
        try:
            yield from self.container.demux()
        except av.FFmpegError:
            self.is_broken = True

    def is_cut_off(self, path: Path) -> bool:
        """Whether the file itself says that more should follow; some formats cannot say it."""
        kind = self.container.format.name
        if kind in ("ogg", "wav"):
            return ogg_is_open(path) if kind == "ogg" else wav_is_short(path)
        is_told = KINDS[kind] in ("mp4", "webm", "flac") or (kind == "mp3" and mp3_tells_length(path))
        missing = (_end_us(self.container) or 0) / 1e6 - self.reached
        return self.is_broken or (is_told and missing > MISSING_S)


def _resampler() -> AudioResampler:
    return AudioResampler(format="flt", layout="mono", rate=RATE)
