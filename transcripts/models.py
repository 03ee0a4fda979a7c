"""Tables of recordings, their transcription and its lines, and what one row knows about itself."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engage.db import Base, Moment, new_id
from engage.language import N_
from transcripts.attribution.models import Speaker

QUEUED, RUNNING, DONE, FAILED = "queued", "running", "done", "failed"
STATES = {
    QUEUED: N_("Waiting to be written down"),
    RUNNING: N_("Being written down"),
    DONE: N_("Written down"),
    FAILED: N_("Could not be written down"),
}
UNDER_WAY = (QUEUED, RUNNING)
UNREVIEWED, REVIEWED, CERTIFIED = "unreviewed", "reviewed", "certified"
STANDINGS = {
    UNREVIEWED: N_("Machine-made, not reviewed"),
    REVIEWED: N_("Reviewed by the clerk"),
    CERTIFIED: N_("Certified by the clerk"),
}


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
    made_at: Mapped[datetime | None] = mapped_column(Moment)
    """When the file says that it was made: its beginning, its end, or later; for staff."""
    starts_at: Mapped[datetime | None] = mapped_column(Moment)
    """When it begins on the meeting's clock, by the first of `anchors`; none while nobody knows."""
    anchors: Mapped[list[list[Any]]] = mapped_column(JSON, default=list, server_default="[]")
    """Known moments in order: [[ms in the recording, "2026-11-24T02:05:00.000Z"]]. One sets the clocks
    against each other; between two of them time is stretched, so that a clock that drifts still fits."""
    clock_from: Mapped[str] = mapped_column(Text, default="", server_default="")
    """Who says so: "record" (the platform recorded it), "file", "clerk", or nobody yet."""
    voices: Mapped[list[list[int]]] = mapped_column(JSON, default=list, server_default="[]")
    """Who speaks when, by ear: [[start_ms, end_ms, number]]; a number means nothing beyond this recording."""
    channels: Mapped[list[list[int]]] = mapped_column(JSON, default=list, server_default="[]")
    """When each microphone was heard, where the platform has recorded them: [[start_ms, end_ms, channel]], in
    order."""
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    """Since when the public has it; none: only the clerks of the body."""
    publishes_itself: Mapped[bool] = mapped_column(default=False, server_default="0")
    """The clerk has said beforehand: public as soon as it is written down."""
    edit_count: Mapped[int] = mapped_column(default=0, server_default="0")
    """Number of the latest edit of its lines."""
    cleared: Mapped[str] = mapped_column(Text, default="", server_default="")
    """For which withheld spans the public's copy of the sound was made; empty: there are none."""
    clearing_setbacks: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often the work on that copy was broken off."""
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
    def is_our_own(self) -> bool:
        """Recorded by the platform itself, as its clock says."""
        return self.clock_from == "record"

    @property
    def is_certified(self) -> bool:
        return self.certified_at is not None

    @property
    def is_published(self) -> bool:
        return self.published_at is not None


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
    source: Mapped[str] = mapped_column(Text, default="whisper", server_default="whisper")
    """What the lines come from: "whisper", or the format that was read in: "vtt", "srt", "cdp"."""
    engine: Mapped[str] = mapped_column(Text, default="", server_default="")
    """The program that ran the model, with its version."""
    confidence: Mapped[float | None]
    """Mean probability of all words, 0 to 1; none for a file that was read in."""
    vocabulary: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    """The words that its windows are heard with, the same for each; it holds names, and is forgotten with
    them."""
    windows: Mapped[int | None]
    """How many the recording has; none until somebody has read it to its end."""
    done_ms: Mapped[int] = mapped_column(default=0)
    """How far its windows are heard, whoever hears them."""
    from_ms: Mapped[int] = mapped_column(default=0)
    """Where the work was taken up last, for the time that is left."""
    setbacks: Mapped[int] = mapped_column(default=0)
    """How often in a row it was broken off without one window being stored."""
    heartbeat_at: Mapped[datetime | None] = mapped_column(Moment)
    """When one of its workers last said how far it is."""
    queued_at: Mapped[datetime] = mapped_column(Moment)
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    """When the work was taken up last."""
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
    """What was heard in one window of sound: the checkpoint from which a broken-off transcription goes on.

    One more after the last window is held by the worker that makes the transcript of them.
    """

    __tablename__ = "heard_window"
    transcription_id: Mapped[str] = mapped_column(ForeignKey("transcription.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    start_ms: Mapped[int]
    end_ms: Mapped[int]
    worker: Mapped[str | None] = mapped_column(Text)
    """Who is hearing it, until `lease_until`."""
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    attempts: Mapped[int] = mapped_column(default=1, server_default="1")
    """How often somebody has begun with it."""
    done_ms: Mapped[int] = mapped_column(default=0, server_default="0")
    """How far it is heard, in the recording."""
    segments: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    """[{"start_ms", "end_ms", "text", "confidence", "language", "translation",
    "words": [[start_ms, end_ms, text, probability]]}]; none while it is being heard."""
    voices: Mapped[bytes | None]
    """How the voices in it sound (transcripts/voices), until the transcript is made; then it is forgotten."""


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
    confidence: Mapped[float | None]
    """Mean probability of the machine's words, 0 to 1; none for a line that was read in from a file."""
    language: Mapped[str | None] = mapped_column(Text)
    """ISO 639-1, where it is not that of the transcription."""
    translation: Mapped[str] = mapped_column(Text, default="", server_default="")
    """In English, by the machine, of a line in another language."""
    speaker_id: Mapped[str | None] = mapped_column(ForeignKey("speaker.id"))
    """None: nobody can say."""
    is_named: Mapped[bool] = mapped_column(default=False, server_default="0")
    """A clerk has said who speaks; the record does not change it any more."""
    is_continued: Mapped[bool] = mapped_column(default=False, server_default="0")
    """Goes on the sentence of the line before, cut from it where the speaker or the item changed."""
    reviewed_at: Mapped[datetime | None] = mapped_column(Moment)
    heard: Mapped[str | None] = mapped_column(Text)
    """What the machine heard here, once somebody has changed it; for the error rate."""
    version: Mapped[int] = mapped_column(default=1)
    """Goes up with every edit of its words or speaker; a review alone changes neither."""
    salt: Mapped[str] = mapped_column(Text)
    speaker: Mapped[Speaker | None] = relationship(lazy="joined")

    @property
    def is_corrected(self) -> bool:
        """Its text is not the machine's any more."""
        return self.heard is not None and self.heard != self.text
