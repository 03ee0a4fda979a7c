"""Yes/no of surveys, without database."""

from comments.surveys.models import DRAFT, OPEN
from meetings.models import CANCELLED, Meeting

MOST_QUESTIONS = 5
MOST_OPTIONS = 10
LONGEST_TITLE = 150
LONGEST_QUESTION = 300
LONGEST_OPTION = 150
LONGEST_ANSWER = 500


def may_open(meeting: Meeting, state: str) -> bool:
    """A draft, in a meeting that everyone can see and that takes place; before, during or after it."""
    return state == DRAFT and meeting.is_public and meeting.state != CANCELLED


def may_close(state: str) -> bool:
    return state == OPEN
