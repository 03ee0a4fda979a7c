"""The course of a meeting, read from its record: which item was open when, who was there, and the quorum."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from engage import record
from engage.language import N_
from engage.record import Entry
from meetings.minutes.doings import Block, Called, Event

OPENING, GENERAL = "", "general"
"""Stand in an item's place: before the first item was called; public comment that is on no item."""
CALLED, UNDONE = "item.called", "act.undone"
TAKEN, CHANGED = "attendance.taken", "attendance.changed"
KINDS = (CALLED, UNDONE, TAKEN, CHANGED)
NO_QUORUM = N_("From %(time)s there was no quorum.")
QUORUM_AGAIN = N_("From %(time)s there was a quorum again.")


@dataclass(frozen=True)
class Done:
    """A block with its moment and the item that it belongs to, or OPENING or GENERAL."""

    at: datetime
    item_id: str
    block: Block


class Course:
    """The calls of items in order, without those that the clerk took back."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = entries
        undone = {entry.facts["undone"]: entry.seq for entry in entries if entry.kind == UNDONE}
        again = {seq + 1 for seq in undone.values()}
        self.calls = [
            (entry.at, str(entry.facts["item"]))
            for entry in entries
            if entry.kind == CALLED and entry.seq not in undone and entry.seq not in again
        ]

    @property
    def attendance(self) -> list[Entry]:
        """Roll calls, arrivals and departures."""
        return [entry for entry in self.entries if entry.kind in (TAKEN, CHANGED)]

    def item_at(self, at: datetime) -> str:
        """The item that was open at this moment."""
        place = bisect_right([moment for moment, _ in self.calls], at)
        return self.calls[place - 1][1] if place else OPENING

    def called(self) -> list[Done]:
        """Each item's call; a call of the item that is open already says nothing new."""
        found: list[Done] = []
        seen: set[str] = set()
        before = None
        for at, item_id in self.calls:
            if item_id != before:
                found.append(Done(at, item_id, Called(at, is_again=item_id in seen)))
            seen.add(item_id)
            before = item_id
        return found

    def quorum_events(self) -> list[Done]:
        """When the quorum was lost, and when it was there again."""
        found: list[Done] = []
        had = True
        for entry in self.attendance:
            has = entry.facts["here"] >= entry.facts["quorum"]
            if has != had:
                event = Event(entry.at, QUORUM_AGAIN if has else NO_QUORUM)
                found.append(Done(entry.at, self.item_at(entry.at), event))
            had = has
        return found


def course_of(db: Session, meeting_id: str) -> Course:
    return Course(record.of_kinds(db, [meeting_id], KINDS))
