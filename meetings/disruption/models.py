"""Tables of recesses, closed sessions and disruptions, and the neutral lists that a clerk chooses from."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engage.db import Base, Moment, new_id
from engage.language import N_

FLOODING, TECHNICAL = "flooding", "technical"
REASONS = {
    "out_of_turn": N_("Speaking without the floor"),
    "noise": N_("Noise that stops the meeting"),
    "threats": N_("Danger to safety, or threats"),
    "emergency": N_("Alarm or emergency in the building"),
    FLOODING: N_("Flooding of the remote connection"),
    TECHNICAL: N_("Technical failure of remote access"),
}
"""What happened, never what was said or by whom."""
REMOTE = (FLOODING, TECHNICAL)
"""Keeps the public from taking part remotely: what California Gov. Code 54953.4 (SB 707) is about."""

FINDING, OTHER_STEP = "finding", "other"
STEPS = {
    "announced": N_("Told the public what has happened"),
    "called_to_order": N_("Called for order"),
    "warned": N_("Warned a person"),
    "asked_to_leave": N_("Asked a person to leave"),
    "disconnected": N_("Disconnected a remote participant"),
    "cleared_room": N_("Cleared the room"),
    "readmitted": N_("Let back in who had not disturbed"),
    "called_for_help": N_("Called security or emergency services"),
    "order_restored": N_("Restored order"),
    "called_support": N_("Called technical support"),
    "reconnected": N_("Tried to reconnect"),
    "switched": N_("Switched to other equipment or another connection"),
    "access_restored": N_("Restored remote access"),
    FINDING: N_("Finding by roll call: good-faith efforts to restore remote access"),
    OTHER_STEP: N_("Another step"),
}
FOUND = N_(
    "The body found by roll call that good-faith efforts to restore remote access had been made, and that the"
    " public interest in going on outweighed the public interest in remote access."
)
"""The finding in full, for the minutes."""

ACCESS_RESTORED, ORDER_RESTORED, TIME_PASSED, ADJOURNMENT = "access", "order", "time", "adjournment"
ENDINGS = {
    ACCESS_RESTORED: N_("Remote access is restored"),
    ORDER_RESTORED: N_("Order is restored"),
    TIME_PASSED: N_("The hour has passed"),
}
"""Why a clerk ends a disruption; the first two allow it before the hour is over."""

RECESS, CLOSED_SESSION = "recess", "closed"
GROUNDS = {
    "personnel": N_("Personnel"),
    "litigation": N_("Litigation, pending or possible"),
    "property": N_("Real property: buying, selling or leasing"),
    "labor": N_("Negotiations with employees"),
    "security": N_("Security of public services or buildings"),
    "other": N_("Other matter that the law allows"),
}
"""Why the law lets a body meet without the public."""
SECTIONS = {
    "personnel": "54957",
    "litigation": "54956.9",
    "property": "54956.8",
    "labor": "54957.6",
    "security": "54957",
}
"""Of the California Government Code (Brown Act), for each ground."""


class Recess(Base):
    """A recess, or a closed session, from its beginning to its end."""

    __tablename__ = "recess"
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    kind: Mapped[str] = mapped_column(Text, default=RECESS)
    began_at: Mapped[datetime] = mapped_column(Moment)
    resumes_at: Mapped[datetime | None] = mapped_column(Moment)
    """About when, if that was said."""
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(Text, default="")
    """Of a closed session: one of GROUNDS."""
    item_ids: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Agenda items that a closed session is about."""
    report: Mapped[str] = mapped_column(Text, default="")
    """What was reported from a closed session when it was over, in the clerk's words."""
    salt: Mapped[str] = mapped_column(Text)

    @property
    def is_closed_session(self) -> bool:
        return self.kind == CLOSED_SESSION


class Disruption(Base):
    """Something that keeps the meeting from going on, from its declaration to its end."""

    __tablename__ = "disruption"
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    """One of REASONS."""
    began_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_because: Mapped[str] = mapped_column(Text, default="")
    """One of ENDINGS, or adjournment."""
    steps: Mapped[list["Step"]] = relationship(lazy="selectin", order_by="Step.number")


class Step(Base):
    """What was done about a disruption, and when."""

    __tablename__ = "disruption_step"
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    disruption_id: Mapped[str] = mapped_column(ForeignKey("disruption.id"), index=True)
    number: Mapped[int]
    """Among its disruption's, from 1."""
    kind: Mapped[str] = mapped_column(Text)
    """One of STEPS."""
    at: Mapped[datetime] = mapped_column(Moment)
    note: Mapped[str] = mapped_column(Text, default="")
    """For the minutes, in the clerk's words."""
    salt: Mapped[str] = mapped_column(Text)
