"""Withheld spans as times."""

from pathlib import Path

import pytest

from engage.settings import Settings
from transcripts.queries import Gap
from transcripts.withholding.rules import copy_of, digest_of, parse_ms, silences, written_ms


def gap(start_ms: int, end_ms: int) -> Gap:
    return Gap(start_ms, end_ms, "privacy")


@pytest.mark.parametrize(
    ("typed", "ms"),
    [
        ("0:12:03", 723_000),
        ("12:03", 723_000),
        ("723", 723_000),
        (" 1:00:00 ", 3_600_000),
        ("0:00:10.950", 10_950),
        ("10,5", 10_500),
        ("0:0:0.0019", 1),
        ("90:00", 5_400_000),
        ("", None),
        ("-1", None),
        ("1:60", None),
        ("1:60:00", None),
        ("0:12:03:00", None),
        ("half past six", None),
        ("１２:03", None),
        ("9999999", None),
    ],
)
def test_a_time_in_the_recording_is_read_as_people_type_it(typed: str, ms: int | None) -> None:
    assert parse_ms(typed) == ms


@pytest.mark.parametrize("ms", [0, 1, 999, 1000, 59_999, 723_000, 723_040, 3_599_999, 86_400_000])
def test_what_is_written_is_read_as_the_same(ms: int) -> None:
    assert parse_ms(written_ms(ms)) == ms


@pytest.mark.parametrize(
    ("spans", "silent"),
    [
        ([], []),
        ([(3000, 4000)], [(2960, 4040)]),
        ([(10, 20)], [(0, 60)]),
        ([(3000, 4000), (3500, 5000)], [(2960, 5040)]),
        ([(3000, 5000), (3500, 4000)], [(2960, 5040)]),
        ([(6000, 7000), (3000, 4000)], [(2960, 4040), (5960, 7040)]),
        ([(3000, 4000), (4050, 5000)], [(2960, 5040)]),
    ],
)
def test_the_sound_falls_silent_a_little_before_and_comes_back_a_little_after(
    spans: list[tuple[int, int]], silent: list[tuple[int, int]]
) -> None:
    assert silences(gap(*each) for each in spans) == silent


def test_a_copy_is_named_by_what_is_silent_in_it() -> None:
    one, other = gap(3000, 4000), gap(6000, 7000)
    assert digest_of([]) == ""
    assert digest_of([one, other]) == digest_of([other, one]) == digest_of([one, one, other])
    assert len({digest_of([]), digest_of([one]), digest_of([other]), digest_of([one, other])}) == 4


def test_a_copy_lies_beside_the_recording(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    assert copy_of(settings, "abc", "") == settings.files / "recordings" / "abc"
    assert copy_of(settings, "abc", "12ef") == settings.files / "recordings" / "abc.12ef"
