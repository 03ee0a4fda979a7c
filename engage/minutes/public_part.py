"""What the public had to say, for the minutes: who spoke, what came in writing, what polls resulted in."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from comments.queue import queries as queue_queries
from comments.queue.models import COMMENT, FINISHED, IN_PERSON, KINDS, STANCES, Request, modes_of
from comments.surveys import queries as survey_queries
from comments.surveys.models import AUDIENCES, CLOSED, RANKING, TEXT, Survey
from comments.surveys.result import QuestionResult
from comments.surveys.rules import may_show_counts
from comments.written.models import POSITIONS
from comments.written.queries import counts
from engage.language import N_
from engage.minutes.course import GENERAL, Course, Done
from meetings.minutes.doings import Comments, Poll, Speaker, Speakers, Words
from meetings.models import Meeting


def speakers(db: Session, meeting_id: str) -> list[Done]:
    """A list for each item on which somebody spoke, and one for general public comment."""
    spoke = [each for each in queue_queries.requests_in(db, meeting_id) if has_spoken(each)]
    spoke.sort(key=_began)
    by_item: dict[str | None, list[Request]] = {}
    for request in spoke:
        by_item.setdefault(request.item_id, []).append(request)
    modes = modes_of(db.get_one(Meeting, meeting_id))
    return [
        Done(_began(group[0]), item_id or GENERAL, _list_of(group, modes))
        for item_id, group in by_item.items()
    ]


def has_spoken(request: Request) -> bool:
    """Had the floor and used it, even if they were then removed or gave it up."""
    return request.state == FINISHED or request.spoken_ms > 0


def _began(request: Request) -> datetime:
    return request.called_at or request.asked_at


def _list_of(requests: Sequence[Request], modes: Mapping[str, str]) -> Speakers:
    in_person = [request.mode == IN_PERSON for request in requests if request.kind == COMMENT]
    return Speakers(
        sum(in_person), len(in_person) - sum(in_person), tuple(_speaker(each, modes) for each in requests)
    )


def _speaker(request: Request, modes: Mapping[str, str]) -> Speaker:
    return Speaker(
        name=request.name,
        mode=modes[request.mode],
        stance=STANCES.get(request.stance, ""),
        kind="" if request.kind == COMMENT else KINDS[request.kind],
        spoken_s=round(request.spoken_ms / 1000),
    )


def written(db: Session, meeting_id: str) -> dict[str, Comments]:
    """Of each item with comments; withheld ones count."""
    return {
        item_id or GENERAL: Comments(
            tuple((POSITIONS[position], count) for position, count in numbers.items())
        )
        for item_id, numbers in counts(db, meeting_id).items()
    }


def polls(db: Session, meeting: Meeting, course: Course, lang: str) -> list[Done]:
    """What was asked and answered while the meeting lasted, as far as the public may see the result."""
    shown = [each for each in survey_queries.surveys(db, meeting.id) if is_shown(each, meeting)]
    found = []
    for result in survey_queries.results(db, shown):
        survey = result.survey
        at = survey.opened_at or survey.drafted_at
        item_id = survey.item_id or course.item_at(at)
        found += [Done(at, item_id, _poll(survey, each, meeting, lang)) for each in result.questions]
    return found


def is_shown(survey: Survey, meeting: Meeting) -> bool:
    """Closed, with a result that everyone may see, and opened between the meeting's opening and its end."""
    if survey.state != CLOSED or not may_show_counts(survey) or not (survey.opened_at and meeting.opened_at):
        return False
    until = meeting.adjourned_at
    return meeting.opened_at <= survey.opened_at and (until is None or survey.opened_at <= until)


def _poll(survey: Survey, result: QuestionResult, meeting: Meeting, lang: str) -> Poll:
    question = result.question
    rows = tuple((question.wording(option, lang), count) for option, count in result.rows)
    if question.kind == RANKING:
        rows = tuple((option.words, points) for option, points, _ in result.ranking)
    mean = result.mean_tenths
    return Poll(
        question=Words(question.words, meeting.language) if question.words else Words(survey.heading(lang)),
        audience=AUDIENCES[survey.audience],
        people=result.people,
        rows=() if question.kind == TEXT else rows,
        unit=N_("Points") if question.kind == RANKING else N_("People"),
        mean="" if mean is None else f"{mean // 10}.{mean % 10}",
    )
