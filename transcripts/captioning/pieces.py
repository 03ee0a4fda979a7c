"""One channel's sound in pieces that are heard by themselves, cut in pauses and where speakers change."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from transcripts.captioning.said import Said
from transcripts.captioning.tailing import Sound
from transcripts.gate import Piece
from transcripts.pauses import FRAME, RATE, Samples, loudness
from transcripts.sentences import Word

PER_MS = RATE // 1000
STEP = RATE * 3 // 2
"""So much new sound is worth another hearing, even in the midst of a sentence."""
PAUSE, LONG_PAUSE = RATE * 2 // 5, RATE
"""A piece ends at the one when it is long enough to be understood by itself, at the other in any case."""
ENOUGH, LONGEST = 5 * RATE // 2, 6 * RATE
GAP = RATE // 5
"""Where somebody speaks on and on, such a short pause will do."""
UNSURE = RATE
"""What was said last is heard again with what follows, which makes it clearer."""
HOLE_MS = 1000
"""A longer hole in the sound ends a piece, a shorter one becomes silence."""
STILL_S = 1.0
"""Without new sound for so long nothing follows: the microphone is off the air."""
SAME = RATE // 10
"""Speech that ends so near to where it ended before is the same speech."""
QUIET_DB = 18
NOTHING = np.zeros(0, np.float32)


@dataclass(eq=False)
class Ear:
    """What is held of one channel: the piece that is being heard, and what came after it."""

    channel: int
    start_ms: int = 0
    """Of the first sample, by the house's clock."""
    samples: Samples = field(default_factory=lambda: NOTHING)
    person: str = ""
    caption: str = ""
    """The row that the piece has so far, while it may still change."""
    came: float = 0.0
    """When the last sound came, by a clock that only goes forward."""
    heard: int = 0
    """How many of the samples have been heard, if not for the last time."""
    said: Said | None = None
    """What was heard in them then."""
    spoken_to: int = 0
    """The sample where the speech ended then."""
    waiting: deque[tuple[Sound, str]] = field(default_factory=deque)

    @property
    def end_ms(self) -> int:
        return self.start_ms + len(self.samples) // PER_MS

    def add(self, sound: Sound, person: str, now: float) -> None:
        self.came = now
        self.waiting.append((sound, person))
        self.fill()

    def fill(self) -> None:
        """Take into the piece what belongs to it; silence for a hole."""
        while self.waiting and not self.is_closed:
            sound, person = self.waiting.popleft()
            if not len(self.samples):
                self.start_ms, self.person = sound.start_ms, person
            hole = max(0, sound.start_ms - self.end_ms) * PER_MS
            self.samples = np.concatenate([self.samples, np.zeros(hole, np.float32), sound.samples])

    @property
    def is_closed(self) -> bool:
        """What comes next is another's, or comes after a hole: the piece ends here."""
        if not self.waiting or not len(self.samples):
            return False
        sound, person = self.waiting[0]
        return person != self.person or sound.start_ms - self.end_ms > HOLE_MS

    def is_over(self, now: float) -> bool:
        """Nothing more will come to this piece."""
        return self.is_closed or now - self.came > STILL_S

    def is_due(self, now: float) -> bool:
        """Worth being heard now, again or for the last time."""
        new = len(self.samples) - self.heard
        is_ripe = new >= STEP or (new >= PAUSE and self.is_quiet())
        return len(self.samples) > 0 and (is_ripe or self.is_over(now))

    def is_quiet(self) -> bool:
        """Its end is a pause, as far as loudness tells."""
        level = loudness(self.samples)
        end = level[-(PAUSE // FRAME) :]
        return len(level) > len(end) and bool(end.max() < np.percentile(level, 90) - QUIET_DB)

    def oldest_ms(self) -> int | None:
        """Of the sound that nobody has heard yet; None when all is heard."""
        if self.heard < len(self.samples):
            return self.start_ms + self.heard // PER_MS
        return self.waiting[0][0].start_ms if self.waiting else None

    def hold(self, said: Said, pieces: Sequence[Piece]) -> None:
        """This is what has been said so far."""
        self.said, self.spoken_to, self.heard = said, pieces[-1].end, len(self.samples)

    def known(self, pieces: Sequence[Piece]) -> Said | None:
        """What was heard before, if nothing has been said since."""
        return self.said if self.said and pieces[-1].end <= self.spoken_to + SAME else None

    def drop(self, samples: int) -> None:
        """The first ones are done with."""
        self.samples = self.samples[samples:].copy()
        self.start_ms += samples // PER_MS
        self.heard, self.said = max(0, self.heard - samples), None
        self.fill()

    def skip_to(self, start_ms: int) -> None:
        """Forget what was said before."""
        while self.waiting and self.end_ms <= start_ms:
            self.samples, self.heard = NOTHING, 0
            self.fill()
        self.drop(min(len(self.samples), max(0, start_ms - self.start_ms) * PER_MS))


def end_of_piece(
    pieces: Sequence[Piece], words: Sequence[Word], ear: Ear, length: int, *, is_over: bool
) -> int | None:
    """At which of its first `length` samples the piece ends, whose words are then final; None: it goes on."""
    if is_over:
        return length
    spoken = pieces[-1].end - pieces[0].start
    pause = length - pieces[-1].end
    if pause >= LONG_PAUSE or (pause >= PAUSE and spoken >= ENOUGH):
        return pieces[-1].end + min(pause, PAUSE) // 2
    pauses = [
        (after.start - before.end, (before.end + after.start) // 2)
        for before, after in pairwise(pieces)
        if before.end - pieces[0].start >= ENOUGH
    ]
    if pauses and (max(pauses)[0] >= PAUSE or (length >= LONGEST and max(pauses)[0] >= GAP)):
        return max(pauses)[1]
    return end_of_words(words, ear, length) if length >= LONGEST else None


def end_of_words(words: Sequence[Word], ear: Ear, length: int) -> int | None:
    """Without any pause: between two words, where the widest gap is before the last second."""
    places = [
        (after.start_ms - before.end_ms, (before.end_ms + after.start_ms) // 2)
        for before, after in pairwise(words)
        if (before.end_ms - ear.start_ms) * PER_MS >= ENOUGH
        and (after.start_ms - ear.start_ms) * PER_MS <= length - UNSURE
    ]
    return (max(places)[1] - ear.start_ms) * PER_MS if places else None
