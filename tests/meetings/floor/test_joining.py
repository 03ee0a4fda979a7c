"""From parts to tracks and to one recording: exact in time, in constant memory, and who is heard when."""

from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
import pytest

from meetings.floor.blending import LOUD, Ear, Samples, blend, pressed
from meetings.floor.joining import Joined, join_channel, packets_of, sha256_of
from meetings.floor.ogg import OggFile
from meetings.floor.packets import SILENCE
from meetings.floor.parts import Part, parts_in, path_of
from tests import make

T = 1_790_000_000_000


def go_on() -> None:
    pass


def part(folder: Path, channel: int, at_s: float, seconds: float, *, hertz: float = 440) -> Part:
    start_ms = T + round(at_s * 1000)
    file = OggFile(path_of(folder, channel, start_ms))
    for payload in make.opus_packets(seconds, hertz=hertz)[: round(seconds / 0.06)]:
        file.write(payload, 60)
    file.end()
    return Part(channel, start_ms, file.path)


def samples(path: Path) -> Samples:
    with av.open(str(path)) as container:
        return np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])


def loud(path: Path) -> list[tuple[float, float]]:
    """(start, end) in seconds of what is to be heard."""
    level = np.abs(samples(path))
    on = np.flatnonzero(level > 0.05) / 48_000
    edges = np.flatnonzero(np.diff(on) > 0.2)
    starts, ends = [on[0], *on[edges + 1]], [*on[edges], on[-1]]
    return [(float(start), float(end)) for start, end in zip(starts, ends, strict=True)]


def near(found: Sequence[tuple[float, float]], expected: Sequence[tuple[float, float]]) -> bool:
    pairs = [
        (one, other) for each in zip(found, expected, strict=True) for one, other in zip(*each, strict=True)
    ]
    return all(abs(one - other) < 0.03 for one, other in pairs)


def test_parts_are_listed_by_channel_and_time_and_nothing_else_is(tmp_path: Path) -> None:
    made = [part(tmp_path, 10, 0, 1), part(tmp_path, 2, 5, 1), part(tmp_path, 2, 3, 1)]
    (tmp_path / "notes.ogg").write_bytes(b"x")
    assert parts_in(tmp_path) == [made[2], made[1], made[0]]
    assert parts_in(tmp_path / "none") == []


def test_a_track_has_every_packet_at_its_time(tmp_path: Path) -> None:
    parts = [part(tmp_path, 1, 0, 1.2), part(tmp_path, 1, 3, 1.2), part(tmp_path, 1, 3600, 0.6)]
    joined = join_channel(parts, tmp_path / "track", go_on)
    path = tmp_path / "track"
    assert joined == Joined(path, T, 3_600_600, path.stat().st_size, sha256_of(path))
    assert near(loud(path), [(0, 1.2), (3, 4.2), (3600, 3600.6)])
    assert [each for each in packets_of(path) if each != SILENCE] == [
        each for one in parts for each in packets_of(one.path)
    ]


def test_a_channel_without_sound_gives_no_track(tmp_path: Path) -> None:
    OggFile(path_of(tmp_path, 1, T)).let_go()
    path_of(tmp_path, 1, T + 1).write_bytes(b"")
    assert join_channel(parts_in(tmp_path), tmp_path / "track", go_on) is None
    assert not (tmp_path / "track").exists()


def test_a_part_that_was_cut_off_is_taken_as_far_as_it_goes(tmp_path: Path) -> None:
    whole = part(tmp_path, 1, 0, 3)
    packets = list(packets_of(whole.path))
    file = OggFile(path_of(tmp_path, 1, T + 10_000))
    for n, payload in enumerate(packets):
        file.write(payload, 60)
        if n % 4 == 3:
            file.flush()
    file.let_go()
    torn = Part(1, T + 10_000, file.path)
    torn.path.write_bytes(torn.path.read_bytes()[:-300])
    found = list(packets_of(torn.path))
    assert found == packets[: len(found)]
    assert 40 <= len(found) < 48
    joined = join_channel([whole, torn], tmp_path / "track", go_on)
    assert joined
    assert near(loud(joined.path), [(0, 3), (10, 10 + 0.06 * len(found))])


def test_the_recording_has_all_channels_at_their_time_and_tells_when_each_is_heard(tmp_path: Path) -> None:
    lanes = {
        0: [part(tmp_path, 0, 0, 2.4), part(tmp_path, 0, 8, 2.4)],
        1: [part(tmp_path, 1, 4, 3, hertz=700)],
        2: [part(tmp_path, 2, 6, 0.6, hertz=1000)],
    }
    blended = blend(lanes, tmp_path / "all", go_on)
    assert blended
    whole, spans = blended
    assert (whole.start_ms, whole.sha256) == (T, sha256_of(tmp_path / "all"))
    assert whole.duration_ms == pytest.approx(len(samples(whole.path)) / 48, abs=7)
    assert near(loud(whole.path), [(0, 2.4), (4, 7), (8, 10.4)])
    assert [channel for _, _, channel in spans] == [0, 1, 2, 0]
    assert near(
        [(start / 1000, end / 1000) for start, end, _ in spans], [(0, 2.4), (4, 7), (6, 6.6), (8, 10.4)]
    )


def test_nothing_to_hear_makes_no_recording(tmp_path: Path) -> None:
    assert blend({}, tmp_path / "all", go_on) is None
    OggFile(path_of(tmp_path, 1, T)).let_go()
    assert blend({1: parts_in(tmp_path)}, tmp_path / "all", go_on) is None
    assert not (tmp_path / "all").exists()


def test_many_at_once_are_pressed_and_not_cut_off() -> None:
    at = np.linspace(-3, 3, 1001, dtype=np.float32)
    found = pressed(at)
    assert np.all(np.abs(found) <= 1)
    assert np.all(np.diff(found) >= 0)
    quiet = np.abs(at) <= LOUD
    assert np.array_equal(found[quiet], at[quiet])


def tone(level: float) -> Samples:
    return np.full(48_000, level, np.float32)


def test_the_same_voice_in_another_microphone_is_not_heard_there() -> None:
    ear = Ear()
    ear.note(0, {0: tone(0.2), 2: tone(0.02)})
    ear.note(1000, {0: tone(0.001), 2: tone(0.02)})
    ear.note(2000, {0: tone(0.2), 2: tone(0.1)})
    assert ear.finish() == [[0, 1000, 0], [1000, 3000, 2], [2000, 3000, 0]]
