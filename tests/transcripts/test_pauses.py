"""Long sound is cut where nobody speaks, and always in the same places."""

from collections.abc import Iterator

import numpy as np
import pytest

from transcripts.pauses import FIRST_S, RATE, Samples, cut, onset, pause

RNG = np.random.default_rng(7)


def noise(seconds: float, loudness: float) -> Samples:
    return (RNG.standard_normal(round(seconds * RATE)) * loudness).astype(np.float32)


def talk(seconds: float) -> Samples:
    return noise(seconds, 0.1)


def hush(seconds: float) -> Samples:
    return noise(seconds, 0.002)


def pieces(samples: Samples, *, of: int = 1000, start: int = 0) -> Iterator[tuple[int, Samples]]:
    for at in range(0, len(samples), of):
        yield start + at, samples[at : at + of]


def test_the_longest_pause_of_the_last_half_is_cut_in_its_middle() -> None:
    sound = np.concatenate([talk(3), hush(2), talk(2), hush(0.4), talk(1.6), hush(0.8), talk(0.2)])
    assert pause(sound) / RATE == pytest.approx(9.4, abs=0.03)


def test_pauses_are_found_over_loud_hum() -> None:
    hum = 0.03 * np.sin(2 * np.pi * 60 * np.arange(10 * RATE) / RATE).astype(np.float32)
    sound = np.concatenate([talk(7), hush(0.5), talk(2.5)]) + hum
    assert pause(sound) / RATE == pytest.approx(7.25, abs=0.05)


def test_without_a_pause_the_quietest_point_is_taken() -> None:
    sound = np.concatenate([talk(7), hush(0.16), talk(2.84)])
    assert pause(sound) / RATE == pytest.approx(7.05, abs=0.15)


@pytest.mark.parametrize("sound", [np.zeros(10 * RATE, np.float32), talk(10)], ids=["silence", "noise"])
def test_even_sound_is_cut_somewhere_in_the_last_half(sound: Samples) -> None:
    assert 5 * RATE <= pause(sound) < 10 * RATE


def test_nothing_is_lost_or_doubled() -> None:
    sound = np.concatenate([talk(4), hush(0.5)] * 12)
    windows = list(cut(pieces(sound), longest_s=10))
    assert len(windows) > 5
    assert [start for start, _ in windows] == [0, *np.cumsum([len(s) for _, s in windows])[:-1]]
    assert np.array_equal(np.concatenate([samples for _, samples in windows]), sound)
    assert max(len(samples) for _, samples in windows) <= 10 * RATE


def test_cuts_do_not_depend_on_how_the_sound_arrives() -> None:
    sound = np.concatenate([talk(4), hush(0.5)] * 12)
    assert [at for at, _ in cut(pieces(sound, of=333), longest_s=10)] == [
        at for at, _ in cut(pieces(sound, of=50_000), longest_s=10)
    ]


def test_the_first_window_is_short() -> None:
    lengths = [len(samples) / RATE for _, samples in cut(pieces(hush(400), of=RATE), longest_s=300)]
    assert FIRST_S / 2 <= lengths[0] <= FIRST_S < 240 <= lengths[1] <= 300


def test_a_short_hole_in_the_clock_is_silence() -> None:
    sound = [(0, talk(2)), (4 * RATE, talk(1))]
    ((start, samples),) = cut(iter(sound), longest_s=10)
    assert (start, len(samples)) == (0, 5 * RATE)
    assert not samples[2 * RATE : 4 * RATE].any()


def test_a_long_hole_begins_another_window() -> None:
    sound = [(RATE, talk(2)), (60 * RATE, talk(1))]
    assert [(at, len(samples)) for at, samples in cut(iter(sound), longest_s=10)] == [
        (RATE, 2 * RATE),
        (60 * RATE, RATE),
    ]


def test_no_sound_has_no_windows() -> None:
    assert list(cut(iter([]), longest_s=10)) == []


def test_a_word_begins_after_the_longest_pause() -> None:
    sound = np.concatenate([talk(1), hush(0.6), talk(1)])
    assert onset(sound, RATE // 2, 2 * RATE) / RATE == pytest.approx(1.6, abs=0.011)
    twice = np.concatenate([talk(1), hush(0.2), talk(0.2), hush(0.5), talk(1)])
    assert onset(twice, RATE // 2, 5 * RATE // 2) / RATE == pytest.approx(1.9, abs=0.011)


def test_without_a_pause_a_word_begins_where_it_was_said_to() -> None:
    closed = np.concatenate([talk(1), hush(0.08), talk(1)])
    assert onset(closed, RATE // 2, 2 * RATE) == RATE // 2
    ends = np.concatenate([talk(1), hush(1)])
    assert onset(ends, RATE // 2, 2 * RATE) == RATE // 2
    assert onset(talk(1), 100, 100) == onset(talk(0), 100, 200) == 100
