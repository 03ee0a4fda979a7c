"""The table of requests to speak, and what one request knows about itself."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engage import clock
from engage.db import Base, Moment, new_id
from engage.language import N_
from engage.people import Participant

WAITING, CALLED, SPEAKING, PAUSED = "waiting", "called", "speaking", "paused"
FINISHED, WITHDRAWN, SKIPPED, REMOVED = "finished", "withdrawn", "skipped", "removed"
HAS_FLOOR = (CALLED, SPEAKING, PAUSED)
UNDER_WAY = (WAITING, *HAS_FLOOR)
"""A person has at most one of these on an item."""
STATES = {
    WAITING: N_("Waiting"),
    CALLED: N_("Called"),
    SPEAKING: N_("Speaking"),
    PAUSED: N_("Paused"),
    FINISHED: N_("Has spoken"),
    WITHDRAWN: N_("Withdrawn"),
    SKIPPED: N_("Called, not there"),
    REMOVED: N_("Removed by the clerk"),
}
MODES = {
    "in_person": N_("In the room"),
    "remote": N_("By phone or video"),
}


class Request(Base):
    """One person's wish to speak on one item, or (without an item) in general public comment."""

    __tablename__ = "request"
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    item_id: Mapped[str | None] = mapped_column(ForeignKey("agenda_item.id"))
    participant_id: Mapped[str] = mapped_column(ForeignKey("participant.id"), index=True)
    state: Mapped[str] = mapped_column(Text, default=WAITING)
    mode: Mapped[str] = mapped_column(Text)
    wants_interpreter: Mapped[bool] = mapped_column(default=False)
    place: Mapped[int]
    """Order in the queue of its item; only waiting requests are compared."""
    limit_s: Mapped[int]
    """Seconds of speaking time, any doubling included."""
    asked_at: Mapped[datetime] = mapped_column(Moment)
    called_at: Mapped[datetime | None] = mapped_column(Moment)
    running_since: Mapped[datetime | None] = mapped_column(Moment)
    """When the clock was last started; none while it stands."""
    spoken_ms: Mapped[int] = mapped_column(default=0)
    """Spoken before `running_since`."""
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why the clerk removed it; for the person and for staff."""
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
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    def spoken(self) -> timedelta:
        """Time used up to now."""
        running = clock.now() - self.running_since if self.running_since else timedelta()
        return timedelta(milliseconds=self.spoken_ms) + running
