"""What the clerk sees between a meeting's end and its recording."""

from datetime import timedelta
from errno import EIO, ENOSPC

import pytest
from sqlalchemy.orm import Session

from engage import clock, tracks
from engage.settings import Settings
from meetings import actions
from meetings.floor import parts
from meetings.floor.ogg import OggFile
from meetings.floor.pending import FAILED, IS_WRONG, note_failure, pending
from meetings.floor.recording import IS_FULL
from meetings.models import Meeting
from tests import make
from tests.make import SYSTEM, Cast

PAGES = ("console", "recordings", "microphones")
JOINING, NOT_YET = "is being put together", "could not be put together yet"


@pytest.fixture
def over(cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """A meeting is over whose sound lies in one part, and there is no room to join it."""
    monkeypatch.setattr(tracks, "has_room", lambda folder, size: False)
    monkeypatch.setattr(tracks, "AGAIN_S", 0)
    monkeypatch.setattr(tracks, "SETTLED", timedelta(hours=1))

    def end(db: Session) -> None:
        meeting = db.get_one(Meeting, cast.city.meeting.id)
        meeting.carries_sound = True
        actions.adjourn_meeting(db, meeting, by=SYSTEM)

    cast.db.write_now(end)
    folder = parts.folder(settings) / cast.city.meeting.id
    folder.mkdir(parents=True)
    file = OggFile(parts.path_of(folder, 0, clock.ms(clock.now() - timedelta(minutes=2))))
    for payload in make.opus_packets(1):
        file.write(payload, 60)
    file.end()
    return cast


def look(cast: Cast, page: str) -> str:
    text: str = cast.clerk.get(f"/clerk/meetings/{cast.city.meeting.id}/{page}").text
    return text


def test_the_clerk_sees_that_it_is_joined_why_not_and_that_it_is_done(
    over: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for page in PAGES:
        assert JOINING in look(over, page) and NOT_YET not in look(over, page)
    monkeypatch.setattr(tracks, "SETTLED", timedelta(0))
    make.wait_for(lambda: NOT_YET in look(over, "microphones/joining"))
    for page in PAGES:
        assert "disk is full. Nothing of it is lost." in look(over, page)
        assert 'hx-trigger="every 3s"' in look(over, page)
    monkeypatch.setattr(tracks, "has_room", lambda folder, size: True)
    make.wait_for(lambda: "has been put together" in look(over, "microphones/joining"))
    assert "hx-get" not in look(over, "microphones/joining")
    for page in PAGES:
        assert JOINING not in look(over, page) and NOT_YET not in look(over, page)


def test_another_fault_than_a_full_disk_is_the_operators(over: Cast, settings: Settings) -> None:
    folder = parts.folder(settings) / over.city.meeting.id
    meeting = over.read(lambda db: db.get_one(Meeting, over.city.meeting.id))
    for fault, why in [
        (ValueError(), IS_WRONG),
        (OSError(ENOSPC, ""), IS_FULL),
        (OSError(EIO, ""), IS_WRONG),
    ]:
        note_failure(folder, fault)
        assert pending(settings, meeting) == (why,)
    assert (folder / FAILED).exists() and len(parts.parts_in(folder)) == 1


def test_nothing_waits_while_the_meeting_is_live_or_was_not_heard(cast: Cast, settings: Settings) -> None:
    meeting = cast.city.meeting
    assert pending(settings, meeting) is None
    (parts.folder(settings) / meeting.id).mkdir(parents=True)
    assert "put together" not in look(cast, "recordings")
