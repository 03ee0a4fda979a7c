"""What interrupted the meeting, for the minutes: recesses, closed sessions and disruptions."""

from sqlalchemy.orm import Session

from engage.language import N_
from engage.minutes.body_part import line_of
from engage.minutes.course import Course, Done
from meetings.disruption import queries
from meetings.disruption.models import ADJOURNMENT, ENDINGS, FINDING, FOUND, GROUNDS, REASONS, SECTIONS, STEPS
from meetings.disruption.models import CLOSED_SESSION as CLOSED
from meetings.disruption.queries import Interruption, Pause, StepTaken
from meetings.minutes.doings import ClosedSession, Disruption, Recess, Step, Words
from meetings.models import Meeting

OVER = ENDINGS | {ADJOURNMENT: N_("The meeting was adjourned")}


def interruptions(db: Session, meeting: Meeting, course: Course, lang: str) -> list[Done]:
    """Each on the item that was open when it began."""
    pauses = queries.recesses(db, meeting.id)
    disruptions = queries.disruptions(db, meeting.id)
    return [
        *(Done(each.began, course.item_at(each.began), _pause(each, meeting, lang)) for each in pauses),
        *(Done(each.began, course.item_at(each.began), _disruption(each, meeting)) for each in disruptions),
    ]


def _pause(pause: Pause, meeting: Meeting, lang: str) -> Recess | ClosedSession:
    if pause.kind != CLOSED:
        return Recess(pause.began, pause.ended)
    return ClosedSession(
        since=pause.began,
        until=pause.ended,
        ground=GROUNDS[pause.reason],
        law=SECTIONS.get(pause.reason, ""),
        items=tuple(line_of(item, lang) for item in pause.items),
        report=Words(pause.report, meeting.language) if pause.report else None,
    )


def _disruption(one: Interruption, meeting: Meeting) -> Disruption:
    has_finding = any(step.kind == FINDING for step in one.steps)
    return Disruption(
        since=one.began,
        until=one.ended,
        reason=REASONS[one.reason],
        steps=tuple(_step(step, meeting) for step in one.steps),
        ending=OVER.get(one.ended_because, ""),
        finding=FOUND if has_finding else "",
    )


def _step(step: StepTaken, meeting: Meeting) -> Step:
    return Step(step.at, STEPS[step.kind], Words(step.note, meeting.language) if step.note else None)
