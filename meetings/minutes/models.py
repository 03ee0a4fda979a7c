"""Tables of the minutes: how far they have come, what the clerk wrote into them, what was approved."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from engage import record
from engage.db import Base, Moment, new_id
from engage.language import N_

UNPUBLISHED, DRAFT, APPROVED = "unpublished", "draft", "approved"
STATES = {
    UNPUBLISHED: N_("Draft minutes, not published"),
    DRAFT: N_("Draft minutes, not yet approved"),
    APPROVED: N_("Approved minutes"),
}


class MinutesState(Base):
    """How far the minutes of one meeting have come; made when they are published."""

    __tablename__ = "minutes"
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    published_at: Mapped[datetime] = mapped_column(Moment)
    approved_at: Mapped[datetime | None] = mapped_column(Moment)
    """When the clerk said so."""
    approved_on: Mapped[date | None]
    """The day on which the body approved them."""

    @property
    def state(self) -> str:
        return DRAFT if self.approved_on is None else APPROVED


class MinutesNote(Base):
    """What the clerk wrote on one item, or (without an item) on the whole meeting."""

    __tablename__ = "minutes_note"
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    item_id: Mapped[str | None] = mapped_column(ForeignKey("agenda_item.id", ondelete="CASCADE"))
    text: Mapped[str] = mapped_column(Text)
    noted_at: Mapped[datetime] = mapped_column(Moment)
    salt: Mapped[str] = mapped_column(Text, default=record.new_salt)


class ApprovedMinutes(Base):
    """The minutes in one language as they were approved, `keeping.packed`."""

    __tablename__ = "approved_minutes"
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    lang: Mapped[str] = mapped_column(Text, primary_key=True)
    paper: Mapped[str] = mapped_column(Text)
    salt: Mapped[str] = mapped_column(Text, default=record.new_salt)
