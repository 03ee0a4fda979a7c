"""Reads of bodies, meetings and agendas; every eager load is here."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import and_, not_, or_, select
from sqlalchemy.orm import Session

from engage import clock
from engage.db import once
from engage.doors import NotFound
from engage.people import Account
from meetings.models import (
    ADJOURNED,
    CANCELLED,
    DRAFT,
    OPEN,
    PUBLISHED,
    RECESS,
    AgendaItem,
    Amendment,
    Body,
    Meeting,
)

LATEST_FIRST = (
    Amendment.at.desc(),
    Amendment.item_id,
    Amendment.change,
    Amendment.field.desc(),
    Amendment.id,
)
"""Amendments of one act stand together."""


@dataclass
class Branch:
    """An agenda item with what stands under it."""

    item: AgendaItem
    children: "list[Branch]" = field(default_factory=list)


def public_meeting(db: Session, meeting_id: str) -> Meeting:
    """NotFound for a draft as for one that never was."""
    meeting = db.get(Meeting, meeting_id)
    if meeting is None or not meeting.is_public:
        raise NotFound
    return meeting


def clerks_meeting(db: Session, meeting_id: str, account: Account) -> Meeting:
    """A meeting of a body that this account is the clerk of."""
    meeting = db.get(Meeting, meeting_id)
    if meeting is None or not account.runs(meeting.body_id):
        raise NotFound
    return meeting


def agenda_item(db: Session, meeting: Meeting, item_id: str) -> AgendaItem:
    item = db.get(AgendaItem, item_id)
    if item is None or item.meeting_id != meeting.id:
        raise NotFound
    return item


def agenda(db: Session, meeting_id: str) -> list[Branch]:
    """The agenda as a tree, in order."""
    return once(db, ("agenda", meeting_id), lambda: _agenda(db, meeting_id))


def _agenda(db: Session, meeting_id: str) -> list[Branch]:
    items = db.scalars(
        select(AgendaItem)
        .where(AgendaItem.meeting_id == meeting_id)
        .order_by(AgendaItem.place, AgendaItem.id)
    ).all()
    branches = {item.id: Branch(item) for item in items}
    roots: list[Branch] = []
    for item in items:
        parent = branches.get(item.parent_id or "")
        (parent.children if parent else roots).append(branches[item.id])
    return roots


def flat(branches: Iterable[Branch]) -> list[AgendaItem]:
    """The agenda's items in reading order."""
    found: list[AgendaItem] = []
    for branch in branches:
        found += [branch.item, *flat(branch.children)]
    return found


def meeting_day(meeting: Meeting) -> date:
    """The day it is held, where it is held."""
    return meeting.starts_at.astimezone(ZoneInfo(meeting.zone)).date()


def bodies(db: Session) -> list[Body]:
    return list(db.scalars(select(Body).order_by(Body.name)))


def live_meetings(db: Session) -> list[Meeting]:
    return list(
        db.scalars(select(Meeting).where(Meeting.state.in_((OPEN, RECESS))).order_by(Meeting.starts_at))
    )


def upcoming_meetings(db: Session, *, most: int = 20) -> list[Meeting]:
    """Published and not yet opened, the next first."""
    return list(
        db.scalars(select(Meeting).where(Meeting.state == PUBLISHED).order_by(Meeting.starts_at).limit(most))
    )


def past_meetings(db: Session, *, most: int = 10) -> list[Meeting]:
    """Adjourned, the latest first."""
    return list(
        db.scalars(
            select(Meeting).where(Meeting.state == ADJOURNED).order_by(Meeting.starts_at.desc()).limit(most)
        )
    )


def public_meetings(
    db: Session, *, body_id: str = "", is_past: bool | None = None, most: int | None = None, skip: int = 0
) -> list[Meeting]:
    """Every meeting that the public may know of. Upcoming ones come the next first, others the latest first.

    A cancelled meeting is upcoming until the time at which it would have begun.
    """
    is_over = or_(
        Meeting.state == ADJOURNED, and_(Meeting.state == CANCELLED, Meeting.starts_at < clock.now())
    )
    found = select(Meeting).where(Meeting.state != DRAFT)
    if body_id:
        found = found.where(Meeting.body_id == body_id)
    if is_past is not None:
        found = found.where(is_over if is_past else not_(is_over))
    order = Meeting.starts_at if is_past is False else Meeting.starts_at.desc()
    return list(db.scalars(found.order_by(order, Meeting.id).limit(most).offset(skip)))


def bodies_run_by(db: Session, account: Account) -> list[Body]:
    """The bodies that this account is the clerk of, by name."""
    return [body for body in bodies(db) if account.runs(body.id)]


def clerks_body(db: Session, body_id: str, account: Account) -> Body:
    body = db.get(Body, body_id)
    if body is None or not account.runs(body.id):
        raise NotFound
    return body


def meetings_run_by(
    db: Session, account: Account, *states: str, is_next_first: bool = False, most: int = 100, skip: int = 0
) -> list[Meeting]:
    """This clerk's meetings in these states, the latest first unless the next is wanted first."""
    body_ids = [body.id for body in bodies_run_by(db, account)]
    found = select(Meeting).where(Meeting.body_id.in_(body_ids), Meeting.state.in_(states))
    order = Meeting.starts_at if is_next_first else Meeting.starts_at.desc()
    return list(db.scalars(found.order_by(order, Meeting.id).limit(most).offset(skip)))


def amendments(db: Session, meeting_id: str) -> list[Amendment]:
    """What was changed after publication, the latest first."""
    return list(
        db.scalars(select(Amendment).where(Amendment.meeting_id == meeting_id).order_by(*LATEST_FIRST))
    )


def amendments_of_all(db: Session, meeting_ids: Collection[str]) -> dict[str, list[Amendment]]:
    """The amendments of several meetings, each one's latest first."""
    found: dict[str, list[Amendment]] = {meeting_id: [] for meeting_id in meeting_ids}
    wanted = select(Amendment).where(Amendment.meeting_id.in_(meeting_ids))
    for each in db.scalars(wanted.order_by(*LATEST_FIRST)):
        found[each.meeting_id].append(each)
    return found


def marks(db: Session, meeting_id: str) -> dict[str, str]:
    """Which items were "added" or "changed" since publication; a withdrawn one says so itself."""
    found: dict[str, str] = {}
    for each in amendments(db, meeting_id):
        if each.item_id and found.get(each.item_id) != "added":
            found[each.item_id] = "added" if each.change == "added" else "changed"
    return found
