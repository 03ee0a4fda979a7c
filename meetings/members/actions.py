"""What is done to the seats of a body; each verb changes the rows and notes it in the city's book."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from engage import record
from engage.db import new_id
from engage.language import N_
from engage.people import Refused
from meetings.members.models import Member
from meetings.members.queries import all_members
from meetings.members.rules import overlap
from meetings.models import Body


@dataclass(frozen=True)
class Seat:
    """What a seat shall be: who holds it, from which day to which, and how."""

    name: str
    seat: str = ""
    since: date | None = None
    until: date | None = None
    is_chair: bool = False
    is_voting: bool = True
    account_id: str | None = None


def add_member(db: Session, body: Body, seat: Seat, *, by: str) -> Member:
    """At the end of the roll."""
    others = all_members(db, body.id)
    _expect_free(seat, others)
    place = max((each.place for each in others), default=0) + 1
    member = Member(id=new_id(), body_id=body.id, place=place, salt=record.new_salt(), **vars(seat))
    db.add(member)
    db.flush()
    record.append(db, record.CITY, "member.added", by=by, **facts(member))
    return member


def change_member(db: Session, member: Member, seat: Seat, *, by: str) -> None:
    """Also ends the seat, with its last day."""
    if vars(seat) == {name: getattr(member, name) for name in vars(seat)}:
        return
    _expect_free(seat, [each for each in all_members(db, member.body_id) if each.id != member.id])
    for name, value in vars(seat).items():
        setattr(member, name, value)
    record.append(db, record.CITY, "member.changed", by=by, **facts(member))


def end_seat(db: Session, member: Member, last: date, *, by: str) -> None:
    """The person leaves the body after this day; the row stays for the meetings they were in."""
    if member.since and last < member.since:
        raise Refused(N_("The last day cannot be before the first."))
    member.until = last
    record.append(db, record.CITY, "member.ended", by=by, **facts(member))


def move_member(db: Session, member: Member, steps: int, *, by: str) -> None:
    """Up (negative) or down in the roll; at its end it stays."""
    roll = all_members(db, member.body_id)
    at = roll.index(member)
    roll.insert(max(0, min(len(roll) - 1, at + steps)), roll.pop(at))
    for place, each in enumerate(roll, 1):
        each.place = place
    order = [each.id for each in roll]
    record.append(db, record.CITY, "member.moved", by=by, body=member.body_id, member=member.id, order=order)


def set_voting_rules(
    db: Session, body: Body, *, by: str, seats: int | None, quorum: int | None, majority: str
) -> None:
    """How many seats the full body has, how many make a quorum, and what a motion needs by default."""
    if (seats, quorum, majority) == (body.seats, body.quorum, body.majority):
        return
    if seats and quorum and quorum > seats:
        raise Refused(N_("A quorum cannot be more than all seats."))
    body.seats, body.quorum, body.majority = seats, quorum, majority
    record.append(
        db, record.CITY, "body.voting_rules_set", by=by, body=body.id, seats=seats, quorum=quorum,
        majority=majority,
    )  # fmt: skip


def facts(member: Member) -> dict[str, Any]:
    """What an entry says of a member: no name, but the seal of name and seat."""
    return {
        "member": member.id,
        "body": member.body_id,
        "place": member.place,
        "since": member.since.isoformat() if member.since else None,
        "until": member.until.isoformat() if member.until else None,
        "chair": member.is_chair,
        "voting": member.is_voting,
        "account": member.account_id,
        "words": record.sealed(member.salt, f"{member.name}\n{member.seat}"),
    }


def _expect_free(seat: Seat, others: list[Member]) -> None:
    """One chair at a time, and one seat for an account."""
    if seat.since and seat.until and seat.until < seat.since:
        raise Refused(N_("The last day cannot be before the first."))
    beside = [each for each in others if overlap(each, seat)]
    if seat.is_chair and any(each.is_chair for each in beside):
        raise Refused(N_("Another member is the chair in these days."))
    if seat.account_id and any(each.account_id == seat.account_id for each in beside):
        raise Refused(N_("Another member signs in with this account in these days."))
