"""What of the agenda was not taken up, for the minutes."""

from collections.abc import Collection, Iterator, Mapping

from sqlalchemy.orm import Session

from engage.language import N_
from engage.minutes.body_part import line_of
from meetings.minutes.doings import Comments, Event, Line
from meetings.models import CONSENT, SECTION, AgendaItem, Meeting
from meetings.queries import Branch, agenda, flat

WITHDRAWN = N_("withdrawn from the agenda")
COMMENTED = N_("written comments received: %(count)s")


def not_taken_up(
    db: Session, meeting: Meeting, taken_up: Collection[str], written: Mapping[str, Comments], lang: str
) -> tuple[Line, ...]:
    """The agenda's items on which nothing was done, in its order."""
    items = left(agenda(db, meeting.id), taken_up)
    return tuple(line_of(item, lang, why(item, meeting, written.get(item.id))) for item in items)


def left(branches: list[Branch], taken_up: Collection[str]) -> Iterator[AgendaItem]:
    """A heading is none, nor is an item under which something was taken up. What stands on a consent calendar
    goes with it, unless it was pulled."""
    for branch in branches:
        item, under = branch.item, flat(branch.children)
        if item.kind == CONSENT and item.id in taken_up:
            yield from (each for each in under if each.pulled_at and each.id not in taken_up)
        elif item.kind == SECTION or any(each.id in taken_up for each in (item, *under)):
            yield from left(branch.children, taken_up)
        else:
            yield from (item, *under)


def why(item: AgendaItem, meeting: Meeting, comments: Comments | None) -> Event | None:
    if item.is_withdrawn:
        return Event(meeting.starts_at, WITHDRAWN)
    return Event(meeting.starts_at, COMMENTED, (("count", str(comments.total)),)) if comments else None
