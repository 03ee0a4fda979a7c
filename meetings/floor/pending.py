"""Sound of a meeting that is over and is not joined yet, and why not: what its clerk is told of it."""

from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from engage.language import N_
from engage.settings import Settings
from engage.space import FULL
from meetings.floor import parts
from meetings.floor.recording import IS_FULL
from meetings.models import Meeting

FAILED = "failed"
"""A file beside the parts, with a msgid; it goes with them."""
IS_WRONG = N_("Something is wrong with its files. Please tell the operator.")


class Pending(NamedTuple):
    why: str
    """A msgid, where it could not be joined the last time; else nothing."""


def pending(settings: Settings, meeting: Meeting) -> Pending | None:
    """None where nothing waits to be joined."""
    own = parts.folder(settings) / meeting.id
    if not meeting.is_over or not parts.parts_in(own):
        return None
    with suppress(OSError):
        return Pending((own / FAILED).read_text("utf-8"))
    return Pending("")


def note_failure(folder: Path, fault: Exception) -> None:
    """On a disk that takes not even this, the page goes on saying that it is being joined."""
    is_full = isinstance(fault, OSError) and fault.errno in FULL
    with suppress(OSError):
        (folder / FAILED).write_text(IS_FULL if is_full else IS_WRONG, "utf-8")
