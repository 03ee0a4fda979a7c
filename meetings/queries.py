"""Reads of bodies, meetings and agendas; every eager load is here."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage.doors import NotFound
from engage.people import Account
from meetings.models import ADJOURNED, DRAFT, OPEN, PUBLISHED, RECESS, AgendaItem, Amendment, Body, Meeting


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


def public_meetings(db: Session) -> list[Meeting]:
    """Every meeting that the public may know of, the latest first."""
    return list(db.scalars(select(Meeting).where(Meeting.state != DRAFT).order_by(Meeting.starts_at.desc())))


def meetings_run_by(db: Session, account: Account) -> list[Meeting]:
    """The meetings of this clerk's bodies, the latest first."""
    everything = db.scalars(select(Meeting).order_by(Meeting.starts_at.desc()))
    return [meeting for meeting in everything if account.runs(meeting.body_id)]


def amendments(db: Session, meeting_id: str) -> list[Amendment]:
    """What was changed after publication, the latest first."""
    return list(
        db.scalars(
            select(Amendment)
            .where(Amendment.meeting_id == meeting_id)
            .order_by(Amendment.at.desc(), Amendment.id)
        )
    )
