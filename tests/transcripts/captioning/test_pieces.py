"""Pieces of one channel's sound: where they end, and when they are heard."""

import numpy as np
import pytest

from tests.transcripts.captioning.spoken import tone
from transcripts.captioning.pieces import Ear, end_of_piece
from transcripts.captioning.said import Said
from transcripts.captioning.tailing import Sound
from transcripts.gate import Piece
from transcripts.pauses import RATE
from transcripts.sentences import Word

START = 1_795_000_000_000
QUIET = np.zeros(RATE, np.float32)


def sound(seconds: float = 1, at_s: float = 0) -> Sound:
    return Sound(1, START + round(at_s * 1000), tone(seconds))


def ear(*sounds: Sound, person: str = "a") -> Ear:
    made = Ear(1)
    for each in sounds:
        made.add(each, person, 0)
    return made


def seconds(ear: Ear) -> float:
    return len(ear.samples) / RATE


def at(start: float, end: float) -> Piece:
    return Piece(round(start * RATE), round(end * RATE), 0.99)


def word(start: float, end: float) -> Word:
    return Word(START + round(start * 1000), START + round(end * 1000), " x", 0.9)


def end(pieces: list[Piece], length: float, words: tuple[Word, ...] = (), *, is_over: bool = False) -> object:
    found = end_of_piece(pieces, words, ear(sound()), round(length * RATE), is_over=is_over)
    return None if found is None else pytest.approx(found / RATE, abs=0.01)


def test_sound_that_goes_on_is_one_piece_and_a_small_hole_is_silence() -> None:
    held = ear(sound(), sound(at_s=1.5))
    assert (held.start_ms, seconds(held), held.is_closed) == (START, 2.5, False)
    assert not held.samples[RATE + 1 : round(1.5 * RATE)].any()


def test_a_piece_ends_where_another_begins_to_speak() -> None:
    held = ear(sound())
    held.add(sound(at_s=1), "b", 0)
    assert (held.is_closed, held.person, seconds(held)) == (True, "a", 1)
    held.drop(RATE)
    assert (held.is_closed, held.person, seconds(held), held.start_ms) == (False, "b", 1, START + 1000)


def test_a_piece_ends_at_a_hole() -> None:
    held = ear(sound(), sound(at_s=2.5))
    assert (held.is_closed, held.is_due(0)) == (True, True)
    held.drop(RATE)
    assert (held.start_ms, held.is_closed) == (START + 2500, False)


def test_it_is_heard_at_every_step_at_a_pause_and_when_nothing_more_comes() -> None:
    assert [ear(sound(length)).is_due(0) for length in (1.0, 1.6)] == [False, True]
    paused = ear(sound())
    paused.add(Sound(1, START + 1000, QUIET[: RATE // 2]), "a", 0)
    assert paused.is_due(0)
    still = ear(sound())
    assert (still.is_due(0.9), still.is_due(1.1), still.is_over(1.1)) == (False, True, True)
    assert not Ear(1).is_due(100)


def test_what_was_heard_is_known_until_more_is_said() -> None:
    held, said = ear(sound(2)), Said((word(0, 1),), "en")
    held.hold(said, [at(0, 1.5)])
    assert held.known([at(0, 1.55)]) == said and held.known([at(0, 1.9)]) is None
    assert (held.oldest_ms(), held.is_due(0)) == (None, False)
    held.drop(100)
    assert held.known([at(0, 1.5)]) is None


def test_the_oldest_sound_that_waits_is_told() -> None:
    held = ear(sound(), sound(at_s=3))
    held.heard = RATE
    assert held.oldest_ms() == START + 3000


def test_what_is_old_is_skipped() -> None:
    held = ear(sound(), sound(2, at_s=3))
    held.skip_to(START + 4000)
    assert (held.start_ms, seconds(held), held.is_closed) == (START + 4000, 1, False)
    held.skip_to(START + 9000)
    assert (seconds(held), held.is_due(0)) == (0, False)


def test_a_piece_ends_at_a_pause_once_it_is_long_enough_to_be_understood() -> None:
    assert end([at(0.2, 3)], 3.3) is None
    assert end([at(0.2, 3)], 3.5) == 3.2
    assert end([at(0.2, 1)], 1.5) is None
    assert end([at(0.2, 1)], 2.1) == 1.2


def test_a_pause_that_was_over_before_it_was_heard_still_parts() -> None:
    assert end([at(0, 3), at(3.5, 4)], 4.1) == 3.25
    assert end([at(0, 1), at(1.5, 2)], 2.1) is None


def test_who_speaks_on_and_on_is_cut_in_a_short_pause_or_between_two_words() -> None:
    assert end([at(0, 4), at(4.25, 5)], 5.1) is None
    assert end([at(0, 4), at(4.25, 6.2)], 6.2) == 4.125
    words = (word(0, 2), word(2, 3), word(3.2, 4.6), word(4.7, 6.1))
    assert end([at(0, 6.2)], 6.2, words) == 3.1
    assert end([at(0, 6.2)], 6.2) is None


def test_all_is_final_when_nothing_more_comes() -> None:
    assert end([at(0, 1)], 1.1, is_over=True) == 1.1


def test_words_are_divided_at_a_moment() -> None:
    first, second = word(0, 1), word(1, 2)
    before, after = Said((first, second), "en").divided(START + 1000)
    assert (before.words, after.words) == ((first,), (second,))
