"""The ordinary audio stream, some seconds behind: for locked phones, poor lines and pages without scripts.

HLS in segments of a second, and the same sound as one endless answer for browsers that play no HLS. It is
made only while somebody asks for it.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import cached_property
from struct import Struct

from engage import clock
from meetings.floor.mixing import AAC_RATE, FRAME, Mixer, padded
from meetings.floor.packets import RATE, Packet

SEGMENT_FRAMES = 24
"""1.024 seconds."""
WINDOW_S = 0.5
"""How long is waited for packets that are late; a narrower window has lost words."""
BEFORE_S = 4
"""Silence that a new stream begins with, so that a player starts at once."""
KEPT = 10
"""Segments."""
STARTS_WITH = 2
"""Segments that the endless answer begins with: a player wants some before it plays."""
EVEN = 400
"""Bytes of a frame in the endless answer, at least (a frame may have 768): Chromium reads nothing before it
has 32 KiB, which is then 3.5 s of sound, and of silence as well."""
IDLE_S = 60
"""Nobody has asked for so long: the stream ends."""

OWNER, TIME = b"com.apple.streaming.transportStreamTimestamp\0", Struct(">Q")

Heard = tuple[float, Packet | None]
"""When it came, and the packet; None where the sound was turned off."""


@dataclass(frozen=True)
class Segment:
    number: int
    """Counted on in every stream of a meeting, also after a restart, since browsers keep segments."""
    place: int
    """Frames of the stream before it."""
    frames: tuple[bytes, ...]
    is_cut: bool
    """The sound does not go on from the one before: there was a recess."""

    @property
    def seconds(self) -> float:
        return len(self.frames) * FRAME / AAC_RATE

    @property
    def sound(self) -> bytes:
        return b"".join(self.frames)

    @cached_property
    def even(self) -> bytes:
        """Of about as many bytes whether somebody speaks or not."""
        return b"".join(padded(each, EVEN) for each in self.frames)

    @property
    def file(self) -> bytes:
        """With its time in front, as HLS wants it (RFC 8216, 3.4): an ID3 tag with one private frame."""
        time_90khz = self.place * FRAME * 90_000 // AAC_RATE % (1 << 33)
        owned = OWNER + TIME.pack(time_90khz)
        private = b"PRIV" + bytes((0, 0, 0, len(owned), 0, 0)) + owned
        return b"ID3\x04\x00\x00" + bytes((0, 0, 0, len(private))) + private + self.sound


class Stream:
    """One meeting's. `take` and `pause` in the event loop, `advance` in a thread, one at a time."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self.now = now
        self.segments: tuple[Segment, ...] = ()
        self.cuts = 0
        """Of the segments that are no longer kept."""
        self.is_ending = False
        """The meeting is over; `is_over` once the rest can be heard, too."""
        self.is_over = False
        self.asked_at = now()
        self.news = asyncio.Event()
        self._heard: list[Heard] = []
        self._mixer: Mixer | None = None
        self._began = 0.0
        self._frames: list[bytes] = []
        self._number, self._place = clock.ms(clock.now()) // 1000, 0
        self._is_cut = False

    @property
    def is_idle(self) -> bool:
        return self.now() - self.asked_at > IDLE_S

    def take(self, packet: Packet) -> None:
        self._heard.append((self.now(), packet))

    def pause(self) -> None:
        """What was said until now is still heard, some seconds later; then nothing."""
        self._heard.append((self.now(), None))

    def collect(self) -> list[Heard]:
        """What has come since it was last collected."""
        heard, self._heard = self._heard, []
        return heard

    def advance(self, heard: list[Heard], *, is_on: bool) -> None:
        """Mix what is due by now."""
        for at, packet in heard:
            if packet is None:
                self._finish(at)
            else:
                mixer = self._mixer or self._begin(at)
                mixer.take(packet, int((at - self._began) * RATE))
        if is_on:
            mixer = self._mixer or self._begin(self.now())
            self._keep(mixer.mix(int((self.now() - self._began - WINDOW_S) * RATE)))
        else:
            self._finish(self.now())

    def _begin(self, at: float) -> Mixer:
        """After a recess nothing is put before it: whoever is still listening would fall behind."""
        self._mixer, self._began = Mixer(), at - (0 if self.segments else BEFORE_S)
        return self._mixer

    def _finish(self, at: float) -> None:
        """What is still waiting to be mixed; the last segment may be shorter."""
        if self._mixer:
            self._keep(self._mixer.finish(int((at - self._began) * RATE)))
            self._close_segment()
            self._mixer, self._is_cut = None, True

    def _keep(self, frames: list[bytes]) -> None:
        for frame in frames:
            self._frames.append(frame)
            if len(self._frames) == SEGMENT_FRAMES:
                self._close_segment()

    def _close_segment(self) -> None:
        if self._frames:
            made = Segment(self._number, self._place, tuple(self._frames), self._is_cut)
            self._number, self._place = self._number + 1, self._place + len(self._frames)
            self._frames, self._is_cut = [], False
            gone = self.segments[: -KEPT + 1]
            self.cuts += sum(each.is_cut for each in gone)
            self.segments = (*self.segments[len(gone) :], made)

    # for those who listen

    def playlist(self) -> str:
        """RFC 8216, of the segments that are kept; its end where the meeting is over."""
        lines = ["#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:1"]
        first = self.segments[0].number if self.segments else self._number
        lines += [f"#EXT-X-MEDIA-SEQUENCE:{first}", f"#EXT-X-DISCONTINUITY-SEQUENCE:{self.cuts}"]
        for each in self.segments:
            lines += ["#EXT-X-DISCONTINUITY"] if each.is_cut else []
            lines += [f"#EXTINF:{each.seconds:.3f},", f"{each.number}.aac"]
        return "\n".join([*lines, *(["#EXT-X-ENDLIST"] if self.is_over else []), ""])

    def segment(self, number: int) -> Segment | None:
        return next((each for each in self.segments if each.number == number), None)

    def tell(self) -> None:
        """Wake whoever waits for the next segment."""
        news, self.news = self.news, asyncio.Event()
        news.set()

    async def endless(self) -> AsyncIterator[bytes]:
        """The sound from a moment ago on; who takes it too slowly misses some."""
        heard = self.segments[-STARTS_WITH].number - 1 if len(self.segments) >= STARTS_WITH else 0
        while True:
            for each in self.segments:
                if each.number > heard:
                    self.asked_at, heard = self.now(), each.number
                    yield each.even
            if self.is_over:
                return
            self.asked_at = self.now()
            await self.news.wait()
