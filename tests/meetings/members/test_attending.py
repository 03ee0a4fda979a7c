"""The roll call, arrivals and departures, who steps aside; each with its entry."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engage import clock
from engage.people import Refused
from engage.record import Entry
from meetings import actions as meeting_actions
from meetings.members import actions, attending, queries
from meetings.members.actions import Seat
from meetings.members.models import Member, Recusal
from meetings.models import Meeting
from tests import make
from tests.make import SYSTEM


@pytest.fixture
def meeting(db: Session) -> Meeting:
    return make.meeting(db, make.body(db))


@pytest.fixture
def council(db: Session, meeting: Meeting) -> list[Member]:
    return make.council(db, meeting.body)


def entries(db: Session, meeting: Meeting, kind: str) -> list[dict[str, Any]]:
    wanted = select(Entry).where(Entry.book == meeting.id, Entry.kind == kind).order_by(Entry.seq)
    return [entry.facts for entry in db.scalars(wanted)]


def test_the_roll_is_one_act_and_one_entry(db: Session, meeting: Meeting, council: list[Member]) -> None:
    make.roll(db, meeting, "present", "remote", "absent", "excused")
    (facts,) = entries(db, meeting, "attendance.taken")
    states = ["present", "remote", "absent", "excused", "present"]
    assert facts["members"] == dict(zip([each.id for each in council], states, strict=True))
    assert (facts["seats"], facts["quorum"], facts["here"]) == (5, 3, 3)
    now = queries.attendance(db, meeting.id)
    assert [each.state for each in now.attendees] == states
    assert (now.here, now.has_quorum) == (3, True)
    assert queries.present_members(db, meeting.id) == [council[0], council[1], council[4]]


def test_before_the_roll_nothing_is_known(db: Session, meeting: Meeting, council: list[Member]) -> None:
    now = queries.attendance(db, meeting.id)
    assert [each.state for each in now.attendees] == [None] * 5
    assert (now.called_at, now.here, now.quorum, now.has_quorum) == (None, 0, 3, False)
    with pytest.raises(Refused, match="Call the roll first"):
        attending.note_changes(db, meeting, {council[0].id: "absent"}, by=SYSTEM)


def test_each_change_is_an_entry_and_loses_or_wins_the_quorum(
    db: Session, meeting: Meeting, council: list[Member]
) -> None:
    make.roll(db, meeting, "present", "present", "absent", "absent")
    ana, joy = council[0].id, council[4].id
    attending.note_changes(db, meeting, {ana: "absent", joy: "present"}, by=SYSTEM)
    assert entries(db, meeting, "attendance.changed") == [
        {"member": ana, "state": "absent", "here": 2, "quorum": 3}
    ]
    assert not queries.attendance(db, meeting.id).has_quorum
    attending.note_changes(db, meeting, {ana: "remote"}, by=SYSTEM)
    assert queries.attendance(db, meeting.id).has_quorum


def test_attendance_is_known_at_every_moment(
    db: Session, meeting: Meeting, council: list[Member], monkeypatch: pytest.MonkeyPatch
) -> None:
    times = [make.EPOCH + n * make.MINUTE for n in range(4)]

    def at(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    at(times[0])
    make.roll(db, meeting, "absent")
    at(times[1])
    attending.note_changes(db, meeting, {council[0].id: "remote"}, by=SYSTEM)
    at(times[2])
    attending.note_changes(db, meeting, {council[0].id: "excused"}, by=SYSTEM)
    states = [queries.attendance(db, meeting.id, at=time).attendees[0].state for time in times]
    assert states == ["absent", "remote", "excused", "excused"]
    ana = queries.attendance(db, meeting.id).attendees[0]
    assert ana.stays == (queries.Stay(times[1], times[2], is_remote=True),)
    sam = queries.attendance(db, meeting.id).attendees[1]
    assert sam.stays == (queries.Stay(times[0], None, is_remote=False),)
    assert queries.attendance(db, meeting.id, at=make.EPOCH - make.MINUTE).called_at is None


def test_a_second_roll_call_notes_only_what_is_new(
    db: Session, meeting: Meeting, council: list[Member]
) -> None:
    make.roll(db, meeting)
    make.roll(db, meeting, "absent")
    assert len(entries(db, meeting, "attendance.taken")) == 2
    assert queries.attendance(db, meeting.id).last == 6


def test_the_quorum_of_a_meeting_is_that_of_its_roll_call(
    db: Session, meeting: Meeting, council: list[Member]
) -> None:
    make.roll(db, meeting)
    actions.set_voting_rules(db, meeting.body, by=SYSTEM, seats=9, quorum=None, majority="cast")
    now = queries.attendance(db, meeting.id)
    assert (now.seats, now.quorum) == (5, 3)
    make.roll(db, meeting)
    now = queries.attendance(db, meeting.id)
    assert (now.seats, now.quorum) == (9, 5)


def test_who_does_not_vote_is_called_but_not_counted(db: Session, meeting: Meeting) -> None:
    make.council(db, meeting.body, "Ana", "Sam", "Lin")
    actions.add_member(db, meeting.body, Seat("A student", is_voting=False), by=SYSTEM)
    make.roll(db, meeting, "present", "absent", "absent", "present")
    now = queries.attendance(db, meeting.id)
    assert (now.here, now.seats, now.quorum, now.has_quorum) == (1, 3, 2, False)


def test_two_clerks_do_not_undo_each_other(db: Session, meeting: Meeting, council: list[Member]) -> None:
    make.roll(db, meeting)
    seen = queries.attendance(db, meeting.id).last
    attending.note_changes(db, meeting, {council[0].id: "absent"}, by=SYSTEM, seen=seen)
    with pytest.raises(Refused, match="meanwhile"):
        attending.note_changes(db, meeting, {council[0].id: "present"}, by=SYSTEM, seen=seen)


@pytest.mark.parametrize("state", ["published", "adjourned"])
def test_attendance_is_taken_in_a_running_meeting_only(db: Session, state: str) -> None:
    meeting = make.meeting(db, make.body(db), state=state)
    make.council(db, meeting.body)
    with pytest.raises(Refused):
        make.roll(db, meeting)


def test_a_roll_call_has_every_member_in_a_known_state(
    db: Session, meeting: Meeting, council: list[Member]
) -> None:
    ids = [each.id for each in council]
    for states in (dict.fromkeys(ids[1:], "present"), dict.fromkeys(ids, "asleep")):
        with pytest.raises(Refused):
            attending.call_roll(db, meeting, states, by=SYSTEM)


def test_who_has_left_the_body_stays_in_the_attendance_of_then(
    db: Session, meeting: Meeting, council: list[Member]
) -> None:
    make.roll(db, meeting)
    actions.end_seat(db, council[0], make.EPOCH.date().replace(year=2000), by=SYSTEM)
    assert queries.attendance(db, meeting.id).attendees[0].member == council[0]


def test_a_member_steps_aside_on_one_item(db: Session, meeting: Meeting, council: list[Member]) -> None:
    item, other = make.item(db, meeting), make.item(db, meeting, place=2)
    make.roll(db, meeting)
    attending.recuse(db, meeting, item, council[1], "financial", by=SYSTEM)
    (facts,) = entries(db, meeting, "member.recused")
    assert (facts["member"], facts["item"], facts["reason"]) == (council[1].id, item.id, "financial")
    assert queries.recused_on(db, meeting.id, item.id) == {council[1].id}
    assert queries.recused_on(db, meeting.id, other.id) == set()
    with pytest.raises(Refused):
        attending.recuse(db, meeting, item, council[1], "property", by=SYSTEM)
    recusal = db.get_one(Recusal, facts["recusal"])
    attending.end_recusal(db, meeting, recusal, by=SYSTEM)
    assert queries.recusals(db, meeting.id) == []
    with pytest.raises(Refused):
        attending.end_recusal(db, meeting, recusal, by=SYSTEM)


def test_nobody_is_noted_after_adjournment(db: Session, meeting: Meeting, council: list[Member]) -> None:
    item = make.item(db, meeting)
    make.roll(db, meeting)
    meeting_actions.adjourn_meeting(db, meeting, by=SYSTEM)
    with pytest.raises(Refused):
        attending.note_changes(db, meeting, {council[0].id: "absent"}, by=SYSTEM)
    with pytest.raises(Refused):
        attending.recuse(db, meeting, item, council[0], "other", by=SYSTEM)
