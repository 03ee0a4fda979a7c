"""The public's copy: silent and without picture where something is withheld, and the same everywhere else."""

import tracemalloc
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from tests.transcripts.test_audio import record, talk
from transcripts.audio import EndsEarly, NotAudio, probe, windows
from transcripts.pauses import RATE, Samples
from transcripts.queries import Gap
from transcripts.withholding.rules import silences
from transcripts.withholding.sound import kind_of_copy, name_of_copy, write_copy

NAMES = ["a.wav", "a.flac", "a.mp3", "a.opus", "a.webm", "a.m4a", "a.mkv", "a.ts"]
PER_MS = RATE // 1000
CODEC = 10 ** (-50 / 20)
"""What a codec may leave of silence: 50 dB below full scale. Speech is 30 dB louder."""


def noise(seconds: float, *, seed: int = 5) -> Samples:
    """Without pauses, and different everywhere, so that the same place can be found again."""
    rough = np.random.default_rng(seed).standard_normal(round(seconds * RATE)) * 0.1
    return np.convolve(rough, np.ones(6) / 6, "same").astype(np.float32)


def heard(path: Path) -> Samples:
    """All sound of a file on its clock."""
    pieces: list[tuple[int, Samples]] = []
    with suppress(EndsEarly):
        pieces.extend((each.start_ms * PER_MS, each.samples) for each in windows(path))
    found = np.zeros(max(at + len(samples) for at, samples in pieces), np.float32)
    for at, samples in pieces:
        found[at : at + len(samples)] = samples
    return found


def clear(path: Path, *spans: tuple[int, int], with_picture: bool = True) -> Path:
    media, copy = probe(path), path.with_name("copy")
    write_copy(
        path, copy, kind=media.kind, silences=silences(Gap(*each, "privacy") for each in spans),
        go_on=lambda: None, with_picture=with_picture and media.has_picture,
    )  # fmt: skip
    return copy


def silent_ms(sound: Samples, around: tuple[int, int]) -> tuple[float, float]:
    """From the last loud sample before the middle of this span to the first after it."""
    loud, middle = np.abs(sound) > 0.01, (around[0] + around[1]) // 2 * PER_MS
    return np.flatnonzero(loud[:middle])[-1] / PER_MS, (middle + np.flatnonzero(loud[middle:])[0]) / PER_MS


def likeness(one: Samples, other: Samples) -> float:
    """1.0 when they are the same but for their loudness."""
    return float(np.dot(one, other) / np.sqrt(np.dot(one, one) * np.dot(other, other)))


@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_a_span_is_left_and_its_edges_are_where_they_should_be(tmp_path: Path, name: str) -> None:
    path = record(tmp_path / name, noise(12))
    copy = heard(clear(path, (3000, 5000), (8000, 8400)))
    for start, end in [(3000, 5000), (8000, 8400)]:
        assert np.abs(copy[start * PER_MS : end * PER_MS]).max() < CODEC
        first, last = silent_ms(copy, (start, end))
        assert start - 50 <= first <= start, "not a syllable of it is left, and hardly anything else is lost"
        assert end <= last <= end + 50
    original = heard(path)
    assert np.abs(original[3000 * PER_MS : 5000 * PER_MS]).max() > 0.1, "the control: the original has it"


@pytest.mark.parametrize("name", NAMES)
def test_everything_else_is_the_same_at_the_same_time(tmp_path: Path, name: str) -> None:
    path = record(tmp_path / name, noise(12))
    original, copy = heard(path), heard(clear(path, (3000, 5000)))
    for start in (500, 5500, 11_000):
        part = slice(start * PER_MS, (start + 500) * PER_MS)
        assert likeness(original[part], copy[part]) > 0.97
        late = slice(part.start + 5 * PER_MS, part.stop + 5 * PER_MS)
        assert likeness(original[part], copy[late]) < 0.5, "the control: 5 ms would be seen"
    assert abs(len(original) - len(copy)) < 50 * PER_MS


@pytest.mark.parametrize("name", NAMES)
def test_it_is_what_it_says_it_is(tmp_path: Path, name: str) -> None:
    path = record(tmp_path / name, talk(4))
    told = kind_of_copy(probe(path).kind)
    found = probe(clear(path, (1000, 2000)))
    assert found.kind in (told, told.replace("x-matroska", "webm")), "Opus in Matroska is WebM"
    assert found.has_picture is False


@pytest.mark.parametrize(
    ("name", "kind", "copy"),
    [
        ("council.mp3", "audio/mpeg", "council-public.mp3"),
        ("council.mp4", "video/mp4", "council-public.mp4"),
        ("council.ts", "video/mp2t", "council-public.mkv"),
        ("council.amr", "audio/amr", "council-public.m4a"),
        ("council", "audio/ogg", "council-public.ogg"),
    ],
)
def test_its_name_cannot_be_taken_for_the_recordings_own(name: str, kind: str, copy: str) -> None:
    assert name_of_copy(name, kind) == copy


def test_two_channels_stay_two_and_both_fall_silent(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    left, right = (noise(6, seed=n) for n in (1, 2))
    with av.open(str(path), "w", format="wav") as file:
        stream = file.add_stream("pcm_s16le", rate=RATE, layout="stereo")
        pcm = (np.stack([left, right], axis=1) * 2**15).astype(np.int16).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(pcm, format="s16", layout="stereo")
        frame.sample_rate = RATE
        file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    with av.open(str(clear(path, (2000, 3000)))) as file:
        pieces = [frame.to_ndarray() for frame in file.decode(audio=0)]
        channels = file.streams.audio[0].codec_context.channels
    both = np.concatenate(pieces, axis=1).reshape(-1, channels)
    assert (channels, len(both)) == (2, 6 * RATE)
    assert not both[2000 * PER_MS : 3000 * PER_MS].any()
    expected = (np.stack([left, right], axis=1) * 2**15).astype(np.int16)
    assert np.array_equal(both[4 * RATE :], expected[4 * RATE :])


def film(path: Path, codec: str = "libx264", *, form: str | None = None) -> Path:
    """8 seconds, 25 pictures a second, each as bright as its number; a key picture every second, and pictures
    between them that need later ones."""
    sound = (noise(8) * 2**15).astype(np.int16)
    with av.open(str(path), "w", format=form) as file:
        track: Any = file.add_stream(codec, rate=25, options={"g": "25", "bf": "3", "preset": "ultrafast"})
        track.width, track.height, track.pix_fmt = 64, 64, "yuv420p"
        voice = file.add_stream("aac", rate=RATE, layout="mono")
        for n in range(200):
            picture = av.VideoFrame.from_ndarray(np.full((96, 64), 20 + n, np.uint8), format="yuv420p")
            picture.pts, picture.time_base = n, Fraction(1, 25)
            file.mux(track.encode(picture))
            piece = sound[np.newaxis, n * RATE // 25 : (n + 1) * RATE // 25]
            frame = av.AudioFrame.from_ndarray(piece, format="s16", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = RATE, n * RATE // 25, Fraction(1, RATE)
            file.mux(voice.encode(frame))
        file.mux(track.encode(None))
        file.mux(voice.encode(None))
    return path


def pictures(path: Path) -> list[tuple[int, int]]:
    """When each picture is shown in ms, and its number."""
    with av.open(str(path)) as file:
        zero = (file.start_time or 0) / 1e6 if file.format.name == "mpegts" else 0
        found = [
            (round((frame.time - zero) * 1000), round(float(frame.to_ndarray()[:64].mean())) - 20)
            for frame in file.decode(video=0)
            if frame.time is not None
        ]
    return sorted(found)


@pytest.mark.parametrize(("name", "form"), [("a.mp4", None), ("a.mkv", None), ("a.ts", "mpegts")])
def test_the_picture_goes_with_the_sound_and_comes_back_with_a_whole_one(
    tmp_path: Path, name: str, form: str | None
) -> None:
    path = film(tmp_path / name, form=form)
    before = pictures(path)
    copy = clear(path, (2500, 4300))
    shown = pictures(copy)
    assert not [ms for ms, _ in shown if 2460 - 40 < ms < 4340], (
        "none of the span, nor one that reaches into it"
    )
    assert len(before) == 200
    assert [n for _, n in shown if n < 50] == pytest.approx([n for _, n in before if n < 50], abs=2)
    first = before[0][0]
    back = next(ms for ms, _ in shown if ms > 4000)
    assert back - first == pytest.approx(5000, abs=10), "the next one that needs no other"
    for ms, n in shown:
        assert n == pytest.approx((ms - first) / 40, abs=3), "each at its own time, none of them broken"
    sound = heard(copy)
    assert np.abs(sound[2500 * PER_MS : 4300 * PER_MS]).max() < CODEC
    assert likeness(heard(path)[6 * RATE : 7 * RATE], sound[6 * RATE : 7 * RATE]) > 0.97


def test_other_sound_and_subtitles_are_left_out(tmp_path: Path) -> None:
    """An interpreter's channel, or what somebody typed along, has the withheld words, too."""
    path, piece = tmp_path / "a.mkv", (noise(2) * 2**15).astype(np.int16)[np.newaxis]
    with av.open(str(path), "w") as file:
        file.metadata["comment"] = "The bluebird nests behind the quarry."
        streams = [file.add_stream("pcm_s16le", rate=RATE, layout="mono") for _ in range(2)]
        for stream in streams:
            frame = av.AudioFrame.from_ndarray(piece, format="s16", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
            file.mux(stream.encode(frame))
    assert b"bluebird" in path.read_bytes()
    copy = clear(path, (500, 1000))
    with av.open(str(copy)) as file:
        assert [stream.type for stream in file.streams] == ["audio"]
    assert b"bluebird" not in copy.read_bytes()


def test_a_hole_in_the_clock_stays_as_long(tmp_path: Path) -> None:
    path = record(tmp_path / "a.mkv", noise(6), hole=(2000, 4000))
    copy = heard(clear(path, (7000, 8000)))
    assert len(copy) == pytest.approx(10 * RATE, abs=RATE // 20)
    assert np.abs(copy[2100 * PER_MS : 5900 * PER_MS]).max() < CODEC
    assert np.abs(copy[6100 * PER_MS : 6900 * PER_MS]).max() > 0.1


def test_what_is_no_recording_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(b"just some text")
    with pytest.raises(NotAudio):
        write_copy(
            path,
            tmp_path / "copy",
            kind="audio/mpeg",
            silences=[(0, 1)],
            go_on=lambda: None,
            with_picture=False,
        )


def test_memory_does_not_grow_with_the_length(tmp_path: Path) -> None:
    peaks = []
    for seconds in (20, 120):
        path = record(tmp_path / f"{seconds}.wav", talk(seconds))
        tracemalloc.start()
        clear(path, (1000, 2000))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 1_000_000 < 120 * RATE * 2
