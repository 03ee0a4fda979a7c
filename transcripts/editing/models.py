"""The table of edits: what lines were before, and what they became."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from engage.db import Base, Moment
from engage.language import N_

TEXT, SPEAKER, SPLIT, MERGE, REVIEW, UNDO = "text", "speaker", "split", "merge", "review", "undo"
KINDS = {
    TEXT: N_("Text changed"),
    SPEAKER: N_("Speaker changed"),
    SPLIT: N_("Line split"),
    MERGE: N_("Lines joined"),
    REVIEW: N_("Reviewed"),
    UNDO: N_("Undone"),
}


class Edit(Base):
    """One edit of a recording's lines. Never changed but for `undone_by`; an undo is an edit of its own."""

    __tablename__ = "edit"
    recording_id: Mapped[str] = mapped_column(ForeignKey("recording.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    """In the recording, from 1 without gaps."""
    kind: Mapped[str] = mapped_column(Text)
    line_id: Mapped[str] = mapped_column(Text, index=True)
    """The (first) line; without a foreign key, since a merge takes lines away."""
    by: Mapped[str] = mapped_column(Text)
    """"account:ID"."""
    at: Mapped[datetime] = mapped_column(Moment)
    before: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """The lines that it touched as they were: of each the columns that it may change (snapshots.py)."""
    after: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    undone_by: Mapped[int | None]
    """Number of the edit that took this one back."""
