"""Who has a page open at the other processes of this server: each keeps a file of its people for the rest.

The files live in the folder of what lasts only as long as the processes do, and hold what the hub holds:
participants' tokens, hashed.
"""

import asyncio
import json
import logging
import os
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from pathlib import Path

from engage.neighbours import others, own_file, put

People = dict[str, set[str]]
"""By meeting, the tokens (hashed) of the participants whose pages are open."""
LOOK_S = 0.5
WRITE_S = 1.0
"""At most so often is one's own file written, and only when somebody has come or gone."""
BEAT_S = 5.0
"""So often its time is renewed when nobody has."""
KIND = "present"

log = logging.getLogger(__name__)


class Presence:
    """`tell` and `others` take no time: the files are written and read by `exchange`, twice a second."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = own_file(folder, KIND)
        self._told: People = {}
        self._written: People | None = None
        self._written_at = 0.0
        self._read: dict[Path, tuple[int, People]] = {}

    def others(self, meeting_id: str) -> set[str]:
        """Who is there at the other processes."""
        return {token for _, people in list(self._read.values()) for token in people.get(meeting_id, ())}

    def tell(self, people: Mapping[str, Collection[str]]) -> None:
        """Who is there at this process, in every meeting."""
        self._told = {meeting: set(tokens) for meeting, tokens in people.items() if tokens}

    def exchange(self) -> set[str]:
        """Write what is new, read what is new; the meetings where somebody has come or gone elsewhere."""
        self._write()
        before, self._read = self._read, self._read_all()
        was, now = _joined(before), _joined(self._read)
        return {meeting for meeting in was.keys() | now.keys() if was.get(meeting) != now.get(meeting)}

    def leave(self) -> None:
        """This process ends: nobody is there any more."""
        with suppress(OSError):
            self.file.unlink(missing_ok=True)

    def _write(self) -> None:
        age = time.monotonic() - self._written_at
        if self._told != self._written and age >= WRITE_S:
            self._put()
            self._written, self._written_at = self._told, time.monotonic()
        elif age >= BEAT_S:
            try:
                os.utime(self.file)
            except OSError:  # taken away by somebody
                self._put()
            self._written_at = time.monotonic()

    def _put(self) -> None:
        put(self.file, json.dumps({each: sorted(tokens) for each, tokens in self._told.items()}))

    def _read_all(self) -> dict[Path, tuple[int, People]]:
        found = {path: self._read_one(path) for _, path in others(self.file)}
        return {path: each for path, each in found.items() if each}

    def _read_one(self, path: Path) -> tuple[int, People] | None:
        """What stands in another's file, read again only when it has been written since."""
        try:
            written = path.stat().st_mtime_ns
            known = self._read.get(path)
            if known and known[0] == written:
                return known
            people = json.loads(path.read_text("utf-8"))
            return written, {meeting: set(tokens) for meeting, tokens in people.items()}
        except (OSError, ValueError):
            return None


def _joined(read: Mapping[Path, tuple[int, People]]) -> People:
    joined: People = {}
    for _, people in read.values():
        for meeting, tokens in people.items():
            joined.setdefault(meeting, set()).update(tokens)
    return joined


async def exchange_presence(
    presence: Presence, people: Callable[[], Mapping[str, Collection[str]]], changed: Callable[[str], object]
) -> None:
    """Until cancelled: `people` are those of this process; `changed` is called in the loop with each meeting
    where somebody has come or gone at another process."""
    is_failing = False
    try:
        while True:
            presence.tell(people())
            try:
                for meeting in await asyncio.to_thread(presence.exchange):
                    changed(meeting)
                is_failing = False
            except OSError:
                if not is_failing:
                    log.exception("who is present cannot be shared just now")
                is_failing = True
            await asyncio.sleep(LOOK_S)
    finally:
        presence.leave()
