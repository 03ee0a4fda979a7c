"""The files of a recording that grows: one for each stretch of sound of a channel, named by its beginning."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from engage.settings import Settings

log = logging.getLogger(__name__)


class Part(NamedTuple):
    channel: int
    start_ms: int
    """Of its first sound, on the house's clock, since 1970."""
    path: Path


def folder(settings: Settings) -> Path:
    """Of all meetings' parts; those of one lie under its id until they are joined."""
    return settings.data / "floor"


def path_of(folder: Path, channel: int, start_ms: int) -> Path:
    """In the folder of one meeting."""
    return folder / f"{channel}-{start_ms}.ogg"


def parts_in(folder: Path) -> list[Part]:
    """By channel, in order of time; nothing where there is no such folder."""
    return sorted(_found(folder))


def _found(folder: Path) -> Iterator[Part]:
    for path in folder.glob("*.ogg"):
        if part := part_of(path):
            yield part
        else:
            log.warning("%s is no part of a recording", path)


def part_of(path: Path) -> Part | None:
    """By its name; None for another file."""
    channel, _, start = path.stem.partition("-")
    return Part(int(channel), int(start), path) if channel.isdecimal() and start.isdecimal() else None
