"""After adjournment: the parts of a meeting's sound become tracks, and one recording that is written down.

Level-triggered: whatever meeting is over and has parts lying there, also after a restart. It may be killed
at any moment: the rows and their entries come in one transaction, after the files are whole and before the
parts go.
"""

import logging
import shutil
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage import clock, record
from engage.db import Database, new_id
from engage.settings import Settings
from engage.space import FULL, RESERVE, has_room, sync
from meetings.floor import parts, tracks
from meetings.floor.blending import Spans, blend
from meetings.floor.joining import Joined, join_channel
from meetings.floor.models import Track
from meetings.floor.parts import Part
from meetings.floor.pending import note_failure
from meetings.floor.queries import interpreters, tracks_of
from meetings.models import Meeting
from transcripts.actions import Stored, add_recording, time_recording
from transcripts.attribution.actions import RECORD
from transcripts.rules import file_of
from transcripts.uploads import take_lock
from transcripts.withholding.actions import withhold_what_was_captioned

LOOK_S = 2.0
SETTLED = timedelta(seconds=5)
"""After its end the last packets of a meeting have come, and the recorder has them."""
AGAIN_S = 60.0
"""After a meeting whose sound could not be joined."""

log = logging.getLogger(__name__)


class Stopped(Exception):
    """The process ends; the work is begun anew by the next."""


class Made(NamedTuple):
    """Files that are whole, and no row knows them yet."""

    tracks: dict[str, tuple[int, Joined]]
    """By the id that each is to have: its channel, and itself."""
    whole: tuple[Joined, Spans] | None


class Joining:
    """A thread of a process that may lead; `is_done` says whether it does, and its recorder has nothing of
    this meeting any more."""

    def __init__(self, db: Database, settings: Settings, is_done: Callable[[str], bool]) -> None:
        self.db, self.settings, self._is_done = db, settings, is_done
        self._ending = threading.Event()
        self._again: dict[str, float] = {}
        self._thread = threading.Thread(target=self._run, name="joining", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._ending.wait(LOOK_S):
            for folder in folders(self.settings):
                if self._ending.is_set():
                    return
                if time.monotonic() >= self._again.get(folder.name, 0):
                    self._try(folder)

    def _try(self, folder: Path) -> None:
        """One meeting that cannot be joined keeps no other from it."""
        try:
            self.join_if_over(folder)
        except Stopped:
            log.info("the sound of meeting %s is left to the next process", folder.name)
        except Exception as fault:
            log.exception("the sound of meeting %s could not be joined; it is tried again", folder.name)
            note_failure(folder, fault)
            self._again[folder.name] = time.monotonic() + AGAIN_S

    def join_if_over(self, folder: Path) -> None:
        """Raises Stopped, OSError, and what the store raises."""
        meeting_id = folder.name
        if self._is_done(meeting_id) and self.db.read_now(partial(is_over, meeting_id=meeting_id)):
            self.join_meeting(meeting_id, folder)

    def join_meeting(self, meeting_id: str, folder: Path) -> None:
        found = parts.parts_in(folder)
        if not self.db.read_now(lambda db: tracks_of(db, meeting_id)):
            log.info("meeting %s: %d parts of its sound are joined", meeting_id, len(found))
            self._expect_room(found)
            self.db.read_now(lambda db: sweep(db, self.settings))
            apart = self.db.read_now(lambda db: interpreters(db, meeting_id))
            self._keep(meeting_id, self._make(found, apart))
        shutil.rmtree(folder)

    def _make(self, found: list[Part], apart: frozenset[int]) -> Made:
        """`apart` are the channels that are no part of the recording."""
        own = tracks.folder(self.settings)
        own.mkdir(parents=True, exist_ok=True)
        by_channel = {channel: list(each) for channel, each in groupby(found, key=lambda part: part.channel)}
        made = {}
        for channel, each in by_channel.items():
            track_id = new_id()
            if joined := join_channel(each, own / track_id, self._go_on):
                made[track_id] = channel, joined
        heard = {channel: each for channel, each in by_channel.items() if channel not in apart}
        whole = blend(heard, own / new_id(), self._go_on)
        sync(own)
        return Made(made, whole)

    def _keep(self, meeting_id: str, made: Made) -> None:
        """The rows and their entries, or nothing."""
        if not made.tracks:
            return
        if made.whole is None:
            self.db.write_now(lambda db: keep(db, meeting_id, made, ""))
            return
        recording_id = new_id()
        path = file_of(self.settings, recording_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        with made.whole[0].path.open("rb") as file:
            take_lock(file)  # nobody's sweep takes it for what a crash has left
            made.whole[0].path.rename(path)
            sync(path.parent)
            self.db.write_now(lambda db: keep(db, meeting_id, made, recording_id))

    def _expect_room(self, found: list[Part]) -> None:
        size = 2 * sum(part.path.stat().st_size for part in found) + RESERVE
        self.settings.files.mkdir(parents=True, exist_ok=True)
        if not has_room(self.settings.files, size):
            raise OSError(FULL[0], f"there is no room for {size} more bytes")

    def _go_on(self) -> None:
        if self._ending.is_set():
            raise Stopped


def folders(settings: Settings) -> list[Path]:
    """Of the meetings that have parts."""
    return sorted(path for path in parts.folder(settings).glob("*") if path.is_dir())


def is_over(db: Session, meeting_id: str) -> bool:
    meeting = db.get(Meeting, meeting_id)
    if meeting is None or not meeting.is_over:
        return False
    return meeting.adjourned_at is None or clock.now() - meeting.adjourned_at >= SETTLED


def sweep(db: Session, settings: Settings) -> None:
    """Delete tracks that a broken-off joining has left; only one process joins."""
    known = set(db.scalars(select(Track.id)))
    for path in tracks.folder(settings).glob("*"):
        if path.name not in known:
            path.unlink()


def keep(db: Session, meeting_id: str, made: Made, recording_id: str) -> None:
    meeting = db.get_one(Meeting, meeting_id)
    for track_id, (channel, joined) in made.tracks.items():
        db.add(
            Track(
                id=track_id, meeting_id=meeting_id, channel=channel, starts_at=clock.of_ms(joined.start_ms),
                duration_ms=joined.duration_ms, size=joined.size, sha256=joined.sha256,
            )
        )  # fmt: skip
    if made.whole is None:
        return
    whole, spans = made.whole
    starts_at = clock.of_ms(whole.start_ms)
    stored = Stored(
        id=recording_id, name=f"{starts_at:%Y-%m-%d}.ogg", size=whole.size, sha256=whole.sha256,
        kind=tracks.KIND, duration_ms=whole.duration_ms, has_picture=False,
    )  # fmt: skip
    recording = add_recording(db, meeting, stored, language=meeting.language, by=record.SYSTEM)
    recording.channels = spans
    time_recording(db, recording, starts_at, by=record.SYSTEM, clock_from=RECORD)
    withhold_what_was_captioned(db, recording)
