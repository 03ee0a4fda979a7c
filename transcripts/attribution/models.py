"""The table of those who speak in a meeting's recordings, and how one is called."""

from typing import NamedTuple

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engage import record
from engage.db import Base, new_id
from engage.language import N_
from engage.people import Participant

FLOOR, DAIS, VOICE, PERSON, SEAT = "floor", "dais", "voice", "person", "seat"


class Label(NamedTuple):
    """A name, or a msgid with its values where there is none."""

    text: str
    values: dict[str, int]
    is_name: bool


class Speaker(Base):
    """Somebody who speaks in one meeting; named once, and called so everywhere in its recordings."""

    __tablename__ = "speaker"
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    kind: Mapped[str] = mapped_column(Text)
    """floor: the record says who; dais: nobody had the floor; voice: told by ear; person: named by a clerk
    or by a file that was read in; seat: a microphone of their own."""
    participant_id: Mapped[str | None] = mapped_column(ForeignKey("participant.id"), index=True)
    """Of `floor`: whose public name it bears, as long as a clerk gives no other."""
    number: Mapped[int] = mapped_column(default=0)
    """Of a voice, and of a voice at the dais, from 1; 0 without one."""
    name: Mapped[str] = mapped_column(Text, default="")
    """As a clerk has named it."""
    seat: Mapped[str | None] = mapped_column(Text)
    """Of a microphone of one's own: "member:ID", or "place:ID" where no member sits there."""
    seat_name: Mapped[str] = mapped_column(Text, default="", server_default="")
    """What whoever sits there is called, as long as a clerk gives no other name."""
    same_as_id: Mapped[str | None] = mapped_column(ForeignKey("speaker.id"))
    """A clerk has said that this is the same person as that one: what this one says is theirs."""
    salt: Mapped[str] = mapped_column(Text, default=record.new_salt)
    participant: Mapped[Participant | None] = relationship(lazy="joined")

    @property
    def public_name(self) -> str:
        return self.name or self.seat_name or (self.participant.name if self.participant else "")

    @property
    def label(self) -> Label:
        if self.public_name:
            return Label(self.public_name, {}, True)
        if self.kind == VOICE:
            return Label(N_("Speaker %(number)s"), {"number": self.number}, False)
        if self.kind == DAIS and self.number:
            return Label(N_("Dais, voice %(number)s"), {"number": self.number}, False)
        return Label(N_("Dais") if self.kind == DAIS else N_("Public speaker"), {}, False)
