"""Tables of members and of their presence in a meeting."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engage import record
from engage.db import Base, Moment, new_id
from engage.language import N_

PRESENT, REMOTE, ABSENT, EXCUSED = "present", "remote", "absent", "excused"
ATTENDANCE = {
    PRESENT: N_("Present in the room"),
    REMOTE: N_("Present remotely"),
    ABSENT: N_("Absent"),
    EXCUSED: N_("Excused"),
}
IN_SHORT = {
    PRESENT: N_("Present"),
    REMOTE: N_("Remote"),
    ABSENT: N_("Absent"),
    EXCUSED: N_("Excused"),
}
HERE = (PRESENT, REMOTE)
"""Counted for the quorum, and may move, second and vote."""

REASONS = {
    "financial": N_("Financial interest"),
    "property": N_("Property nearby"),
    "relation": N_("Family or personal relation"),
    "prior": N_("Took part in the matter before"),
    "other": N_("Another conflict of interest"),
}
"""Why a member steps aside on one item."""


class Member(Base):
    """A seat on a body, held by a person from one day to another. Rows stay when the seat ends."""

    __tablename__ = "member"
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    body_id: Mapped[str] = mapped_column(ForeignKey("body.id"), index=True)
    place: Mapped[int]
    """In the roll, from 1."""
    name: Mapped[str] = mapped_column(Text)
    seat: Mapped[str] = mapped_column(Text, default="")
    """Title or district: Mayor, District 3."""
    since: Mapped[date | None]
    """First day; none: before anything here."""
    until: Mapped[date | None]
    """Last day; none: still."""
    is_chair: Mapped[bool] = mapped_column(default=False)
    is_voting: Mapped[bool] = mapped_column(default=True)
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    """With which this member signs in."""
    salt: Mapped[str] = mapped_column(Text, default=record.new_salt)

    def is_seated(self, on: date) -> bool:
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


class RollCall(Base):
    """The roll was called; it fixes the number of seats and the quorum for this meeting."""

    __tablename__ = "roll_call"
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    seats: Mapped[int]
    quorum: Mapped[int]


class Presence(Base):
    """From this moment on a member is present, remote, absent or excused, until the member's next row."""

    __tablename__ = "presence"
    __table_args__ = (UniqueConstraint("meeting_id", "number"),)
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"))
    number: Mapped[int]
    """1, 2, 3 ... in this meeting: the order of rows of the same millisecond."""
    member_id: Mapped[str] = mapped_column(ForeignKey("member.id"))
    state: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)


class Recusal(Base):
    """A member steps aside on one item."""

    __tablename__ = "recusal"
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    item_id: Mapped[str] = mapped_column(ForeignKey("agenda_item.id"))
    member_id: Mapped[str] = mapped_column(ForeignKey("member.id"))
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    """Taken back, as a mistake."""
