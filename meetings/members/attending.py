"""What is done about attendance in a meeting: the roll call, arrivals and departures, who steps aside."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from engage import clock, record
from engage.db import new_id
from engage.language import N_
from engage.people import Refused
from meetings.members import queries
from meetings.members.models import ATTENDANCE, REASONS, Member, Presence, Recusal, RollCall
from meetings.members.queries import Attendance
from meetings.members.rules import may_take_attendance
from meetings.models import AgendaItem, Meeting

NOT_NOW = N_("Attendance is taken from the opening to the adjournment.")
CHANGED = N_("The attendance was changed meanwhile. Nothing was changed; here is how it stands now.")


def call_roll(
    db: Session, meeting: Meeting, states: Mapping[str, str], *, by: str, seen: int | None = None
) -> None:
    """Note all members at once. `states` has one for each member of the body; `seen` as in `note_changes`."""
    now = _expect(db, meeting, states, seen)
    if states.keys() != {each.member.id for each in now.attendees}:
        raise Refused(CHANGED)
    seats, quorum = queries.due(meeting.body, [each.member for each in now.attendees])
    roll = RollCall(id=new_id(), meeting_id=meeting.id, at=clock.now(), seats=seats, quorum=quorum)
    db.add(roll)
    for each in now.attendees:
        if states[each.member.id] != each.state:
            _note(db, meeting, each.member.id, states[each.member.id])
    record.append(
        db, meeting.id, "attendance.taken", by=by, roll=roll.id, members=dict(states), seats=seats,
        quorum=quorum, here=queries.attendance(db, meeting.id).here,
    )  # fmt: skip


def note_changes(
    db: Session, meeting: Meeting, states: Mapping[str, str], *, by: str, seen: int | None = None
) -> None:
    """Somebody came, left or joined remotely: an entry for each member whose state is another now.

    `seen` is the number of the last change that the clerk saw; refused when there is a later one.
    """
    now = _expect(db, meeting, states, seen)
    if now.called_at is None:
        raise Refused(N_("Call the roll first."))
    for member_id, state in states.items():
        attendee = now.of(member_id)
        if attendee is None:
            raise Refused(CHANGED)
        if attendee.state != state:
            _note(db, meeting, member_id, state)
            here = queries.attendance(db, meeting.id).here
            record.append(
                db, meeting.id, "attendance.changed", by=by, member=member_id, state=state,
                here=here, quorum=now.quorum,
            )  # fmt: skip


def recuse(
    db: Session, meeting: Meeting, item: AgendaItem, member: Member, reason: str, *, by: str
) -> Recusal:
    """The member steps aside on this item. Twice is once."""
    if not may_take_attendance(meeting.state) or reason not in REASONS:
        raise Refused(NOT_NOW)
    if queries.attendance(db, meeting.id).of(member.id) is None:
        raise Refused(CHANGED)
    if member.id in queries.recused_on(db, meeting.id, item.id):
        raise Refused(N_("This member has already stepped aside on this item."))
    made = Recusal(
        id=new_id(), meeting_id=meeting.id, item_id=item.id, member_id=member.id, reason=reason,
        at=clock.now(),
    )  # fmt: skip
    db.add(made)
    record.append(
        db, meeting.id, "member.recused", by=by, recusal=made.id, member=member.id, item=item.id,
        reason=reason,
    )  # fmt: skip
    return made


def end_recusal(db: Session, meeting: Meeting, recusal: Recusal, *, by: str) -> None:
    """It was a mistake, or the reason is gone."""
    if not may_take_attendance(meeting.state) or recusal.ended_at:
        raise Refused(CHANGED)
    recusal.ended_at = clock.now()
    record.append(
        db, meeting.id, "member.returned", by=by, recusal=recusal.id, member=recusal.member_id,
        item=recusal.item_id,
    )  # fmt: skip


def _expect(db: Session, meeting: Meeting, states: Mapping[str, str], seen: int | None) -> Attendance:
    if not may_take_attendance(meeting.state):
        raise Refused(NOT_NOW)
    now = queries.attendance(db, meeting.id)
    if not now.attendees:
        raise Refused(N_("This body has no members yet."))
    if seen not in (None, now.last) or not set(states.values()) <= ATTENDANCE.keys():
        raise Refused(CHANGED)
    return now


def _note(db: Session, meeting: Meeting, member_id: str, state: str) -> None:
    number = queries.next_number(db, meeting.id)
    db.add(
        Presence(
            id=new_id(),
            meeting_id=meeting.id,
            number=number,
            member_id=member_id,
            state=state,
            at=clock.now(),
        )  # fmt: skip
    )
