"""The process that writes live captions. It rests until a meeting is heard, and may die at any moment; then
it goes on with what is said next."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from threading import Event

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from engage import clock
from engage.db import Database, StoreFailed
from engage.settings import Settings
from meetings.floor import parts
from meetings.floor.standing import StandingOf
from meetings.models import Meeting
from transcripts.captioning import actions, queries
from transcripts.captioning.captioner import Captioner, Overtaken
from transcripts.captioning.hearing import Hear, Recogniser, model_for
from transcripts.captioning.queries import Wanted
from transcripts.captioning.tailing import Parts
from transcripts.uploads import take_lock
from transcripts.weights import ModelMissing
from transcripts.worker import stopped_by_signal

BUSY, NO_MODEL = "busy", "no_model"
LOOK_S, POLL_S = 1.0, 0.1
"""How often meetings are looked for, and the sound of one that is heard."""
BACK = timedelta(seconds=10)
"""So much of what was said before the captioner came is still written down."""
LAST_S = 2.0
"""How long after its end the recorder may still have something to write."""

log = logging.getLogger(__name__)

HearIn = Callable[[str], Hear]
"""Who hears a meeting in this language. Raises ModelMissing."""


@dataclass(eq=False)
class Rooms:
    """The meetings that are captioned just now."""

    db: Database
    settings: Settings
    hear_in: HearIn
    standing_of: StandingOf
    open: dict[str, Captioner] = field(default_factory=dict)
    ending: dict[str, float] = field(default_factory=dict)
    """Whose sound is off: by when all of it is on the disk."""
    now: Callable[[], float] = time.monotonic
    looked: float = -LOOK_S

    def look(self) -> None:
        """Which meetings are to be captioned now."""
        now = self.now()
        if now - self.looked < LOOK_S:
            return
        self.looked = now
        wanted = {each.meeting_id: each for each in self.db.read_now(queries.wanted)}
        for meeting_id, each in wanted.items():
            self.ending.pop(meeting_id, None)
            self._begin(each)
        for meeting_id in self.open.keys() - wanted.keys():
            if now > self.ending.setdefault(meeting_id, now + LAST_S):
                self._end(meeting_id)

    def write(self) -> bool:
        """Hear a piece for each; False when there is nothing to do."""
        is_busy = False
        for meeting_id, captioner in list(self.open.items()):
            try:
                captioner.listen()
                is_busy |= captioner.write_next()
            except Overtaken:
                self._stop(meeting_id, BUSY)
            except ModelMissing:
                self._stop(meeting_id, NO_MODEL)
        return is_busy

    def _begin(self, wanted: Wanted) -> None:
        if wanted.meeting_id not in self.open:
            try:
                hear = self.hear_in(wanted.language)
            except ModelMissing:
                self._stop(wanted.meeting_id, NO_MODEL)
                return
            self.db.write_now(partial(actions.settle_captions, meeting_id=wanted.meeting_id))
            found = Parts(parts.folder(self.settings) / wanted.meeting_id, self._since_ms(wanted.meeting_id))
            self.open[wanted.meeting_id] = Captioner(
                self.db, wanted, found, hear, self.standing_of, now=self.now
            )
        self.open[wanted.meeting_id].wanted = wanted

    def _since_ms(self, meeting_id: str) -> int:
        """Nothing twice, and nothing that is long past."""
        last = self.db.read_now(partial(queries.ended_at, meeting_id=meeting_id))
        since = clock.now() - BACK
        return clock.ms(max(last, since) if last else since)

    def _end(self, meeting_id: str) -> None:
        """What was said to the end is still written; not where captions were turned off."""
        captioner = self.open.pop(meeting_id)
        del self.ending[meeting_id]

        def are_wanted(db: Session) -> bool:
            return db.get_one(Meeting, meeting_id).has_captions

        if self.db.read_now(are_wanted):
            captioner.write_rest()
        self._close(captioner)

    def _stop(self, meeting_id: str, why: str) -> None:
        log.warning("captions of %s are turned off: %s", meeting_id, why)
        if captioner := self.open.pop(meeting_id, None):
            self._close(captioner)
        self.db.write_now(partial(actions.stop_captions, meeting_id=meeting_id, why=why))

    def _close(self, captioner: Captioner) -> None:
        captioner.parts.close()
        self.db.write_now(partial(actions.settle_captions, meeting_id=captioner.wanted.meeting_id))


def run(
    settings: Settings, *, standing_of: StandingOf, until: Event | None = None, hear_in: HearIn | None = None
) -> None:
    """Write captions until `until` is set (without one: until SIGTERM or SIGINT). A second process of the
    same data folder waits, and takes over when the first ends."""
    until = until or stopped_by_signal()
    settings.run.mkdir(parents=True, exist_ok=True)
    with (settings.run / "captions.lock").open("ab") as lock:
        while not (until.is_set() or take_lock(lock)):
            until.wait(LOOK_S)
        db = Database(settings.database)
        rooms = Rooms(db, settings, hear_in or recognisers(), standing_of)
        try:
            while not until.is_set():
                if not _turn(rooms):
                    until.wait(POLL_S if rooms.open else LOOK_S)
        finally:
            db.close()


def recognisers() -> HearIn:
    """One for each model that is needed; with one thread, for the pages come first."""
    known: dict[str, Recogniser] = {}

    def hear_in(language: str) -> Hear:
        model = model_for(language)
        return known.setdefault(model, Recogniser(model)).hear

    return hear_in


def _turn(rooms: Rooms) -> bool:
    try:
        rooms.look()
        return rooms.write()
    except (OperationalError, StoreFailed):
        log.exception("captions cannot be written just now")
        return False
