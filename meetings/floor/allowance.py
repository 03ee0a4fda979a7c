"""How much one microphone may send: what a codec makes in time, and what a stalled line sends at once."""

import time
from collections.abc import Callable

PACKETS_S, BYTES_S = 60, 52_000
"""In a second: frames of 20 ms with some to spare, and plain samples (48,000 bytes) with their headers."""
BURST_S = 5
"""So much may come at once."""


class Allowance:
    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._at = now()
        self._packets, self._bytes = float(PACKETS_S * BURST_S), float(BYTES_S * BURST_S)

    def takes(self, size: int) -> bool:
        """Whether a message of so many bytes is within what may be sent."""
        now = self._now()
        passed, self._at = now - self._at, now
        self._packets = min(self._packets + passed * PACKETS_S, PACKETS_S * BURST_S) - 1
        self._bytes = min(self._bytes + passed * BYTES_S, BYTES_S * BURST_S) - size
        return self._packets >= 0 and self._bytes >= 0
