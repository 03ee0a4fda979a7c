"""Following parts that grow: all of the sound, at its time, in small steps, whatever a crash has left."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.transcripts.captioning.spoken import Part, packets, tone
from transcripts.captioning.ogg import Pages
from transcripts.captioning.tailing import AT_ONCE, BEFORE, Parts, Sound
from transcripts.pauses import RATE, Samples

START = 1_795_000_000_000
SOUND = list(packets(tone(3)))


def held(sounds: list[Sound]) -> Samples:
    return np.concatenate([each.samples for each in sounds])


Follow = Callable[..., Parts]


@pytest.fixture
def follow(tmp_path: Path) -> Iterator[Follow]:
    """Follows the parts there, as long as the test goes on."""
    opened: list[Parts] = []

    def made(folder: Path = tmp_path, since_ms: int = 0) -> Parts:
        opened.append(Parts(folder, since_ms))
        return opened[-1]

    yield made
    for each in opened:
        each.close()


def test_a_part_is_given_as_it_grows_with_the_time_of_its_sound(tmp_path: Path, follow: Follow) -> None:
    part, parts, got = Part(tmp_path, 1, START), follow(), list[Sound]()
    for n in range(0, len(SOUND), 5):
        part.say(SOUND[n : n + 5])
        got += list(parts.taken())
    assert [each.channel for each in got] == [1] * 10
    assert [each.start_ms for each in got] == [
        pytest.approx(START + 300 * n, abs=7) for n in range(10)
    ]  # the resampler holds some samples back
    assert len(held(got)) / RATE == pytest.approx(3, abs=0.01)
    assert 0.28 < np.abs(held(got)[RATE : 2 * RATE]).max() < 0.32
    assert list(parts.taken()) == []


def test_half_a_page_waits_for_the_other_half(tmp_path: Path) -> None:
    part = Part(tmp_path, 1, START)
    part.say(SOUND)
    whole = part.file.path.read_bytes()
    pages, got = Pages(), list[bytes]()
    for at in range(0, len(whole), 37):
        got += [each for page in pages.fed(whole[at : at + 37]) for each in page.packets]
    assert got == SOUND


def test_reading_begins_anywhere_in_the_file(tmp_path: Path) -> None:
    part = Part(tmp_path, 1, START)
    part.say(SOUND)
    whole = part.file.path.read_bytes()
    pages = list(Pages().fed(whole[len(whole) // 2 :]))
    packet_count = sum(len(page.packets) for page in pages)
    assert 10 < packet_count < len(SOUND)
    assert [each for page in pages for each in page.packets] == SOUND[-packet_count:]
    assert pages[-1].granule == 48 * 60 * len(SOUND)


def test_a_page_that_a_crash_has_cut_off_costs_no_more_than_itself(tmp_path: Path) -> None:
    part = Part(tmp_path, 1, START)
    part.say(SOUND[:6])
    torn = part.file.path.read_bytes()[:-40]
    part.say(SOUND[6:12])
    rest = part.file.path.read_bytes()[len(torn) + 40 :]
    got = [each for page in Pages().fed(torn + rest) for each in page.packets]
    assert got[:3] == SOUND[:3] and got[-3:] == SOUND[9:12]


def test_of_a_long_part_only_the_end_is_read_and_nothing_twice(tmp_path: Path, follow: Follow) -> None:
    noise = np.random.default_rng(1).normal(0, 0.2, RATE * 2).astype(np.float32)
    many, part = list(packets(noise)), Part(tmp_path, 0, START)
    while part.file.size < 3 * BEFORE:
        part.say(many)
    end_ms = START + round(part.file.written_ms)
    got = list(follow(since_ms=end_ms - 4000).taken())
    assert got[0].start_ms == pytest.approx(end_ms - 4000, abs=200)
    assert got[-1].end_ms == pytest.approx(end_ms, abs=10)
    assert max(len(each.samples) for each in got) < AT_ONCE / len(many[5]) * RATE * 0.06 + RATE


def test_two_channels_and_a_channel_that_goes_on_in_another_part(tmp_path: Path, follow: Follow) -> None:
    parts = follow()
    Part(tmp_path, 0, START).say(SOUND[:10])
    Part(tmp_path, 1, START + 100).say(SOUND[:10])
    (tmp_path / "notes.ogg").write_bytes(b"no part")
    assert [each.channel for each in parts.taken()] == [0, 1]
    Part(tmp_path, 1, START + 5000).say(SOUND[:10])
    (again,) = parts.taken()
    assert (again.channel, again.start_ms) == (1, pytest.approx(START + 5000, abs=7))


def test_interpreters_are_left_out(tmp_path: Path, follow: Follow) -> None:
    Part(tmp_path, 1, START).say(SOUND[:10])
    Part(tmp_path, 3, START).say(SOUND[:10])
    assert [each.channel for each in follow().taken(frozenset({3}))] == [1]


def test_damaged_packets_give_no_sound_and_no_fault(tmp_path: Path, follow: Follow) -> None:
    Part(tmp_path, 1, START).say([SOUND[0], b"\xff\xff\xff", *SOUND[1:10]])
    assert len(held(list(follow().taken()))) / RATE == pytest.approx(0.6, abs=0.07)


def test_no_folder_is_no_sound(tmp_path: Path, follow: Follow) -> None:
    assert list(follow(tmp_path / "nothing").taken()) == []
