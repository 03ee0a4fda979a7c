"""A motion before its vote; each act with its entry."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engage import record
from engage.people import Refused
from engage.record import Entry
from meetings import actions as meeting_actions
from meetings.members.models import Member
from meetings.models import AgendaItem, Meeting
from meetings.motions import actions, queries
from meetings.motions.actions import Draft
from tests import make
from tests.make import SYSTEM


@pytest.fixture
def meeting(db: Session) -> Meeting:
    return make.meeting(db, make.body(db))


@pytest.fixture
def item(db: Session, meeting: Meeting) -> AgendaItem:
    return make.item(db, meeting)


@pytest.fixture
def council(db: Session, meeting: Meeting) -> list[Member]:
    made = make.council(db, meeting.body)
    make.roll(db, meeting, "present", "remote", "present", "present", "absent")
    return made


def entries(db: Session, meeting: Meeting, *starts: str) -> list[tuple[str, dict[str, Any]]]:
    wanted = select(Entry).where(Entry.book == meeting.id).order_by(Entry.seq)
    return [(entry.kind, entry.facts) for entry in db.scalars(wanted) if entry.kind.startswith(starts)]


def test_moved_and_seconded(db: Session, meeting: Meeting, item: AgendaItem, council: list[Member]) -> None:
    motion = make.motion(db, meeting, item, state="seconded")
    moved, seconded = entries(db, meeting, "motion.")
    assert moved == (
        "motion.moved",
        {
            "motion": motion.id,
            "number": 1,
            "item": item.id,
            "about": None,
            "motion_kind": "main",
            "mover": council[0].id,
            "threshold": "cast",
            "words": record.sealed(motion.salt, "Build it."),
        },
    )
    assert seconded == (
        "motion.seconded",
        {"motion": motion.id, "item": item.id, "seconder": council[1].id},
    )
    (decision,) = queries.motions_of(db, meeting.id)
    assert (decision.mover, decision.seconder, decision.item, decision.tally) == (*council[:2], item, None)


def test_only_different_members_who_are_here_move_and_second(
    db: Session, meeting: Meeting, council: list[Member]
) -> None:
    ana, joy = council[0].id, council[4].id
    for mover, seconder in ((joy, None), (ana, joy), (ana, ana), ("nobody", None)):
        with pytest.raises(Refused):
            actions.make_motion(db, meeting, Draft("main", "Build it.", mover, seconder), by=SYSTEM)
    motion = make.motion(db, meeting, state="moved")
    for seconder in (ana, joy):
        with pytest.raises(Refused):
            actions.second_motion(db, meeting, motion, seconder, by=SYSTEM)
    actions.second_motion(db, meeting, motion, council[1].id, by=SYSTEM)
    with pytest.raises(Refused, match="moved on"):
        actions.second_motion(db, meeting, motion, council[2].id, by=SYSTEM)


def test_no_motion_before_the_roll_call_or_in_a_recess(db: Session, meeting: Meeting) -> None:
    ana, _ = make.council(db, meeting.body, "Ana", "Sam")
    with pytest.raises(Refused, match="Call the roll first"):
        actions.make_motion(db, meeting, Draft("main", "Build it.", ana.id), by=SYSTEM)
    make.roll(db, meeting)
    meeting_actions.recess_meeting(db, meeting, by=SYSTEM)
    with pytest.raises(Refused, match="Open the meeting first"):
        actions.make_motion(db, meeting, Draft("main", "Build it.", ana.id), by=SYSTEM)


def test_one_main_motion_at_a_time_on_an_item(
    db: Session, meeting: Meeting, item: AgendaItem, council: list[Member]
) -> None:
    first = make.motion(db, meeting, item, state="seconded")
    with pytest.raises(Refused, match="Another motion is pending"):
        make.motion(db, meeting, item)
    make.motion(db, meeting)
    actions.withdraw_motion(db, meeting, first, by=SYSTEM)
    assert make.motion(db, meeting, item).number == 3


def test_the_default_majority_is_the_bodys_and_can_be_another(
    db: Session, meeting: Meeting, item: AgendaItem, council: list[Member]
) -> None:
    meeting.body.majority = "full"
    assert make.motion(db, meeting, item).threshold == "full"
    assert make.motion(db, meeting, kind="other", threshold="unanimous").threshold == "unanimous"
    assert make.motion(db, meeting, kind="close_debate").threshold == "two_thirds"


def test_an_amendment_is_about_what_is_pending(
    db: Session, meeting: Meeting, item: AgendaItem, council: list[Member]
) -> None:
    with pytest.raises(Refused, match="no pending motion to amend"):
        make.motion(db, meeting, item, kind="amendment")
    main = make.motion(db, meeting, item, state="seconded")
    first = make.motion(db, meeting, item, state="seconded", kind="amendment")
    second = make.motion(db, meeting, item, state="seconded", kind="amendment")
    assert (first.about_id, second.about_id) == (main.id, first.id)
    with pytest.raises(Refused, match="cannot be amended again"):
        make.motion(db, meeting, item, kind="amendment")
    for motion in (main, first):
        with pytest.raises(Refused, match="First decide"):
            actions.open_vote(db, meeting, motion, by=SYSTEM)
    now = queries.immediately_pending(db, meeting)
    assert now == second
    actions.open_vote(db, meeting, second, by=SYSTEM)
    with pytest.raises(Refused, match="vote on this motion is open"):
        make.motion(db, meeting, item, kind="amendment")


def test_what_was_moved_about_a_motion_falls_with_it(
    db: Session, meeting: Meeting, item: AgendaItem, council: list[Member]
) -> None:
    main = make.motion(db, meeting, item, state="seconded")
    amendment = make.motion(db, meeting, item, state="seconded", kind="amendment")
    actions.withdraw_motion(db, meeting, main, by=SYSTEM)
    assert (main.state, amendment.state) == ("withdrawn", "withdrawn")
    assert [kind for kind, _ in entries(db, meeting, "motion.withdrawn")] == ["motion.withdrawn"] * 2
    with pytest.raises(Refused):
        actions.withdraw_motion(db, meeting, main, by=SYSTEM)


def test_without_a_second_it_fails_without_a_vote(
    db: Session, meeting: Meeting, council: list[Member]
) -> None:
    motion = make.motion(db, meeting, state="moved")
    with pytest.raises(Refused):
        actions.open_vote(db, meeting, motion, by=SYSTEM)
    actions.drop_motion(db, meeting, motion, by=SYSTEM)
    assert (motion.state, queries.votes_on(db, motion)) == ("failed", [])
    assert entries(db, meeting, "motion.dropped") == [("motion.dropped", {"motion": motion.id, "item": None})]
    with pytest.raises(Refused):
        actions.drop_motion(db, meeting, make.motion(db, meeting, state="seconded"), by=SYSTEM)


def test_words_change_until_the_vote_is_open(db: Session, meeting: Meeting, council: list[Member]) -> None:
    motion = make.motion(db, meeting, state="seconded")
    actions.reword_motion(db, meeting, motion, "Build it soon.", by=SYSTEM)
    actions.reword_motion(db, meeting, motion, "Build it soon.", by=SYSTEM)
    seal = record.sealed(motion.salt, "Build it soon.")
    assert entries(db, meeting, "motion.reworded") == [
        ("motion.reworded", {"motion": motion.id, "item": None, "words": seal})
    ]
    actions.open_vote(db, meeting, motion, by=SYSTEM)
    with pytest.raises(Refused):
        actions.reword_motion(db, meeting, motion, "Build it now.", by=SYSTEM)


def test_no_words_of_a_motion_are_on_the_record(
    db: Session, meeting: Meeting, item: AgendaItem, council: list[Member]
) -> None:
    make.motion(db, meeting, item, words="Buy the Elm Street house.")
    db.flush()
    told = "".join(db.scalars(select(Entry.data).where(Entry.book == meeting.id)))
    assert [words for words in ("Elm", "Ana", "Okafor") if words in told] == []
