"""Reads of members, of who is here at a moment, and of who has stepped aside."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from engage import clock
from engage.db import once
from engage.doors import NotFound
from engage.people import Account, Role
from meetings.members.models import HERE, Member, Presence, Recusal, RollCall
from meetings.members.rules import has_quorum, quorum_of, seats_of
from meetings.models import Body, Meeting
from meetings.queries import meeting_day


@dataclass(frozen=True)
class Stay:
    """A member was here from `arrived` to `left`; no `left`: still, or to the end of the meeting."""

    arrived: datetime
    left: datetime | None
    is_remote: bool


@dataclass(frozen=True)
class Attendee:
    """A member of the body in one meeting. `state` is None until the roll has been called."""

    member: Member
    state: str | None
    since: datetime | None
    stays: tuple[Stay, ...] = ()

    @property
    def is_here(self) -> bool:
        return self.state in HERE


@dataclass(frozen=True)
class Attendance:
    """Who is here at a moment, in the order of the roll, and how many make a quorum.

    `last` is the number of the latest change: a form carries it, to be refused when there is a later one.
    """

    attendees: list[Attendee]
    called_at: datetime | None
    seats: int
    quorum: int
    last: int

    @property
    def here(self) -> int:
        """Voting members here; only they count."""
        return sum(each.is_here and each.member.is_voting for each in self.attendees)

    @property
    def has_quorum(self) -> bool:
        return has_quorum(self.here, self.quorum)

    @property
    def voters(self) -> list[Attendee]:
        return [each for each in self.attendees if each.member.is_voting]

    def of(self, member_id: str | None) -> Attendee | None:
        return next((each for each in self.attendees if each.member.id == member_id), None)


def all_members(db: Session, body_id: str) -> list[Member]:
    """Of all times, in the order of the roll."""
    return list(db.scalars(select(Member).where(Member.body_id == body_id).order_by(Member.place, Member.id)))


def members_of(db: Session, body_id: str, on: date) -> list[Member]:
    """Who is seated on this day, in the order of the roll."""
    return [member for member in all_members(db, body_id) if member.is_seated(on)]


def member_of_account(db: Session, body_id: str, account_id: str, on: date | None = None) -> Member | None:
    """The seat that this account holds on the body on a day (today in UTC unless given)."""
    day = on or clock.now().date()
    held = select(Member).where(Member.body_id == body_id, Member.account_id == account_id)
    return next((member for member in db.scalars(held) if member.is_seated(day)), None)


def body_member(db: Session, body_id: str, member_id: str) -> Member:
    member = db.get(Member, member_id)
    if member is None or member.body_id != body_id:
        raise NotFound
    return member


def attendance(db: Session, meeting_id: str, at: datetime | None = None) -> Attendance:
    """Who is here now, or was at a moment."""
    return once(db, ("attendance", meeting_id, at), lambda: _attendance(db, meeting_id, at))


def _attendance(db: Session, meeting_id: str, at: datetime | None) -> Attendance:
    meeting = db.get_one(Meeting, meeting_id)
    rows = list(
        db.scalars(select(Presence).where(Presence.meeting_id == meeting_id).order_by(Presence.number))
    )
    day, noted = meeting_day(meeting), {row.member_id for row in rows}
    members = [each for each in all_members(db, meeting.body_id) if each.is_seated(day) or each.id in noted]
    until = [row for row in rows if at is None or row.at <= at]
    roll = last_roll(db, meeting_id, at)
    seats, quorum = (roll.seats, roll.quorum) if roll else due(meeting.body, members)
    return Attendance(
        [_attendee(member, [row for row in until if row.member_id == member.id]) for member in members],
        roll.at if roll else None,
        seats,
        quorum,
        rows[-1].number if rows else 0,
    )


def due(body: Body, members: list[Member]) -> tuple[int, int]:
    """Seats and quorum by the body's rules of today."""
    seats = seats_of(body.seats, sum(member.is_voting for member in members))
    return seats, quorum_of(body.quorum, seats)


def _attendee(member: Member, rows: list[Presence]) -> Attendee:
    if not rows:
        return Attendee(member, None, None)
    stays = [
        Stay(row.at, after.at if after else None, row.state == "remote")
        for row, after in zip(rows, [*rows[1:], None], strict=True)
        if row.state in HERE
    ]
    return Attendee(member, rows[-1].state, rows[-1].at, tuple(stays))


def last_roll(db: Session, meeting_id: str, at: datetime | None = None) -> RollCall | None:
    """The latest roll call, or the latest up to a moment."""
    found = select(RollCall).where(RollCall.meeting_id == meeting_id)
    if at is not None:
        found = found.where(RollCall.at <= at)
    return db.scalar(found.order_by(RollCall.at.desc()).limit(1))


def next_number(db: Session, meeting_id: str) -> int:
    last = db.scalar(select(func.max(Presence.number)).where(Presence.meeting_id == meeting_id))
    return (last or 0) + 1


def present_members(db: Session, meeting_id: str, at: datetime | None = None) -> list[Member]:
    """Who is in the room or here remotely, voting or not."""
    return [each.member for each in attendance(db, meeting_id, at).attendees if each.is_here]


def recusals(db: Session, meeting_id: str) -> list[Recusal]:
    """Who has stepped aside, on which item and why; those taken back as mistakes are not among them."""
    found = select(Recusal).where(Recusal.meeting_id == meeting_id, Recusal.ended_at.is_(None))
    return once(
        db, ("recusals", meeting_id), lambda: list(db.scalars(found.order_by(Recusal.at, Recusal.id)))
    )


def recused_on(db: Session, meeting_id: str, item_id: str | None) -> set[str]:
    """Ids of the members who have stepped aside on an item."""
    return {each.member_id for each in recusals(db, meeting_id) if each.item_id == item_id}


def accounts_of(db: Session, body_id: str) -> list[Account]:
    """Staff accounts with a role on this body, or on all: those that a member may sign in with."""
    has_role = Account.roles.any(or_(Role.body_id == body_id, Role.body_id.is_(None)))
    return list(db.scalars(select(Account).where(has_role).order_by(Account.name)))
