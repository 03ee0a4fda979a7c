"""Yes/no and arithmetic of surveys and polls, without database."""

from collections.abc import Iterable, Sequence

from comments.surveys.models import (
    CLOSED,
    CLOSING,
    DRAFT,
    LIVE,
    MEMBERS,
    OPEN,
    RELEASE,
    RESIDENTS,
    TEXT,
    Survey,
)
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


def may_release(survey: Survey) -> bool:
    return survey.state == CLOSED and survey.shows == RELEASE and survey.released_at is None


def may_show_counts(survey: Survey) -> bool:
    """To the public. The clerks see them from the first answer on."""
    if survey.shows == LIVE:
        return survey.state != DRAFT
    return survey.state == CLOSED and (survey.shows == CLOSING or survey.released_at is not None)


def may_show_turnout(survey: Survey) -> bool:
    """To the public, while the counts are not shown: not of the few members, whose hands can be watched."""
    return survey.state != DRAFT and survey.audience == RESIDENTS


def may_read_texts(survey: Survey) -> bool:
    """By the clerks: beside choices not before the close, since a text that comes in just as an entry is
    written would say whose choices those are."""
    return survey.state == CLOSED or all(question.kind == TEXT for question in survey.questions)


def may_answer(audience: str, *, is_member: bool) -> bool:
    """Members of the body answer their own polls as members, everybody else's as residents."""
    return is_member == (audience == MEMBERS)


def points(place: int, of: int) -> int:
    """Borda: the last of `of` options gets nothing, and each place above one point more."""
    return of - place


def ranked(options: Sequence[str], orders: Iterable[Sequence[str]]) -> tuple[dict[str, int], dict[str, int]]:
    """Borda points and first places of each option; every order names every option once."""
    total, firsts = dict.fromkeys(options, 0), dict.fromkeys(options, 0)
    for order in orders:
        firsts[order[0]] += 1
        for place, option in enumerate(order, 1):
            total[option] += points(place, len(options))
    return total, firsts


def mean_tenths(counts: Sequence[int]) -> int | None:
    """Mean of a rating in whole tenths, halves up: `counts` of 1, 2, 3 ...; none without a rating."""
    people, total = sum(counts), sum(rating * count for rating, count in enumerate(counts, 1))
    return (20 * total + people) // (2 * people) if people else None
