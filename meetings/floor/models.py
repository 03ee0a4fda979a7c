"""Tables of microphones' places, of who has agreed to be heard, of tracks and of live captions."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engage import record
from engage.db import Base, Moment, new_id
from engage.language import N_

CHAIR, MEMBER, ROOM, INTERPRETER, STAFF = "chair", "member", "room", "interpreter", "staff"
KINDS = {
    CHAIR: N_("Chair"),
    MEMBER: N_("Member"),
    STAFF: N_("Staff or guest"),
    ROOM: N_("The room's own sound"),
    INTERPRETER: N_("Interpreter"),
}
CHAIR_CHANNEL, FLOOR_CHANNEL, FIRST_CHANNEL = 0, 1, 2
"""The chair's, that of whoever has the floor from the queue, and the first of the other places'."""


class Place(Base):
    """A microphone with a channel of its own in one meeting: the chair's, a member's, an interpreter's.
    Whoever has its link speaks there; only the link's hash is kept."""

    __tablename__ = "place"
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    channel: Mapped[int]
    """0 is the chair's, whose place may be made anew; any other is that of one place for ever."""
    kind: Mapped[str] = mapped_column(Text)
    member_id: Mapped[str | None] = mapped_column(ForeignKey("member.id"))
    """Of a chair's or a member's: who sits there."""
    name: Mapped[str] = mapped_column(Text, default="")
    """As the clerk calls it, where no member sits there."""
    language: Mapped[str] = mapped_column(Text, default="")
    """Of an interpreter: the language that is spoken there (ISO 639-1)."""
    token: Mapped[str] = mapped_column(Text, unique=True)
    """SHA-256 of the link's secret part."""
    is_open: Mapped[bool] = mapped_column(default=True)
    """The chair leaves it open: who sits there may be heard."""
    made_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    """The link no longer holds."""
    salt: Mapped[str] = mapped_column(Text, default=record.new_salt)

    @property
    def person(self) -> str:
        """As the engine knows who sits there; a participant is "participant:ID"."""
        return f"place:{self.id}"

    @property
    def is_interpreter(self) -> bool:
        return self.kind == INTERPRETER


class Agreement(Base):
    """Somebody has read that what they say here is public and recorded, and has agreed; once in a meeting."""

    __tablename__ = "agreement"
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    person: Mapped[str] = mapped_column(Text, primary_key=True)
    """"participant:ID" or "place:ID"."""
    at: Mapped[datetime] = mapped_column(Moment)


class Track(Base):
    """One channel of a meeting as it was recorded, from its first sound on: its time is the meeting's. The
    file lies under its id."""

    __tablename__ = "track"
    __table_args__ = (UniqueConstraint("meeting_id", "channel"),)
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    channel: Mapped[int]
    starts_at: Mapped[datetime] = mapped_column(Moment)
    duration_ms: Mapped[int]
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(Text)


class Caption(Base):
    """A live caption, until the transcript of the recording takes its place. A signal: without an entry."""

    __tablename__ = "caption"
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    channel: Mapped[int]
    start_at: Mapped[datetime] = mapped_column(Moment)
    end_at: Mapped[datetime] = mapped_column(Moment)
    person: Mapped[str] = mapped_column(Text, default="")
    """Who was on the air there, as `Place.person`; empty where nobody knows."""
    text: Mapped[str] = mapped_column(Text)
    """Empty once it is withheld."""
    language: Mapped[str] = mapped_column(Text)
    is_final: Mapped[bool] = mapped_column(default=True)
    """Not to be changed any more."""

    @property
    def is_withheld(self) -> bool:
        return not self.text
