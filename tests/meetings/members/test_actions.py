"""Seats of a body, with their entries in the city's book."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engage import people, record
from engage.people import Refused
from engage.record import Entry
from meetings.members import actions
from meetings.members.actions import Seat
from meetings.members.queries import all_members, member_of_account, members_of
from tests import make
from tests.make import SYSTEM

NOVEMBER = date(2026, 11, 24)


def last(db: Session) -> tuple[str, dict[str, Any]]:
    wanted = select(Entry).where(Entry.book == record.CITY).order_by(Entry.seq.desc()).limit(1)
    entry = db.scalars(wanted).one()
    return entry.kind, entry.facts


def test_a_member_is_on_record_without_a_name(db: Session) -> None:
    body = make.body(db)
    seat = Seat("Ana Ruiz", "Mayor", since=date(2025, 1, 1), is_chair=True)
    member = actions.add_member(db, body, seat, by=SYSTEM)
    kind, facts = last(db)
    assert (kind, facts) == (
        "member.added",
        {
            "member": member.id,
            "body": body.id,
            "place": 1,
            "since": "2025-01-01",
            "until": None,
            "chair": True,
            "voting": True,
            "account": None,
            "words": record.sealed(member.salt, "Ana Ruiz\nMayor"),
        },
    )


def test_a_change_is_one_entry_and_no_change_is_none(db: Session) -> None:
    body = make.body(db)
    (member,) = make.council(db, body, "Ana Ruiz")
    before = make.kinds(db, record.CITY)
    actions.change_member(db, member, Seat("Ana Ruiz", "Mayor", is_chair=True), by=SYSTEM)
    assert make.kinds(db, record.CITY) == before
    actions.change_member(db, member, Seat("Ana R. Ruiz", "Mayor", is_chair=True), by=SYSTEM)
    assert last(db)[1]["words"] == record.sealed(member.salt, "Ana R. Ruiz\nMayor")


def test_who_has_left_is_a_member_of_the_days_before(db: Session) -> None:
    body = make.body(db)
    ana, sam = make.council(db, body, "Ana Ruiz", "Sam Okafor")
    actions.end_seat(db, ana, NOVEMBER, by=SYSTEM)
    assert last(db)[0] == "member.ended"
    assert members_of(db, body.id, NOVEMBER) == [ana, sam]
    assert members_of(db, body.id, date(2026, 11, 25)) == [sam]
    assert all_members(db, body.id) == [ana, sam]


def test_the_roll_is_reordered_by_steps(db: Session) -> None:
    body = make.body(db)
    ana, sam, lin = make.council(db, body, "Ana", "Sam", "Lin")
    actions.move_member(db, lin, -1, by=SYSTEM)
    assert last(db) == (
        "member.moved",
        {"body": body.id, "member": lin.id, "order": [ana.id, lin.id, sam.id]},
    )
    actions.move_member(db, ana, 10, by=SYSTEM)
    db.flush()
    assert all_members(db, body.id) == [lin, sam, ana]


def test_one_chair_and_one_account_at_a_time(db: Session) -> None:
    body = make.body(db)
    account = people.add_account(db, "ana", make.PASSWORD, by=SYSTEM)
    first = Seat("Ana", is_chair=True, account_id=account.id, until=NOVEMBER)
    ana = actions.add_member(db, body, first, by=SYSTEM)
    for seat in (Seat("Sam", is_chair=True), Seat("Sam", account_id=account.id)):
        with pytest.raises(Refused):
            actions.add_member(db, body, seat, by=SYSTEM)
    later = date(2026, 11, 25)
    again = actions.add_member(
        db, body, Seat("Ana", is_chair=True, account_id=account.id, since=later), by=SYSTEM
    )
    assert member_of_account(db, body.id, account.id, NOVEMBER) == ana
    assert member_of_account(db, body.id, account.id, later) == again
    assert member_of_account(db, make.body(db, "Parks").id, account.id, later) is None


def test_days_stand_in_order(db: Session) -> None:
    body = make.body(db)
    with pytest.raises(Refused):
        actions.add_member(db, body, Seat("Ana", since=NOVEMBER, until=date(2026, 1, 1)), by=SYSTEM)
    ana = actions.add_member(db, body, Seat("Ana", since=NOVEMBER), by=SYSTEM)
    with pytest.raises(Refused):
        actions.end_seat(db, ana, date(2026, 1, 1), by=SYSTEM)


def test_the_rules_of_voting_are_on_record(db: Session) -> None:
    body = make.body(db)
    actions.set_voting_rules(db, body, by=SYSTEM, seats=7, quorum=4, majority="full")
    facts = {"body": body.id, "seats": 7, "quorum": 4, "majority": "full"}
    assert last(db) == ("body.voting_rules_set", facts)
    before = make.kinds(db, record.CITY)
    actions.set_voting_rules(db, body, by=SYSTEM, seats=7, quorum=4, majority="full")
    assert make.kinds(db, record.CITY) == before
    with pytest.raises(Refused):
        actions.set_voting_rules(db, body, by=SYSTEM, seats=7, quorum=8, majority="full")
