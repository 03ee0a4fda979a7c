"""Tables of motions and of the votes on them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engage import record
from engage.db import Base, Moment, new_id
from engage.language import N_

MAIN, AMENDMENT, CONSENT, TABLE, CONTINUE, REFER, CLOSE_DEBATE, ADJOURN, OTHER = (
    "main", "amendment", "consent", "table", "continue", "refer", "close_debate", "adjourn", "other",
)  # fmt: skip
KINDS = {
    MAIN: N_("Main motion"),
    AMENDMENT: N_("Amendment"),
    CONSENT: N_("To approve the consent calendar"),
    TABLE: N_("To table"),
    CONTINUE: N_("To continue to another meeting"),
    REFER: N_("To refer"),
    CLOSE_DEBATE: N_("To close debate"),
    ADJOURN: N_("To adjourn"),
    OTHER: N_("Another procedural motion"),
}

MOVED, SECONDED, VOTING, CARRIED, FAILED, WITHDRAWN, TABLED = (
    "moved", "seconded", "voting", "carried", "failed", "withdrawn", "tabled",
)  # fmt: skip
STATES = {
    MOVED: N_("Moved, not yet seconded"),
    SECONDED: N_("Moved and seconded"),
    VOTING: N_("Open for the vote"),
    CARRIED: N_("Carried"),
    FAILED: N_("Failed"),
    WITHDRAWN: N_("Withdrawn"),
    TABLED: N_("Set aside"),
}
PENDING = (MOVED, SECONDED, VOTING)

AYE, NAY, ABSTAIN, ABSENT, RECUSED = "aye", "nay", "abstain", "absent", "recused"
VOTES = {
    AYE: N_("Aye"),
    NAY: N_("Nay"),
    ABSTAIN: N_("Abstain"),
    ABSENT: N_("Absent"),
    RECUSED: N_("Recused"),
}
"""In the order of the keys 1 to 5."""

BY_ROLL, BY_CONSENT = "roll", "consent"


class Motion(Base):
    """What a member asks the body to decide."""

    __tablename__ = "motion"
    __table_args__ = (UniqueConstraint("meeting_id", "number"),)
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"))
    number: Mapped[int]
    """1, 2, 3 ... in this meeting."""
    item_id: Mapped[str | None] = mapped_column(ForeignKey("agenda_item.id"))
    about_id: Mapped[str | None] = mapped_column(ForeignKey("motion.id"))
    """The motion that an amendment changes, or that a motion to table, continue or refer sets aside."""
    kind: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    """As moved."""
    amended: Mapped[str] = mapped_column(Text, default="")
    """Its words as amended so far; empty while nobody has amended it."""
    outcome: Mapped[str] = mapped_column(Text, default="")
    """Of an adopted amendment: the words that it gave its motion."""
    mover_id: Mapped[str] = mapped_column(ForeignKey("member.id"))
    seconder_id: Mapped[str | None] = mapped_column(ForeignKey("member.id"))
    threshold: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, default=MOVED)
    moved_at: Mapped[datetime] = mapped_column(Moment)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    """When it was carried, failed, was withdrawn or set aside."""
    salt: Mapped[str] = mapped_column(Text, default=record.new_salt)

    @property
    def is_pending(self) -> bool:
        return self.state in PENDING

    @property
    def is_decided(self) -> bool:
        """By a vote, or for lack of a second."""
        return self.state in (CARRIED, FAILED)

    @property
    def wording(self) -> str:
        """The words that are or were voted on."""
        return self.amended or self.words


class Vote(Base):
    """The body voted on a motion. A correction is a further row; the last one counts."""

    __tablename__ = "vote"
    __table_args__ = (UniqueConstraint("motion_id", "number"),)
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    motion_id: Mapped[str] = mapped_column(ForeignKey("motion.id"))
    number: Mapped[int]
    """1, and then 2, 3 ... for its corrections."""
    method: Mapped[str] = mapped_column(Text)
    """By roll call, or by unanimous consent."""
    seats: Mapped[int]
    """Of the full body, when the vote was taken."""
    is_carried: Mapped[bool]
    at: Mapped[datetime] = mapped_column(Moment)
    members: Mapped[list["MemberVote"]] = relationship(lazy="selectin", order_by="MemberVote.place")


class MemberVote(Base):
    """How one member voted."""

    __tablename__ = "member_vote"
    vote_id: Mapped[str] = mapped_column(ForeignKey("vote.id"), primary_key=True)
    member_id: Mapped[str] = mapped_column(ForeignKey("member.id"), primary_key=True)
    place: Mapped[int]
    """In the roll, as it was called."""
    vote: Mapped[str] = mapped_column(Text)
