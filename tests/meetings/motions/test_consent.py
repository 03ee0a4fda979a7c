"""The consent calendar: what one motion approves, and what is taken out of it."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engage.people import Refused
from engage.record import Entry
from meetings import actions as meeting_actions
from meetings.members.queries import all_members
from meetings.models import AgendaItem, Meeting
from meetings.motions import consent, queries
from tests import make
from tests.make import SYSTEM


@pytest.fixture
def meeting(db: Session) -> Meeting:
    made = make.meeting(db, make.body(db))
    make.council(db, made.body)
    make.roll(db, made)
    return made


@pytest.fixture
def calendar(db: Session, meeting: Meeting) -> AgendaItem:
    return make.item(db, meeting, "Consent calendar", kind="consent")


@pytest.fixture
def items(db: Session, meeting: Meeting, calendar: AgendaItem) -> list[AgendaItem]:
    return [make.item(db, meeting, f"Purchase {n}", place=n, parent_id=calendar.id) for n in (1, 2, 3)]


def entries(db: Session, meeting: Meeting, kind: str) -> list[dict[str, Any]]:
    wanted = select(Entry).where(Entry.book == meeting.id, Entry.kind == kind).order_by(Entry.seq)
    return [entry.facts for entry in db.scalars(wanted)]


def test_one_motion_approves_what_was_not_pulled(
    db: Session, meeting: Meeting, calendar: AgendaItem, items: list[AgendaItem]
) -> None:
    member = all_members(db, meeting.body_id)[2]
    consent.pull_item(db, meeting, items[1], member.id, by=SYSTEM)
    assert entries(db, meeting, "item.pulled") == [
        {"item": items[1].id, "asked": member.id, "calendar": calendar.id}
    ]
    motion = make.motion(db, meeting, calendar, kind="consent")
    make.vote(db, meeting, motion)
    assert entries(db, meeting, "vote.recorded")[0]["covered"] == [items[0].id, items[2].id]
    (found,) = queries.consent_calendars(db, meeting.id)
    assert (found.together, found.pulled, found.is_approved) == (
        [items[0], items[2]], [(items[1], "Lin Marsh")], True,
    )  # fmt: skip
    with pytest.raises(Refused, match="already decided"):
        consent.pull_item(db, meeting, items[0], "public", by=SYSTEM)
    with pytest.raises(Refused, match="already decided"):
        consent.put_back(db, meeting, items[1], by=SYSTEM)
    with pytest.raises(Refused, match="already approved"):
        make.motion(db, meeting, calendar, kind="consent")


def test_what_was_pulled_is_called_and_decided_alone(
    db: Session, meeting: Meeting, calendar: AgendaItem, items: list[AgendaItem]
) -> None:
    assert queries.called_alone(db, meeting.id) == {calendar.id}
    consent.pull_item(db, meeting, items[1], "public", by=SYSTEM)
    assert queries.called_alone(db, meeting.id) == {calendar.id, items[1].id}
    meeting_actions.call_item(db, meeting, items[1], by=SYSTEM)
    motion = make.motion(db, meeting, items[1])
    make.vote(db, meeting, motion)
    assert motion.state == "carried"


def test_a_pull_can_be_taken_back(
    db: Session, meeting: Meeting, calendar: AgendaItem, items: list[AgendaItem]
) -> None:
    consent.pull_item(db, meeting, items[0], "staff", by=SYSTEM)
    with pytest.raises(Refused, match="any more"):
        consent.pull_item(db, meeting, items[0], "staff", by=SYSTEM)
    consent.put_back(db, meeting, items[0], by=SYSTEM)
    assert entries(db, meeting, "item.put_back") == [{"item": items[0].id, "calendar": calendar.id}]
    assert queries.consent_calendars(db, meeting.id)[0].together == items
    with pytest.raises(Refused):
        consent.put_back(db, meeting, items[0], by=SYSTEM)


def test_only_what_is_on_the_calendar_is_pulled_and_for_somebody(
    db: Session, meeting: Meeting, calendar: AgendaItem, items: list[AgendaItem]
) -> None:
    other = make.item(db, meeting, "Bike lane", place=9)
    for item, asked in ((other, "public"), (calendar, "public"), (items[0], "somebody")):
        with pytest.raises(Refused):
            consent.pull_item(db, meeting, item, asked, by=SYSTEM)


def test_an_empty_or_other_calendar_is_not_approved(
    db: Session, meeting: Meeting, calendar: AgendaItem
) -> None:
    other = make.item(db, meeting, "Bike lane", place=9)
    for item in (calendar, other, None):
        with pytest.raises(Refused, match="Call the consent calendar first"):
            make.motion(db, meeting, item, kind="consent")
