"""When a file says that it was made, and what that is worth: its beginning, its end, or neither."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Devices whose clock was never set begin in 1904, 1970 or 1980."""
BEFORE = timedelta(minutes=30)
"""A recorder is switched on so long before the body sits, and off so long after it rises, at most."""


class Reading(NamedTuple):
    """When the recording may have begun, by what the file says."""

    starts_at: datetime
    is_sure: bool
    """The file can mean nothing else: the other reading would not fit the meeting."""


def made_at(metadata: Mapping[str, str]) -> datetime | None:
    """Of a container's metadata; None for nonsense, and for a time whose zone nobody knows."""
    try:
        moment = datetime.fromisoformat(metadata.get("creation_time", "").strip())
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo and moment > OLDEST else None


def readings(
    made: datetime | None, duration_ms: int | None, opened: datetime | None, closed: datetime
) -> list[Reading]:
    """What `made` may mean for a meeting that sat from `opened` to `closed`, the likelier first.

    Many devices note when the recording began, many when it ended, some when it was exported. Only what lies
    within the meeting counts. It is sure only where beginning and end cannot be taken for each other: a
    recording of the whole meeting, not one of ten minutes of it.
    """
    if made is None or opened is None:
        return []
    length = timedelta(milliseconds=duration_ms or 0)
    fits = [
        start
        for start in dict.fromkeys((made, made - length))
        if opened - BEFORE <= start <= closed and start + length <= closed + BEFORE
    ]
    is_sure = fits == [made] and length > timedelta()
    return [Reading(start, is_sure) for start in fits]
