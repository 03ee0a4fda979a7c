"""Following the parts of a meeting's recording while they grow: sound as soon as it is on the disk."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np

from meetings.floor import parts
from meetings.floor.opus import new_decoder
from meetings.floor.packets import RATE as OPUS_RATE
from meetings.floor.packets import duration_ms
from transcripts.captioning.ogg import Page, Pages
from transcripts.pauses import RATE, Samples

AT_ONCE = 1 << 16
"""Bytes that are read at a time: some 16 seconds of speech."""
BEFORE = 2 * AT_ONCE
"""Of a part that is long already only so much of its end is read."""
APART_MS = 100
"""Times that differ by less are one piece of sound."""


class Sound(NamedTuple):
    channel: int
    start_ms: int
    """By the house's clock."""
    samples: Samples
    """Mono, 16 kHz."""

    @property
    def end_ms(self) -> int:
        return self.start_ms + len(self.samples) * 1000 // RATE


class Decoder:
    """Opus packets to samples at 16 kHz."""

    def __init__(self) -> None:
        self._codec = new_decoder()
        self._resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)

    def samples(self, packet: bytes) -> Samples:
        """Nothing from a packet that is damaged."""
        found = [np.zeros(0, np.float32)]
        with suppress(av.error.FFmpegError):
            for frame in self._codec.decode(av.Packet(packet)):
                frame.pts = None
                found += [each.to_ndarray()[0] for each in self._resampler.resample(frame)]
        return np.concatenate(found)


class Part:
    """One file of one channel, as far as it is written by now."""

    def __init__(self, path: Path, channel: int, start_ms: int, *, since_ms: int) -> None:
        self.channel, self.start_ms, self._since_ms = channel, start_ms, since_ms
        self._pages, self._decoder = Pages(), Decoder()
        self._file = path.open("rb", buffering=0)
        if (size := path.stat().st_size) > BEFORE:
            self._file.seek(size - BEFORE)

    def taken(self) -> Iterator[Sound]:
        """What has come since this was last asked, from `since_ms` on; nothing longer than AT_ONCE bytes."""
        while data := self._file.read(AT_ONCE):
            held: list[Sound] = []
            for page in self._pages.fed(data):
                sound = self._sound(page)
                if held and abs(sound.start_ms - held[-1].end_ms) > APART_MS:
                    yield from _joined(held)
                    held = []
                held += [sound] if len(sound.samples) else []
            yield from _joined(held)

    def close(self) -> None:
        self._file.close()

    def _sound(self, page: Page) -> Sound:
        """Its time is told by its end, so that it holds wherever in the file reading began."""
        end_ms = self.start_ms + page.granule * 1000 // OPUS_RATE
        start_ms = end_ms - round(sum(duration_ms(each) for each in page.packets))
        if end_ms <= self._since_ms:
            return Sound(self.channel, start_ms, np.zeros(0, np.float32))
        samples = [self._decoder.samples(each) for each in page.packets]
        return Sound(self.channel, start_ms, np.concatenate(samples))


def _joined(held: list[Sound]) -> list[Sound]:
    if not held:
        return []
    return [held[0]._replace(samples=np.concatenate([each.samples for each in held]))]


@dataclass
class Parts:
    """All parts of one meeting; new ones are found as they appear."""

    folder: Path
    since_ms: int
    _open: dict[str, Part] = field(default_factory=dict)
    _gone: set[str] = field(default_factory=set)

    def taken(self, without: frozenset[int] = frozenset()) -> Iterator[Sound]:
        """What has come since, channel by channel; nothing of the channels `without`."""
        self._look(without)
        latest: dict[int, str] = {}
        for name, part in sorted(self._open.items(), key=lambda each: each[1].start_ms):
            yield from part.taken()
            if former := latest.get(part.channel):  # the channel goes on in another part
                self._open.pop(former).close()
                self._gone.add(former)
            latest[part.channel] = name

    def close(self) -> None:
        for part in self._open.values():
            part.close()
        self._open.clear()

    def _look(self, without: frozenset[int]) -> None:
        names = [path.name for path in self.folder.glob("*.ogg")]
        for name in sorted(set(names) - self._open.keys() - self._gone):
            told = parts.part_of(self.folder / name)
            if told and told.channel not in without:
                with suppress(FileNotFoundError):  # it has just been joined with others
                    self._open[name] = Part(told.path, told.channel, told.start_ms, since_ms=self.since_ms)
