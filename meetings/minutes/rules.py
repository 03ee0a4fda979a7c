"""Yes/no of the minutes, without database."""

from datetime import date

from meetings.minutes.models import APPROVED, UNPUBLISHED
from meetings.models import ADJOURNED, OPEN, RECESS, Meeting

LONGEST_NOTE = 8000


def may_preview(meeting: Meeting) -> bool:
    """The clerk, as soon as something can have happened."""
    return meeting.state in (OPEN, RECESS, ADJOURNED)


def are_public(meeting: Meeting, state: str) -> bool:
    return meeting.state == ADJOURNED and state != UNPUBLISHED


def may_note(meeting: Meeting, state: str) -> bool:
    """Approved minutes are the body's own words: nothing is written into them any more."""
    return may_preview(meeting) and state != APPROVED


def may_publish(meeting: Meeting, state: str) -> bool:
    return meeting.state == ADJOURNED and state == UNPUBLISHED


def may_approve(state: str) -> bool:
    """What everyone could read as a draft."""
    return state not in (UNPUBLISHED, APPROVED)


def may_be_approved_on(day: date, *, held_on: date, today: date) -> bool:
    """After the meeting, and not in time to come."""
    return held_on <= day <= today
