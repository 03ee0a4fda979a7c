"""From parts to tracks: one file a channel, its packets as they came and silence where there were none."""

import hashlib
import logging
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import av

from meetings.floor.ogg import OggFile
from meetings.floor.packets import SILENCE, SILENCE_MS, duration_ms
from meetings.floor.parts import Part

PAGE_PACKETS = 50

log = logging.getLogger(__name__)


class Joined(NamedTuple):
    """A sound file that is whole on the disk. Its time 0 is `start_ms` since 1970."""

    path: Path
    start_ms: int
    duration_ms: int
    size: int
    sha256: str


def join_channel(parts: Sequence[Part], path: Path, go_on: Callable[[], None]) -> Joined | None:
    """The parts of one channel, in order, as one file whose time is the meeting's from its first sound on;
    None without one. `go_on` is called for every part and may raise to stop. Raises OSError."""
    file, start_ms = None, 0
    try:
        for part in parts:
            go_on()
            packets = packets_of(part.path)
            if (first := next(packets, None)) is None:
                continue
            if file is None:
                file, start_ms = OggFile(path), part.start_ms
            silence = round((part.start_ms - start_ms - file.written_ms) / SILENCE_MS)
            write_all(file, chain([SILENCE] * silence, [first], packets))
        if file is None:
            return None
        file.end()
        return Joined(path, start_ms, round(file.written_ms), file.size, sha256_of(path))
    finally:
        if file:
            file.let_go()


def write_all(file: OggFile, packets: Iterator[bytes]) -> None:
    for n, payload in enumerate(packets, 1):
        file.write(payload, duration_ms(payload))
        if n % PAGE_PACKETS == 0:
            file.flush()


def packets_of(path: Path) -> Iterator[bytes]:
    """All that can be read; a part that was cut off ends where it does."""
    try:
        with av.open(f"file:{path}", format="ogg") as container:
            for packet in container.demux(container.streams.audio[0]):
                if payload := bytes(packet):
                    yield payload
    except (av.FFmpegError, IndexError):
        log.warning("%s, of %d bytes, cannot be read to its end", path, path.stat().st_size)


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
