"""Disruption, closed session and the lock: what is refused and in which words, the record, the minutes."""

import json
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engage import clock, record
from engage.people import Refused
from meetings import actions as meeting_actions
from meetings.disruption import actions, queries, recesses
from meetings.disruption.queries import StepTaken
from meetings.models import Meeting
from tests.make import EPOCH, MINUTE, SYSTEM, body, item, kinds, meeting


@pytest.fixture
def of(db: Session) -> Meeting:
    return meeting(db, body(db))


def last(db: Session, of: Meeting) -> tuple[str, dict[str, Any]]:
    """Kind and facts of the latest entry."""
    wanted = select(record.Entry).where(record.Entry.book == of.id).order_by(record.Entry.seq.desc())
    entry = db.scalars(wanted.limit(1)).one()
    return entry.kind, json.loads(entry.data)


def refusal(act: Any, *args: Any, **options: Any) -> str:
    with pytest.raises(Refused) as refused:
        act(*args, by=SYSTEM, **options)
    return refused.value.message


def test_a_disruption_with_its_steps_as_the_minutes_tell_it(db: Session, of: Meeting) -> None:
    with clock.set_to(EPOCH):
        one = actions.declare_disruption(db, of, "technical", by=SYSTEM)
    assert last(db, of) == (
        "disruption.declared",
        {
            "disruption": one.id,
            "reason": "technical",
            "recess": None,
            "state": "recess",
            "may_reconvene_at": "2026-11-23T19:00:00.000Z",
        },
    )
    with clock.set_to(EPOCH + 5 * MINUTE):
        step = actions.take_step(db, of, one, "reconnected", by=SYSTEM, note="Second line.")
    assert last(db, of) == (
        "disruption.step_taken",
        {
            "disruption": one.id,
            "step": step.id,
            "what": "reconnected",
            "note": record.sealed(step.salt, "Second line."),
        },
    )
    with clock.set_to(EPOCH + 20 * MINUTE):
        actions.take_step(db, of, one, "access_restored", by=SYSTEM)
        actions.end_disruption(db, of, one, "access", by=SYSTEM)
    assert last(db, of) == (
        "disruption.ended",
        {"disruption": one.id, "because": "access", "state": "open"},
    )
    (told,) = queries.disruptions(db, of.id)
    assert (told.began, told.ended, told.duration) == (EPOCH, EPOCH + 20 * MINUTE, 20 * MINUTE)
    assert (told.reason, told.ended_because) == ("technical", "access")
    assert told.steps == [
        StepTaken(EPOCH + 5 * MINUTE, "reconnected", "Second line."),
        StepTaken(EPOCH + 20 * MINUTE, "access_restored", ""),
    ]


def test_after_the_hour_without_access_the_finding_is_still_needed_once(db: Session, of: Meeting) -> None:
    with clock.set_to(EPOCH):
        one = actions.declare_disruption(db, of, "technical", by=SYSTEM)
    early = "A finding is made only when remote access has failed for an hour."
    with clock.set_to(EPOCH + 59 * MINUTE):
        assert refusal(actions.take_step, db, of, one, "finding") == early
        assert refusal(actions.end_disruption, db, of, one, "time").startswith("The hour has not passed.")
        assert queries.without_finding(db, of.id) is None
    with clock.set_to(EPOCH + 60 * MINUTE):
        actions.end_disruption(db, of, one, "time", by=SYSTEM)
        assert queries.without_finding(db, of.id) is one
        assert refusal(actions.take_step, db, of, one, "reconnected") == "This disruption is over."
        actions.take_step(db, of, one, "finding", by=SYSTEM)
        assert queries.without_finding(db, of.id) is None
        assert refusal(actions.take_step, db, of, one, "finding") == "This disruption is over."


def test_no_finding_is_made_about_noise(db: Session, of: Meeting) -> None:
    with clock.set_to(EPOCH):
        one = actions.declare_disruption(db, of, "noise", by=SYSTEM)
    with clock.set_to(EPOCH + 90 * MINUTE):
        assert refusal(actions.take_step, db, of, one, "finding").startswith("A finding is made only")
        actions.end_disruption(db, of, one, "time", by=SYSTEM)
        assert queries.without_finding(db, of.id) is None


def test_another_step_is_named_in_its_note(db: Session, of: Meeting) -> None:
    one = actions.declare_disruption(db, of, "noise", by=SYSTEM)
    assert refusal(actions.take_step, db, of, one, "other") == "Please say in the note which step it was."
    actions.take_step(db, of, one, "other", by=SYSTEM, note="Opened the windows.")
    assert [step.note for step in queries.disruptions(db, of.id)[0].steps] == ["Opened the windows."]


def test_two_clerks_declare_and_end_it_once(db: Session, of: Meeting) -> None:
    one = actions.declare_disruption(db, of, "noise", by=SYSTEM)
    again = refusal(actions.declare_disruption, db, of, "threats")
    assert again == "A disruption has been declared already."
    actions.end_disruption(db, of, one, "order", by=SYSTEM)
    assert refusal(actions.end_disruption, db, of, one, "order") == "This disruption is over."
    assert len(queries.disruptions(db, of.id)) == 1


@pytest.mark.parametrize("state", ["draft", "published", "adjourned"])
def test_nothing_disrupts_or_closes_a_meeting_that_is_not_live(db: Session, state: str) -> None:
    of = meeting(db, body(db), state=state)
    assert refusal(actions.declare_disruption, db, of, "noise") == "Open the meeting first."
    assert refusal(recesses.close_session, db, of, "labor") == "Open the meeting first."


def test_a_closed_session_reports_in_sealed_words(db: Session, of: Meeting) -> None:
    lawsuit = item(db, of, "Lawsuit", place=1)
    with clock.set_to(EPOCH):
        session = recesses.close_session(db, of, "litigation", by=SYSTEM, items=[lawsuit])
    assert last(db, of) == (
        "session.closed",
        {
            "session": session.id,
            "reason": "litigation",
            "items": [lawsuit.id],
            "recess": None,
            "state": "recess",
        },
    )
    with clock.set_to(EPOCH + 30 * MINUTE):
        recesses.reopen_session(db, of, session, by=SYSTEM, report="The city will appeal.")
    seal = record.sealed(session.salt, "The city will appeal.")
    assert last(db, of) == ("session.reopened", {"session": session.id, "report": seal, "state": "open"})
    (told,) = queries.recesses(db, of.id)
    assert (told.kind, told.reason, told.items, told.report, told.duration) == (
        "closed", "litigation", [lawsuit], "The city will appeal.", 30 * MINUTE,
    )  # fmt: skip
    again = refusal(recesses.reopen_session, db, of, session)
    assert again == "The session has been reopened meanwhile."


def test_the_words_of_notes_and_reports_are_not_in_the_record(db: Session, of: Meeting) -> None:
    one = actions.declare_disruption(db, of, "noise", by=SYSTEM)
    actions.take_step(db, of, one, "warned", by=SYSTEM, note="zebra")
    session = recesses.close_session(db, of, "security", by=SYSTEM)
    recesses.reopen_session(db, of, session, by=SYSTEM, report="zebra")
    book = db.scalars(select(record.Entry.data).where(record.Entry.book == of.id)).all()
    assert [data for data in book if "zebra" in data] == []


def test_a_closed_session_may_be_held_while_access_is_restored(db: Session, of: Meeting) -> None:
    one = actions.declare_disruption(db, of, "technical", by=SYSTEM)
    session = recesses.close_session(db, of, "labor", by=SYSTEM)
    assert of.standing == "In closed session"
    recesses.reopen_session(db, of, session, by=SYSTEM)
    assert (of.state, of.standing) == ("recess", "Interrupted")
    actions.end_disruption(db, of, one, "access", by=SYSTEM)
    assert of.state == "open"


def test_each_thing_under_way_has_its_own_end(db: Session, of: Meeting) -> None:
    session = recesses.close_session(db, of, "labor", by=SYSTEM)
    closed = refusal(meeting_actions.reconvene_meeting, db, of)
    assert closed == "The body is in closed session. Reopen the session first."
    adjourn = refusal(meeting_actions.adjourn_meeting, db, of)
    assert adjourn == "The body is in closed session. Reopen the session and report from it first."
    recesses.reopen_session(db, of, session, by=SYSTEM)
    actions.declare_disruption(db, of, "noise", by=SYSTEM)
    disrupted = refusal(meeting_actions.reconvene_meeting, db, of)
    assert disrupted == "The meeting is interrupted by a disruption. End the disruption first."


def test_adjourning_ends_what_is_under_way(db: Session, of: Meeting) -> None:
    actions.declare_disruption(db, of, "threats", by=SYSTEM)
    meeting_actions.adjourn_meeting(db, of, by=SYSTEM)
    assert kinds(db, of.id)[-2:] == ["disruption.ended", "meeting.adjourned"]
    (told,) = queries.disruptions(db, of.id)
    assert (told.ended_because, told.duration is None, of.is_queue_frozen) == ("adjournment", False, False)


def test_a_recess_keeps_its_planned_length_and_its_real_one(db: Session, of: Meeting) -> None:
    with clock.set_to(EPOCH):
        meeting_actions.recess_meeting(db, of, by=SYSTEM, minutes=10)
    (told,) = queries.recesses(db, of.id)
    assert last(db, of) == (
        "meeting.recessed",
        {"recess": told.id, "resumes_at": "2026-11-23T18:10:00.000Z"},
    )
    with clock.set_to(EPOCH + 14 * MINUTE):
        meeting_actions.reconvene_meeting(db, of, by=SYSTEM)
    (told,) = queries.recesses(db, of.id)
    assert (told.kind, told.resumes_at, told.duration) == ("recess", EPOCH + 10 * MINUTE, 14 * MINUTE)
    assert last(db, of) == ("meeting.reconvened", {"recess": told.id})


def test_a_meeting_that_was_in_recess_before_recesses_were_kept_goes_on(db: Session, of: Meeting) -> None:
    of.state = "recess"
    meeting_actions.reconvene_meeting(db, of, by=SYSTEM)
    assert last(db, of) == ("meeting.reconvened", {"recess": None})


def test_the_lock_is_about_new_requests_only(db: Session, of: Meeting) -> None:
    actions.lock_room(db, of, by=SYSTEM)
    assert (of.takes_requests, of.takes_comments, of.state) == (False, True, "open")
    assert refusal(actions.lock_room, db, of) == "The room is locked already."
    actions.unlock_room(db, of, by=SYSTEM)
    assert of.takes_requests
    assert refusal(actions.unlock_room, db, of) == "The room is not locked."


@pytest.mark.parametrize("state", ["draft", "adjourned"])
def test_a_room_is_locked_only_while_somebody_may_come(db: Session, state: str) -> None:
    of = meeting(db, body(db), state=state)
    words = "The room can be locked from the publication to the end of a meeting."
    assert refusal(actions.lock_room, db, of) == words
