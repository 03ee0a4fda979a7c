"""Moving the items of an agenda, and giving them their numbers."""

from sqlalchemy.orm import Session

from engage.language import N_
from engage.people import Refused
from meetings.agenda import rules
from meetings.agenda.entries import note_item
from meetings.agenda.queries import lines as lines_of
from meetings.agenda.rules import Lines
from meetings.amendments import amend
from meetings.models import DRAFT, AgendaItem, Meeting
from meetings.queries import agenda, flat
from meetings.rules import may_be_rearranged

OVER = N_("The meeting is over; its agenda stays as it is.")


def arrange(db: Session, meeting: Meeting, lines: Lines) -> None:
    """Give every item its parent, place and number; once published, a number stays."""
    db.flush()
    items = {item.id: item for item in flat(agenda(db, meeting.id))}
    fresh = rules.numbers(lines) if meeting.state == DRAFT else rules.kept_numbers(lines)
    for line_id, (parent, place) in rules.parents_and_places(lines).items():
        item = items[line_id]
        item.parent_id, item.place, item.number = parent, place, fresh[line_id]
    db.flush()


def move_item(db: Session, meeting: Meeting, item: AgendaItem, how: str, *, by: str) -> None:
    """One step up, down, in or out."""
    _rearrange(db, meeting, item, rules.move(lines_of(db, meeting.id), item.id, how), by=by)


def place_item(db: Session, meeting: Meeting, item: AgendaItem, before: str, *, by: str) -> None:
    """Before another item, as its sibling; with an empty text at the end."""
    _rearrange(db, meeting, item, rules.place_before(lines_of(db, meeting.id), item.id, before), by=by)


def _rearrange(db: Session, meeting: Meeting, item: AgendaItem, lines: Lines | None, *, by: str) -> None:
    if not may_be_rearranged(meeting.state):
        raise Refused(OVER)
    if lines is None:
        raise Refused(N_("It cannot be moved there."))
    before = lines_of(db, meeting.id)
    parent, _ = rules.parents_and_places(lines)[item.id]
    if meeting.state != DRAFT and parent != item.parent_id:
        raise Refused(N_("After publication an item keeps its number: it moves only among those beside it."))
    if [line.id for line in lines] == [line.id for line in before] and parent == item.parent_id:
        return
    arrange(db, meeting, lines)
    beside = _order(before, item.id), _order(lines, item.id)
    noted = amend(db, meeting, "moved", item=item, before=beside[0], after=beside[1])
    note_item(db, meeting, item, "item.moved", by=by, amendments=noted)


def _order(lines: Lines, item_id: str) -> str:
    """The numbers of an item and of those beside it, as they follow each other."""
    beside = [lines[i] for i in rules.siblings_of(lines, rules.find(lines, item_id))]
    return ", ".join(line.number for line in beside if line.number)


def block(db: Session, meeting: Meeting, item: AgendaItem) -> tuple[list[AgendaItem], Lines]:
    """The item with everything under it, and the lines of all others."""
    lines = lines_of(db, meeting.id)
    at = rules.find(lines, item.id)
    end = rules.block_end(lines, at)
    items = flat(agenda(db, meeting.id))
    return items[at:end], [*lines[:at], *lines[end:]]
