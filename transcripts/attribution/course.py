"""The course of a meeting as its record tells it, and how it is laid over the clock of a recording."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from sqlalchemy.orm import Session

from engage.record import Entry
from transcripts.attribution.clocks import Anchors, at_of, knots_of, ms_of, unsure_spans, with_pauses
from transcripts.models import Recording

Sitting = tuple[datetime, datetime | None]

OPENS = ("meeting.opened", "meeting.reconvened", "session.reopened", "disruption.ended")
ENDS = ("meeting.recessed", "session.closed", "disruption.declared", "meeting.adjourned")
KINDS = ("item.called", "item.closed", "act.undone", *OPENS, *ENDS)
"""What `items_of` and `sittings_of` read."""


@dataclass(frozen=True)
class Turn:
    """Somebody had the floor, and their clock ran."""

    start: datetime
    end: datetime
    request_id: str
    participant_id: str


@dataclass(frozen=True)
class Seat:
    """A microphone with a channel of its own, from a moment on."""

    channel: int
    since: datetime
    key: str
    """As `Speaker.seat`; empty: of nobody in particular."""
    name: str
    is_room: bool = False
    """It hears the whole room, also whoever has the floor there."""


@dataclass(frozen=True)
class Course:
    """What the record tells of a meeting, in order of time."""

    turns: tuple[Turn, ...] = ()
    items: tuple[tuple[datetime, str | None], ...] = ()
    """From when on which agenda item was open, or none."""
    sittings: tuple[Sitting, ...] = ()
    """From the opening to the recess, and so on; the last has no end as long as it goes on."""
    calls: tuple[tuple[datetime, str | None], ...] = ()
    """From when on which participant's microphone was open on the floor's channel, or nobody's."""
    seats: tuple[Seat, ...] = ()


CourseOf = Callable[[Session, str], Course]
"""The course of the meeting with this id. The roof makes it: it knows the speaker queue."""


@dataclass(frozen=True)
class Laid:
    """A course in milliseconds of one recording, clipped to it."""

    turns: list[tuple[int, int, str]]
    """(start, end, participant id); without those of a time at which the clocks are not known to agree."""
    items: list[tuple[int, str | None]]
    """(start, item id or None); the first is what was open when the recording begins."""
    calls: list[tuple[int, str | None]] = field(default_factory=list)
    """(start, participant id or None), also from before the recording begins."""
    seats: list[tuple[int, Seat]] = field(default_factory=list)
    """(start, seat), also from before the recording begins."""


def items_of(entries: Iterable[Entry]) -> tuple[tuple[datetime, str | None], ...]:
    """Which item was open from when on; a call that was taken back never happened."""
    entries = list(entries)
    undone = {entry.facts["undone"] for entry in entries if entry.kind == "act.undone"}
    found: list[tuple[datetime, str | None]] = []
    for entry in entries:
        is_call = entry.kind == "item.called"
        is_end = entry.kind in ("item.closed", "meeting.adjourned")
        item = entry.facts["item"] if is_call else None
        before = found[-1][1] if found else None
        if (is_call or is_end) and entry.seq not in undone and item != before:
            found.append((entry.at, item))
    return tuple(found)


def sittings_of(entries: Iterable[Entry]) -> tuple[Sitting, ...]:
    """When the body sat: recess, closed session and disruption part one sitting from the next."""
    found: list[Sitting] = []
    for entry in entries:
        is_open = bool(found) and found[-1][1] is None
        if entry.kind in OPENS and not is_open and entry.facts.get("state", "open") == "open":
            found.append((entry.at, None))
        elif entry.kind in ENDS and is_open:
            found[-1] = (found[-1][0], entry.at)
    return tuple(found)


def clock_at(anchors: Anchors, ms: int) -> datetime:
    """What the meeting's clock shows at this place of the recording. IndexError without anchors."""
    return at_of(knots_of(anchors), ms)


def ms_at(anchors: Anchors, at: datetime) -> int | None:
    """Where in the recording this moment is, less than 0 before it begins; None as long as nobody can say."""
    return ms_of(knots_of(anchors), at) if anchors else None


def laid_over(course: Course, recording: Recording) -> Laid:
    """Empty without known moments. A recorder that stood still during a recess is allowed for."""
    breaks = [(end, start) for (_, end), (start, _) in pairwise(course.sittings) if end is not None]
    knots, length = with_pauses(knots_of(recording.anchors), breaks), recording.duration_ms
    if not knots:
        return Laid([], [])
    turns, unsure = [], unsure_spans(knots)
    for turn in course.turns:
        start, end = max(ms_of(knots, turn.start), 0), ms_of(knots, turn.end)
        end = end if length is None else min(end, length)
        if start < end and not any(start < last and first < end for first, last in unsure):
            turns.append((start, end, turn.participant_id))
    return Laid(
        turns,
        _clipped([(ms_of(knots, at), item) for at, item in course.items], length),
        [(ms_of(knots, at), who) for at, who in course.calls],
        [(ms_of(knots, seat.since), seat) for seat in course.seats],
    )


def _clipped(items: Sequence[tuple[int, str | None]], length: int | None) -> list[tuple[int, str | None]]:
    before = [(0, item) for ms, item in items if ms <= 0][-1:]
    return [*before, *((ms, item) for ms, item in items if ms > 0 and (length is None or ms < length))]
