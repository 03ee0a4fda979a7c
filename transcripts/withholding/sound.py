"""The public's copy of a recording: the same sound and picture on the same clock, silent and without picture
where something is withheld."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.packet import Packet
from av.stream import Stream

from engage.language import N_
from engage.settings import Settings
from transcripts.audio import Form, NotAudio, Reading, opened
from transcripts.pauses import Samples
from transcripts.withholding.picture import Picture
from transcripts.withholding.rules import Span, Times, copy_of, digest_of

BIT_RATE = 64_000
"""Per channel: speech that was coded once before loses nothing that can be heard."""
LOSSY_RATE = 48_000
LEAST_RATE, MOST_RATE = 8_000, 96_000
LONGEST_HOLE_S = 6 * 3600
"""A clock that jumps further is broken; what it leaves out is filled with silence."""
BLOCK_S = 1


class Target(NamedTuple):
    """FFmpeg's names of a container and its sound's codec, and how the MIME type and the file's name end."""

    container: str
    codec: str
    kind: str
    suffix: str


TARGETS = {
    "mpeg": Target("mp3", "libmp3lame", "mpeg", "mp3"),
    "mp4": Target("mp4", "aac", "mp4", "m4a"),
    "ogg": Target("ogg", "libopus", "ogg", "ogg"),
    "webm": Target("webm", "libopus", "webm", "webm"),
    "x-matroska": Target("matroska", "libopus", "x-matroska", "mka"),
    "wav": Target("wav", "pcm_s16le", "wav", "wav"),
    "flac": Target("flac", "flac", "flac", "flac"),
}
FILMS = {
    "mp4": Target("mp4", "aac", "mp4", "mp4"),
    "webm": Target("webm", "libopus", "webm", "webm"),
}
OTHER_SOUND, OTHER_FILM = TARGETS["mp4"], Target("matroska", "libopus", "x-matroska", "mkv")
LOSSLESS = ("pcm_s16le", "flac")
OPTIONS = {"wav": {"rf64": "auto"}}


def target_of(kind: str) -> Target:
    """Of a recording's MIME type: the same where we write it, else one that most browsers play."""
    form, _, subtype = kind.partition("/")
    if form == "video":
        return FILMS.get(subtype, OTHER_FILM)
    return TARGETS.get(subtype, OTHER_SOUND)


def kind_of_copy(kind: str) -> str:
    return f"{kind.partition('/')[0]}/{target_of(kind).kind}"


def name_of_copy(name: str, kind: str) -> str:
    """As the recording's own, so that nobody takes it for the original when it is sent on."""
    return f"{Path(name).stem}-public.{target_of(kind).suffix}"


def public_file(settings: Settings, recording_id: str, spans: Sequence[Span]) -> Path | None:
    """What the public may have of a recording with these withheld spans: without any the file as it came,
    else the copy; None as long as there is no such file."""
    path = copy_of(settings, recording_id, digest_of(spans))
    return path if path.is_file() else None


def write_copy(
    source: Path, copy: Path, *, kind: str, silences: Times, go_on: Callable[[], None], with_picture: bool
) -> None:
    """Decode all sound, silence it where it must be, encode it again; the picture is copied packet by packet.

    Memory does not grow with the length. `go_on` is called for every piece of sound and may raise to stop.
    Raises NotAudio, OSError, and av.FFmpegError for what the container or codec does not take.
    """
    target = target_of(kind)
    with ExitStack() as stack:
        container = stack.enter_context(opened(source))
        options = OPTIONS.get(target.container, {})
        out = stack.enter_context(av.open(f"file:{copy}", "w", format=target.container, options=options))
        picture = Picture(container, out, silences) if with_picture else None
        reading = Reading(container, beside=picture.put if picture else ignore)
        reading.form = form_of(reading.stream, target)
        track: Any = out.add_stream(target.codec, rate=reading.form.rate, layout=reading.form.layout)
        if target.codec not in LOSSLESS:
            track.bit_rate = BIT_RATE * track.codec_context.channels
        is_empty = True
        for at, samples in unbroken(reading):
            go_on()
            is_empty = False
            out.mux(
                track.encode(
                    sound_frame(silenced(samples, at, silences, reading.form.rate), at, reading.form)
                )
            )
        if is_empty:
            raise NotAudio(N_("No sound could be read from this file. It may be damaged."))
        out.mux(track.encode(None))


def form_of(stream: Any, target: Target) -> Form:
    """One channel or two; lossless sound keeps its rate."""
    layout = "mono" if stream.codec_context.channels == 1 else "stereo"
    rate = stream.codec_context.sample_rate or LOSSY_RATE
    return Form(min(max(rate, LEAST_RATE), MOST_RATE) if target.codec in LOSSLESS else LOSSY_RATE, layout)


def unbroken(reading: Reading) -> Iterator[tuple[int, Samples]]:
    """The sound from 0 to its end; what its clock leaves out is silence, in blocks. Raises NotAudio for a
    broken clock."""
    end, rate = 0, reading.form.rate
    for at, samples in reading.sound():
        piece = samples[np.newaxis] if samples.ndim == 1 else samples
        if at - end > LONGEST_HOLE_S * rate:
            raise NotAudio(N_("The times in this file make no sense. It may be damaged."))
        while end < at:
            count = min(at - end, BLOCK_S * rate)
            yield end, np.zeros((len(piece), count), np.float32)
            end += count
        yield at, piece
        end = at + piece.shape[1]


def silenced(samples: Samples, at: int, silences: Times, rate: int) -> Samples:
    """The piece that begins with sample `at`, zero wherever a silence reaches."""
    kept = samples
    for start_ms, end_ms in silences:
        first = max(start_ms * rate // 1000 - at, 0)
        last = min(-(-end_ms * rate // 1000) - at, samples.shape[1])
        if first < last:
            kept = kept.copy() if kept is samples else kept
            kept[:, first:last] = 0
    return kept


def sound_frame(samples: Samples, at: int, form: Form) -> AudioFrame:
    frame = AudioFrame.from_ndarray(np.ascontiguousarray(samples), format="fltp", layout=form.layout)
    frame.sample_rate, frame.pts, frame.time_base = form.rate, at, Fraction(1, form.rate)
    return frame


def ignore(packet: "Packet[Stream]") -> None:
    """Other sound, subtitles and pictures that are no film are not in the copy: they may tell the same."""
