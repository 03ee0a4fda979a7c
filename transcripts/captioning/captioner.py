"""The captions of one meeting, from the parts of its recording to rows."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from engage import clock
from engage.db import Database
from meetings.floor.standing import StandingOf
from transcripts import gate
from transcripts.captioning import actions
from transcripts.captioning.hearing import Hear
from transcripts.captioning.pace import FRESH_S, SKIP, STOP, Pace
from transcripts.captioning.pieces import PER_MS, Ear, end_of_piece
from transcripts.captioning.queries import Wanted
from transcripts.captioning.said import Said
from transcripts.captioning.tailing import Parts
from transcripts.gate import Piece
from transcripts.pauses import RATE

KEPT = RATE * 3 // 10
"""Of a silence: a word may be beginning."""

log = logging.getLogger(__name__)


class Overtaken(Exception):
    """The machine does not keep up with what is said."""


@dataclass(eq=False)
class Captioner:
    db: Database
    wanted: Wanted
    parts: Parts
    hear: Hear
    standing_of: StandingOf
    ears: dict[int, Ear] = field(default_factory=dict)
    """By channel."""
    pace: Pace = field(default_factory=Pace)
    now: Callable[[], float] = time.monotonic

    def listen(self) -> None:
        """Take in the sound that has come, as that of whoever is on the air there by now."""
        now, persons = self.now(), dict[int, str]()
        for sound in self.parts.taken(self.wanted.without):
            persons = persons or self._persons()
            ear = self.ears.setdefault(sound.channel, Ear(sound.channel))
            ear.add(sound, persons.get(sound.channel, ear.person), now)

    def write_next(self) -> bool:
        """Hear the piece that has waited longest, and write it; False when none is due. Raises Overtaken."""
        now = self.now()
        self._keep_up(now)
        due = [ear for ear in self.ears.values() if ear.is_due(now)]
        if due:
            ear = min(due, key=lambda each: each.oldest_ms() or each.end_ms)
            self._write(ear, is_over=ear.is_over(now))
        return bool(due)

    def write_rest(self) -> None:
        """Nothing more comes."""
        self.listen()
        for ear in self.ears.values():
            while len(ear.samples):
                self._write(ear, is_over=True)
        self.parts.close()

    def _persons(self) -> dict[int, str]:
        standing = self.db.read_now(lambda db: self.standing_of(db, self.wanted.meeting_id))
        return {grant.channel: grant.person for grant in standing.grants}

    def _keep_up(self, now: float) -> None:
        here_ms = clock.ms(clock.now())
        waiting = [oldest for ear in self.ears.values() if (oldest := ear.oldest_ms()) is not None]
        behind_s = (here_ms - min(waiting, default=here_ms)) / 1000
        told = self.pace.note(behind_s, now)
        if told == STOP:
            raise Overtaken
        if told == SKIP:
            log.warning("captions of %s, %.0f s late, leave out the old", self.wanted.meeting_id, behind_s)
            self.db.write_now(lambda db: actions.settle_captions(db, self.wanted.meeting_id))
            for ear in self.ears.values():
                ear.caption = ""
                ear.skip_to(here_ms - round(FRESH_S * 1000))

    def _write(self, ear: Ear, *, is_over: bool) -> None:
        pieces = gate.speech(ear.samples)
        if pieces:
            said = ear.known(pieces) or self._heard(ear, pieces)
            self._keep(ear, said, pieces, is_over=is_over)
            return
        if ear.caption:
            self._keep_rows(ear, Said((), self.wanted.language), None)
        left = 0 if is_over else min(KEPT, len(ear.samples))
        ear.drop(len(ear.samples) - left)
        ear.heard = left

    def _heard(self, ear: Ear, pieces: Sequence[Piece]) -> Said:
        return self.hear(ear.samples, pieces, start_ms=ear.start_ms, language=self.wanted.language)

    def _keep(self, ear: Ear, said: Said, pieces: Sequence[Piece], *, is_over: bool) -> None:
        length = len(ear.samples)
        end = end_of_piece(pieces, said.words, ear, length, is_over=is_over)
        if end is None:
            self._keep_rows(ear, None, said)
            ear.hold(said, pieces)
            return
        final, rest = said.divided(ear.start_ms + end // PER_MS) if end < length else (said, None)
        self._keep_rows(ear, final, rest)
        ear.heard = length
        ear.drop(end)

    def _keep_rows(self, ear: Ear, final: Said | None, rest: Said | None) -> None:
        """In one transaction; the ear is changed when it holds."""
        ear.caption = self.db.write_now(
            lambda db: actions.keep_captions(db, self.wanted.meeting_id, ear, final, rest)
        )
