"""Whose words they are where each microphone has a channel of its own; no ear is needed for that."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from meetings.floor.models import FLOOR_CHANNEL
from transcripts.attribution.course import Laid, Seat
from transcripts.attribution.cutting import Stretch, Who
from transcripts.attribution.models import DAIS, FLOOR, SEAT
from transcripts.attribution.owning import Owned, overlaps

Spans = Sequence[Sequence[int]]

AT_ONCE_MS = 250
"""When two are heard together for less, the one gives way to the other."""
PAUSE_MS = 3000
"""Somebody who goes on after so long was not interrupted; what the machine hears meanwhile is theirs."""
MARGIN_MS = 500
"""By so much the times of words may lie beside the sound."""


class Part(NamedTuple):
    """Of the recording, in which one channel is heard, or several (None)."""

    start_ms: int
    end_ms: int
    channel: int | None


def by_channels(spans: Spans, laid: Laid, owned: Owned) -> Owned:
    """The words of a time in which one channel alone is heard are those of whoever was on it. What the room's
    own microphone hears is `owned` as without channels; several at once, and nobody, are the dais."""
    named: list[Stretch] = []
    room: list[tuple[int, int]] = []
    for part in spread(parts(spans)):
        if part.channel == FLOOR_CHANNEL:
            named += on_the_floor(part, laid.calls)
        elif part.channel is not None:
            seat = seat_at(part, laid.seats)
            if seat and seat.is_room:
                room.append((part.start_ms, part.end_ms))
            elif seat and seat.key:
                named.append(Stretch(*part[:2], Who(SEAT, seat=seat.key, seat_name=seat.name)))
    return Owned(sorted([*named, *within(room, owned.named)]), within(room, owned.voices), Who(DAIS))


def parts(spans: Spans) -> Iterator[Part]:
    """In order, without overlap; what is quiet is left out, and what is heard together only for a moment."""
    edges = sorted({edge for start, end, _ in spans for edge in (start, end)})
    active: dict[int, set[int]] = {edge: set() for edge in edges}
    places = {edge: n for n, edge in enumerate(edges)}
    for start, end, channel in spans:
        for edge in edges[places[start] : places[end]]:
            active[edge].add(channel)
    for (start, end), channels in ((pair, active[pair[0]]) for pair in pairwise(edges)):
        if len(channels) == 1:
            yield Part(start, end, next(iter(channels)))
        elif channels and end - start >= AT_ONCE_MS:
            yield Part(start, end, None)


def spread(found: Iterable[Part]) -> list[Part]:
    """Each as far into the quiet around it as words may lie beside their sound; one who pauses goes on."""
    made: list[Part] = []
    for part in found:
        before = made[-1] if made else Part(-MARGIN_MS, max(part.start_ms - 2 * MARGIN_MS, -MARGIN_MS), None)
        quiet = part.start_ms - before.end_ms
        if made and part.channel == before.channel and quiet <= PAUSE_MS:
            made[-1] = before._replace(end_ms=part.end_ms)
            continue
        margin = min(quiet // 2, MARGIN_MS)
        if made:
            made[-1] = before._replace(end_ms=before.end_ms + margin)
        made.append(part._replace(start_ms=max(part.start_ms - margin, 0)))
    if made:
        made[-1] = made[-1]._replace(end_ms=made[-1].end_ms + MARGIN_MS)
    return made


def on_the_floor(part: Part, calls: Sequence[tuple[int, str | None]]) -> Iterator[Stretch]:
    """Nobody is let onto that channel who has not been called: what is heard there is of the last who was."""
    begins = [(ms, who) for ms, who in calls if who]
    moments = [ms for ms, _ in begins]
    first = bisect_right(moments, part.start_ms + MARGIN_MS)
    inside = begins[max(first - 1, 0) : bisect_right(moments, part.end_ms - MARGIN_MS)]
    edges = [part.start_ms, *(ms for ms, _ in inside[1:]), part.end_ms]
    for (start, end), (_, who) in zip(pairwise(edges), inside, strict=False):
        if who and start < end:
            yield Stretch(start, end, Who(FLOOR, who))


def seat_at(part: Part, seats: Sequence[tuple[int, Seat]]) -> Seat | None:
    """A channel may have been given to one after another."""
    own = [(ms, seat) for ms, seat in seats if seat.channel == part.channel]
    before = [seat for ms, seat in own if ms <= part.start_ms + MARGIN_MS]
    return before[-1] if before else next((seat for _, seat in own), None)


def within(spans: Sequence[tuple[int, int]], stretches: Sequence[Stretch]) -> list[Stretch]:
    """What of the stretches lies in the spans."""
    found = overlaps([(start, end) for start, end, _ in stretches], spans)
    return sorted(Stretch(start, end, stretches[n].who) for start, end, n, _ in found)
