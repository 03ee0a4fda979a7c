"""What is done with a motion before the vote: moved, seconded, reworded, opened, withdrawn, set aside."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from engage import clock, record
from engage.db import new_id
from engage.language import N_
from engage.people import Refused
from meetings.members.queries import attendance
from meetings.models import OPEN, AgendaItem, Meeting
from meetings.motions import queries
from meetings.motions.models import (
    ADJOURN,
    AMENDMENT,
    CONSENT,
    FAILED,
    MOVED,
    SECONDED,
    TABLED,
    VOTING,
    WITHDRAWN,
    Motion,
)
from meetings.motions.rules import ALONE, SUBSIDIARY, threshold_of

MOVED_ON = N_("This motion has moved on meanwhile. Nothing was changed; here is how it stands now.")
NOT_OPEN = N_("Open the meeting first.")


@dataclass(frozen=True)
class Draft:
    """A motion as it is made. Without `threshold` it needs what its kind or its body says; `about_id` is the
    pending motion that an amendment or a motion to set aside is about, by default the last one."""

    kind: str
    words: str
    mover_id: str
    seconder_id: str | None = None
    threshold: str = ""
    item_id: str | None = None
    about_id: str | None = None


def make_motion(db: Session, meeting: Meeting, draft: Draft, *, by: str) -> Motion:
    """Refused without a roll call, by members who are not here, and when another motion stands in the way."""
    if meeting.state != OPEN:
        raise Refused(NOT_OPEN)
    _expect_movers(db, meeting, draft.mover_id, draft.seconder_id)
    about = _about(db, meeting, draft)
    item = None if draft.kind == ADJOURN else about.item_id if about else draft.item_id
    if draft.kind in ALONE:
        _expect_alone(db, meeting, draft)
    motion = Motion(
        id=new_id(),
        meeting_id=meeting.id,
        number=queries.next_number(db, meeting.id),
        item_id=item,
        about_id=about.id if about else None,
        kind=draft.kind,
        words=draft.words,
        mover_id=draft.mover_id,
        threshold=draft.threshold or threshold_of(draft.kind, meeting.body.majority),
        state=MOVED,
        moved_at=clock.now(),
        salt=record.new_salt(),
        amended="",
        outcome="",
    )
    db.add(motion)
    db.flush()
    record.append(
        db, meeting.id, "motion.moved", by=by, motion=motion.id, number=motion.number, item=motion.item_id,
        about=motion.about_id, motion_kind=motion.kind, mover=motion.mover_id, threshold=motion.threshold,
        words=record.sealed(motion.salt, motion.words),
    )  # fmt: skip
    if draft.seconder_id:
        second_motion(db, meeting, motion, draft.seconder_id, by=by)
    return motion


def _expect_movers(db: Session, meeting: Meeting, mover_id: str, seconder_id: str | None) -> None:
    now = attendance(db, meeting.id)
    if now.called_at is None:
        raise Refused(N_("Call the roll first."))
    for member_id in filter(None, (mover_id, seconder_id)):
        attendee = now.of(member_id)
        if attendee is None or not (attendee.is_here and attendee.member.is_voting):
            raise Refused(N_("Only a voting member who is present can move or second."))
    if mover_id == seconder_id:
        raise Refused(N_("A motion is seconded by another member than the one who moved it."))


def _about(db: Session, meeting: Meeting, draft: Draft) -> Motion | None:
    """The pending motion that a subsidiary one is about; an amendment needs one."""
    if draft.kind not in SUBSIDIARY:
        return None
    found = [each for each in queries.pending(db, meeting.id) if each.kind in (*ALONE, AMENDMENT)]
    found = [each for each in found if each.item_id == draft.item_id] or found
    if draft.about_id:
        found = [each for each in found if each.id == draft.about_id]
    if draft.kind != AMENDMENT:
        return next((each for each in reversed(found) if each.kind in ALONE), None)
    if not found:
        raise Refused(N_("There is no pending motion to amend."))
    if found[-1].state == VOTING:
        raise Refused(N_("The vote on this motion is open."))
    if found[-1].kind == AMENDMENT and db.get_one(Motion, found[-1].about_id).kind == AMENDMENT:
        raise Refused(N_("An amendment to an amendment cannot be amended again."))
    return found[-1]


def _expect_alone(db: Session, meeting: Meeting, draft: Draft) -> None:
    """One main motion at a time on an item; the consent calendar is approved once."""
    if queries.pending_on(db, meeting.id, draft.item_id):
        raise Refused(
            N_("Another motion is pending on this item. Decide, withdraw or set aside that one first.")
        )
    if draft.kind == CONSENT:
        item = db.get(AgendaItem, draft.item_id) if draft.item_id else None
        calendar = queries.calendar_of(db, item) if item else None
        if calendar is None or calendar.item.id != draft.item_id or not calendar.together:
            raise Refused(N_("Call the consent calendar first; there must be items on it."))
        if calendar.is_approved:
            raise Refused(N_("The consent calendar is already approved."))


def second_motion(db: Session, meeting: Meeting, motion: Motion, seconder_id: str, *, by: str) -> None:
    expect_live(meeting, motion, MOVED)
    _expect_movers(db, meeting, motion.mover_id, None)
    _expect_movers(db, meeting, seconder_id, None)
    if seconder_id == motion.mover_id:
        raise Refused(N_("A motion is seconded by another member than the one who moved it."))
    motion.seconder_id, motion.state = seconder_id, SECONDED
    note(db, motion, "motion.seconded", by=by, seconder=seconder_id)


def reword_motion(db: Session, meeting: Meeting, motion: Motion, words: str, *, by: str) -> None:
    """The mover says it otherwise, or the clerk misheard: until the vote is opened or it is amended."""
    expect_live(meeting, motion, MOVED, SECONDED)
    if motion.amended or queries.unworded(db, motion):
        raise Refused(N_("This motion has been amended; its words are changed by amendments."))
    if words != motion.words:
        motion.words = words
        note(db, motion, "motion.reworded", by=by, words=record.sealed(motion.salt, words))


def open_vote(db: Session, meeting: Meeting, motion: Motion, *, by: str) -> None:
    """The question is put. Refused while something about this motion has to be decided or written down."""
    expect_live(meeting, motion, SECONDED)
    expect_in_order(db, motion)
    motion.state = VOTING
    note(db, motion, "vote.opened", by=by)


def expect_in_order(db: Session, motion: Motion) -> None:
    """Nothing is pending about the motion, and what has been adopted is in its words."""
    if queries.pending_about(db, motion):
        raise Refused(N_("First decide what was moved about this motion."))
    if queries.unworded(db, motion):
        raise Refused(N_("First write down the words as amended."))


def withdraw_motion(db: Session, meeting: Meeting, motion: Motion, *, by: str) -> None:
    """Its mover takes it back; what was moved about it falls with it."""
    _end(db, meeting, motion, WITHDRAWN, "motion.withdrawn", by=by)


def drop_motion(db: Session, meeting: Meeting, motion: Motion, *, by: str) -> None:
    """Nobody seconds it: it fails without a vote."""
    expect_live(meeting, motion, MOVED)
    _end(db, meeting, motion, FAILED, "motion.dropped", by=by)


def _end(db: Session, meeting: Meeting, motion: Motion, state: str, kind: str, *, by: str) -> None:
    expect_live(meeting, motion, MOVED, SECONDED, VOTING)
    for each in queries.pending_about(db, motion):
        _end(db, meeting, each, WITHDRAWN, "motion.withdrawn", by=by)
    motion.state, motion.decided_at = state, clock.now()
    note(db, motion, kind, by=by)


def set_aside(db: Session, motion: Motion, *, by: str, through: Motion) -> None:
    """A motion to table, continue or refer was carried: its motion waits, with everything about it."""
    for each in queries.pending_about(db, motion):
        set_aside(db, each, by=by, through=through)
    motion.state, motion.decided_at = TABLED, clock.now()
    note(db, motion, "motion.tabled", by=by, through=through.id)


def resume(db: Session, motion: Motion, *, by: str, through: Motion) -> None:
    """The vote that set it aside was recorded wrongly: it is pending again."""
    motion.state, motion.decided_at = SECONDED if motion.seconder_id else MOVED, None
    note(db, motion, "motion.resumed", by=by, through=through.id)
    for each in queries.motions(db, motion.meeting_id):
        if each.state == TABLED and each.about_id == motion.id:
            resume(db, each, by=by, through=through)


def expect_live(meeting: Meeting, motion: Motion, *states: str) -> None:
    if meeting.state != OPEN:
        raise Refused(NOT_OPEN)
    if motion.state not in states:
        raise Refused(MOVED_ON)


def note(db: Session, motion: Motion, kind: str, *, by: str, **facts: object) -> None:
    record.append(db, motion.meeting_id, kind, by=by, motion=motion.id, item=motion.item_id, **facts)
