"""Moments, sections, doubtful words, corrected words, and the hash of a transcript."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcripts import rules

WORDS = [[0, 100, " The", 0.9], [100, 200, " bike", 0.2], [200, 300, " lane", 0.3], [300, 400, " is", 0.9]]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("abc2.1500", ("abc2", 1500)),
        ("abc2.0", ("abc2", 0)),
        ("abc2", None),
        ("abc2.", None),
        (".5", None),
        ("abc2.-5", None),
        ("abc2.1e3", None),
        ("abc2.٣", None),
        ("ab/c.5", None),
        ('"><b>.5', None),
        ("abc2.1234567890", None),
        ("", None),
        (None, None),
    ],
)
def test_a_moment_is_a_recording_and_milliseconds(text: str | None, moment: tuple[str, int] | None) -> None:
    assert rules.parse_moment(text) == moment


def test_a_place_in_a_line_is_a_word_of_it() -> None:
    text = "".join(word[2] for word in WORDS).strip()
    assert [rules.word_at(WORDS, text.index(word)) for word in ("The", "bike", "lane", "is")] == [
        *(0, 100, 200, 300)
    ]
    assert rules.word_at(WORDS, 99) == 300
    assert rules.word_at([], 0) is None


@pytest.mark.parametrize(
    ("at_ms", "runs"),
    [
        (None, [("The ", ""), ("bike lane", "unsure"), (" is", "")]),
        (150, [("The ", ""), ("bike ", "here"), ("lane", "unsure"), (" is", "")]),
        (399, [("The ", ""), ("bike lane ", "unsure"), ("is", "here")]),
        (0, [("The ", "here"), ("bike lane", "unsure"), (" is", "")]),
    ],
)
def test_the_word_of_a_moment_is_marked(at_ms: int | None, runs: list[tuple[str, str]]) -> None:
    assert rules.looks(WORDS, at_ms) == runs


def test_the_address_of_a_moment_leads_to_its_line_without_a_script() -> None:
    assert rules.moment_url("m1", "r1", 1500) == "/meetings/m1?at=r1.1500#at-r1-1500"


def test_lines_stand_under_the_item_that_was_open_when_they_began() -> None:
    parts = rules.sections([0, 10, 20, 30, 40], [(10, "one"), (35, "two"), (90, "three")])
    assert [(item, list(places)) for item, places in parts] == [
        (None, [0]),
        ("one", [1, 2, 3]),
        ("two", [4]),
    ]


def test_without_chapters_all_lines_are_one_section() -> None:
    assert rules.sections([5, 6], []) == [(None, range(2))]
    assert rules.sections([], [(1, "one")]) == []


def test_doubtful_words_are_marked_without_the_space_before_them() -> None:
    assert rules.marked(WORDS) == [("The ", False), ("bike lane", True), (" is", False)]
    assert rules.marked([[0, 1, " Yes", 0.1], [1, 2, ".", 0.9]]) == [("Yes", True), (".", False)]
    assert rules.marked([[0, 1, " typed", None]]) == [("typed", False)]
    assert rules.marked([]) == []


@given(st.lists(st.tuples(st.text("ab.<", min_size=1), st.none() | st.floats(0, 1))))
def test_marked_runs_are_the_whole_text(drawn: list[tuple[str, float | None]]) -> None:
    words = [(0, 1, f" {text}", probability) for text, probability in drawn]
    assert "".join(text for text, _ in rules.marked(words)) == " ".join(text for text, _ in drawn)


def test_a_corrected_word_keeps_its_place_and_the_others_their_times() -> None:
    assert rules.realigned(WORDS, "The bicycle lane is", start_ms=0, end_ms=400) == [
        [0, 100, "The", 0.9],
        [100, 200, " bicycle", None],
        [200, 300, " lane", 0.3],
        [300, 400, " is", 0.9],
    ]


def test_added_words_share_the_gap_they_stand_in() -> None:
    made = rules.realigned(WORDS, "The bike lane is safe now", start_ms=0, end_ms=600)
    assert made[4:] == [[400, 511, " safe", None], [511, 600, " now", None]]
    assert rules.realigned([], "All new", start_ms=0, end_ms=700) == [
        [0, 300, "All", None],
        [300, 700, " new", None],
    ]
    assert rules.realigned(WORDS, "", start_ms=0, end_ms=400) == []


@given(st.text(max_size=40))
def test_realigned_words_are_the_text_in_order_of_time(text: str) -> None:
    made = rules.realigned(WORDS, text, start_ms=0, end_ms=400)
    assert "".join(word[2] for word in made) == text.rstrip()
    times = [time for word in made for time in word[:2]]
    assert times == sorted(times) and all(0 <= time <= 400 for time in times)


def test_two_texts_are_marked_where_they_differ() -> None:
    assert rules.differences("for thirty years", "for forty long years") == (
        [("for ", False), ("thirty ", True), ("years", False)],
        [("for ", False), ("forty long ", True), ("years", False)],
    )


def test_the_time_left_follows_the_speed_of_this_attempt() -> None:
    assert rules.seconds_left(30, from_ms=60_000, done_ms=120_000, total_ms=180_000) == 30
    assert rules.seconds_left(30, from_ms=60_000, done_ms=60_000, total_ms=180_000) is None
    assert rules.seconds_left(30, from_ms=0, done_ms=60_000, total_ms=None) is None
    assert rules.seconds_left(30, from_ms=0, done_ms=60_000, total_ms=50_000) == 0


def test_percent_never_passes_a_hundred() -> None:
    assert [rules.percent(done, 200) for done in (0, 99, 199, 250)] == [0, 49, 99, 100]
    assert rules.percent(5, None) is None


def test_the_hash_of_a_transcript_is_what_a_stranger_computes() -> None:
    """printf '[[0,900,"Büro"],[900,1000,"ja"]]' | sha256sum"""
    digest = "950d6433af78cd22a48ffc851c16ec6b63ae77160fbb0387b35f07c4ed005953"
    assert rules.lines_hash([(0, 900, "Büro"), (900, 1000, "ja")]) == digest
    assert rules.lines_hash([(0, 900, "Büro"), (500, 600, ""), (900, 1000, "ja")]) == digest
