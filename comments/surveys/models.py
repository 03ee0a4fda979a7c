"""Tables of surveys and their answers, and what one survey knows about itself.

Who has answered and what was answered stand apart, and nothing leads from one to the other: `Answered` names
the person and no ballot, a ballot has no person and no time, and neither table keeps the order in which its
rows came (WITHOUT ROWID, under a random key). Each question is a ballot of its own, so that a text that gives
its writer away does not tell their other answers. What stays possible: to watch the counts change while one
single person answers. Therefore the public sees them only once the survey is closed.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engage.db import Base, Moment, new_id
from engage.language import N_

DRAFT, OPEN, CLOSED = "draft", "open", "closed"
STATES = {DRAFT: N_("Draft"), OPEN: N_("Open"), CLOSED: N_("Closed")}
SINGLE, MULTIPLE, TEXT = "single", "multiple", "text"
KINDS = {
    SINGLE: N_("Choose one answer"),
    MULTIPLE: N_("Choose several answers"),
    TEXT: N_("Write a short text"),
}


class Survey(Base):
    """One or more questions to the public, in a meeting and perhaps on one of its items."""

    __tablename__ = "survey"
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    item_id: Mapped[str | None] = mapped_column(ForeignKey("agenda_item.id", ondelete="SET NULL"))
    title: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, default=DRAFT)
    drafted_at: Mapped[datetime] = mapped_column(Moment)
    opened_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    salt: Mapped[str] = mapped_column(Text)
    questions: Mapped[list["Question"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="Question.place"
    )

    @property
    def is_open(self) -> bool:
        return self.state == OPEN

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
    """An option that a ballot has chosen."""

    __tablename__ = "mark"
    __table_args__ = {"sqlite_with_rowid": False}
    ballot_id: Mapped[str] = mapped_column(ForeignKey("ballot.id"), primary_key=True)
    option_id: Mapped[str] = mapped_column(ForeignKey("option.id"), primary_key=True, index=True)
