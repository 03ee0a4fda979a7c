"""What this process is fetching just now: each in a thread, with its row kept up to date."""

import asyncio
import logging
import time

from sqlalchemy.orm import Session

from engage.db import Database, new_id
from engage.language import N_
from engage.settings import Settings
from transcripts import rules, uploads
from transcripts.clerk import media_of, stored_file
from transcripts.fetching import actions
from transcripts.fetching.addresses import Way, allowed_by
from transcripts.fetching.download import Download
from transcripts.fetching.models import Fetch
from transcripts.fetching.stream import Note
from transcripts.uploads import Incoming, NotTaken

EVERY_S = 2.0
"""How often a row is told how far it is."""
FAILED = N_("Something went wrong with this file. Please tell the operator.")
log = logging.getLogger(__name__)


class Fetching:
    """Made in the event loop. `way` is how other servers are reached."""

    def __init__(self, db: Database, settings: Settings, way: Way | None = None) -> None:
        self.db, self.settings, self.way = db, settings, way or Way()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._downloads: dict[str, Download] = {}

    def start(self, fetch: Fetch) -> None:
        """In the background; the row is committed."""
        task = self._tasks[fetch.id] = asyncio.create_task(self._run(fetch.id, fetch.address))
        task.add_done_callback(lambda done: self._tasks.pop(fetch.id, None))

    async def close(self) -> None:
        """This process ends, and what it was fetching is to be asked for again."""
        for download in self._downloads.values():
            download.stop()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _run(self, fetch_id: str, address: str) -> None:
        download = Download(self.way, allowed_by(self.settings), self.settings.upload_limit)
        self._downloads[fetch_id] = download
        try:
            async with uploads.incoming(rules.file_of(self.settings, new_id())) as file:
                await self._fetch(download, fetch_id, address, file)
        except NotTaken as refusal:
            error, values = refusal.message, refusal.values
            await self.db.write(lambda db: actions.note_failure(db, fetch_id, error, values))
        except Exception:
            log.exception("a recording could not be fetched")
            await self.db.write(lambda db: actions.note_failure(db, fetch_id, FAILED, {}))
        finally:
            del self._downloads[fetch_id]

    async def _fetch(self, download: Download, fetch_id: str, address: str, file: Incoming) -> None:
        note = self._note(download, fetch_id)
        name = await asyncio.to_thread(download.fetch, address, file, note)
        await asyncio.to_thread(file.complete)
        stored = stored_file(file, name, await asyncio.to_thread(media_of, file.path))

        def work(db: Session) -> None:
            fetch = db.get(Fetch, fetch_id)
            if fetch and actions.take_up(db, fetch, stored):
                file.keep()

        await self.db.write(work)

    def _note(self, download: Download, fetch_id: str) -> Note:
        """Called with every block; the row hears of some."""
        told_at = time.monotonic()

        def note(done: int, total: int | None) -> None:
            nonlocal told_at
            if time.monotonic() - told_at >= EVERY_S:
                told_at = time.monotonic()
                if not self.db.write_now(lambda db: actions.note_progress(db, fetch_id, done, total)):
                    download.stop()

        return note
