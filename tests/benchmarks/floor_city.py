"""A meeting whose sound is on: the chair's place, and a resident who has the floor; both have agreed."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from comments.queue import floor
from comments.queue.actions import join_queue
from engage import people
from engage.db import Database
from engage.migrations import migrate
from engage.settings import Settings
from meetings.floor.actions import agree_to_be_heard, make_place
from meetings.floor.models import CHAIR
from tests import make

LONG_S = 3 * 3600
"""Of a turn that no benchmark sees the end of."""
TOKEN = "speaker" * 4


@dataclass(frozen=True)
class HeardCity:
    data: Path
    meeting_id: str
    chair_path: str
    """Of the socket at the chair's place."""
    clerk_token: str
    """The value of the clerk's session cookie (`people.SESSION_COOKIE`)."""

    @property
    def speaker_path(self) -> str:
        return f"/meetings/{self.meeting_id}/speak"

    @property
    def speaker_cookie(self) -> str:
        return f"p_{self.meeting_id}={TOKEN}"

    @property
    def parts(self) -> Path:
        """Where the meeting's recording grows."""
        return self.data / "floor" / self.meeting_id


def plant_heard(data: Path) -> HeardCity:
    """Make the tables in an empty folder, and the meeting in them."""
    settings = Settings(data=data)
    migrate(settings.database)
    store = Database(settings.database)
    try:
        return store.write_now(lambda db: _plant(db, data))
    finally:
        store.close()


def _plant(db: Session, data: Path) -> HeardCity:
    city = make.City(db)
    city.meeting.carries_sound = True
    place, link = make_place(db, city.meeting, CHAIR, by=make.SYSTEM)
    agree_to_be_heard(db, city.meeting, place.person, by=make.SYSTEM)
    speaker = make.participant(db, city.meeting, token=TOKEN)
    agree_to_be_heard(db, city.meeting, speaker.actor, by=speaker.actor)
    request = join_queue(db, city.meeting, city.item, speaker, mode="remote", by=speaker.actor)
    request.limit_s = LONG_S
    floor.call_next(db, city.meeting, request, by=city.clerk.actor)
    floor.start_turn(db, request, by=city.clerk.actor)
    return HeardCity(
        data=data,
        meeting_id=city.meeting.id,
        chair_path=f"/microphone/{link}/speak",
        clerk_token=people.sign_in(db, city.clerk.id),
    )
