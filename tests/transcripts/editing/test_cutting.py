"""Lines cut in two and joined: texts, times, what the machine heard, places, and what is refused."""

import pytest
from sqlalchemy.orm import Session

from engage import record
from engage.people import Refused
from tests import make
from tests.transcripts.editing.test_actions import BY, last_facts, read_out
from transcripts import queries
from transcripts.editing import rules
from transcripts.editing.actions import Conflict, correct_line, review_all, speaker_named
from transcripts.editing.cutting import merge_line, split_line
from transcripts.editing.rules import cut_at, heard_halves
from transcripts.models import Line, Recording


def texts(db: Session, made: Recording) -> list[tuple[int, str]]:
    return [(line.place, line.text) for line in queries.lines_of(db, made.id)]


@pytest.mark.parametrize(
    ("place", "cut"),
    [
        (0, None),
        (1, None),
        (2, 3),
        (3, 3),
        (4, 3),
        (8, 9),
        (13, 14),
        (19, 17),
        (20, None),
        (21, None),
        (99, None),
        (-3, None),
    ],
)
def test_a_line_is_cut_before_the_word_that_is_meant(place: int, cut: int | None) -> None:
    assert cut_at("We voted four to two.", place) == cut


def test_both_halves_of_a_line_keep_their_words_times_and_speaker(db: Session) -> None:
    made, lines = read_out(db)
    ana = speaker_named(db, made.meeting_id, "Ana")
    correct_line(db, made, lines[0], lines[0].text, version=1, by=BY, speaker=ana)
    second = split_line(db, made, lines[0], 9, version=2, by=BY)
    first = lines[0]
    assert texts(db, made) == [(1, "We voted"), (2, "four to two."), (3, "Thank you.")]
    assert [(each.start_ms, each.end_ms) for each in (first, second)] == [(0, 200), (200, 500)]
    assert [word[:3] for word in second.words] == [
        [200, 300, " four"],
        [300, 400, " to"],
        [400, 500, " two."],
    ]
    assert (second.speaker, second.is_named, second.is_continued) == (ana, True, True)
    assert (first.heard, second.heard, first.version, second.version) == (None, None, 3, 1)
    assert (first.reviewed_at, second.reviewed_at is not None) == (second.reviewed_at, True)
    facts = last_facts(db, made.meeting_id)
    assert (facts["edit"], facts["line"], facts["made"]) == ("split", first.id, second.id)
    assert facts["text"] == record.sealed(first.salt, "We voted")


@pytest.mark.parametrize(
    ("heard", "first", "second", "halves"),
    [
        (None, "a", "b", (None, None)),
        ("we voted for to too", "We voted", "four to two", ("we voted", "for to too")),
        ("elm street it is", "Elm Street", "it is", ("elm street", "it is")),
        ("so uh yes", "So", "yes", ("so", "uh yes")),
        ("", "Nothing was", "heard", ("", "")),
        ("gone", "", "", ("", "gone")),
    ],
)
def test_what_the_machine_heard_is_cut_where_the_text_is(
    heard: str | None, first: str, second: str, halves: tuple[str | None, str | None]
) -> None:
    assert heard_halves(heard, first, second) == halves


def test_a_line_without_times_of_its_words_is_cut_by_its_letters(db: Session) -> None:
    made, lines = read_out(db)
    lines[0].words = []
    second = split_line(db, made, lines[0], 9, version=1, by=BY)
    assert (lines[0].text, second.text, 0 < second.start_ms < second.end_ms) == (
        "We voted",
        "four to two.",
        True,
    )


@pytest.mark.parametrize("place", [0, 99])
def test_nothing_is_cut_off_at_an_end(db: Session, place: int) -> None:
    made, lines = read_out(db)
    with pytest.raises(Refused):
        split_line(db, made, lines[0], place, version=1, by=BY)
    assert texts(db, made) == [(1, "We voted four to two."), (2, "Thank you.")]


def test_two_lines_become_one_of_the_first_ones_speaker(db: Session) -> None:
    made, lines = read_out(db, "One two.", "Three.", "Four.")
    ana, ben = (speaker_named(db, made.meeting_id, name) for name in ("Ana", "Ben"))
    correct_line(db, made, lines[0], lines[0].text, version=1, by=BY, speaker=ana)
    correct_line(db, made, lines[1], "Drei.", version=1, by=BY, speaker=ben)
    merge_line(db, made, lines[0], version=2, by=BY, following=lines[1].id)
    merged, last = queries.lines_of(db, made.id)
    assert (merged.id, merged.text, merged.heard) == (lines[0].id, "One two. Drei.", "One two. Three.")
    assert (merged.start_ms, merged.end_ms, merged.speaker, last.place) == (0, 3100, ana, 2)
    assert [word[:3] for word in merged.words] == [
        [0, 100, " One"],
        [100, 200, " two."],
        [3000, 3100, " Drei."],
    ]
    assert last_facts(db, made.meeting_id)["gone"] == lines[1].id


def test_a_joined_line_is_reviewed_when_both_were(db: Session) -> None:
    made, lines = read_out(db)
    correct_line(db, made, lines[0], lines[0].text, version=1, by=BY)
    merge_line(db, made, lines[0], version=1, by=BY)
    assert lines[0].reviewed_at is None
    split_line(db, made, lines[0], 22, version=2, by=BY)
    review_all(db, made, by=BY)
    merge_line(db, made, lines[0], version=3, by=BY)
    assert lines[0].reviewed_at is not None


def test_what_another_has_changed_is_neither_cut_nor_joined(db: Session) -> None:
    made, lines = read_out(db, "One two.", "Three four.", "Five.")
    split_line(db, made, lines[1], 6, version=1, by=BY)
    for act in (
        lambda: split_line(db, made, lines[1], 3, version=1, by=BY),
        lambda: merge_line(db, made, lines[1], version=1, by=BY),
        lambda: merge_line(db, made, lines[1], version=2, by=BY, following=lines[2].id),
    ):
        with pytest.raises(Conflict):
            act()
    assert len(queries.lines_of(db, made.id)) == 4


def test_the_last_line_and_too_long_ones_are_joined_with_nothing(db: Session) -> None:
    made, lines = read_out(db, "y" * rules.LONGEST_LINE, "Two.")
    for line in lines:
        with pytest.raises(Refused):
            merge_line(db, made, line, version=1, by=BY)
    assert len(queries.lines_of(db, made.id)) == 2


def test_places_are_kept_in_order_by_one_statement_for_any_number_of_lines(db: Session) -> None:
    made = make.transcript(db, make.meeting(db, make.body(db)), *["One two."] * 300)
    lines: list[Line] = queries.lines_of(db, made.id)
    split_line(db, made, lines[3], 4, version=1, by=BY)
    assert [line.place for line in queries.lines_of(db, made.id)] == list(range(1, 302))
