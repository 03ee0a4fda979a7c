"""The table of withheld spans of recordings."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from engage.db import Base, Moment, new_id
from engage.language import N_

REASONS = {
    "privacy": N_("Personal data"),
    "minor": N_("Concerns a child"),
    "closed": N_("Belongs to a closed session"),
    "court": N_("Ordered by a court"),
    "other": N_("Another reason"),
}


class WithheldSpan(Base):
    """A span of a recording that the public neither hears nor reads; staff still do."""

    __tablename__ = "withheld_span"
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    recording_id: Mapped[str] = mapped_column(ForeignKey("recording.id"), index=True)
    start_ms: Mapped[int]
    end_ms: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    """One of REASONS; public."""
    note: Mapped[str] = mapped_column(Text, default="")
    """Why, in the clerk's words; for staff."""
    salt: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)
    lifted_at: Mapped[datetime | None] = mapped_column(Moment)
    """Public again since then."""
