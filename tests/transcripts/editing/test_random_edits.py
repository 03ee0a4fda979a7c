"""Any row of edits: words stay in order of time, and undoing all of them leads back to the beginning."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from engage.people import Refused
from tests import make
from transcripts import queries
from transcripts.editing import snapshots
from transcripts.editing.actions import bring_back_line, correct_line, review_all, speaker_named
from transcripts.editing.cutting import merge_line, split_line
from transcripts.editing.queries import edits_since, error_rate, last_standing, progress
from transcripts.editing.snapshots import snapshot
from transcripts.editing.undoing import undo_edit
from transcripts.models import Line, Recording

BY = "account:abc"
SAID = ("We voted four to two.", "Thank you, Mayor.", "The bike lane on Elm Street is next.", "Yes.")
WORDS = ("four", "five", "lane", "Elm", "and", "3.5", "the")
STAYS = [name for name in snapshots.EVERYTHING if name != "version"]
MACHINE = " ".join(SAID)


def state(db: Session, made: Recording) -> list[dict[str, Any]]:
    return [snapshot(line, STAYS) for line in queries.lines_of(db, made.id)]


def change(text: str, dice: random.Random) -> str:
    words = text.split()
    for _ in range(dice.randint(1, 3)):
        at = dice.randint(0, len(words))
        words[at : at + dice.randint(0, 2)] = [dice.choice(WORDS)] * dice.randint(0, 2)
    return " ".join(words)


def edit_anything(db: Session, made: Recording, dice: random.Random) -> None:
    line = dice.choice(queries.lines_of(db, made.id))
    seen: dict[str, Any] = {"version": line.version, "by": BY}
    match dice.randrange(8):
        case 0 | 1:
            correct_line(db, made, line, change(line.text, dice), **seen)
        case 2:
            correct_line(db, made, line, "", **seen)
        case 3:
            bring_back_line(db, made, line, **seen)
        case 4:
            who = speaker_named(db, made.meeting_id, dice.choice(("Ana", "Ben")))
            correct_line(db, made, line, line.text, speaker=who, **seen)
        case 5:
            split_line(db, made, line, dice.randint(0, 40), **seen)
        case 6:
            merge_line(db, made, line, **seen)
        case 7:
            review_all(db, made, by=BY)


def check(db: Session, made: Recording) -> None:
    lines = queries.lines_of(db, made.id)
    assert [line.place for line in lines] == list(range(1, len(lines) + 1))
    assert [line.start_ms for line in lines] == sorted(line.start_ms for line in lines)
    for line in lines:
        assert "".join(word[2] for word in line.words).strip() == line.text
        starts = [word[0] for word in line.words]
        assert starts == sorted(starts)
        assert [word for word in line.words if not line.start_ms <= word[0] <= word[1] <= line.end_ms] == []
    assert (
        " ".join(filter(None, (line.text if line.heard is None else line.heard for line in lines))) == MACHINE
    )


@pytest.fixture
def made(db: Session) -> Iterator[Recording]:
    yield make.transcript(db, make.meeting(db, make.body(db)), *SAID)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32), st.integers(1, 25))
def test_any_edits_undone_lead_back_to_the_beginning(
    db: Session, made: Recording, seed: int, count: int
) -> None:
    with db.begin_nested() as trial:
        dice, beginning, entries = random.Random(seed), state(db, made), made.edit_count
        for _ in range(count):
            try:
                with db.begin_nested():
                    edit_anything(db, made, dice)
            except Refused:
                db.refresh(made)
            check(db, made)
        assert all(line.id in edits_since(db, made.id, entries) for line in changed(db, made, beginning))
        while edit := last_standing(db, made.id):
            undo_edit(db, made, edit.n, by=BY)
            check(db, made)
        assert state(db, made) == beginning
        assert (error_rate(db, made.id), progress(db, made.id)) == (None, (0, len(SAID)))
        trial.rollback()
    db.expire_all()


def changed(db: Session, made: Recording, beginning: list[dict[str, Any]]) -> list[Line]:
    before = {kept["id"]: kept for kept in beginning}
    return [
        line
        for line in queries.lines_of(db, made.id)
        if line.id not in before or not snapshots.stands_as(line, before[line.id])
    ]
