"""What a clerk does with the minutes, and what the record says of it."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from engage import record
from engage.people import Refused
from meetings.minutes import actions, queries
from meetings.minutes.keeping import packed
from meetings.minutes.models import APPROVED, DRAFT, UNPUBLISHED, ApprovedMinutes
from meetings.minutes.paper import Paper
from meetings.minutes.rules import may_be_approved_on
from meetings.models import Meeting
from tests import make
from tests.make import SYSTEM, kinds
from tests.meetings.minutes.papers import paper

DAY = date(2026, 12, 8)


def in_words(lang: str) -> Paper:
    return paper(lang=lang)


def held(db: Session, state: str = "adjourned") -> Meeting:
    return make.meeting(db, make.body(db), state=state)


def state(db: Session, meeting: Meeting) -> str:
    return queries.state_of(queries.minutes_state(db, meeting.id))


def facts(db: Session, meeting: Meeting, kind: str) -> dict[str, object]:
    (entry,) = record.of_kinds(db, [meeting.id], [kind])
    return entry.facts


def test_from_draft_to_approval(db: Session) -> None:
    meeting = held(db)
    states = [state(db, meeting)]
    actions.publish_minutes(db, meeting, by=SYSTEM)
    states.append(state(db, meeting))
    actions.approve_minutes(db, meeting, DAY, by=SYSTEM, in_words=in_words)
    states.append(state(db, meeting))
    assert states == [UNPUBLISHED, DRAFT, APPROVED]
    assert kinds(db, meeting.id)[-2:] == ["minutes.published", "minutes.approved"]


@pytest.mark.parametrize("before", ["published", "open", "recess"])
def test_minutes_of_a_meeting_that_goes_on_are_not_published(db: Session, before: str) -> None:
    with pytest.raises(Refused, match="after the meeting has adjourned"):
        actions.publish_minutes(db, held(db, before), by=SYSTEM)


def test_approval_comes_once_and_after_publication(db: Session) -> None:
    meeting = held(db)
    with pytest.raises(Refused, match="Only published"):
        actions.approve_minutes(db, meeting, DAY, by=SYSTEM, in_words=in_words)
    actions.publish_minutes(db, meeting, by=SYSTEM)
    actions.approve_minutes(db, meeting, DAY, by=SYSTEM, in_words=in_words)
    with pytest.raises(Refused, match="Only published"):
        actions.approve_minutes(db, meeting, DAY, by=SYSTEM, in_words=in_words)


def test_the_record_seals_what_was_approved_in_each_language(db: Session) -> None:
    meeting = held(db)
    actions.publish_minutes(db, meeting, by=SYSTEM)
    actions.approve_minutes(db, meeting, DAY, by=SYSTEM, in_words=in_words)
    kept = {lang: db.get_one(ApprovedMinutes, (meeting.id, lang)) for lang in ("en", "es")}
    assert facts(db, meeting, "minutes.approved") == {
        "on": "2026-12-08",
        "papers": {lang: record.sealed(row.salt, packed(paper(lang=lang))) for lang, row in kept.items()},
    }
    assert queries.approved_paper(db, meeting.id, "es") == paper(lang="es")


def test_a_note_is_sealed_and_the_same_text_twice_is_one_entry(db: Session) -> None:
    meeting = held(db, "open")
    item = make.item(db, meeting)
    for _ in range(2):
        actions.note_minutes(db, meeting, item, "Staff showed plans.", by=SYSTEM)
    note = queries.notes(db, meeting.id)[item.id]
    assert facts(db, meeting, "minutes.noted") == {
        "note": note.id,
        "item": item.id,
        "text": record.sealed(note.salt, "Staff showed plans."),
    }


def test_an_empty_note_that_never_was_makes_no_entry(db: Session) -> None:
    meeting = held(db, "open")
    actions.note_minutes(db, meeting, None, "", by=SYSTEM)
    assert (queries.notes(db, meeting.id), "minutes.noted" in kinds(db, meeting.id)) == ({}, False)


@pytest.mark.parametrize("before", ["draft", "published"])
def test_nothing_is_noted_before_the_opening(db: Session, before: str) -> None:
    with pytest.raises(Refused):
        actions.note_minutes(db, held(db, before), None, "Early.", by=SYSTEM)


@pytest.mark.parametrize(
    ("day", "is_one"),
    [(date(2026, 11, 22), False), (date(2026, 11, 23), True), (DAY, True), (date(2026, 12, 9), False)],
)
def test_the_day_of_approval_is_between_the_meeting_and_today(day: date, is_one: bool) -> None:
    assert may_be_approved_on(day, held_on=date(2026, 11, 23), today=DAY) is is_one
