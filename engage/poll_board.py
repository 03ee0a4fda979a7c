"""The poll on the hall's display: its question, and its bars as soon as the public may see them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from comments.surveys.models import MEMBERS, RANKING, TEXT, Option, Question, Survey
from comments.surveys.queries import poll_on_show
from comments.surveys.result import QuestionResult
from engage import clock
from engage.language import N_
from meetings.models import AgendaItem, Meeting

STAYS = timedelta(minutes=10)
"""A result gives the place back after this, or when the next item is called."""
VOTE = N_("Vote now on your phone")
MEMBERS_VOTE = N_("The members vote now")
RESULT = N_("Result of the poll")
ANSWERS = N_("Answers: %(count)s")


@dataclass(frozen=True)
class Bar:
    """`write` gives the words in a language, `share` is in per cent of what could be reached."""

    write: Callable[[str], str]
    count: int
    share: int


@dataclass(frozen=True)
class Board:
    """`title` and the bars' `write` give their words in a language; `count` is None while it is not told.

    Without `has_counts` the bars are the answers to choose from, and say nothing yet.
    """

    status: str
    title: Callable[[str], str]
    count: int | None
    has_counts: bool
    bars: list[Bar]


def poll_board(db: Session, meeting: Meeting) -> Board | None:
    result = poll_on_show(db, meeting.id)
    if result is None or not (result.survey.is_open or is_fresh(db, meeting, result.survey)):
        return None
    survey, (only,) = result.survey, result.questions
    return Board(
        status=RESULT if not survey.is_open else MEMBERS_VOTE if survey.audience == MEMBERS else VOTE,
        title=lambda lang: survey.title or only.question.words or survey.heading(lang),
        count=result.answers if result.shows_turnout else None,
        has_counts=result.shows_counts,
        bars=bars(only) if result.shows_counts else choices(only),
    )


def is_fresh(db: Session, meeting: Meeting, survey: Survey) -> bool:
    """Closed a short while ago, and on the item that is still open."""
    item = db.get(AgendaItem, meeting.item_id) if meeting.item_id else None
    moved_on = item and item.called_at and survey.closed_at and item.called_at > survey.closed_at
    return bool(survey.closed_at and clock.now() - survey.closed_at < STAYS and not moved_on)


def bars(of: QuestionResult) -> list[Bar]:
    """Answers put in order by their points, others in the question's order by how many chose them."""
    if of.question.kind == RANKING:
        return [bar(of.question, option, points, of.most_points) for option, points, _ in of.ranking]
    return [bar(of.question, option, count, of.people) for option, count in of.rows]


def choices(of: QuestionResult) -> list[Bar]:
    """Without counts, so that everyone knows what is asked."""
    return [] if of.question.kind == TEXT else [bar(of.question, option, 0, 0) for option, _ in of.rows]


def bar(question: Question, option: Option, count: int, most: int) -> Bar:
    def write(lang: str) -> str:
        return question.wording(option, lang)

    return Bar(write, count, round(100 * count / most) if most else 0)
