"""Tables of surveys and their answers, and what one survey knows about itself. A poll is one of one question.

Who has answered and what was answered stand apart, and nothing in the store leads from one to the other:
`Answered` and `MemberAnswered` name the person and no ballot, a ballot has no person and no time, and none of
these tables keeps the order in which its rows came (WITHOUT ROWID, under a random key). Each question is a
ballot of its own, so that a text that gives its writer away does not tell their other answers.

The record holds every ballot's choices, in one entry with a number and a time and without an actor, so that
anyone can count again; never a text. Everyone may read such an entry as soon as the result is public
(`queries.may_read_entry`); until then its hash tells nothing, as something random is hashed with it.

Polls are advisory and no elections. What stays possible: who notes when one single person answers, or is
shown the number on their confirmation, finds that person's choices in the record; an order of many answers
can be as good as a signature; who can copy the store again and again while people answer sees what each
answer has added. Texts are therefore read while people answer only where a survey asks for nothing else.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engage.db import Base, Moment, new_id
from engage.language import N_, translate

DRAFT, OPEN, CLOSED = "draft", "open", "closed"
STATES = {DRAFT: N_("Draft"), OPEN: N_("Open"), CLOSED: N_("Closed")}
SINGLE, MULTIPLE, RATING, RANKING, TEXT, HANDS = "single", "multiple", "rating", "ranking", "text", "hands"
KINDS = {
    SINGLE: N_("Choose one answer"),
    MULTIPLE: N_("Choose several answers"),
    RATING: N_("Rate from 1 to 5"),
    RANKING: N_("Put the answers in order"),
    TEXT: N_("Write a short text"),
    HANDS: N_("Yes, no or abstain"),
}
OWN_OPTIONS = {RATING: ("1", "2", "3", "4", "5"), HANDS: (N_("Yes"), N_("No"), N_("I abstain"))}
"""Kinds whose answers the house gives. Those of a show of hands are translated where they are shown."""
HANDS_TITLE = N_("Show of hands")
"""Stands over one that was opened without a question."""
RESIDENTS, MEMBERS = "residents", "members"
AUDIENCES = {RESIDENTS: N_("Everyone"), MEMBERS: N_("Members of the body")}
LIVE, CLOSING, RELEASE = "live", "closing", "release"
SHOWS = {
    LIVE: N_("At once, while people answer"),
    CLOSING: N_("When it is closed"),
    RELEASE: N_("When the clerk releases it"),
}
"""When the public sees the result."""


class Survey(Base):
    """One or more questions to the public, in a meeting and perhaps on one of its items."""

    __tablename__ = "survey"
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    item_id: Mapped[str | None] = mapped_column(ForeignKey("agenda_item.id", ondelete="SET NULL"))
    title: Mapped[str] = mapped_column(Text)
    """Empty only for a show of hands without a question."""
    state: Mapped[str] = mapped_column(Text, default=DRAFT)
    audience: Mapped[str] = mapped_column(Text, default=RESIDENTS, server_default=RESIDENTS)
    shows: Mapped[str] = mapped_column(Text, default=CLOSING, server_default=CLOSING)
    drafted_at: Mapped[datetime] = mapped_column(Moment)
    opened_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    released_at: Mapped[datetime | None] = mapped_column(Moment)
    salt: Mapped[str] = mapped_column(Text)
    questions: Mapped[list["Question"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="Question.place"
    )

    @property
    def is_open(self) -> bool:
        return self.state == OPEN

    @property
    def is_poll(self) -> bool:
        return len(self.questions) == 1

    def heading(self, lang: str) -> str:
        """Its title; what the house calls it, in this language, where it has none."""
        return self.title or translate(lang, HANDS_TITLE)

    @property
    def words(self) -> str:
        """All that the clerk wrote, line by line, as its seal covers it."""
        return "\n".join([self.title, *(line for question in self.questions for line in question.lines)])


class Question(Base):
    """One question; it is changed only together with its survey, and not once that is open."""

    __tablename__ = "question"
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    survey_id: Mapped[str] = mapped_column(ForeignKey("survey.id"), index=True)
    place: Mapped[int]
    """In the survey, from 1."""
    kind: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    options: Mapped[list["Option"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="Option.place"
    )

    @property
    def field(self) -> str:
        """Its name in the resident's form."""
        return f"q_{self.id}"

    def place_field(self, option: "Option") -> str:
        """The field of an option's place, where they are put in order."""
        return f"{self.field}_{option.id}"

    @property
    def has_own_options(self) -> bool:
        """The house has worded its answers, in every language."""
        return self.kind in OWN_OPTIONS

    def wording(self, option: "Option", lang: str) -> str:
        return translate(lang, option.words) if self.has_own_options else option.words

    @property
    def lines(self) -> list[str]:
        return [self.kind, self.words, *(option.words for option in self.options)]


class Option(Base):
    """An answer to choose."""

    __tablename__ = "option"
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    question_id: Mapped[str] = mapped_column(ForeignKey("question.id"), index=True)
    place: Mapped[int]
    words: Mapped[str] = mapped_column(Text)


class Answered(Base):
    """That this participant has answered this survey. The key lets nobody be counted twice."""

    __tablename__ = "answered"
    __table_args__ = {"sqlite_with_rowid": False}
    survey_id: Mapped[str] = mapped_column(ForeignKey("survey.id"), primary_key=True)
    participant_id: Mapped[str] = mapped_column(ForeignKey("participant.id"), primary_key=True)
    key: Mapped[str | None] = mapped_column(Text)
    """Of the form that was sent: the same form again is no second answer, but the first one's echo."""


class MemberAnswered(Base):
    """The same of a member of the body, whatever browser they use."""

    __tablename__ = "member_answered"
    __table_args__ = {"sqlite_with_rowid": False}
    survey_id: Mapped[str] = mapped_column(ForeignKey("survey.id"), primary_key=True)
    member_id: Mapped[str] = mapped_column(ForeignKey("member.id"), primary_key=True)
    key: Mapped[str | None] = mapped_column(Text)


class Ballot(Base):
    """Somebody's answer to one question."""

    __tablename__ = "ballot"
    __table_args__ = {"sqlite_with_rowid": False}
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    question_id: Mapped[str] = mapped_column(ForeignKey("question.id"), index=True)
    text: Mapped[str] = mapped_column(Text, default="")
    """Of a question that asks for one; only the clerk reads it."""
    marks: Mapped[list["Mark"]] = relationship(lazy="raise")


class Mark(Base):
    """An option that a ballot has chosen, or has given a place."""

    __tablename__ = "mark"
    __table_args__ = {"sqlite_with_rowid": False}
    ballot_id: Mapped[str] = mapped_column(ForeignKey("ballot.id"), primary_key=True)
    option_id: Mapped[str] = mapped_column(ForeignKey("option.id"), primary_key=True, index=True)
    place: Mapped[int | None]
    """In an order, from 1; none where options are only chosen."""
