"""A piece cut out of a recording: its packets copied as they are, without hearing or writing them anew."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import av
from av.container import InputContainer, OutputContainer
from av.stream import Disposition

from engage.language import N_
from transcripts.audio import NotAudio, opened, zero_us
from transcripts.formats.rules import Span

BLOCK = 1 << 18
FOR_SOUND = {
    "mp3": ("mp3", "mp3", "audio/mpeg"),
    "aac": ("ipod", "m4a", "audio/mp4"),
    "alac": ("ipod", "m4a", "audio/mp4"),
    "opus": ("ogg", "ogg", "audio/ogg"),
    "vorbis": ("ogg", "ogg", "audio/ogg"),
    "flac": ("ogg", "oga", "audio/ogg"),
    "pcm_s16le": ("wav", "wav", "audio/wav"),
    "pcm_u8": ("wav", "wav", "audio/wav"),
    "pcm_s24le": ("wav", "wav", "audio/wav"),
    "pcm_f32le": ("wav", "wav", "audio/wav"),
}
"""By codec: FFmpeg's name of the file format that takes it as it is, its ending and its MIME type."""
OTHER_SOUND = ("matroska", "mka", "audio/x-matroska")
FOR_PICTURE = ("mp4", "mp4", "video/mp4")
IN_MP4 = {"h264", "hevc", "av1", "vp9", "mpeg4", "aac", "mp3", "opus", "flac"}
"""With a picture it is always MP4, whose edit list lets a player begin between two key frames."""
NOTHING = N_("There is no sound in this part of the recording.")


class NotCut(Exception):
    """It cannot be cut; its text is a sentence for people."""


@dataclass(frozen=True)
class Piece:
    """`file` has no name on the disk, and is gone when it is closed."""

    file: IO[bytes]
    size: int
    kind: str
    ending: str

    def blocks(self) -> Iterator[bytes]:
        with self.file:
            while block := self.file.read(BLOCK):
                yield block


def cut_piece(path: Path, span: Span, folder: Path) -> Piece:
    """The sound of the span, with the picture where MP4 takes both; exact to a packet of some 20 ms.

    Its file lies in `folder`. Raises NotCut or OSError. Slow work: never in the event loop.
    """
    file: IO[bytes] = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - whoever reads the piece closes it
    try:
        kind, ending = _copy(path, span, file)
        size = file.seek(0, 2)
        file.seek(0)
        return Piece(file, size, kind, ending)
    except (NotAudio, av.FFmpegError, ValueError) as error:
        file.close()
        raise NotCut(NOTHING) from error
    except BaseException:
        file.close()
        raise


def _copy(path: Path, span: Span, file: IO[bytes]) -> tuple[str, str]:
    with opened(path) as source:
        streams = _streams(source)
        form, ending, kind = _form(streams)
        with av.open(file, "w", format=form) as target:
            if not _copy_packets(source, target, streams, span):
                raise NotCut(NOTHING)
    return kind, ending


def _streams(source: InputContainer) -> list[Any]:
    """Its best sound, and its picture where both go into MP4."""
    sound = source.streams.best("audio")
    if sound is None:
        raise NotCut(NOTHING)
    pictures = [each for each in source.streams.video if not each.disposition & Disposition.attached_pic]
    both = [sound, *pictures[:1]]
    return both if len(both) == 2 and {each.codec.canonical_name for each in both} <= IN_MP4 else [sound]


def _form(streams: list[Any]) -> tuple[str, str, str]:
    codec = streams[0].codec_context.codec.canonical_name
    return FOR_PICTURE if len(streams) == 2 else FOR_SOUND.get(codec, OTHER_SOUND)


def _copy_packets(source: InputContainer, target: OutputContainer, streams: list[Any], span: Span) -> int:
    """How many packets of sound. Those of the picture begin at the key frame before the span."""
    zero = zero_us(source) / 1e6
    start, end = span.start_ms / 1000 + zero, span.end_ms / 1000 + zero
    made = {each.index: target.add_stream_from_template(each) for each in streams}
    sound, open_streams = 0, set(made)
    source.seek(round(start * 1e6), backward=True, any_frame=False)
    for packet in source.demux(streams):
        if packet.dts is None or packet.time_base is None or packet.pts is None:
            continue
        is_sound = packet.stream is streams[0]
        at = float(packet.pts * packet.time_base)
        length = float((packet.duration or 0) * packet.time_base)
        if at >= end:
            open_streams.discard(packet.stream.index)
            if not open_streams:
                break
        elif is_sound and at + length / 2 < start:
            continue
        else:
            sound += is_sound
            shift = round(start / packet.time_base)
            packet.pts, packet.dts = packet.pts - shift, packet.dts - shift
            packet.stream = made[packet.stream.index]
            target.mux(packet)
    return sound
