"""One list of speakers: its rules in force, its order, and the time that it has left."""

import secrets
from collections.abc import Sequence
from functools import cache

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from comments.queue import queries
from comments.queue.models import (
    COMMENT,
    IN_PERSON,
    REMOTE,
    Request,
    SpeakerList,
    SpeakingRules,
    list_id,
)
from comments.queue.order import Asked, commitment, in_order, next_up, side_of_mode
from comments.queue.rules import Rules, time_left, time_limit, whole_seconds
from engage import clock, record
from engage.db import once
from meetings.models import AgendaItem, Meeting

OTHER = {IN_PERSON: REMOTE, REMOTE: IN_PERSON}


def own_rules(db: Session, of: str) -> Rules | None:
    """Those that were set for this very body, meeting or list."""
    row = db.get(SpeakingRules, of)
    return Rules.of(row.facts) if row else None


def rules_of(db: Session, meeting: Meeting, item_id: str | None) -> Rules:
    """In force on a list: its own, else the meeting's, else the body's."""

    places = (list_id(meeting.id, item_id), meeting.id, meeting.body_id)
    found = once(db, ("rules", meeting.id), lambda: _rules_around(db, meeting))
    return next((found[of] for of in places if of in found), Rules())


def _rules_around(db: Session, meeting: Meeting) -> dict[str, Rules]:
    """Of the meeting's body, the meeting and every list of it. Lists' ids lie between "ID." and "ID/"."""
    of = SpeakingRules.of
    of_lists = of.between(f"{meeting.id}.", f"{meeting.id}/")
    rows = db.scalars(select(SpeakingRules).where(or_(of.in_((meeting.id, meeting.body_id)), of_lists)))
    return {row.of: Rules.of(row.facts) for row in rows}


def rules_above(db: Session, meeting: Meeting) -> Rules:
    """In force on a list of this meeting that has none of its own."""
    return own_rules(db, meeting.id) or own_rules(db, meeting.body_id) or Rules()


def set_rules(db: Session, of: str, rules: Rules) -> None:
    db.merge(SpeakingRules(of=of, facts=rules.facts))


def open_list(db: Session, meeting: Meeting, item_id: str | None) -> SpeakerList:
    """The list; at its first use its rules are noted in the meeting's book, and the seed is committed to."""
    found = db.get(SpeakerList, list_id(meeting.id, item_id))
    if found:
        return found
    made = SpeakerList(
        id=list_id(meeting.id, item_id), meeting_id=meeting.id, item_id=item_id, is_closed=False,
        seed=secrets.token_hex(16),
    )  # fmt: skip
    db.add(made)
    rules = rules_of(db, meeting, item_id)
    set_rules(db, made.id, rules)
    db.flush()
    record.append(
        db, meeting.id, "list.opened", by=record.SYSTEM, item=item_id, rules=rules.facts,
        commitment=commitment(made.seed),
    )  # fmt: skip
    return made


def lists_in(db: Session, meeting_id: str) -> dict[str | None, SpeakerList]:
    def load() -> dict[str | None, SpeakerList]:
        rows = db.scalars(select(SpeakerList).where(SpeakerList.meeting_id == meeting_id))
        return {row.item_id: row for row in rows}

    return once(db, ("lists", meeting_id), load)


def is_past_cut_off(meeting: Meeting, rules: Rules) -> bool:
    if rules.cut_off_min is None:
        return False
    return (meeting.starts_at - clock.now()).total_seconds() < rules.cut_off_min * 60


def takes_requests(db: Session, meeting: Meeting, item: AgendaItem | None) -> bool:
    """A resident may still ask to speak on this item."""
    item_id = item.id if item else None
    its_list = lists_in(db, meeting.id).get(item_id)
    is_open = meeting.takes_requests and not (its_list and its_list.is_closed)
    return is_open and not is_past_cut_off(meeting, rules_of(db, meeting, item_id))


def line(db: Session, meeting: Meeting, item_id: str | None) -> list[Request]:
    """Who waits on this list, first to be called first."""
    waiting = queries.in_line(queries.on_item(queries.listed(db, meeting.id), item_id))
    by_id = {each.id: each for each in waiting}
    return [by_id[each.id] for each in ordered(db, meeting, item_id, waiting)]


def ordered(db: Session, meeting: Meeting, item_id: str | None, waiting: Sequence[Request]) -> list[Asked]:
    if not waiting:
        return []
    spoken = queries.have_spoken(db, meeting.id)
    last = queries.last_called(db, meeting.id, item_id)
    return in_order(
        rules_of(db, meeting, item_id).order,
        [queries.as_asked(each, spoken) for each in waiting],
        queries.as_asked(last, spoken) if last else None,
    )


def left_for(db: Session, meeting: Meeting, item_id: str | None, mode: str) -> int | None:
    """Seconds that the list's total leaves for speakers of this mode; None without a total."""
    rules = rules_of(db, meeting, item_id)
    if rules.total_s is None:
        return None
    used = {side: whole_seconds(ms) for side, ms in queries.used_ms(db, meeting.id, item_id).items()}
    waiting = queries.in_line(queries.on_item(queries.listed(db, meeting.id), item_id))
    sides = [side_of_mode(each.mode) for each in waiting if not each.rank]
    own = side_of_mode(mode)
    return time_left(rules, used, sides, own, other=OTHER[own])


def next_request(db: Session, meeting: Meeting, item_id: str | None) -> Request | None:
    """Who is called next: the first in line whose side has time left."""
    waiting = queries.in_line(queries.on_item(queries.listed(db, meeting.id), item_id))
    return next_among(db, meeting, item_id, waiting)


def next_among(
    db: Session, meeting: Meeting, item_id: str | None, waiting: Sequence[Request]
) -> Request | None:
    """As `next_request`; `waiting` is everyone in line on this list."""
    has_time = cache(lambda side: left_for(db, meeting, item_id, side) != 0)
    up = next_up(ordered(db, meeting, item_id, waiting), has_time)
    return next((each for each in waiting if up and each.id == up.id), None)


def limit_of(
    db: Session, meeting: Meeting, item_id: str | None, *, wants_interpreter: bool, kind: str = COMMENT
) -> int:
    """Seconds that somebody on this list has; a point of order and its like have a time of their own."""
    rules = rules_of(db, meeting, item_id)
    if kind != COMMENT:
        return rules.point_s
    return time_limit(rules.limit_s or meeting.speaking_s, wants_interpreter=wants_interpreter)
