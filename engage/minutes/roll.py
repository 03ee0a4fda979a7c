"""Attendance for the minutes: the roll call, and who came or left after it."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from engage.minutes.course import TAKEN, Course
from meetings.members.models import ATTENDANCE
from meetings.members.queries import all_members
from meetings.minutes.document import Attendance, Roll
from meetings.models import Meeting
from meetings.queries import meeting_day

Changes = dict[str, list[tuple[datetime, str]]]


def roll_of(course: Course) -> Roll | None:
    """The first roll call; those after it are told as changes."""
    first = next((entry for entry in course.attendance if entry.kind == TAKEN), None)
    if first is None:
        return None
    return Roll(first.at, first.facts["here"], first.facts["seats"], first.facts["quorum"])


def members(db: Session, meeting: Meeting, course: Course) -> tuple[Attendance, ...]:
    """Everyone who was seated on the day of the meeting, in the order of the roll."""
    at_roll, changes = states_of(course)
    day = meeting_day(meeting)
    return tuple(
        Attendance(
            each.name,
            each.seat,
            each.is_chair,
            ATTENDANCE.get(at_roll.get(each.id, ""), ""),
            tuple(changes.get(each.id, ())),
        )
        for each in all_members(db, meeting.body_id)
        if each.is_seated(day) or each.id in at_roll
    )


def states_of(course: Course) -> tuple[dict[str, str], Changes]:
    """How the first roll call found each member, and by member what was another way later."""
    at_roll: dict[str, str] = {}
    now: dict[str, str] = {}
    changes: Changes = {}
    for at, told in _told(course):
        at_roll = at_roll or told
        for member_id, state in told.items():
            if now.get(member_id, state) != state:
                changes.setdefault(member_id, []).append((at, ATTENDANCE[state]))
            now[member_id] = state
    return at_roll, changes


def _told(course: Course) -> Iterator[tuple[datetime, dict[str, str]]]:
    for entry in course.attendance:
        facts = entry.facts
        yield entry.at, facts["members"] if entry.kind == TAKEN else {facts["member"]: facts["state"]}
