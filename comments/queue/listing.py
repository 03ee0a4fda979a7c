"""What the clerk does to a list as a whole: close and reopen it, change its rules and its times."""

from dataclasses import replace

from sqlalchemy.orm import Session

from comments.queue import lists, queries
from comments.queue.deck import settle
from comments.queue.models import COMMENT
from comments.queue.rules import Rules
from engage import record
from meetings.models import Body, Meeting


def close_queue(db: Session, meeting: Meeting, *, by: str) -> None:
    """Every list of the meeting."""
    meeting.is_queue_closed = True
    record.append(db, meeting.id, "queue.closed", by=by)


def reopen_queue(db: Session, meeting: Meeting, *, by: str) -> None:
    meeting.is_queue_closed = False
    record.append(db, meeting.id, "queue.reopened", by=by)


def close_list(db: Session, meeting: Meeting, item_id: str | None, *, by: str) -> None:
    lists.open_list(db, meeting, item_id).is_closed = True
    record.append(db, meeting.id, "list.closed", by=by, item=item_id)


def reopen_list(db: Session, meeting: Meeting, item_id: str | None, *, by: str) -> None:
    lists.open_list(db, meeting, item_id).is_closed = False
    record.append(db, meeting.id, "list.reopened", by=by, item=item_id)


def set_list_rules(db: Session, meeting: Meeting, item_id: str | None, rules: Rules, *, by: str) -> None:
    """Another rule for one list; who waits on it has the new limit at once."""
    its_list = lists.open_list(db, meeting, item_id)
    lists.set_rules(db, its_list.id, rules)
    db.flush()
    limits, given = {}, queries.cessions(db, meeting.id)
    limit = {wants: lists.limit_of(db, meeting, item_id, wants_interpreter=wants) for wants in (True, False)}
    for each in queries.on_item(queries.listed(db, meeting.id), item_id):
        if each.kind == COMMENT and not given[each.id]:
            each.limit_s = limits[each.id] = limit[each.wants_interpreter]
    record.append(db, meeting.id, "rules.set", by=by, item=item_id, rules=rules.facts, limits=limits)
    settle(db, meeting, by=by)


def set_limit(db: Session, meeting: Meeting, item_id: str | None, seconds: int, *, by: str) -> None:
    """Seconds for each speaker of this list from now on."""
    rules = lists.rules_of(db, meeting, item_id)
    set_list_rules(db, meeting, item_id, replace(rules, limit_s=seconds), by=by)


def set_total(db: Session, meeting: Meeting, item_id: str | None, seconds: int | None, *, by: str) -> None:
    """Seconds for all speakers of this list together; None: no limit."""
    rules = lists.rules_of(db, meeting, item_id)
    set_list_rules(db, meeting, item_id, replace(rules, total_s=seconds), by=by)


def set_meeting_rules(db: Session, meeting: Meeting, rules: Rules, *, by: str) -> None:
    """For every list of the meeting, also those that are open already."""
    lists.set_rules(db, meeting.id, rules)
    record.append(db, meeting.id, "rules.set", by=by, of=meeting.id, rules=rules.facts)
    for item_id in list(lists.lists_in(db, meeting.id)):
        set_list_rules(db, meeting, item_id, rules, by=by)


def set_body_rules(db: Session, body: Body, rules: Rules, *, by: str) -> None:
    """For the lists that are opened from now on."""
    lists.set_rules(db, body.id, rules)
    record.append(db, record.CITY, "rules.set", by=by, of=body.id, rules=rules.facts)
