"""Tables of bodies, meetings and agendas, and what one row knows about itself."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engage import clock
from engage.db import Base, Moment, new_id
from engage.language import N_

DRAFT, PUBLISHED, OPEN, RECESS, ADJOURNED, CANCELLED = (
    "draft", "published", "open", "recess", "adjourned", "cancelled",
)  # fmt: skip
STATES = {
    DRAFT: N_("Draft"),
    PUBLISHED: N_("Upcoming"),
    OPEN: N_("Live now"),
    RECESS: N_("In recess"),
    ADJOURNED: N_("Adjourned"),
    CANCELLED: N_("Cancelled"),
}
KINDS = {
    "regular": N_("Regular meeting"),
    "special": N_("Special meeting"),
    "emergency": N_("Emergency meeting"),
    "workshop": N_("Workshop"),
    "hearing": N_("Public hearing"),
}
HEARD = {
    True: N_("In this page: residents listen and speak here, and it is recorded"),
    False: N_("In the room, or in our own conference"),
}
"""Where a meeting is heard, by whether it `carries_sound`."""
SHOWN = {
    True: N_("A conference, with microphone and camera"),
    False: N_("A broadcast, to watch"),
}
"""What is shown in the page from elsewhere, by whether it `embed_is_conference`."""
SECTION, ITEM, CONSENT = "section", "item", "consent"
ITEM_KINDS = {
    ITEM: N_("Agenda item"),
    SECTION: N_("Section heading"),
    CONSENT: N_("Consent calendar"),
}

CAST, OF_PRESENT, OF_FULL, TWO_THIRDS, TWO_THIRDS_FULL, UNANIMOUS = (
    "cast", "present", "full", "two_thirds", "two_thirds_full", "unanimous",
)  # fmt: skip
MAJORITIES = {
    CAST: N_("Majority of the votes cast"),
    OF_PRESENT: N_("Majority of the members present"),
    OF_FULL: N_("Majority of the full body"),
    TWO_THIRDS: N_("Two thirds of the votes cast"),
    TWO_THIRDS_FULL: N_("Two thirds of the full body"),
    UNANIMOUS: N_("Unanimous vote of the members present"),
}
"""What a motion needs to be carried; meetings/motions/rules.py counts it."""


class Body(Base):
    """A council, commission or committee."""

    __tablename__ = "body"
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text, unique=True)
    about: Mapped[str] = mapped_column(Text, default="")
    seats: Mapped[int | None]
    """Of the full body, vacant ones too; none: as many as have a voting member."""
    quorum: Mapped[int | None]
    """Voting members who must be here; none: more than half of the seats."""
    majority: Mapped[str] = mapped_column(Text, default=CAST, server_default=CAST)
    """What a motion needs unless it says otherwise."""


class Meeting(Base):
    """One noticed gathering of a body, at one permanent address before, during and after."""

    __tablename__ = "meeting"
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    body_id: Mapped[str] = mapped_column(ForeignKey("body.id"), index=True)
    title: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text, default="regular")
    state: Mapped[str] = mapped_column(Text, default=DRAFT)
    language: Mapped[str] = mapped_column(Text, default="en")
    """Of the title, the agenda and, unless the recording says otherwise, the speech."""
    starts_at: Mapped[datetime] = mapped_column(Moment, index=True)
    zone: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text, default="")
    """Room and street address."""
    conference_url: Mapped[str] = mapped_column(Text, default="")
    phone: Mapped[str] = mapped_column(Text, default="")
    phone_code: Mapped[str] = mapped_column(Text, default="")
    stream_url: Mapped[str] = mapped_column(Text, default="")
    notice: Mapped[str] = mapped_column(Text, default="")
    """Why it was cancelled or moved, in the clerk's words."""
    speaking_s: Mapped[int] = mapped_column(default=180)
    """Seconds that a speaker has, before any doubling."""
    comments_until: Mapped[datetime | None] = mapped_column(Moment)
    """Cut-off of written comments; none: until the meeting adjourns."""
    is_queue_closed: Mapped[bool] = mapped_column(default=False)
    is_locked: Mapped[bool] = mapped_column(default=False, server_default="0")
    """Nobody new may ask to speak; watching, written comments and surveys stay open."""
    is_queue_frozen: Mapped[bool] = mapped_column(default=False, server_default="0")
    """A disruption is under way."""
    is_in_closed_session: Mapped[bool] = mapped_column(default=False, server_default="0")
    carries_sound: Mapped[bool] = mapped_column(default=False, server_default="0")
    """It is heard, spoken in and recorded in its page; else in the room, or in the city's own conference."""
    is_hushed: Mapped[bool] = mapped_column(default=False, server_default="0")
    """The chair has closed every microphone but their own."""
    has_captions: Mapped[bool] = mapped_column(default=True, server_default="1")
    """Live captions are wanted, where the meeting carries sound."""
    embed_url: Mapped[str] = mapped_column(Text, default="", server_default="")
    """The city's own conference or broadcast, shown in the page."""
    embed_is_conference: Mapped[bool] = mapped_column(default=False, server_default="0")
    """People take part there: it may use their microphone and camera, if they say so."""
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    opened_at: Mapped[datetime | None] = mapped_column(Moment)
    adjourned_at: Mapped[datetime | None] = mapped_column(Moment)
    item_id: Mapped[str | None] = mapped_column(Text)
    """The agenda item that is open."""
    salt: Mapped[str] = mapped_column(Text)
    body: Mapped[Body] = relationship(lazy="joined")

    @property
    def is_public(self) -> bool:
        return self.state != DRAFT

    @property
    def is_live(self) -> bool:
        return self.state in (OPEN, RECESS)

    @property
    def is_over(self) -> bool:
        return self.state in (ADJOURNED, CANCELLED)

    @property
    def takes_comments(self) -> bool:
        """Before its cut-off, and until it adjourns."""
        in_time = self.comments_until is None or clock.now() < self.comments_until
        return self.state in (PUBLISHED, OPEN, RECESS) and in_time

    @property
    def takes_requests(self) -> bool:
        """Somebody new may ask to speak."""
        is_shut = self.is_queue_closed or self.is_locked or self.is_queue_frozen
        return self.state in (PUBLISHED, OPEN, RECESS) and not is_shut

    @property
    def may_reconvene(self) -> bool:
        """It is in a plain recess; closed session and disruption have ends of their own."""
        return self.state == RECESS and not (self.is_in_closed_session or self.is_queue_frozen)

    @property
    def standing(self) -> str:
        """Its state as a msgid, and for a recess of what kind it is."""
        if self.state == RECESS and self.is_in_closed_session:
            return N_("In closed session")
        return N_("Interrupted") if self.state == RECESS and self.is_queue_frozen else STATES[self.state]


class AgendaItem(Base):
    """A line of the agenda: a section heading, an item, or the consent calendar with its items under it."""

    __tablename__ = "agenda_item"
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("agenda_item.id"))
    place: Mapped[int]
    """Among its siblings, from 1."""
    kind: Mapped[str] = mapped_column(Text, default=ITEM)
    number: Mapped[str] = mapped_column(Text, default="")
    """As printed: 4, 4.1; empty for a section."""
    minutes: Mapped[int | None]
    """Planned length."""
    is_withdrawn: Mapped[bool] = mapped_column(default=False)
    called_at: Mapped[datetime | None] = mapped_column(Moment)
    pulled_at: Mapped[datetime | None] = mapped_column(Moment)
    """When it was taken out of the consent calendar, to be decided by itself."""
    pulled_for: Mapped[str | None] = mapped_column(Text)
    """Who asked for that: a member's id, "public" or "staff"."""
    texts: Mapped[list["AgendaText"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="AgendaText.place"
    )
    files: Mapped[list["Attachment"]] = relationship(lazy="selectin", order_by="Attachment.added_at")

    def text(self, lang: str) -> "AgendaText":
        """Its words in this language, or else in the one they were first written in."""
        return next((text for text in self.texts if text.lang == lang), self.texts[0])

    @property
    def title(self) -> str:
        return self.texts[0].title


class AgendaText(Base):
    """An item's words in one language; the first row (place 0) is in the meeting's own."""

    __tablename__ = "agenda_text"
    item_id: Mapped[str] = mapped_column(ForeignKey("agenda_item.id"), primary_key=True)
    lang: Mapped[str] = mapped_column(Text, primary_key=True)
    place: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text, default="")
    salt: Mapped[str] = mapped_column(Text)


class Attachment(Base):
    """A PDF of an item, kept under its row's id."""

    __tablename__ = "attachment"
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    item_id: Mapped[str] = mapped_column(ForeignKey("agenda_item.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    size: Mapped[int]
    pages: Mapped[int]
    sha256: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime] = mapped_column(Moment)


class Amendment(Base):
    """What was changed in a published agenda, and when, as everyone sees it."""

    __tablename__ = "amendment"
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    item_id: Mapped[str | None] = mapped_column(Text)
    change: Mapped[str] = mapped_column(Text)
    """added, changed, moved, withdrawn, restored, attached, detached, cancelled."""
    field: Mapped[str] = mapped_column(Text, default="")
    """Which column was changed, when it was one."""
    note: Mapped[str] = mapped_column(Text, default="")
    """Why, in the clerk's words."""
    before: Mapped[str] = mapped_column(Text, default="")
    after: Mapped[str] = mapped_column(Text, default="")
    salt: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)
