"""Whose words they are: names only where record and ear agree, or where the record alone is sure."""

from transcripts.attribution.cutting import Stretch, Who
from transcripts.attribution.models import DAIS, FLOOR, VOICE
from transcripts.attribution.owning import at_the_dais, by_ear, by_pauses, by_record, overlaps

TURN = (10_000, 30_000, "ana")


def spoken(*spans: tuple[int, int]) -> list[list[int]]:
    return [[start, end] for start, end in spans]


def test_without_an_ear_a_turn_begins_and_ends_with_the_pauses_near_its_late_ends() -> None:
    words = spoken((0, 7500), (8200, 27_600), (28_400, 40_000))
    assert by_pauses([TURN], words) == [(8200, 27_600, "ana")]


def test_a_turn_without_a_pause_near_its_end_ends_three_seconds_earlier() -> None:
    assert by_pauses([TURN], spoken((0, 40_000))) == [(10_000, 27_000, "ana")]


def test_a_turn_that_was_noted_in_a_pause_begins_after_it() -> None:
    words = spoken((0, 8000), (8500, 9000), (10_500, 27_600), (28_400, 40_000))
    assert by_pauses([TURN], words) == [(10_000, 27_600, "ana")]


def test_a_turn_that_may_have_been_over_before_it_was_noted_names_nobody() -> None:
    assert by_pauses([(10_000, 12_500, "ana")], spoken((0, 40_000))) == []


def test_turns_that_follow_each_other_do_not_overlap() -> None:
    words = spoken((0, 29_000), (29_500, 60_000))
    found = by_pauses([TURN, (30_000, 50_000, "ben")], words)
    assert found == [(10_000, 29_000, "ana"), (29_500, 47_000, "ben")]


def test_a_voice_at_the_dais_has_a_number_once_it_is_heard_for_a_while() -> None:
    named = [Stretch(10_000, 30_000, Who(FLOOR, "ana"))]
    voices = [[0, 9000, 1], [10_000, 30_000, 2], [30_000, 31_000, 2], [31_000, 33_000, 3]]
    assert [stretch.who.number for stretch in at_the_dais(named, voices)] == [1, 0, 0, 0]


def test_the_record_names_who_had_the_floor_and_leaves_the_rest_to_the_dais() -> None:
    owned = by_record([TURN], [], spoken((0, 7500), (8200, 27_600), (28_400, 40_000)))
    assert owned.named == [Stretch(8200, 27_600, Who(FLOOR, "ana"))]
    assert (owned.voices, owned.rest) == ([], Who(DAIS))


def test_another_voice_within_a_turn_is_never_named() -> None:
    voices = [[8000, 18_000, 1], [18_500, 24_000, 2], [24_500, 29_000, 1], [40_000, 60_000, 2]]
    owned = by_record([TURN], voices, [])
    assert [each.who for each in owned.named] == [Who(FLOOR, "ana")] * 2
    assert not any(each.start_ms < 24_000 and each.end_ms > 18_500 for each in owned.named)
    assert Who(DAIS, number=2) in {each.who for each in owned.voices}


def test_without_a_record_the_ear_alone_tells_them_apart() -> None:
    owned = by_ear([[0, 1000, 1], [1000, 2000, 2]])
    assert [each.who for each in owned.voices] == [Who(VOICE, number=1), Who(VOICE, number=2)]
    assert (owned.named, owned.rest) == ([], None)


def test_overlaps_are_found_in_order() -> None:
    assert list(overlaps([(0, 10), (5, 30)], [(2, 6), (8, 20)])) == [
        (2, 6, 0, 0), (8, 10, 0, 1), (5, 6, 1, 0), (8, 20, 1, 1)
    ]  # fmt: skip
