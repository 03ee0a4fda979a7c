"""The language of speech, for whole stretches and for turns inside them."""

from collections.abc import Mapping

import pytest

from transcripts.gate import Piece
from transcripts.languages import language_of, parts
from transcripts.pauses import RATE
from transcripts.stretches import Stretch


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ({"en": 0.98, "es": 0.0001, "cy": 0.01}, "en"),
        ({"en": 0.001, "es": 0.99}, "es"),
        ({"en": 0.9, "es": 0.02}, None),
        ({"vi": 0.95, "en": 0.03, "es": 0.001}, "vi"),
        ({"la": 0.7, "en": 0.2, "es": 0.0001}, "en"),
        ({"ja": 0.5, "cy": 0.4}, "en"),
    ],
)
def test_a_stretch_is_in_one_language_or_looked_at_closely(found: dict[str, float], told: str | None) -> None:
    assert language_of(found) == told


ENGLISH, SPANISH = {"en": 0.97, "es": 0.001}, {"en": 0.002, "es": 0.98}
HARDLY_SPANISH = {"en": 0.2, "es": 0.6}


def stretch(*spans: tuple[float, float]) -> Stretch:
    made = tuple(Piece(round(start * RATE), round(end * RATE), 1.0) for start, end in spans)
    return Stretch(0, made[-1].end, made)


def found(whole: Stretch, *told: Mapping[str, float]) -> list[tuple[str, float, float]]:
    """(language, start, end) of the parts, when the turns one after the other sound like this."""
    answers = iter(told)
    made = parts(whole, lambda start, end: next(answers))
    assert list(answers) == []
    return [(language, part.start / RATE, part.end / RATE) for language, part in made]


def test_a_stretch_is_cut_where_the_language_changes() -> None:
    whole = stretch((0, 4), (5, 9), (10, 14), (15, 19))
    assert found(whole, ENGLISH, SPANISH, SPANISH, ENGLISH) == [
        ("en", 0, 4.5),
        ("es", 4.5, 14.5),
        ("en", 14.5, 19),
    ]


def test_a_doubtful_turn_is_in_the_language_around() -> None:
    whole = stretch((0, 4), (5, 9), (10, 14))
    assert found(whole, ENGLISH, HARDLY_SPANISH, ENGLISH) == [("en", 0, 14)]
    assert found(whole, ENGLISH, {"ja": 1.0}, ENGLISH) == [("en", 0, 14)]


def test_short_pauses_and_short_sounds_do_not_part_turns() -> None:
    assert found(stretch((0, 4), (4.3, 9)), SPANISH) == [("es", 0, 9)]
    assert found(stretch((0, 4), (5, 5.3)), SPANISH) == [("es", 0, 5.3)]
