"""What an edit keeps of a line: the columns it may change, so that it can be shown and taken back."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from engage import clock
from transcripts.models import Line

EVERYTHING = tuple(column.name for column in Line.__table__.columns if column.name != "recording_id")
WORDS = ("id", "version", "text", "words", "heard", "reviewed_at")
SPEAKER = ("id", "version", "speaker_id", "is_named")
REVIEW = ("id", "version", "reviewed_at")
NO_MATTER = ("version", "place")
"""Of a line that stands as an edit has left it: both change with what is done and undone around it."""


def snapshot(line: Line, columns: Iterable[str] = EVERYTHING) -> dict[str, Any]:
    """As JSON keeps it; moments as the text of `clock.text`."""
    return {name: _kept(getattr(line, name)) for name in columns}


def _kept(value: Any) -> Any:
    return clock.text(value) if isinstance(value, datetime) else value


def stands_as(line: Line, kept: dict[str, Any]) -> bool:
    """Nothing of what was kept has been changed since."""
    return all(_kept(getattr(line, name)) == kept[name] for name in kept if name not in NO_MATTER)


def put_back(line: Line, kept: dict[str, Any]) -> None:
    """Everything that was kept, but its place; the version only goes up, and not for a review alone."""
    for name, value in kept.items():
        if name == "reviewed_at":
            line.reviewed_at = datetime.fromisoformat(value) if value else None
        elif name not in NO_MATTER:
            setattr(line, name, value)
    if kept.keys() - set(REVIEW):
        line.version = max(line.version or 0, kept["version"]) + 1
