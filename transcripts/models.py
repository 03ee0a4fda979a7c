"""Tables of recordings, their transcription and its lines, and what one row knows about itself."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engage.db import Base, Moment, new_id
from engage.language import N_

QUEUED, RUNNING, DONE, FAILED = "queued", "running", "done", "failed"
STATES = {
    QUEUED: N_("Waiting to be written down"),
    RUNNING: N_("Being written down"),
    DONE: N_("Written down"),
    FAILED: N_("Could not be written down"),
}
UNDER_WAY = (QUEUED, RUNNING)


class Recording(Base):
    """The sound or picture of a meeting: one sitting, or one channel of it. Its file lies under its id."""

    __tablename__ = "recording"
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    """Of the file as it was sent; for staff."""
    size: Mapped[int]
    """Bytes."""
    sha256: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    """MIME type by content."""
    duration_ms: Mapped[int | None]
    """None while no one knows: the file does not say, and it has not been read to its end."""
    has_picture: Mapped[bool]
    starts_at: Mapped[datetime | None] = mapped_column(Moment)
    """When it begins on the meeting's clock; none until a clerk has said so."""
    added_at: Mapped[datetime] = mapped_column(Moment)
    certified_at: Mapped[datetime | None] = mapped_column(Moment)
    salt: Mapped[str] = mapped_column(Text)
    transcriptions: Mapped[list["Transcription"]] = relationship(
        lazy="selectin", order_by="Transcription.queued_at", back_populates="recording"
    )

    @property
    def transcription(self) -> "Transcription | None":
        """The latest."""
        return self.transcriptions[-1] if self.transcriptions else None

    @property
    def is_being_written_down(self) -> bool:
        return self.transcription is not None and self.transcription.is_under_way

    @property
    def is_playable(self) -> bool:
        """A browser may be able to play it; what is no recording is only to be taken along."""
        return self.kind.startswith(("audio/", "video/"))

    @property
    def is_certified(self) -> bool:
        return self.certified_at is not None


class Transcription(Base):
    """The work of writing one recording down; a row of the queue that workers take from."""

    __tablename__ = "transcription"
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    recording_id: Mapped[str] = mapped_column(ForeignKey("recording.id"), index=True)
    state: Mapped[str] = mapped_column(Text, default=QUEUED, index=True)
    asked_language: Mapped[str | None] = mapped_column(Text)
    """ISO 639-1; none: told from the first speech."""
    language: Mapped[str | None] = mapped_column(Text)
    """That of the speech, once some was heard."""
    model: Mapped[str] = mapped_column(Text, default="")
    done_ms: Mapped[int] = mapped_column(default=0)
    from_ms: Mapped[int] = mapped_column(default=0)
    """Where the present attempt began, for the time that is left."""
    worker: Mapped[str | None] = mapped_column(Text)
    attempt: Mapped[int] = mapped_column(default=0)
    """Goes up with every claim: with `worker` it tells the holder of the lease from an earlier one."""
    setbacks: Mapped[int] = mapped_column(default=0)
    """How often in a row it was broken off without one window being stored."""
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    heartbeat_at: Mapped[datetime | None] = mapped_column(Moment)
    queued_at: Mapped[datetime] = mapped_column(Moment)
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    """Of the present attempt."""
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    error: Mapped[str] = mapped_column(Text, default="")
    """A msgid, filled from `error_values`."""
    error_values: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    ends_early: Mapped[bool] = mapped_column(default=False)
    count: Mapped[int] = mapped_column(default=0)
    """Of the lines that it made."""
    recording: Mapped[Recording] = relationship(lazy="joined", back_populates="transcriptions")

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def is_silent(self) -> bool:
        return self.state == DONE and self.count == 0


class HeardWindow(Base):
    """What was heard in one window of sound: the checkpoint from which a broken-off transcription goes on."""

    __tablename__ = "heard_window"
    transcription_id: Mapped[str] = mapped_column(ForeignKey("transcription.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    start_ms: Mapped[int]
    end_ms: Mapped[int]
    segments: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """[{"start_ms", "end_ms", "text", "confidence", "words": [[start_ms, end_ms, text, probability]]}]"""


class Line(Base):
    """A sentence or so of a transcript, as the machine heard it or as a clerk has corrected it."""

    __tablename__ = "line"
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    recording_id: Mapped[str] = mapped_column(ForeignKey("recording.id"), index=True)
    place: Mapped[int]
    """In the recording, from 1."""
    start_ms: Mapped[int]
    end_ms: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    """Empty when a clerk took the line out."""
    words: Mapped[list[list[Any]]] = mapped_column(JSON)
    """[[start_ms, end_ms, text, probability]]; text with the space before it, probability null when typed."""
    confidence: Mapped[float]
    """Mean probability of the machine's words, 0 to 1."""
    version: Mapped[int] = mapped_column(default=1)
    salt: Mapped[str] = mapped_column(Text)

    @property
    def is_corrected(self) -> bool:
        return self.version > 1


class LineEdit(Base):
    """What a line said before a correction."""

    __tablename__ = "line_edit"
    line_id: Mapped[str] = mapped_column(ForeignKey("line.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    """Of the line that `text` was."""
    text: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(Text)
    """Who replaced it: "account:ID"."""
    at: Mapped[datetime] = mapped_column(Moment)
