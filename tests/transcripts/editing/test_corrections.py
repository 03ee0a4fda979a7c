"""What is pushed after an edit: the lines that read otherwise as the whole text has them, nothing hidden."""

import json
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from sqlalchemy.orm import Session

from engage import clock
from tests.make import SYSTEM, Cast
from tests.transcripts.editing.test_actions import BY, read_out
from tests.transcripts.editing.test_lines import add
from transcripts import queries
from transcripts.editing.actions import correct_line, review_all, speaker_named
from transcripts.editing.corrections import MOST_EDITS, Corrections, corrections
from transcripts.editing.cutting import merge_line, split_line
from transcripts.editing.undoing import undo_edit
from transcripts.models import Line, Recording
from transcripts.withholding.models import WithheldSpan


def version(db: Session, made: Recording) -> str:
    return queries.text_versions(db, [made.id])[made.id]


def latest(db: Session, made: Recording) -> Corrections | None:
    return corrections(db, made, queries.text_facts(db, [made.id])[made.id])


def pushed(db: Session, made: Recording) -> list[tuple[str, str | None, str]]:
    found = latest(db, made)
    assert found
    return [
        (each.id, each.entry.line.text if each.entry and each.entry.line else None, each.after)
        for each in found.lines
    ]


def correct(db: Session, made: Recording, line: Line, text: str, **more: Any) -> None:
    correct_line(db, made, line, text, version=line.version, by=BY, **more)


def test_before_the_first_edit_there_is_nothing_to_push(db: Session) -> None:
    made, _ = read_out(db)
    assert latest(db, made) is None


def test_a_page_with_any_of_the_latest_texts_is_brought_to_the_present_one(db: Session) -> None:
    made, lines = read_out(db, "One two.", "Three.", "Four.", "Five.")
    versions = [version(db, made)]

    def noted() -> None:
        found = latest(db, made)
        assert found and found.since == tuple(reversed(versions))
        versions.append(version(db, made))

    correct(db, made, lines[0], "Eins two.")
    noted()
    split_line(db, made, lines[0], 5, version=lines[0].version, by=BY)
    noted()
    merge_line(db, made, lines[2], version=lines[2].version, by=BY)
    noted()
    review_all(db, made, by=BY)
    noted()
    undo_edit(db, made, 4, by=BY)
    noted()
    undo_edit(db, made, 3, by=BY)
    noted()
    assert len(set(versions)) == len(versions)


def test_the_line_after_comes_along_since_it_may_have_to_name_its_speaker(db: Session) -> None:
    made, lines = read_out(db, "One.", "Two.", "Three.", "Four.")
    correct(db, made, lines[1], "Zwei.")
    assert pushed(db, made) == [(lines[1].id, "Zwei.", lines[0].id), (lines[2].id, "Three.", lines[1].id)]
    correct(db, made, lines[1], "")
    assert pushed(db, made) == [(lines[1].id, None, ""), (lines[2].id, "Three.", lines[0].id)]


def test_neither_withheld_lines_nor_what_is_done_to_them_is_pushed(db: Session) -> None:
    made, lines = read_out(db, "One.", "Two.", "Three.")
    span = {"recording_id": made.id, "start_ms": 3000, "end_ms": 3500, "reason": "privacy"}
    db.add(WithheldSpan(**span, salt="s", by=BY, at=made.added_at))
    correct(db, made, lines[1], "Secret.")
    assert pushed(db, made) == [(lines[2].id, "Three.", "")]


def test_too_many_or_too_old_edits_are_not_pushed(db: Session) -> None:
    made, lines = read_out(db, *["A line."] * 20)
    for n in range(MOST_EDITS + 2):
        correct(db, made, lines[0], f"Text {n}.")
    found = latest(db, made)
    assert found and len(found.since) == MOST_EDITS
    with clock.set_to(clock.now() + timedelta(minutes=11)):
        assert latest(db, made) is None
    review_all(db, made, by=BY)
    assert latest(db, made) is None


@pytest.mark.parametrize("change", ["speaker", "span", "line"])
def test_a_page_that_has_missed_something_else_fetches_the_text(db: Session, change: str) -> None:
    made, lines = read_out(db)
    shown = version(db, made)
    if change == "speaker":
        speaker_named(db, made.meeting_id, "Ana")
    elif change == "span":
        span = {"recording_id": made.id, "start_ms": 3000, "end_ms": 3500, "reason": "privacy"}
        db.add(WithheldSpan(**span, salt="s", by=BY, at=made.added_at))
    else:
        lines[1].version += 1
    db.flush()
    correct(db, made, lines[0], "Other.")
    found = latest(db, made)
    assert found and shown not in found.since


def test_a_pushed_line_is_the_one_of_the_whole_text(cast: Cast) -> None:
    made, lines = add(cast, "One.", "Two <b>.", "Three.")

    def work(db: Session) -> None:
        line = db.get_one(Line, lines[1].id)
        ana = speaker_named(db, cast.city.meeting.id, "Ana & Ben")
        correct_line(db, db.get_one(Recording, made.id), line, "Two <i>.", version=1, by=SYSTEM, speaker=ana)

    cast.db.write_now(work)
    page = cast.anyone.get(f"/meetings/{cast.city.meeting.id}").text
    told = re.search(r'data-corrections="([^"]*)"', page)
    assert told
    pushed = {each["id"]: each["html"] for each in json.loads(unescape(told[1]))}
    whole = cast.anyone.get(f"/recordings/{made.id}/lines").text
    drawn = dict(re.findall(r'(?=<li id="[^"]*" data-line="(\w+)">)(<li.*?</li>)', whole, re.DOTALL))
    assert pushed == {line.id: drawn[line.id] for line in lines[1:]}
