"""The table of kiosks."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from engage.db import Base, Moment, new_id


class Kiosk(Base):
    """A link that signs people up in one meeting's room, until it is ended; only its hash is kept."""

    __tablename__ = "kiosk"
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    token: Mapped[str] = mapped_column(Text, unique=True)
    """SHA-256 of the link's secret part."""
    made_by: Mapped[str] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
