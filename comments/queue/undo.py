"""Taking back the clerk's last act: rows go back, unless somebody has changed them since."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import select
from sqlalchemy.orm import Session

from comments.queue import listing, queries
from comments.queue.changes import (
    LIST,
    MEETING,
    REQUEST,
    RULES,
    Change,
    Key,
    Row,
    changes,
    is_still,
    put_back,
    rows_of,
    values_of,
)
from comments.queue.deck import settle
from comments.queue.models import HAS_FLOOR, SPEAKING, UNDER_WAY, Act, Request, SpeakerList
from comments.queue.order import commitment
from comments.queue.rules import Rules
from engage import record
from engage.language import N_
from engage.people import Refused
from meetings.models import OPEN, Meeting

ON_RECORD = ("state", "place", "is_set", "limit_s", "called_no", "spoken_ms")
"""Of a request; enough to recompute the order from the entries."""
MOVED_ON = N_("Something has been changed since. It can no longer be taken back.")


@contextmanager
def kept(db: Session, meeting: Meeting, *, by: str) -> Iterator[None]:
    """Around one act of a clerk: notes what it changes, so that it can be taken back."""
    first = record.head(db, meeting.id).seq + 1
    before = {key: values_of(row) for key, row in rows_of(db, meeting).items()}
    yield
    db.flush()
    found = [each._asdict() for each in changes(db, meeting, before, rows_of(db, meeting))]
    entry = db.get(record.Entry, (meeting.id, first))
    if entry and found:
        act = Act(meeting_id=meeting.id, seq=first, by=by, kind=entry.kind, at=entry.at, changes=found)
        act.request_id = entry.facts.get("request")
        db.add(act)
        db.flush()


def last_act(db: Session, meeting_id: str, *, by: str) -> Act | None:
    """This clerk's latest act that was not taken back."""
    mine = (Act.meeting_id == meeting_id, Act.by == by, Act.is_undone.is_(False))
    return db.scalar(select(Act).where(*mine).order_by(Act.seq.desc()).limit(1))


def undo(db: Session, meeting: Meeting, seq: int, *, by: str) -> None:
    """Take back the act that the clerk saw as their last. Refused when its rows have changed since, or when
    what it would bring back no longer fits: another has the floor, or the person stands on the list again."""
    act = last_act(db, meeting.id, by=by)
    if act is None or act.seq != seq or meeting.is_over:
        raise Refused(MOVED_ON)
    found, rows = [Change(**each) for each in act.changes], rows_of(db, meeting)
    if not all(is_still(rows.get((each.table, each.id)), each.after) for each in found):
        raise Refused(MOVED_ON)
    if _is_done_anew(db, act, found) or not _fits(db, meeting, rows, found):
        raise Refused(MOVED_ON)
    for each in found:
        put_back(db, rows[each.table, each.id], each.before)
    act.is_undone = True
    db.flush()
    _note(db, meeting, act, found, _seeds(rows, found), by=by)
    for each in found:
        if each.table == RULES and each.id != meeting.id:  # also for who has asked since
            its_list = db.get_one(SpeakerList, each.id)
            listing.set_list_rules(db, meeting, its_list.item_id, Rules.of(each.before["facts"]), by=by)
    settle(db, meeting, by=by)


def _is_done_anew(db: Session, act: Act, found: Sequence[Change]) -> bool:
    """Somebody has changed the same since, and it came to the same in the end: it is theirs now."""
    later = select(Act).where(Act.meeting_id == act.meeting_id, Act.seq > act.seq, Act.is_undone.is_(False))
    changed = [Change(**each) for other in db.scalars(later) for each in other.changes]
    theirs = {(each.table, each.id, name) for each in changed for name in each.before}
    return any((each.table, each.id, name) in theirs for each in found for name in each.before)


def _fits(db: Session, meeting: Meeting, rows: dict[Key, Row], found: Sequence[Change]) -> bool:
    """With these changes put back, a person has one live request of a kind on a list, an answer has its
    question, one clock runs at most, and who has the floor under somebody else was interrupted by them."""
    was = {each.id: each.before for each in found if each.table == REQUEST}
    states = {
        row: was.get(row.id, {}).get("state", row.state) for row in rows.values() if isinstance(row, Request)
    }
    live = [row for row, now in states.items() if now in UNDER_WAY]
    if len({(row.participant_id, row.item_id, row.kind) for row in live}) != len(live):
        return False
    if any(row.answer_to in was and row.answer_to not in {each.id for each in live} for row in live):
        return False
    if not any(each.get("state") in HAS_FLOOR for each in was.values()):
        return True
    numbers = {row: was.get(row.id, {}).get("called_no", row.called_no) or 0 for row in states}
    holders = [row for row, now in states.items() if now in HAS_FLOOR]
    *above, lowest = sorted(holders, key=lambda row: numbers[row], reverse=True)
    under = [*above, lowest][1:]
    if not all(queries.interrupts(db, each) for each in above):
        return False
    if meeting.state != OPEN:  # in a disruption people keep the floor, and clocks stand
        keeps_floor = meeting.is_queue_frozen and not meeting.is_in_closed_session
        return keeps_floor and not any(states[each] == SPEAKING for each in holders)
    return not any(states[each] == SPEAKING for each in under)


def _seeds(rows: dict[Key, Row], found: Sequence[Change]) -> dict[str, str]:
    """A draw that is taken back has shown its seed: the list gets a new one, and this is committed to."""
    seeds = {}
    for each in found:
        row = rows[each.table, each.id]
        if isinstance(row, SpeakerList) and "drawn_at" in each.before:
            row.seed = secrets.token_hex(16)
            seeds[row.id] = commitment(row.seed)
    return seeds


def _note(
    db: Session, meeting: Meeting, act: Act, found: Sequence[Change], undrawn: dict[str, str], *, by: str
) -> None:
    """The entry says what the order depends on; an item called by mistake gives way to the one before."""
    requests = {
        each.id: {name: each.before[name] for name in ON_RECORD if name in each.before}
        for each in found
        if each.table == REQUEST
    }
    rules = {each.id: each.before["facts"] for each in found if each.table == RULES}
    is_closed = {
        each.id: each.before["is_closed"]
        for each in found
        if each.table == LIST and "is_closed" in each.before
    }
    is_other_item = any(each.table == MEETING and "item_id" in each.before for each in found)
    item = {"item": meeting.item_id} if is_other_item else {}
    record.append(
        db, meeting.id, "act.undone", by=by, undone=act.seq, requests=requests, rules=rules,
        undrawn=undrawn, closed=is_closed, **item,
    )  # fmt: skip
    for each in found:
        if each.table == MEETING and "item_id" in each.before:
            kind = "item.called" if meeting.item_id else "item.closed"
            record.append(db, meeting.id, kind, by=by, item=meeting.item_id or each.after["item_id"])
