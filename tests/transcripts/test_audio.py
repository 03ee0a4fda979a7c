"""Any recording becomes windows of sound on the file's own clock, or one plain sentence."""

import gc
import tracemalloc
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from transcripts.audio import EndsEarly, Media, NotAudio, Window, probe, windows
from transcripts.pauses import RATE, Samples

RNG = np.random.default_rng(11)
FORMS = {
    "wav": ("wav", "pcm_s16le"),
    "flac": ("flac", "flac"),
    "mp3": ("mp3", "libmp3lame"),
    "opus": ("ogg", "libopus"),
    "webm": ("webm", "libopus"),
    "m4a": ("mp4", "aac"),
    "mp4": ("mp4", "aac"),
    "mkv": ("matroska", "pcm_s16le"),
    "ts": ("mpegts", "mp2"),
}
CUT_OFF = "The recording ends early. The file may be incomplete."


def talk(seconds: float) -> Samples:
    """Noise in bursts of a second with a third of a second between them."""
    loud = (np.arange(round(seconds * RATE)) % (RATE * 4 // 3)) < RATE
    return (RNG.standard_normal(len(loud)) * np.where(loud, 0.1, 0.001)).astype(np.float32)


def record(
    path: Path, samples: Samples, *, start_ms: int = 0, hole: tuple[int, int] = (0, 0), picture: int = 0
) -> Path:
    """A file in the form of its suffix, with a hole (at, for milliseconds) in its clock, and some stills."""
    form, codec = FORMS[path.suffix[1:]]
    with av.open(
        str(path), "w", format=form, options={"movflags": "faststart"} if form == "mp4" else {}
    ) as file:
        stream = file.add_stream(codec, rate=RATE, layout="mono") if len(samples) else None
        film = file.add_stream("mpeg4" if form == "mp4" else "libvpx", rate=1) if picture else None
        if film:
            film.width, film.height, film.pix_fmt = 32, 32, "yuv420p"
        for second in range(picture):
            still = av.VideoFrame(32, 32, "yuv420p")
            still.pts, still.time_base = second, Fraction(1)
            file.mux(film.encode(still))
        file.mux(film.encode(None) if film else [])
        pcm = (samples * 2**15).astype(np.int16)
        for at in range(0, len(pcm), RATE // 10):
            frame = av.AudioFrame.from_ndarray(
                pcm[np.newaxis, at : at + RATE // 10], format="s16", layout="mono"
            )
            frame.sample_rate, frame.time_base = RATE, Fraction(1, RATE)
            frame.pts = at + start_ms * 16 + (hole[1] * 16 if at >= hole[0] * 16 else 0)
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None) if stream else [])
    return path


def times(found: list[Window]) -> list[tuple[int, int, int]]:
    return [(window.n, window.start_ms, window.end_ms) for window in found]


@pytest.mark.parametrize(
    ("name", "picture", "kind"),
    [
        ("a.wav", 0, "audio/wav"),
        ("a.flac", 0, "audio/flac"),
        ("a.mp3", 0, "audio/mpeg"),
        ("a.opus", 0, "audio/ogg"),
        ("a.webm", 0, "audio/webm"),
        ("a.webm", 3, "video/webm"),
        ("a.m4a", 0, "audio/mp4"),
        ("a.mp4", 3, "video/mp4"),
        ("a.mkv", 0, "audio/x-matroska"),
        ("a.mkv", 3, "video/x-matroska"),
        ("a.ts", 0, "audio/mp2t"),
    ],
)
def test_what_a_file_holds(tmp_path: Path, name: str, picture: int, kind: str) -> None:
    path = record(tmp_path / name, talk(3), picture=picture).rename(tmp_path / "no-suffix")
    media = probe(path)
    assert media == Media(media.duration_ms, True, picture > 0, kind)
    assert media.duration_ms == pytest.approx(3000, abs=80)
    assert [window.end_ms for window in windows(path)] == [pytest.approx(3000, abs=80)]


def test_windows_follow_each_other_and_lose_nothing(tmp_path: Path) -> None:
    sound = (talk(61.5) * 2**15).astype(np.int16).astype(np.float32) / 2**15
    found = list(windows(record(tmp_path / "a.wav", sound), longest_s=10))
    assert [window.n for window in found] == list(range(len(found)))
    assert [window.start_ms for window in found] == [0, *(window.end_ms for window in found[:-1])]
    assert found[-1].end_ms == 61_500
    assert np.array_equal(np.concatenate([window.samples for window in found]), sound)
    assert {window.samples.dtype for window in found} == {np.dtype(np.float32)}


def test_cuts_lie_in_pauses(tmp_path: Path) -> None:
    found = list(windows(record(tmp_path / "a.wav", talk(60)), longest_s=10))
    assert len(found) > 6
    assert all(window.end_ms % 1333 > 1000 for window in found[:-1])


@pytest.mark.parametrize("name", ["a.wav", "a.opus", "a.mp3"])
def test_reading_resumes_with_the_very_same_windows(tmp_path: Path, name: str) -> None:
    path = record(tmp_path / name, talk(40))
    whole = list(windows(path, longest_s=8))
    for done in range(len(whole)):
        rest = list(windows(path, start_ms=whole[done].start_ms, longest_s=8))
        assert times(rest) == times(whole[done:])
        assert all(np.array_equal(a.samples, b.samples) for a, b in zip(rest, whole[done:], strict=True))


def test_a_window_that_was_half_done_is_given_again(tmp_path: Path) -> None:
    path = record(tmp_path / "a.wav", talk(40))
    whole = list(windows(path, longest_s=8))
    assert times(list(windows(path, start_ms=whole[2].start_ms + 1, longest_s=8))) == times(whole[2:])
    assert list(windows(path, start_ms=40_000, longest_s=8)) == []


def test_a_stream_that_starts_late_keeps_its_times(tmp_path: Path) -> None:
    path = record(tmp_path / "a.mkv", talk(3), start_ms=2500)
    assert times(list(windows(path))) == [(0, 2500, 5500)]


def test_a_broadcast_starts_at_zero(tmp_path: Path) -> None:
    path = record(tmp_path / "a.ts", talk(3), start_ms=3_600_000)
    assert [(w.start_ms, w.end_ms) for w in windows(path)] == [(0, pytest.approx(3000, abs=80))]
    assert probe(path).duration_ms == pytest.approx(3000, abs=80)


def test_a_hole_in_the_clock_is_silence(tmp_path: Path) -> None:
    path = record(tmp_path / "a.mkv", talk(3), hole=(1000, 2000))
    (window,) = windows(path)
    assert (window.start_ms, window.end_ms) == (0, 5000)
    assert not window.samples[1000 * 16 : 3000 * 16].any()
    assert window.samples[3000 * 16 : 3100 * 16].any()


def test_a_long_hole_in_the_clock_divides_windows(tmp_path: Path) -> None:
    path = record(tmp_path / "a.mkv", talk(3), hole=(1000, 3_600_000))
    assert times(list(windows(path))) == [(0, 0, 1000), (1, 3_601_000, 3_603_000)]


def test_a_silent_file_has_windows(tmp_path: Path) -> None:
    (window,) = windows(record(tmp_path / "a.wav", np.zeros(5 * RATE, np.float32)))
    assert (window.end_ms, window.samples.any()) == (5000, np.False_)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"Minutes of the meeting\n" * 50,
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n",
        b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nother.wav\n#EXT-X-ENDLIST\n",
        b"ffconcat version 1.0\nfile other.wav\n",
    ],
    ids=["empty", "text", "pdf", "playlist", "list"],
)
@pytest.mark.parametrize("name", ["a.wav", "a.mp3", "a.txt"])
def test_what_is_no_recording_is_told(tmp_path: Path, name: str, content: bytes) -> None:
    record(tmp_path / "other.wav", talk(1))
    (tmp_path / name).write_bytes(content)
    told = "This file is not a recording, or it is damaged or incomplete."
    for read in (probe, lambda path: next(windows(path))):
        with pytest.raises(NotAudio) as refused:
            read(tmp_path / name)
        assert str(refused.value) == told


def test_a_silent_film_is_told(tmp_path: Path) -> None:
    path = record(tmp_path / "a.mp4", talk(0), picture=2)
    assert probe(path) == Media(2000, False, True, "video/mp4")
    with pytest.raises(NotAudio, match="^This file has no sound.$"):
        next(windows(path))


def test_noise_named_mp3_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(RNG.bytes(200_000))
    with pytest.raises(NotAudio):
        next(windows(tmp_path / "a.mp3"))


def test_the_systems_own_errors_stay(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        next(windows(tmp_path / "absent.wav"))
    with pytest.raises(IsADirectoryError):
        probe(tmp_path)


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.mp3", "a.opus", "a.webm", "a.mkv", "a.m4a"])
def test_a_file_that_was_cut_off_gives_what_it_has(tmp_path: Path, name: str) -> None:
    path = record(tmp_path / name, talk(20))
    assert list(windows(path))[-1].end_ms == pytest.approx(20_000, abs=80)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
    found = []
    with pytest.raises(EndsEarly) as told:
        found.extend(windows(path))
    assert found[-1].end_ms == told.value.at_ms == pytest.approx(12_000, abs=1100)
    assert str(told.value) == CUT_OFF


@pytest.mark.parametrize("name", ["a.webm", "a.mkv", "a.mp4"])
def test_sound_may_end_before_the_picture(tmp_path: Path, name: str) -> None:
    path = record(tmp_path / name, talk(3), picture=9)
    assert [window.end_ms for window in windows(path)] == [pytest.approx(3000, abs=80)]


def test_damage_in_the_middle_loses_only_itself(tmp_path: Path) -> None:
    path = record(tmp_path / "a.opus", talk(30))
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 2000] = RNG.bytes(2000)
    path.write_bytes(content)
    found = list(windows(path))
    assert found[0].start_ms == 0
    assert found[-1].end_ms == pytest.approx(30_000, abs=80)


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = record(tmp_path / "a.wav", talk(120))
    next(windows(path, longest_s=5))  # what is loaded at the first use is not counted
    gc.collect()
    tracemalloc.start()
    for _ in windows(path, longest_s=5):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5 * (5 * RATE * 4) < 120 * RATE * 4 / 4
