"""After an edit the search index is given the lines that read otherwise, those before them, and no others."""

from typing import Any

from sqlalchemy.orm import Session

from engage import record
from engage.indexing import Changes
from tests import make
from tests.transcripts.editing.test_actions import BY, read_out
from transcripts import queries, search
from transcripts.editing.actions import correct_line, review_all, speaker_named
from transcripts.editing.cutting import merge_line, split_line
from transcripts.editing.undoing import undo_edit
from transcripts.models import Line, Recording
from transcripts.withholding.models import WithheldSpan

SAID = tuple(f"Line {n}." for n in range(20))


def told(db: Session, made: Recording) -> Changes:
    """What the index is told of the last entry."""
    entry = record.of_kinds(db, [made.meeting_id], ["line.edited"])[-1]
    return search.readings[entry.kind](db, entry)


def texts(changes: Changes) -> list[tuple[str, str]]:
    return [(each.text, each.after) for each in changes.put]


def correct(db: Session, made: Recording, line: Line, text: str, **more: Any) -> Changes:
    correct_line(db, made, line, text, version=line.version, by=BY, **more)
    return told(db, made)


def test_a_correction_puts_its_line_and_the_three_that_know_how_it_begins(db: Session) -> None:
    made, lines = read_out(db, *SAID)
    assert texts(correct(db, made, lines[10], "Ten.")) == [
        ("Line 7.", "Line 8. Line 9. Ten."),
        ("Line 8.", "Line 9. Ten. Line 11."),
        ("Line 9.", "Ten. Line 11. Line 12."),
        ("Ten.", "Line 11. Line 12. Line 13."),
    ]


def test_what_the_index_is_told_is_what_it_would_be_told_of_everything(db: Session) -> None:
    made, lines = read_out(db, *SAID)
    held = {each.id: each for each in search.documents(db, [made])}

    def follow() -> None:
        changes = told(db, made)
        held.update((each.id, each) for each in changes.put)
        for gone in changes.remove:
            held.pop(gone, None)
        assert len(changes.put) <= 5
        assert held == {each.id: each for each in search.documents(db, [made])}

    correct(db, made, lines[3], "")
    follow()
    correct(db, made, lines[5], "One two three.")
    follow()
    split_line(db, made, lines[5], 4, version=lines[5].version, by=BY)
    follow()
    merge_line(db, made, lines[1], version=1, by=BY)
    follow()
    for n in (4, 3, 1):
        undo_edit(db, made, n, by=BY)
        follow()


def test_speakers_and_reviews_put_nothing(db: Session) -> None:
    made, lines = read_out(db, *SAID)
    ana = speaker_named(db, made.meeting_id, "Ana")
    assert correct(db, made, lines[0], lines[0].text, speaker=ana) == Changes()
    review_all(db, made, by=BY)
    assert told(db, made) == Changes()
    undo_edit(db, made, 2, by=BY)
    assert told(db, made) == Changes()


def test_a_withheld_line_is_not_put_whatever_is_done_to_it(db: Session) -> None:
    made, lines = read_out(db, *SAID)
    span = {"recording_id": made.id, "start_ms": 30_000, "end_ms": 31_000, "reason": "privacy"}
    db.add(WithheldSpan(**span, salt="s", by=BY, at=made.added_at))
    changes = correct(db, made, lines[10], "Still secret.")
    assert "secret" not in str(changes)
    assert changes.remove == [f"line:{lines[10].id}"]


def test_an_unpublished_recording_puts_nothing(db: Session) -> None:
    made, lines = read_out(db, *SAID)
    made.published_at = None
    assert correct(db, made, lines[10], "Not yet public.").put == []


def test_an_entry_of_an_older_version_is_still_read(db: Session) -> None:
    made, lines = read_out(db, *SAID)
    entry = record.append(
        db, made.meeting_id, "line.corrected", by=BY, recording=made.id, line=lines[10].id, version=2
    )
    assert [each.text for each in search.readings["line.corrected"](db, entry).put] == [
        "Line 7.",
        "Line 8.",
        "Line 9.",
        "Line 10.",
    ]


def test_the_cost_does_not_grow_with_the_transcript(db: Session) -> None:
    made = make.transcript(db, make.meeting(db, make.body(db)), *["A line."] * 500)
    lines = queries.lines_of(db, made.id)
    correct(db, made, lines[250], "Other.")
    assert len(queries.outline(db, made.id, search._near(db, {lines[250].id}))) == 2 * search.AROUND + 1
