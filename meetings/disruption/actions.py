"""What is done to a disruption, and to the room's door."""

from sqlalchemy.orm import Session

from engage import clock, record
from engage.db import new_id
from engage.language import N_
from engage.people import Refused
from meetings.disruption import queries
from meetings.disruption.models import ADJOURNMENT, FINDING, OTHER_STEP, Disruption, Step
from meetings.disruption.recesses import NOT_LIVE, end_recess, settle
from meetings.disruption.rules import may_end, may_find, may_reconvene_at, needs_finding
from meetings.models import Meeting

OVER = N_("This disruption is over.")


def declare_disruption(db: Session, meeting: Meeting, reason: str, *, by: str) -> Disruption:
    """Recess the meeting for one of REASONS, for an hour unless it is put right before; freeze the queue."""
    if not meeting.is_live:
        raise Refused(NOT_LIVE)
    if meeting.is_queue_frozen:
        raise Refused(N_("A disruption has been declared already."))
    ended = end_recess(db, meeting)
    disruption = Disruption(id=new_id(), meeting_id=meeting.id, reason=reason, began_at=clock.now(), steps=[])
    db.add(disruption)
    meeting.is_queue_frozen = True
    settle(meeting)
    record.append(
        db, meeting.id, "disruption.declared", by=by, disruption=disruption.id, reason=reason, recess=ended,
        may_reconvene_at=clock.text(may_reconvene_at(disruption.began_at)), state=meeting.state,
    )  # fmt: skip
    return disruption


def take_step(
    db: Session, meeting: Meeting, disruption: Disruption, kind: str, *, by: str, note: str = ""
) -> Step:
    """Note one of STEPS; after the disruption's end only the finding that it still needs."""
    if kind == OTHER_STEP and not note:
        raise Refused(N_("Please say in the note which step it was."))
    _expect_fitting(meeting, disruption, kind)
    step = Step(
        id=new_id(),
        disruption_id=disruption.id,
        number=len(disruption.steps) + 1,
        kind=kind,
        at=clock.now(),
        note=note,
        salt=record.new_salt(),
    )
    disruption.steps.append(step)
    record.append(
        db, meeting.id, "disruption.step_taken", by=by, disruption=disruption.id, step=step.id,
        what=kind, note=record.sealed(step.salt, note) if note else None,
    )  # fmt: skip
    return step


def _expect_fitting(meeting: Meeting, disruption: Disruption, kind: str) -> None:
    taken = [step.kind for step in disruption.steps]
    is_due = needs_finding(disruption.reason, disruption.ended_because, taken)
    is_finding_after = meeting.is_live and kind == FINDING and is_due
    if disruption.ended_at is not None and not is_finding_after:
        raise Refused(OVER)
    if kind == FINDING and not may_find(disruption.reason, disruption.began_at, clock.now()):
        raise Refused(N_("A finding is made only when remote access has failed for an hour."))


def end_disruption(db: Session, meeting: Meeting, disruption: Disruption, because: str, *, by: str) -> None:
    """The meeting goes on, for one of ENDINGS; the hour's passing only when it has passed."""
    if disruption.ended_at is not None:
        raise Refused(OVER)
    if not may_end(disruption.began_at, because, clock.now()):
        raise Refused(
            N_("The hour has not passed. Before that, say that remote access or order is restored.")
        )
    _end(db, meeting, disruption, because, by=by)


def _end(db: Session, meeting: Meeting, disruption: Disruption, because: str, *, by: str) -> None:
    disruption.ended_at, disruption.ended_because = clock.now(), because
    meeting.is_queue_frozen = False
    settle(meeting)
    record.append(
        db, meeting.id, "disruption.ended", by=by, disruption=disruption.id, because=because,
        state=meeting.state,
    )  # fmt: skip


def end_for_adjournment(db: Session, meeting: Meeting, *, by: str) -> None:
    """A recess or a disruption is over when the meeting is adjourned out of it."""
    end_recess(db, meeting)
    if disruption := queries.disruption_under_way(db, meeting.id):
        _end(db, meeting, disruption, ADJOURNMENT, by=by)


def lock_room(db: Session, meeting: Meeting, *, by: str) -> None:
    """Nobody new may ask to speak; watching, written comments and surveys stay open."""
    if meeting.is_over or not meeting.is_public:
        raise Refused(N_("The room can be locked from the publication to the end of a meeting."))
    if meeting.is_locked:
        raise Refused(N_("The room is locked already."))
    meeting.is_locked = True
    record.append(db, meeting.id, "room.locked", by=by)


def unlock_room(db: Session, meeting: Meeting, *, by: str) -> None:
    if not meeting.is_locked:
        raise Refused(N_("The room is not locked."))
    meeting.is_locked = False
    record.append(db, meeting.id, "room.unlocked", by=by)
