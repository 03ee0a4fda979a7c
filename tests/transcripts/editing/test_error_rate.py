"""The machine's own error rate, from what people have corrected."""

import pytest
from sqlalchemy.orm import Session

from tests.transcripts.editing.test_actions import BY, read_out
from transcripts.editing import queries
from transcripts.editing.actions import correct_line
from transcripts.editing.cutting import merge_line, split_line
from transcripts.editing.error_rate import ErrorRate, Reviewed, error_rate, spoken_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The Mayor's car, isn’t it?", ["the", "mayor's", "car", "isn't", "it"]),
        ("At 6:30, $1,200.50 - or 3.5 %.", ["at", "6:30", "1,200.50", "or", "3.5"]),
        ("thirty-one", ["thirty", "one"]),
        ("¿Qué dice?", ["qué", "dice"]),
        (" ... ", []),
    ],
)
def test_case_and_punctuation_do_not_count(text: str, words: list[str]) -> None:
    assert spoken_words(text) == words


@pytest.mark.parametrize(
    ("lines", "percent", "words"),
    [
        ([("a b c d", "a b c d")], 0, 4),
        ([("a b c d", "A, b. C d!")], 0, 4),
        ([("a b c d", "a x c d")], 25, 4),
        ([("a b c d e", "a b c d")], 25, 4),
        ([("a b", "a b c d")], 50, 4),
        ([("a b c", "a b"), ("d e", "c d e")], 0, 5),
        ([("a b c", "a b"), ("x", "x"), ("d e", "c d e")], 100 * 2 / 6, 6),
        ([("invented", ""), ("a b", "a b")], 50, 2),
    ],
)
def test_wrong_missing_and_invented_words_count(
    lines: list[tuple[str, str]], percent: float, words: int
) -> None:
    rate = error_rate([Reviewed(*line) for line in lines], 2 * len(lines))
    assert rate == ErrorRate(percent, words, 0.5)


def test_without_words_there_is_no_rate() -> None:
    assert error_rate([Reviewed("invented", "")], 3) is None


def test_only_what_a_person_has_read_is_compared(db: Session) -> None:
    made, lines = read_out(db, "We voted for to two.", "Thank you.", "Good night.")
    assert queries.error_rate(db, made.id) is None
    correct_line(db, made, lines[0], "We voted four to two.", version=1, by=BY)
    correct_line(db, made, lines[1], "Thank you.", version=1, by=BY)
    assert queries.error_rate(db, made.id) == ErrorRate(100 / 7, 7, 2 / 3)


def test_a_split_and_a_merge_change_nothing_about_it(db: Session) -> None:
    made, lines = read_out(db, "We voted for to two.", "Thank you.")
    correct_line(db, made, lines[0], "We voted four to two.", version=1, by=BY)
    correct_line(db, made, lines[1], "Thank you.", version=1, by=BY)
    split_line(db, made, lines[0], 9, version=2, by=BY)
    assert queries.error_rate(db, made.id) == ErrorRate(100 / 7, 7, 1)
    merge_line(db, made, lines[0], version=3, by=BY)
    assert queries.error_rate(db, made.id) == ErrorRate(100 / 7, 7, 1)
