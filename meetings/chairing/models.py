"""The table of the chair's private notes."""

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from engage.db import Base, new_id


class ChairNote(Base):
    """What the chair wants to have before them on an item, or (without one) on general public comment.

    Seen by the chairs and clerks of the body only. It is no act of the meeting: the record does not know it.
    """

    __tablename__ = "chair_note"
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    item_id: Mapped[str | None] = mapped_column(ForeignKey("agenda_item.id", ondelete="CASCADE"))
    text: Mapped[str] = mapped_column(Text)
