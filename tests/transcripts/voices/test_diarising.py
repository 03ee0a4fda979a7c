"""Turns of numbered voices come out of impressions, in order and without slips of the ear."""

from collections.abc import Sequence

import numpy as np
import pytest

from transcripts.voices import diarising
from transcripts.voices.diarising import voice_turns
from transcripts.voices.listening import FORM

RNG = np.random.default_rng(5)
ANNA, BEN, CLEO = np.abs(RNG.standard_normal((3, 256)) * (RNG.random((3, 256)) < 0.2))

Piece = tuple[int, int, np.ndarray]  # type: ignore[type-arg]


def heard(*pieces: Piece) -> bytes:
    """Speech without a pause, in moments of 0.4 s, each a little different."""
    rows = [(at, at + 400, voice) for start, end, voice in pieces for at in range(start, end, 400)]
    found = np.zeros(len(rows), FORM)
    for row, (start, end, voice) in zip(found, rows, strict=True):
        blurred = np.maximum(0, voice + RNG.standard_normal(256) * 0.1)
        row["start_ms"], row["end_ms"], row["voice"] = start, end, np.rint(blurred * 255 / blurred.max())
    return found.tobytes()


def test_voices_are_numbered_as_they_first_speak() -> None:
    found = voice_turns([heard((0, 8000, CLEO), (9000, 17_000, ANNA), (18_000, 22_000, CLEO))])
    assert found == [[0, 8000, 1], [9000, 17_000, 2], [18_000, 22_000, 1]]


def test_windows_are_one_recording() -> None:
    windows = [heard((0, 8000, ANNA)), heard(), heard((8000, 12_000, ANNA), (12_000, 20_000, BEN))]
    assert voice_turns(windows) == [[0, 12_000, 1], [12_000, 20_000, 2]]


def test_nobody_speaks() -> None:
    assert voice_turns([]) == []
    assert voice_turns([b"", b""]) == []


@pytest.mark.parametrize("pause_ms, turns", [(1500, 1), (1600, 2)])
def test_a_short_pause_belongs_to_the_turn(pause_ms: int, turns: int) -> None:
    found = voice_turns([heard((0, 8000, ANNA), (8000 + pause_ms, 12_000 + pause_ms, ANNA))])
    assert len(found) == turns
    assert found[-1][1] == 12_000 + pause_ms


def test_one_strange_moment_is_no_change_of_voices() -> None:
    anna_and_ben = heard((0, 8000, ANNA), (9000, 17_000, BEN), (18_000, 22_000, ANNA))
    slip = heard((22_000, 22_400, 0.5 * ANNA + 0.5 * BEN), (22_400, 26_000, ANNA))
    assert voice_turns([anna_and_ben, slip]) == [[0, 8000, 1], [9000, 17_000, 2], [18_000, 26_000, 1]]


@pytest.mark.parametrize("ms, numbers", [(2000, [1, 2, 1]), (4000, [1, 2, 3])])
def test_who_is_hardly_heard_is_no_voice_of_its_own(ms: int, numbers: Sequence[int]) -> None:
    like_anna = 0.6 * ANNA + CLEO
    found = voice_turns([heard((0, 8000, ANNA), (10_000, 18_000, BEN), (20_000, 20_000 + ms, like_anna))])
    assert [number for _, _, number in found] == numbers


def test_what_is_read_in_parts_comes_out_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    pieces = [(n * 5000, n * 5000 + 4000, [ANNA, BEN, CLEO][int(RNG.integers(3))]) for n in range(60)]
    impression = heard(*pieces)
    whole = voice_turns([impression])
    monkeypatch.setattr(diarising, "AT_ONCE", 7)
    assert voice_turns([impression]) == whole
    assert len({number for _, _, number in whole}) == 3
