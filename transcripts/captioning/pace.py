"""Keeping up: when captions fall behind, what is old is left out; when that does not help, they stop."""

from collections import deque
from dataclasses import dataclass, field

LATE_S = 15.0
"""Captions that are later are of no use to anybody who listens."""
FRESH_S = 5.0
"""After leaving out, only so much old sound is still heard."""
PATIENCE, WITHIN_S = 3, 180.0
"""So often in so long something may be left out."""

FINE, SKIP, STOP = "fine", "skip", "stop"


@dataclass
class Pace:
    skips: deque[float] = field(default_factory=deque)

    def note(self, behind_s: float, now: float) -> str:
        """What to do when sound has been waiting for so long: FINE, SKIP or STOP."""
        if behind_s <= LATE_S:
            return FINE
        self.skips.append(now)
        while self.skips[0] < now - WITHIN_S:
            self.skips.popleft()
        return STOP if len(self.skips) > PATIENCE else SKIP
