"""What time it is: the one place that asks, so that a test can say otherwise."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from engage import steady

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_set: datetime | None = None


def now() -> datetime:
    """The time in UTC, cut to milliseconds, as the record keeps it. It goes on unchanged when somebody
    sets the machine's clock."""
    if _set:
        return _set.replace(microsecond=_set.microsecond // 1000 * 1000)
    return of_ms(steady.now_ns() // 1_000_000)


def text(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds: 2026-11-22T19:41:07.250Z. Sorts as time does."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def ms(moment: datetime) -> int:
    """Milliseconds since 1970."""
    return round(moment.timestamp() * 1000)


def of_ms(ms: int) -> datetime:
    """The moment that so many milliseconds after the beginning of 1970 stand for."""
    return EPOCH + timedelta(milliseconds=ms)


@contextmanager
def set_to(moment: datetime) -> Iterator[None]:
    """Hold the clock still, for tests and for the demo's past."""
    global _set
    before, _set = _set, moment.astimezone(UTC)
    try:
        yield
    finally:
        _set = before
