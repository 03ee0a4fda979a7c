"""The recorder beside the pages: what it says is shown and on the record, what it has written is joined."""

import asyncio
import logging

from sqlalchemy.orm import Session

from engage import record
from engage.db import Database
from engage.settings import Settings
from engage.tracks import Joining
from meetings.floor import parts
from meetings.floor.recording import OnFault, Recorder
from meetings.floor.sound import Sound

log = logging.getLogger(__name__)


class Recording:
    """In every process that may lead, made in its event loop; only the one that leads has anything to do."""

    def __init__(self, db: Database, sound: Sound, settings: Settings) -> None:
        tell = teller(db, sound, asyncio.get_running_loop())
        self.recorder = Recorder(parts.folder(settings), tell)
        self.joining = Joining(db, settings, self._is_done)
        self._sound = sound
        sound.engine.taps.append(self.recorder)
        sound.has_recorder = True
        self.recorder.start()
        self.joining.start()

    def _is_done(self, meeting_id: str) -> bool:
        return self._sound.is_leading and not self.recorder.is_writing(meeting_id)

    async def stop(self) -> None:
        """When nothing is on the air any more: everything that was is on the disk."""
        await asyncio.to_thread(self.recorder.close)
        await asyncio.to_thread(self.joining.stop)


def teller(db: Database, sound: Sound, loop: asyncio.AbstractEventLoop) -> OnFault:
    """What the recorder says in its thread is shown at once, and put on the record."""

    async def note(meeting_id: str, fault: str) -> None:
        sound.note_fault(meeting_id, fault)
        try:
            await db.write(lambda session: note_fault(session, meeting_id, fault))
        except Exception:
            log.exception("the recorder's state could not be put on the record")

    def tell(meeting_id: str, fault: str) -> None:
        asyncio.run_coroutine_threadsafe(note(meeting_id, fault), loop)

    return tell


def note_fault(db: Session, meeting_id: str, fault: str) -> None:
    """Anybody may later see from when to when a part of the recording is missing."""
    record.append(db, meeting_id, "recorder.failed" if fault else "recorder.recovered", by=record.SYSTEM)
