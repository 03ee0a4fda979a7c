"""The tables of requests to speak and of the lists they stand on, and what one row knows about itself."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engage import clock
from engage.db import Base, Moment, new_id
from engage.language import N_
from engage.people import Participant
from meetings.models import Meeting

SIGNED_UP, WAITING, ON_DECK = "signed_up", "waiting", "on_deck"
CALLED, SPEAKING, PAUSED = "called", "speaking", "paused"
FINISHED, WITHDRAWN, SKIPPED, NO_SHOW, REMOVED = "finished", "withdrawn", "skipped", "no_show", "removed"
IN_LINE = (WAITING, ON_DECK)
"""Has a place in the order."""
LISTED = (SIGNED_UP, *IN_LINE)
HAS_FLOOR = (CALLED, SPEAKING, PAUSED)
HEARD = (SPEAKING, PAUSED, FINISHED)
"""Has begun to speak."""
UNDER_WAY = (*LISTED, *HAS_FLOOR)
"""A person has at most one of these on a list."""
AWAY = (SKIPPED, NO_SHOW)
"""May be taken back."""
STATES = {
    SIGNED_UP: N_("Signed up in advance"),
    WAITING: N_("Waiting"),
    ON_DECK: N_("Next, please be ready"),
    CALLED: N_("Called"),
    SPEAKING: N_("Speaking"),
    PAUSED: N_("Paused"),
    FINISHED: N_("Has spoken"),
    WITHDRAWN: N_("Withdrawn"),
    SKIPPED: N_("Passed over"),
    NO_SHOW: N_("Called, not there"),
    REMOVED: N_("Removed by the clerk"),
}
IN_PERSON, REMOTE, WRITTEN = "in_person", "remote", "written"
MODES = {
    IN_PERSON: N_("In the room"),
    REMOTE: N_("By phone or video"),
    WRITTEN: N_("In writing, read out by the clerk"),
}
SIDES = (IN_PERSON, REMOTE)
"""They share the time and take turns; what is read out counts as remote."""
ONLINE = N_("Online, with a microphone")
SUPPORT, OPPOSE, NEUTRAL = "support", "oppose", "neutral"
STANCES = {
    SUPPORT: N_("In favor"),
    OPPOSE: N_("Against"),
    NEUTRAL: N_("Neither"),
}
COMMENT, QUESTION, ANSWER, INTERVENTION = "comment", "question", "answer", "intervention"
KINDS = {
    COMMENT: N_("Comment"),
    "privilege": N_("Cannot hear, see or take part"),
    "point": N_("Point of order"),
    "inquiry": N_("Question about the procedure"),
    "information": N_("Request for information"),
    QUESTION: N_("Question to the speaker"),
    ANSWER: N_("Answer"),
    INTERVENTION: N_("Intervention"),
}
"""All but a comment go before the comments, in this order of rank: a question of privilege before a point of
order before an inquiry (Robert's Rules, sections 19, 23 and 33)."""
RANKS = {kind: rank for rank, kind in enumerate(KINDS)}
INTERRUPTS = ("privilege", "point", "inquiry", "information", QUESTION)
"""The speaker's clock stands while these are heard, and the speaker goes on afterwards."""
ANSWERABLE = (QUESTION, INTERVENTION)


class Request(Base):
    """One person's wish to speak on one item, or (without an item) in general public comment."""

    __tablename__ = "request"
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    item_id: Mapped[str | None] = mapped_column(ForeignKey("agenda_item.id"))
    participant_id: Mapped[str] = mapped_column(ForeignKey("participant.id"), index=True)
    state: Mapped[str] = mapped_column(Text, default=WAITING)
    mode: Mapped[str] = mapped_column(Text)
    stance: Mapped[str] = mapped_column(Text, default="", server_default="")
    """support, oppose, neutral, or nothing said."""
    kind: Mapped[str] = mapped_column(Text, default=COMMENT, server_default=COMMENT)
    wants_interpreter: Mapped[bool] = mapped_column(default=False)
    place: Mapped[int]
    """Number of arrival in the meeting, or where the clerk has put it among those set by hand."""
    is_set: Mapped[bool] = mapped_column(default=False, server_default="0")
    """Its place was set by hand: those come first, the order that the body has chosen rules the others."""
    limit_s: Mapped[int]
    """Seconds of speaking time: any doubling, time ceded by others and extension included."""
    answer_to: Mapped[str | None] = mapped_column(Text)
    """The intervention or question that this answers."""
    ceded_to: Mapped[str | None] = mapped_column(Text)
    """Withdrawn, because its time was given to this request."""
    asked_at: Mapped[datetime] = mapped_column(Moment)
    called_at: Mapped[datetime | None] = mapped_column(Moment)
    called_no: Mapped[int | None]
    """The how manieth call of the meeting this was; the latest has the floor."""
    running_since: Mapped[datetime | None] = mapped_column(Moment)
    """When the clock was last started; none while it stands."""
    spoken_ms: Mapped[int] = mapped_column(default=0)
    """Spoken before `running_since`."""
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why the clerk removed it; for the person and for staff."""
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    """What a point of order or a question is about, in a few words; for staff."""
    words: Mapped[str] = mapped_column(Text, default="", server_default="")
    """What the clerk reads out, of a request in writing; for staff, and for who wrote it."""
    receipt: Mapped[int | None]
    """Number of the entry that the person's latest act made."""
    salt: Mapped[str] = mapped_column(Text)
    participant: Mapped[Participant] = relationship(lazy="joined")

    @property
    def name(self) -> str:
        """The public name, or an empty text for somebody who gave none."""
        return self.participant.name

    @property
    def has_floor(self) -> bool:
        return self.state in HAS_FLOOR

    @property
    def is_listed(self) -> bool:
        return self.state in LISTED

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def is_written(self) -> bool:
        """Nobody speaks: the clerk reads it out."""
        return self.mode == WRITTEN

    @property
    def rank(self) -> int:
        """0 for a comment; else the lower the sooner."""
        return RANKS[self.kind]

    def spoken(self) -> timedelta:
        """Time used up to now."""
        running = clock.now() - self.running_since if self.running_since else timedelta()
        return timedelta(milliseconds=self.spoken_ms) + running


class SpeakerList(Base):
    """The list of speakers of one item, or of general public comment; made when it is first needed."""

    __tablename__ = "speaker_list"
    id: Mapped[str] = mapped_column(Text, primary_key=True)
    """MEETING.ITEM, or MEETING.general: see `list_id`."""
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    item_id: Mapped[str | None] = mapped_column(ForeignKey("agenda_item.id"))
    is_closed: Mapped[bool] = mapped_column(default=False)
    seed: Mapped[str] = mapped_column(Text)
    """Secret until the draw; its SHA-256 is on the record from the list's first entry on."""
    drawn_at: Mapped[datetime | None] = mapped_column(Moment)


def modes_of(meeting: Meeting) -> dict[str, str]:
    """What each mode is called in this meeting: where it carries sound, who is remote speaks in the page."""
    return MODES | {REMOTE: ONLINE} if meeting.carries_sound else MODES


def modes_offered(meeting: Meeting) -> tuple[str, ...]:
    """How a resident may ask to be heard; in writing where the meeting carries sound."""
    return tuple(MODES) if meeting.carries_sound else SIDES


def list_id(meeting_id: str, item_id: str | None) -> str:
    return f"{meeting_id}.{item_id or 'general'}"


class SpeakingRules(Base):
    """The rules of one body, meeting or list (`of` is its id), as `rules.Rules` names them."""

    __tablename__ = "speaking_rules"
    of: Mapped[str] = mapped_column(Text, primary_key=True)
    facts: Mapped[dict[str, str | int | bool | None]] = mapped_column(JSON)


class Act(Base):
    """What a clerk's act has changed, so that it can be taken back."""

    __tablename__ = "act"
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    """Of its first entry."""
    by: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    """Of its first entry."""
    request_id: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """{table, id, before: {column: value}, after: {column: value}} each; Moments as `clock.text`."""
    is_undone: Mapped[bool] = mapped_column(default=False)
