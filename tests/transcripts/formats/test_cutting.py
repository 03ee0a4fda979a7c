"""A piece of every kind of recording, decoded again: as long as asked, and from the right place."""

from io import BytesIO
from pathlib import Path

import av
import numpy as np
import pytest

from transcripts.formats.cutting import NotCut, Piece, cut_piece
from transcripts.formats.rules import Span

RATE = 48_000
SECONDS = 12
KINDS = {
    "mp3": ("libmp3lame", "mp3", "audio/mpeg", "mp3"),
    "ogg": ("libopus", "ogg", "audio/ogg", "ogg"),
    "m4a": ("aac", "ipod", "audio/mp4", "m4a"),
    "aac": ("aac", "adts", "audio/mp4", "m4a"),
    "flac": ("flac", "flac", "audio/ogg", "oga"),
    "wav": ("pcm_s16le", "wav", "audio/wav", "wav"),
    "webm": ("libopus", "webm", "audio/ogg", "ogg"),
    "aiff": ("pcm_s16be", "aiff", "audio/x-matroska", "mka"),
    "ts": ("aac", "mpegts", "audio/mp4", "m4a"),
}
"""Codec, file format; MIME type and ending of the piece."""


def stairs() -> "np.ndarray[tuple[int, ...], np.dtype[np.int16]]":
    """A tone that is one step higher in each second: 300, 400, 500 Hz ..."""
    at = np.arange(SECONDS * RATE) / RATE
    turns = np.cumsum(300 + 100 * np.floor(at)) / RATE
    return (8000 * np.sin(2 * np.pi * turns)).astype(np.int16)


def encode(path: Path, codec: str, form: str) -> Path:
    with av.open(str(path), "w", format=form) as target:
        stream = target.add_stream(codec, rate=RATE, layout="mono")
        write_sound(target, stream)
    return path


def write_sound(target: av.container.OutputContainer, stream: av.AudioStream) -> None:
    whole = stairs()
    resampler = av.AudioResampler(format=stream.format.name, layout="mono", rate=RATE)
    for start in range(0, len(whole), 960):
        frame = av.AudioFrame.from_ndarray(whole[None, start : start + 960], format="s16", layout="mono")
        frame.sample_rate, frame.pts = RATE, start
        for made in resampler.resample(frame):
            target.mux(stream.encode(made))
    target.mux(stream.encode(None))


def hear(piece: Piece) -> tuple[float, list[int]]:
    """Its length in seconds, and the pitch of each whole second in hundreds of hertz."""
    data = b"".join(piece.blocks())
    assert len(data) == piece.size
    sound = decoded(data)
    pitches = []
    for n in range(round(len(sound) / RATE)):
        part = sound[n * RATE + RATE // 4 : n * RATE + 3 * RATE // 4]
        spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part))))
        pitches.append(round(float(np.argmax(spectrum)) * RATE / len(part) / 100))
    return len(sound) / RATE, pitches


def decoded(data: bytes) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
    with av.open(BytesIO(data)) as source:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
        pieces = [made for frame in source.decode(audio=0) for made in resampler.resample(frame)]
        return np.concatenate([each.to_ndarray()[0] for each in pieces])


@pytest.mark.parametrize("kind", KINDS)
def test_a_piece_begins_and_ends_where_it_should(tmp_path: Path, kind: str) -> None:
    codec, form, mime, ending = KINDS[kind]
    path = encode(tmp_path / f"a.{kind}", codec, form)
    piece = cut_piece(path, Span(4000, 8000), tmp_path)
    assert (piece.kind, piece.ending) == (mime, ending)
    seconds, pitches = hear(piece)
    assert (abs(seconds - 4) < 0.1, pitches) == (True, [7, 8, 9, 10])
    assert [each.name for each in tmp_path.iterdir()] == [path.name], "the piece has no name on the disk"


@pytest.mark.parametrize("codecs", [("mpeg4", "aac"), ("libx264", "aac")])
def test_a_picture_comes_along_and_starts_in_time(tmp_path: Path, codecs: tuple[str, str]) -> None:
    """Between two key frames: the edit list tells the player to skip what comes before."""
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w", format="mp4") as target:
        video = target.add_stream(codecs[0], rate=10)
        video.width, video.height, video.pix_fmt, video.gop_size = 64, 48, "yuv420p", 50
        sound = target.add_stream(codecs[1], rate=RATE, layout="mono")
        for n in range(SECONDS * 10):
            picture = np.full((48, 64, 3), n * 2, np.uint8)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts = n
            target.mux(video.encode(frame))
        target.mux(video.encode(None))
        write_sound(target, sound)
    piece = cut_piece(path, Span(4000, 8000), tmp_path)
    assert (piece.kind, piece.ending) == ("video/mp4", "mp4")
    data = b"".join(piece.blocks())
    shown = brightness(data)
    assert abs(shown[0] - 80) <= 4, "the picture of second 4, not of the key frame"
    seconds, pitches = len(decoded(data)) / RATE, hear(cut_piece(path, Span(4000, 8000), tmp_path))[1]
    assert (abs(seconds - 4) < 0.1, pitches) == (True, [7, 8, 9, 10])


def brightness(data: bytes) -> list[int]:
    """Of each picture that a player shows, at its time from 0 on."""
    with av.open(BytesIO(data)) as source:
        frames = [(frame.time, frame.to_ndarray(format="rgb24")) for frame in source.decode(video=0)]
    return [int(picture.mean()) for time, picture in frames if time is not None and time >= 0]


def test_a_span_after_the_end_holds_nothing(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.ogg", "libopus", "ogg")
    with pytest.raises(NotCut):
        cut_piece(path, Span(60_000, 61_000), tmp_path)


@pytest.mark.parametrize("content", [b"", b"no recording", b"#EXTM3U\nfile:///etc/passwd\n"])
def test_what_is_no_recording_is_not_cut(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a"
    path.write_bytes(content)
    with pytest.raises(NotCut):
        cut_piece(path, Span(0, 1000), tmp_path)


def test_a_file_that_breaks_off_gives_what_it_has(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.wav", "pcm_s16le", "wav")
    path.write_bytes(path.read_bytes()[: 7 * 2 * RATE])
    seconds, pitches = hear(cut_piece(path, Span(4000, 10_000), tmp_path))
    assert (abs(seconds - 3) < 0.1, pitches) == (True, [7, 8, 9])
