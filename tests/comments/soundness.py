"""What holds in a sitting at every moment, whatever has been done."""

from collections.abc import Iterator

from comments.queue import lists, queries
from comments.queue.changes import Key, Values, rows_of, values_of
from comments.queue.checking import faults
from comments.queue.models import HAS_FLOOR, IN_LINE, ON_DECK, SPEAKING, UNDER_WAY, Request
from engage import record
from meetings.models import OPEN
from tests.comments.sitting import Sitting

Holder = tuple[object, ...]


def complaints(sitting: Sitting) -> Iterator[str]:
    """Nobody lost; one live request of a kind for a person on a list; one clock; the right one on deck."""
    requests, is_open = sitting.requests(), sitting.meeting.state == OPEN
    if {each.id for each in requests} != sitting.joined:
        yield "somebody is lost, or came from nowhere"
    live = [(one.participant_id, one.item_id, one.kind) for one in requests if one.state in UNDER_WAY]
    if len(live) != len(set(live)):
        yield "a second live request of one person on one list"
    running = [one for one in requests if one.running_since]
    top = max(holders(requests), key=lambda one: one.called_no or 0, default=None)
    if running != [one for one in requests if one.state == SPEAKING] or not set(running) <= {top}:
        yield "a clock runs that is not the one of who has the floor and speaks"
    if running and not is_open:
        yield f"a clock runs while the meeting is {sitting.meeting.state}"
    up = lists.next_request(sitting.db, sitting.meeting, sitting.meeting.item_id) if is_open else None
    on_deck = [one for one in requests if one.state == ON_DECK]
    if on_deck != ([up] if up else []):
        yield f"on deck is {on_deck}, and next is {up}"


def ending_complaints(sitting: Sitting) -> Iterator[str]:
    """What costs more to look at: the record replayed, its chain, every line."""
    yield from faults(sitting.db, sitting.meeting.id)
    if seq := record.first_fault(sitting.db, sitting.meeting.id):
        yield f"entry {seq} does not follow"
    for item_id in (None, *(item.id for item in sitting.items)):
        line = lists.line(sitting.db, sitting.meeting, item_id)
        here = [one for one in sitting.requests(*IN_LINE) if one.item_id == item_id]
        if len(line) != len(here) or {one.id for one in line} != {one.id for one in here}:
            yield "the line is not everyone who waits, each once"


def holders(requests: list[Request]) -> list[Request]:
    return [one for one in requests if one.state in HAS_FLOOR]


def floor_of(sitting: Sitting) -> list[Holder]:
    """Who has the floor, with all that their clock shows."""
    found = queries.with_floor(sitting.db, sitting.meeting.id)
    return [(one.id, one.state, one.running_since, one.spoken_ms, one.limit_s) for one in found]


def everything(sitting: Sitting) -> dict[Key, Values]:
    """All that an undo puts back."""
    sitting.db.flush()
    return {key: dict(values_of(row)) for key, row in rows_of(sitting.db, sitting.meeting).items()}
