"""Reads of motions, of the votes on them, and of the consent calendar."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engage.db import once
from engage.doors import NotFound
from meetings.members.models import Member
from meetings.members.queries import all_members
from meetings.models import CONSENT as CONSENT_ITEM
from meetings.models import AgendaItem, Meeting
from meetings.motions.models import AMENDMENT, BY_CONSENT, CARRIED, CONSENT, PENDING, VOTES, Motion, Vote
from meetings.motions.rules import ALONE, Counts, count
from meetings.queries import Branch, agenda, flat


@dataclass(frozen=True)
class Tally:
    """One taking of the vote: who voted how, in the order of the roll."""

    vote: Vote
    rows: list[tuple[Member, str]]

    @cached_property
    def counts(self) -> Counts:
        return count((vote for _, vote in self.rows), self.vote.seats)

    @property
    def is_by_consent(self) -> bool:
        return self.vote.method == BY_CONSENT

    @property
    def groups(self) -> list[tuple[str, list[Member]]]:
        """Aye, nay, abstain, absent, recused, each with its members."""
        return [(vote, [member for member, own in self.rows if own == vote]) for vote in VOTES]


@dataclass(frozen=True)
class Decision:
    """A motion with who moved it and how it was voted on; `tallies` in order, the last one counts."""

    motion: Motion
    mover: Member
    seconder: Member | None
    item: AgendaItem | None
    about: Motion | None
    tallies: list[Tally]

    @property
    def tally(self) -> Tally | None:
        return self.tallies[-1] if self.tallies else None

    @property
    def corrected(self) -> list[Tally]:
        """Earlier takings of the vote, which the last one has put right."""
        return self.tallies[:-1]


@dataclass(frozen=True)
class ConsentCalendar:
    """The items that one motion approves together, and those that were pulled from it."""

    item: AgendaItem
    together: list[AgendaItem]
    pulled: list[tuple[AgendaItem, str]]
    """With who asked: a member's name, "public" or "staff"."""
    is_approved: bool


def motions(db: Session, meeting_id: str) -> list[Motion]:
    """In the order in which they were moved."""
    found = select(Motion).where(Motion.meeting_id == meeting_id).order_by(Motion.number)
    return once(db, ("motions", meeting_id), lambda: list(db.scalars(found)))


def motion_of(db: Session, meeting_id: str, motion_id: str) -> Motion:
    motion = db.get(Motion, motion_id)
    if motion is None or motion.meeting_id != meeting_id:
        raise NotFound
    return motion


def motions_of(db: Session, meeting_id: str) -> list[Decision]:
    """Every motion of a meeting with its votes, in the order in which they were moved."""
    return once(db, ("decisions", meeting_id), lambda: _decisions(db, meeting_id))


def _decisions(db: Session, meeting_id: str) -> list[Decision]:
    found = {motion.id: motion for motion in motions(db, meeting_id)}
    if not found:
        return []
    meeting = db.get_one(Meeting, meeting_id)
    members = {member.id: member for member in all_members(db, meeting.body_id)}
    items = {item.id: item for item in flat(agenda(db, meeting_id))}
    tallies: dict[str, list[Tally]] = defaultdict(list)
    votes = select(Vote).where(Vote.motion_id.in_(found)).order_by(Vote.motion_id, Vote.number)
    for vote in db.scalars(votes):
        tallies[vote.motion_id].append(
            Tally(vote, [(members[own.member_id], own.vote) for own in vote.members])
        )
    return [
        Decision(
            motion,
            members[motion.mover_id],
            members.get(motion.seconder_id or ""),
            items.get(motion.item_id or ""),
            found.get(motion.about_id or ""),
            tallies[motion.id],
        )
        for motion in found.values()
    ]


def votes_on(db: Session, motion: Motion) -> list[Vote]:
    """All takings of the vote, in order."""
    return list(db.scalars(select(Vote).where(Vote.motion_id == motion.id).order_by(Vote.number)))


def next_number(db: Session, meeting_id: str) -> int:
    return (db.scalar(select(func.max(Motion.number)).where(Motion.meeting_id == meeting_id)) or 0) + 1


def pending(db: Session, meeting_id: str) -> list[Motion]:
    """Not yet decided, in the order in which they were moved: the last one is decided first."""
    return [motion for motion in motions(db, meeting_id) if motion.state in PENDING]


def pending_about(db: Session, motion: Motion) -> list[Motion]:
    """What has to be decided before this motion."""
    return [each for each in pending(db, motion.meeting_id) if each.about_id == motion.id]


def immediately_pending(db: Session, meeting: Meeting) -> Motion | None:
    """What is decided next: the last one moved, on the open item or on none before any other."""
    found = pending(db, meeting.id)
    here = [each for each in found if each.item_id in (meeting.item_id, None)]
    return next(reversed(here or found), None)


def pending_on(db: Session, meeting_id: str, item_id: str | None) -> Motion | None:
    """The main motion that the item waits for; procedural ones are not asked for."""
    found = pending(db, meeting_id)
    return next((each for each in found if each.item_id == item_id and each.kind in ALONE), None)


def unworded(db: Session, motion: Motion) -> Motion | None:
    """An adopted amendment of this motion whose effect on its words has not been written down."""
    adopted = [each for each in motions(db, motion.meeting_id) if each.about_id == motion.id]
    return next(
        (each for each in adopted if (each.kind, each.state, each.outcome) == (AMENDMENT, CARRIED, "")), None
    )


def consent_calendars(db: Session, meeting_id: str) -> list[ConsentCalendar]:
    """Each consent calendar of the agenda."""
    branches = [branch for branch in _all(agenda(db, meeting_id)) if branch.item.kind == CONSENT_ITEM]
    if not branches:
        return []
    body_id = db.get_one(Meeting, meeting_id).body_id
    names = {member.id: member.name for member in all_members(db, body_id)}
    approved = {
        each.item_id for each in motions(db, meeting_id) if (each.kind, each.state) == (CONSENT, CARRIED)
    }
    return [_calendar(branch, names, branch.item.id in approved) for branch in branches]


def _calendar(branch: Branch, names: dict[str, str], is_approved: bool) -> ConsentCalendar:
    items = [each for each in flat(branch.children) if not each.is_withdrawn]
    pulled = [
        (each, names.get(each.pulled_for or "", each.pulled_for or "")) for each in items if each.pulled_at
    ]
    return ConsentCalendar(branch.item, [each for each in items if not each.pulled_at], pulled, is_approved)


def _all(branches: list[Branch]) -> list[Branch]:
    return [each for branch in branches for each in (branch, *_all(branch.children))]


def calendar_of(db: Session, item: AgendaItem) -> ConsentCalendar | None:
    """The consent calendar that this item is on, was pulled from, or is."""
    for calendar in consent_calendars(db, item.meeting_id):
        if item.id in (calendar.item.id, *(each.id for each in calendar.together)):
            return calendar
        if item.id in [each.id for each, _ in calendar.pulled]:
            return calendar
    return None


def called_alone(db: Session, meeting_id: str) -> set[str]:
    """Ids of the items that the next call may go to: all but sections, withdrawn ones and those that the
    consent calendar covers."""
    covered = {each.id for calendar in consent_calendars(db, meeting_id) for each in calendar.together}
    items = flat(agenda(db, meeting_id))
    return {each.id for each in items if each.kind != "section" and not each.is_withdrawn} - covered
