"""The table of recordings that are being fetched from an address, and of those that could not be."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from engage import clock
from engage.db import Base, Moment, new_id

SILENT = timedelta(minutes=2)
"""Whoever has told nothing for so long has ended: the server was restarted meanwhile."""


class Fetch(Base):
    """One address and how far it is. A signal, without an entry: the recording's is `recording.added`."""

    __tablename__ = "fetch"
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    address: Mapped[str] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(Text)
    """That is spoken (ISO 639-1); none: told from the speech."""
    publishes_itself: Mapped[bool]
    by: Mapped[str] = mapped_column(Text)
    """Who asked for it, as entries name them."""
    told_at: Mapped[datetime] = mapped_column(Moment)
    """When it was last heard of."""
    done: Mapped[int] = mapped_column(default=0)
    """Bytes."""
    total: Mapped[int | None]
    """Bytes, where the server there says how many."""
    error: Mapped[str] = mapped_column(Text, default="")
    """A msgid, and its values."""
    error_values: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    recording_id: Mapped[str | None] = mapped_column(Text)
    """What has become of it."""

    @property
    def is_under_way(self) -> bool:
        return not self.error and not self.recording_id and clock.now() - self.told_at < SILENT

    @property
    def is_lost(self) -> bool:
        """Its process has ended; nothing of it is kept."""
        return not (self.error or self.recording_id or self.is_under_way)
