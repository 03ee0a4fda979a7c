"""Reads of recesses, closed sessions and disruptions, as the live pages and the minutes need them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage.doors import NotFound
from meetings.disruption.models import Disruption, Recess, Step
from meetings.disruption.rules import needs_finding
from meetings.models import AgendaItem
from meetings.queries import agenda, flat


@dataclass(frozen=True)
class Pause:
    """A recess or a closed session for the minutes. `ended` and `duration` are None while it lasts."""

    id: str
    kind: str
    began: datetime
    resumes_at: datetime | None
    ended: datetime | None
    duration: timedelta | None
    reason: str
    items: list[AgendaItem]
    report: str


@dataclass(frozen=True)
class StepTaken:
    """One step for the minutes; `kind` is one of STEPS."""

    at: datetime
    kind: str
    note: str


@dataclass(frozen=True)
class Interruption:
    """A disruption for the minutes: reason (one of REASONS), begin, steps and length (SB 707 wants these)."""

    id: str
    began: datetime
    reason: str
    steps: list[StepTaken]
    ended: datetime | None
    ended_because: str
    duration: timedelta | None


def recess_rows(db: Session, meeting_id: str) -> list[Recess]:
    """Recesses and closed sessions, the earliest first."""
    wanted = select(Recess).where(Recess.meeting_id == meeting_id)
    return list(db.scalars(wanted.order_by(Recess.began_at, Recess.id)))


def recess_under_way(db: Session, meeting_id: str) -> Recess | None:
    """The recess or closed session that has not ended; never more than one."""
    return db.scalar(select(Recess).where(Recess.meeting_id == meeting_id, Recess.ended_at.is_(None)))


def disruption_rows(db: Session, meeting_id: str) -> list[Disruption]:
    """The earliest first."""
    wanted = select(Disruption).where(Disruption.meeting_id == meeting_id)
    return list(db.scalars(wanted.order_by(Disruption.began_at, Disruption.id)))


def disruption_under_way(db: Session, meeting_id: str) -> Disruption | None:
    """Never more than one."""
    return db.scalar(
        select(Disruption).where(Disruption.meeting_id == meeting_id, Disruption.ended_at.is_(None))
    )


def disruption(db: Session, meeting_id: str, disruption_id: str) -> Disruption:
    """NotFound for one of another meeting."""
    found = db.get(Disruption, disruption_id)
    if found is None or found.meeting_id != meeting_id:
        raise NotFound
    return found


def without_finding(db: Session, meeting_id: str) -> Disruption | None:
    """The latest disruption, if the body goes on without remote access and still has to find that it may."""
    latest = next(reversed(disruption_rows(db, meeting_id)), None)
    if latest is None:
        return None
    kinds = [step.kind for step in latest.steps]
    return latest if needs_finding(latest.reason, latest.ended_because, kinds) else None


def recesses(db: Session, meeting_id: str) -> list[Pause]:
    """All recesses and closed sessions, the earliest first; what a disruption stops is in `disruptions`."""
    return pauses(db, meeting_id, recess_rows(db, meeting_id))


def pauses(db: Session, meeting_id: str, rows: Sequence[Recess]) -> list[Pause]:
    """These rows as the minutes want them, with the items that they name."""
    by_id = {item.id: item for item in flat(agenda(db, meeting_id))} if any(r.item_ids for r in rows) else {}
    return [
        Pause(
            id=row.id,
            kind=row.kind,
            began=row.began_at,
            resumes_at=row.resumes_at,
            ended=row.ended_at,
            duration=row.ended_at - row.began_at if row.ended_at else None,
            reason=row.reason,
            items=[by_id[each] for each in row.item_ids if each in by_id],
            report=row.report,
        )
        for row in rows
    ]


def disruptions(db: Session, meeting_id: str) -> list[Interruption]:
    """All disruptions with their steps, the earliest first."""
    return [
        Interruption(
            id=row.id,
            began=row.began_at,
            reason=row.reason,
            steps=[step_taken(step) for step in row.steps],
            ended=row.ended_at,
            ended_because=row.ended_because,
            duration=row.ended_at - row.began_at if row.ended_at else None,
        )
        for row in disruption_rows(db, meeting_id)
    ]


def step_taken(step: Step) -> StepTaken:
    return StepTaken(at=step.at, kind=step.kind, note=step.note)
