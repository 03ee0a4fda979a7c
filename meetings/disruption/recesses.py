"""What is done to a recess or a closed session.

A live meeting is OPEN, or in RECESS while a recess, a closed session or a disruption is under way. A plain
recess ends when one of the other two begins; a closed session may be held during a disruption.
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from engage import clock, record
from engage.db import new_id
from engage.language import N_
from engage.people import Refused
from meetings import models
from meetings.disruption.models import CLOSED_SESSION, RECESS, Recess
from meetings.disruption.queries import recess_under_way
from meetings.models import AgendaItem, Meeting

NOT_LIVE = N_("Open the meeting first.")
REOPENED = N_("The session has been reopened meanwhile.")


def begin_recess(db: Session, meeting: Meeting, *, minutes: int | None) -> Recess:
    """The row of a recess; its entry and the meeting's state are `meetings.actions`'."""
    now = clock.now()
    recess = Recess(
        id=new_id(),
        meeting_id=meeting.id,
        kind=RECESS,
        began_at=now,
        resumes_at=now + timedelta(minutes=minutes) if minutes else None,
        salt=record.new_salt(),
    )
    db.add(recess)
    return recess


def end_recess(db: Session, meeting: Meeting) -> str | None:
    """End the plain recess that is under way; its id, for the entry."""
    recess = recess_under_way(db, meeting.id)
    if recess is None or recess.is_closed_session:
        return None
    recess.ended_at = clock.now()
    return recess.id


def close_session(
    db: Session, meeting: Meeting, reason: str, *, by: str, items: Sequence[AgendaItem] = ()
) -> Recess:
    """The body goes on without the public, for one of GROUNDS; also during a disruption (SB 707)."""
    if not meeting.is_live:
        raise Refused(NOT_LIVE)
    if meeting.is_in_closed_session:
        raise Refused(N_("The body is already in closed session."))
    ended = end_recess(db, meeting)
    session = Recess(
        id=new_id(),
        meeting_id=meeting.id,
        kind=CLOSED_SESSION,
        began_at=clock.now(),
        reason=reason,
        item_ids=[item.id for item in items],
        salt=record.new_salt(),
    )
    db.add(session)
    meeting.is_in_closed_session = True
    settle(meeting)
    record.append(
        db, meeting.id, "session.closed", by=by, session=session.id, reason=reason,
        items=session.item_ids, recess=ended, state=meeting.state,
    )  # fmt: skip
    return session


def reopen_session(db: Session, meeting: Meeting, session: Recess, *, by: str, report: str = "") -> None:
    """Back in open session, with what is reported from the closed one (California Gov. Code 54957.1)."""
    if session.ended_at is not None or not session.is_closed_session:
        raise Refused(REOPENED)
    session.ended_at, session.report = clock.now(), report
    meeting.is_in_closed_session = False
    settle(meeting)
    seal = record.sealed(session.salt, report) if report else None
    record.append(
        db, meeting.id, "session.reopened", by=by, session=session.id, report=seal, state=meeting.state
    )


def settle(meeting: Meeting) -> None:
    """The state that follows from what is under way."""
    is_held_up = meeting.is_in_closed_session or meeting.is_queue_frozen
    meeting.state = models.RECESS if is_held_up else models.OPEN
