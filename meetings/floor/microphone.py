"""One open microphone: what comes from it is counted, looked at and, where it is plain samples, encoded."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from meetings.floor.allowance import Allowance
from meetings.floor.encoding import Encoder
from meetings.floor.packets import OPUS, PCM, NotSound, Packet, parse
from meetings.floor.parties import Voice

MOST_FAULTS = 20
"""Messages that are no packets, from one microphone; then it is cut off."""

QUIET_S = 3.0
"""Who is on the air and sends nothing for so long has lost the connection, whatever their socket says."""


class Misused(Exception):
    """More comes from a microphone than a codec makes, or too much that is no sound."""


@dataclass(eq=False)
class Microphone:
    voice: Voice
    allowance: Allowance = field(default_factory=Allowance)
    encoder: Encoder | None = None
    faults: int = 0
    heard_at: float = field(default_factory=time.monotonic)
    """When something came from it last, or its person was put on the air."""
    is_quiet: bool = False

    def falls_quiet(self) -> bool:
        """Whether nothing has come for too long, which was not known yet."""
        was_quiet, self.is_quiet = self.is_quiet, time.monotonic() - self.heard_at >= QUIET_S
        return self.is_quiet and not was_quiet

    def sounds_again(self) -> bool:
        """Something comes. Whether nothing had come for too long."""
        was_quiet, self.is_quiet, self.heard_at = self.is_quiet, False, time.monotonic()
        return was_quiet

    def packet(self, data: bytes) -> Packet | None:
        """What this message holds; nothing, where that is no packet. Raises Misused."""
        if not self.allowance.takes(len(data)):
            raise Misused
        try:
            return parse(data)
        except NotSound:
            self.faults += 1
            if self.faults > MOST_FAULTS:
                raise Misused from None
            return None

    def as_opus(self, packet: Packet) -> Sequence[Packet]:
        """A browser without the codec sends plain samples; they are encoded once, for everybody."""
        if packet.kind != PCM:
            return (packet,)
        self.encoder = self.encoder or Encoder()
        return [packet._replace(kind=OPUS, payload=each) for each in self.encoder.packets(packet.payload)]
