"""What is sent is decoded within limits: odd forms, broken clocks, numbers that are none."""

from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks.hostile_making import good, put, wav
from tests.benchmarks.hostile_sound import changing, frames_in_turn
from tests.transcripts.test_audio import record, talk
from transcripts import decoding
from transcripts.audio import EndsEarly, NotAudio, Window, probe, windows
from transcripts.decoding import opened
from transcripts.pauses import RATE


def read(path: Path) -> list[Window]:
    found: list[Window] = []
    with suppress(EndsEarly):
        found.extend(windows(path))
    return found


def written(tmp_path: Path, content: bytes) -> Path:
    put(content)(tmp_path / "one")
    return tmp_path / "one"


def test_numbers_that_are_none_are_silence_and_none_is_too_loud(tmp_path: Path) -> None:
    numbers = np.tile(np.array([0.25, np.nan, np.inf, -np.inf, 1e30, -0.25], np.float32), RATE)
    (window,) = read(written(tmp_path, wav(numbers.tobytes(), tag=3, bits=32)))
    assert np.isfinite(window.samples).all()
    assert (window.samples.min(), window.samples.max()) == (-1.0, 1.0)
    assert window.samples[0] == 0.25 and window.samples[1] == 0


@pytest.mark.parametrize("rate", [1, 999, 768_001, 4_000_000_000])
def test_sound_at_a_rate_that_no_recorder_has_is_no_sound(tmp_path: Path, rate: int) -> None:
    with pytest.raises(NotAudio):
        read(written(tmp_path, wav(good("wav")[44:], rate=rate)))


@pytest.mark.parametrize("rate", [4_000, 8_000, 192_000, 384_000])
def test_sound_at_a_rate_that_some_have_is_heard(tmp_path: Path, rate: int) -> None:
    (window,) = read(written(tmp_path, wav(bytes(rate * 2), rate=rate)))
    assert window.end_ms == 1000


def test_a_hundred_channels_are_refused_and_eight_are_heard(tmp_path: Path) -> None:
    with pytest.raises(NotAudio):
        read(written(tmp_path, wav(bytes(RATE * 200), channels=100)))
    (window,) = read(written(tmp_path, wav(bytes(RATE * 16), channels=8)))
    assert window.end_ms == 1000


@pytest.mark.parametrize("change", [{"bits": 0}, {"tag": 0x7777}, {"channels": 0}, {"rate": 0}])
def test_sound_that_nobody_can_decode_is_told(tmp_path: Path, change: dict[str, int]) -> None:
    path = written(tmp_path, wav(good("wav")[44:], **change))  # type: ignore[arg-type]
    with pytest.raises(NotAudio):
        read(path)
    with suppress(NotAudio):
        probe(path)  # or it says what it sees; nothing else may come of it


def test_a_rate_that_changes_in_the_middle_is_followed(tmp_path: Path) -> None:
    found = read(written(tmp_path, changing(16_000, 48_000, 8000)))
    loud = sum(np.count_nonzero(np.abs(each.samples) > 0.01) for each in found)
    assert loud == pytest.approx(3 * RATE * 0.97, rel=0.05)


def test_a_rate_that_changes_without_end_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MOST_FORMS", 20)
    with pytest.raises(NotAudio, match="takes far longer to read"):
        read(written(tmp_path, frames_in_turn(100)))


def test_sound_that_takes_too_long_to_decode_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoding, "DECODING_S", -1.0)
    with pytest.raises(NotAudio, match="takes far longer to read"):
        read(record(tmp_path / "a.mp3", talk(3)))


def test_a_recording_that_never_ends_is_refused_when_it_has_been_long_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoding, "LONGEST_S", 5)
    path = record(tmp_path / "a.wav", talk(8))
    with pytest.raises(NotAudio, match="longer than 24 hours"):
        read(path)
    assert [each.end_ms for each in read(record(tmp_path / "b.wav", talk(4)))] == [4000]


def test_a_time_that_cannot_be_is_not_believed(tmp_path: Path) -> None:
    """What comes after it stays where it is."""
    path = record(tmp_path / "a.mkv", talk(3), hole=(1000, 3_600_000 * 1000))
    assert [(each.start_ms, each.end_ms) for each in read(path)] == [(0, 3000)]
    late = record(tmp_path / "b.mkv", talk(3), start_ms=3_600_000 * 1000)
    assert [(each.start_ms, each.end_ms) for each in read(late)] == [(0, 3000)]


def test_a_length_that_cannot_be_is_not_told(tmp_path: Path) -> None:
    flac = good("flac")
    path = written(tmp_path, flac[:21] + b"\xff" * 5 + flac[26:])
    assert probe(path).duration_ms is None
    assert read(path)[-1].end_ms == 4000


def test_only_the_decoders_that_recordings_need_may_run(tmp_path: Path) -> None:
    with opened(written(tmp_path, good("mp4"))) as container:
        assert container.streams.audio[0].codec_context.name == "aac"
    assert "tta" not in decoding.SPOKEN and "exr" not in decoding.SHOWN
