"""Edits are taken back, by whoever, as long as their lines stand as they left them."""

import pytest
from sqlalchemy.orm import Session

from engage.people import Refused
from tests.transcripts.editing.test_actions import BY, last_facts, read_out
from transcripts import queries
from transcripts.editing.actions import certify_transcript, correct_line, speaker_named
from transcripts.editing.cutting import merge_line, split_line
from transcripts.editing.models import Edit
from transcripts.editing.queries import edit_of, edits_since, has_edits, history, last_standing
from transcripts.editing.undoing import undo_edit


def test_undoing_is_an_edit_that_names_what_it_took_back(db: Session) -> None:
    made, lines = read_out(db)
    correct_line(db, made, lines[0], "Other.", version=1, by=BY)
    undo = undo_edit(db, made, 1, by="account:xyz")
    assert (lines[0].text, lines[0].heard, lines[0].reviewed_at, lines[0].version) == (
        "We voted four to two.",
        None,
        None,
        3,
    )
    assert (undo.n, undo.kind, undo.by, edit_of(db, made.id, 1)) == (
        2,
        "undo",
        "account:xyz",
        undone(db, made.id, 1),
    )
    facts = last_facts(db, made.meeting_id)
    assert (facts["edit"], facts["undone"], facts["n"]) == ("undo", 1, 2)
    assert (has_edits(db, made.id), last_standing(db, made.id)) == (False, None)
    assert edits_since(db, made.id, 1) == {lines[0].id}


def undone(db: Session, recording_id: str, n: int) -> Edit | None:
    edit = edit_of(db, recording_id, n)
    assert edit and edit.undone_by is not None
    return edit


def test_nothing_is_undone_twice_and_no_undo_is(db: Session) -> None:
    made, lines = read_out(db)
    correct_line(db, made, lines[0], "Other.", version=1, by=BY)
    undo_edit(db, made, 1, by=BY)
    for n in (1, 2, 3, 0, -1):
        with pytest.raises(Refused):
            undo_edit(db, made, n, by=BY)


def test_what_was_changed_again_is_not_undone(db: Session) -> None:
    made, lines = read_out(db, "One two three.", "Four.")
    correct_line(db, made, lines[0], "Eins two three.", version=1, by=BY)
    second = split_line(db, made, lines[0], 5, version=2, by=BY)
    correct_line(db, made, second, "zwei drei.", version=1, by="account:xyz")
    for n in (1, 2):
        with pytest.raises(Refused):
            undo_edit(db, made, n, by=BY)
    for n in (3, 2, 1):
        undo_edit(db, made, n, by=BY)
    assert [line.text for line in queries.lines_of(db, made.id)] == ["One two three.", "Four."]


def test_edits_beside_one_another_are_undone_in_any_order(db: Session) -> None:
    made, lines = read_out(db)
    ana = speaker_named(db, made.meeting_id, "Ana")
    correct_line(db, made, lines[0], "Other.", version=1, by=BY)
    correct_line(db, made, lines[0], "Other.", version=2, by="account:xyz", speaker=ana)
    correct_line(db, made, lines[1], "Thanks.", version=1, by="account:xyz")
    undo_edit(db, made, 1, by=BY)
    assert (lines[0].text, lines[0].speaker, lines[1].text) == ("We voted four to two.", ana, "Thanks.")


def test_a_line_comes_back_under_its_id_where_it_stood(db: Session) -> None:
    made, lines = read_out(db, "One.", "Two.", "Three.", "Four.")
    ids = [line.id for line in lines]
    merge_line(db, made, lines[1], version=1, by=BY)
    correct_line(db, made, lines[0], "Eins eins.", version=1, by=BY)
    split_line(db, made, lines[0], 5, version=2, by=BY)
    undo_edit(db, made, 1, by=BY)
    found = queries.lines_of(db, made.id)
    assert [line.text for line in found] == ["Eins", "eins.", "Two.", "Three.", "Four."]
    assert [line.place for line in found] == [1, 2, 3, 4, 5]
    assert [found[n].id for n in (0, 2, 3, 4)] == ids


def test_what_an_older_version_has_noted_cannot_be_undone(db: Session) -> None:
    made, lines = read_out(db)
    correct_line(db, made, lines[0], "Other.", version=1, by=BY)
    edit = edit_of(db, made.id, 1)
    assert edit
    edit.before, edit.after = [{"id": lines[0].id, "text": "We voted four to two.", "version": 1}], []
    assert last_standing(db, made.id) is None
    with pytest.raises(Refused):
        undo_edit(db, made, 1, by=BY)


def test_nothing_is_undone_in_a_certified_transcript(db: Session) -> None:
    made, lines = read_out(db)
    correct_line(db, made, lines[0], "Other.", version=1, by=BY)
    certify_transcript(db, made, by=BY)
    with pytest.raises(Refused):
        undo_edit(db, made, 1, by=BY)


def test_the_history_is_read_in_pages_the_latest_first(db: Session) -> None:
    made, lines = read_out(db)
    for n in range(1, 6):
        correct_line(db, made, lines[0], f"Text {n}.", version=n, by=BY)
    first = history(db, made.id, before=None, most=3)
    assert [edit.n for edit in first] == [5, 4, 3]
    assert [edit.n for edit in history(db, made.id, before=3, most=3)] == [2, 1]
