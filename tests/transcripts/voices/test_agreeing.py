"""A name stands only where the record and the ear agree."""

import pytest

from transcripts.voices.agreeing import Stretch, own_stretches

MARIA, WALTER = "maria", "walter"
DAIS = [[0, 20_000, 1], [61_000, 75_000, 1], [112_000, 140_000, 1]]
MARIAS, WALTERS = (22_500, 62_500, MARIA), (78_000, 113_500, WALTER)


def named(stretches: list[Stretch]) -> list[Stretch]:
    return [each for each in stretches if each[2] is not None]


def voices(*more: list[int]) -> list[list[int]]:
    return sorted([*DAIS, *more])


def test_a_clerk_who_is_late_at_both_ends() -> None:
    found = own_stretches([MARIAS, WALTERS], voices([21_000, 60_000, 2], [77_000, 111_000, 3]))
    assert found == [
        (19_500, 20_000, None), (21_000, 60_000, MARIA), (61_000, 62_500, None),
        (77_000, 111_000, WALTER), (112_000, 113_500, None),
    ]  # fmt: skip


def test_an_interjection_from_the_dais_is_not_put_into_their_mouth() -> None:
    ear = voices([21_000, 35_000, 2], [35_500, 45_000, 1], [45_500, 60_000, 2])
    assert named(own_stretches([MARIAS], ear)) == [(21_000, 35_000, MARIA), (45_500, 60_000, MARIA)]


def test_an_interjection_longer_than_their_own_words() -> None:
    ear = voices([21_000, 31_000, 2], [31_500, 52_000, 1], [52_500, 60_000, 2])
    assert named(own_stretches([MARIAS], ear)) == [(21_000, 31_000, MARIA), (52_500, 60_000, MARIA)]


def test_voices_without_a_pause_between_them_are_unsure_for_a_moment() -> None:
    ear = voices([21_000, 35_000, 2], [35_000, 45_000, 1], [45_100, 60_000, 2])
    assert named(own_stretches([MARIAS], ear)) == [(21_000, 34_600, MARIA), (45_500, 60_000, MARIA)]


def test_their_own_voice_more_than_three_seconds_before_the_record_is_not_theirs() -> None:
    ear = [[10_000, 60_000, 2], [70_000, 140_000, 1]]
    assert named(own_stretches([MARIAS], ear)) == [(19_500, 60_000, MARIA)]


def test_who_speaks_again_is_known_by_their_other_turn() -> None:
    again = (142_000, 152_000, MARIA)
    ear = voices([21_000, 60_000, 2], [141_000, 143_000, 2], [143_500, 151_500, 3])
    assert named(own_stretches([MARIAS, again], ear)) == [(21_000, 60_000, MARIA), (141_000, 143_000, MARIA)]


def test_two_residents_who_sound_alike_are_told_apart_by_the_record() -> None:
    ear = voices([21_000, 60_000, 2], [77_000, 111_000, 2])
    found = named(own_stretches([MARIAS, WALTERS], ear))
    assert found == [(21_000, 60_000, MARIA), (77_000, 111_000, WALTER)]


def test_where_two_turns_meet_in_one_voice_nobody_is_named() -> None:
    turns = [(20_000, 40_000, MARIA), (40_000, 60_000, WALTER)]
    found = own_stretches(turns, [[18_000, 60_000, 1]])
    assert found == [
        (18_000, 37_000, MARIA), (37_000, 40_000, None), (40_000, 60_000, WALTER),
    ]  # fmt: skip


def test_one_who_sounds_like_the_dais_is_named_by_the_record_alone() -> None:
    """The ear hears no change in their turn, and cannot tell when it really began."""
    assert named(own_stretches([MARIAS], voices([21_000, 60_000, 1]))) == [(22_500, 59_500, MARIA)]


def test_one_who_sounds_like_the_dais_is_not_named_where_others_speak() -> None:
    ear = voices([21_000, 40_000, 1], [41_000, 45_000, 2], [46_000, 60_000, 1], [141_000, 170_000, 2])
    assert named(own_stretches([MARIAS], ear)) == []


def test_a_slip_of_the_ear_names_nobody() -> None:
    ear = voices([21_000, 40_000, 2], [41_000, 50_000, 1], [50_500, 51_500, 2], [52_000, 60_000, 1])
    assert named(own_stretches([MARIAS], ear)) == [(21_000, 40_000, MARIA)]


def test_without_an_ear_the_record_less_its_late_end() -> None:
    assert own_stretches([MARIAS, (70_000, 73_000, WALTER)], []) == [(22_500, 59_500, MARIA)]


@pytest.mark.parametrize("ear", [[], DAIS])
def test_nobody_has_the_floor(ear: list[list[int]]) -> None:
    assert own_stretches([], ear) == []
