"""Yes/no and arithmetic of written comments, without database."""

from engage import clock
from meetings.models import SECTION, AgendaItem, Meeting

PAGE = 100
"""Comments on one page of the list."""


def takes_comments(item: AgendaItem | None) -> bool:
    """General public comment does, and every item but a heading and what was withdrawn."""
    return item is None or (item.kind != SECTION and not item.is_withdrawn)


def may_comment(meeting: Meeting, item: AgendaItem | None) -> bool:
    return meeting.takes_comments and takes_comments(item)


def is_past_cut_off(meeting: Meeting) -> bool:
    """The clerk's cut-off is set and over; without one comments end with the meeting."""
    return meeting.comments_until is not None and clock.now() >= meeting.comments_until


def pages_of(count: int) -> int:
    """How many pages so many comments fill; an empty list has one."""
    return max(1, -(-count // PAGE))


def page_holding(place: int) -> int:
    """The page, from 1, on which the comment at `place` (from 0) stands."""
    return place // PAGE + 1
