"""The table of written comments, and what one comment knows about itself."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engage.db import Base, Moment, new_id
from engage.language import N_

SUPPORT, OPPOSE, NEUTRAL, NONE = "support", "oppose", "neutral", "none"
POSITIONS = {
    SUPPORT: N_("Supports"),
    OPPOSE: N_("Opposes"),
    NEUTRAL: N_("Neutral"),
    NONE: N_("No position"),
}


class Comment(Base):
    """What one person wrote on one item, or (without an item) in general public comment."""

    __tablename__ = "comment"
    __table_args__ = (UniqueConstraint("meeting_id", "number"),)
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    item_id: Mapped[str | None] = mapped_column(ForeignKey("agenda_item.id"))
    participant_id: Mapped[str] = mapped_column(ForeignKey("participant.id"), index=True)
    number: Mapped[int]
    """Among the meeting's comments in order of arrival, from 1; a withheld comment keeps its own."""
    name: Mapped[str] = mapped_column(Text, default="")
    """The public name it was sent with, or none; a name that its writer takes later does not change it."""
    position: Mapped[str] = mapped_column(Text, default=NONE)
    text: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(Moment)
    entry: Mapped[int] = mapped_column(default=0)
    """The number of the entry that says it was received."""
    withheld_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why the clerk last withheld it. Stays after a restoration: its seal is on the record."""
    salt: Mapped[str] = mapped_column(Text)

    @property
    def is_withheld(self) -> bool:
        return self.withheld_at is not None
