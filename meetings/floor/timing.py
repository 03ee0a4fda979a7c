"""When a packet was spoken: file time is meeting time, whatever the line and the speaker's clock do. Pure.

Packets count themselves, so a burst after a stalled line is laid out by its count and not by its arrival.
A packet is never early: the least time that any has taken of late tells how the speaker's clock stands to
ours, and follows it where it goes too fast or too slow.
"""

from collections.abc import Sequence
from math import inf
from typing import NamedTuple

from meetings.floor.packets import SILENCE_MS

WINDOW_MS = 5_000
"""Between one and two of these are looked back for the quickest packet; a clock that is off by 200 ppm goes
wrong by 2 ms in that time."""
NEAR_MS, FAR_MS, GAP_MS = 15, 30, 60
"""What is put right at a quiet moment, what at any moment, and what is no drift any more. Beyond the last,
silence is put in at any moment, and nothing is left out but at a quiet one: it would be speech."""
AT_ONCE_MS = 200
"""Packets after a break that count on by so much more than time went by were held back by the line."""
EARLY_MS = 500
"""A count that runs ahead of time by more is wrong, and is not believed."""
QUIET = 0.6
"""A packet is quiet when it is so much smaller than packets are of late."""


class Arrival(NamedTuple):
    turn: int
    seq: int
    payload: bytes
    duration_ms: float
    at_ms: float
    """On the house's clock, since 1970."""


class Amends(NamedTuple):
    """What stands in the file before a packet, and whether the packet itself does."""

    silences: int
    is_kept: bool


class Pace:
    """One microphone's count laid over the meeting's clock."""

    def __init__(self) -> None:
        self._last: Arrival | None = None
        self._media_ms = 0.0
        self._before, self._least, self._since = inf, inf, -inf
        self._size = 0.0

    def hear(self, packet: Arrival) -> float:
        """Where it belongs by the microphone's own count, in ms from its first packet."""
        media, spare = self._counted(packet), packet.at_ms - packet.duration_ms
        if packet.at_ms - self._since >= WINDOW_MS:
            self._before, self._least, self._since = self._least, inf, packet.at_ms
        if spare - media < self.delay_ms - EARLY_MS and self._last:
            media = self._media_ms + self._last.duration_ms
        self._least = min(self._least, spare - media)
        self._last, self._media_ms = packet, media
        return media

    @property
    def delay_ms(self) -> float:
        """Of the quickest packet; what counts from the microphone's first packet on is counted from 1970."""
        return min(self._before, self._least)

    def moment(self, media_ms: float) -> float:
        """When that was spoken, in ms since 1970."""
        return media_ms + self.delay_ms

    def goes_on(self, packets: Sequence[Arrival]) -> bool:
        """After a break: whether the count still tells the time. It does when what is missing was counted,
        and when the line held back what now comes at once; not when the microphone slept."""
        first, last = packets[0], packets[-1]
        if self._last is None or first.turn != self._last.turn or first.seq <= self._last.seq:
            return False
        late = first.at_ms - first.duration_ms - self._counted(first) - self.delay_ms
        told = (last.seq - first.seq) * last.duration_ms
        return abs(late) < AT_ONCE_MS or told > 2 * (last.at_ms - first.at_ms) + AT_ONCE_MS

    def follows(self, packet: Arrival, idle_ms: float) -> bool:
        """Whether it is of the same turn, counts on, and comes without a break."""
        last = self._last
        is_next = last is not None and packet.turn == last.turn and packet.seq > last.seq
        return is_next and last is not None and packet.at_ms - last.at_ms <= idle_ms

    def is_quiet(self, payload: bytes) -> bool:
        """By its size; the codec spends little on a pause."""
        self._size += (len(payload) - self._size) / (64 if self._size else 1)
        return len(payload) <= QUIET * self._size

    def _counted(self, packet: Arrival) -> float:
        if self._last is None:
            return 0.0
        return self._media_ms + (packet.seq - self._last.seq) * self._last.duration_ms


def amends(behind_ms: float, duration_ms: float, *, is_quiet: bool) -> Amends:
    """For a packet that belongs so much behind the end of the file (less than 0: before it)."""
    if behind_ms >= (NEAR_MS if is_quiet else FAR_MS):
        return Amends(round(behind_ms / SILENCE_MS), True)
    is_drift = -GAP_MS < behind_ms <= -FAR_MS
    if is_drift or (is_quiet and behind_ms <= -NEAR_MS):
        return Amends(max(0, round((duration_ms + behind_ms) / SILENCE_MS)), False)
    return Amends(0, True)
