"""What everyone sees of surveys and polls on the meeting's page, and what the clerk sees at the console."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from comments.surveys import queries
from comments.surveys.models import AUDIENCES, DRAFT, KINDS, SHOWS, STATES, Survey
from comments.surveys.result import Result
from comments.surveys.rules import LONGEST_TITLE, may_open, may_release
from engage.push.panels import Panel
from meetings.models import Meeting


def surveys(db: Session, meeting_id: str) -> Mapping[str, Any] | None:
    """Shown from the first survey on: what can be answered, the latest first, and the results."""
    found = queries.results(db, queries.public_surveys(db, meeting_id))
    if not found:
        return None
    return {
        "meeting": db.get_one(Meeting, meeting_id),
        "open_surveys": [each for each in reversed(found) if each.survey.is_open],
        "results": [each for each in found if not each.survey.is_open],
    }


@dataclass(frozen=True)
class SurveysOnConsole:
    """Open ones first; of what is over only the last, and what waits for its release."""

    open: list[Result]
    drafts: list[Survey]
    over: list[Result]
    texts: dict[str, list[str]]
    key_closes: str | None
    """The poll that the key closes: the one opened last. A survey of several questions has no key."""
    may_open: bool
    longest: int = LONGEST_TITLE

    states = STATES
    audiences = AUDIENCES
    shows = SHOWS
    kinds = KINDS


def on_console(db: Session, meeting: Meeting) -> dict[str, Any]:
    """For the clerk's console."""
    found = queries.surveys(db, meeting.id)
    begun = [each for each in found if each.state != DRAFT]
    ended = sorted((each for each in begun if not each.is_open), key=lambda each: str(each.closed_at))
    over = [each for each in ended if may_release(each) or each is ended[-1]]
    is_open = sorted((each for each in begun if each.is_open), key=lambda each: str(each.opened_at))[::-1]
    results = {each.survey.id: each for each in queries.results(db, [*is_open, *over])}
    polls = [each.id for each in is_open if each.is_poll]
    on_page = SurveysOnConsole(
        open=[results[each.id] for each in is_open],
        drafts=[each for each in found if each.state == DRAFT],
        over=[results[each.id] for each in reversed(over)],
        texts=queries.texts(db, [*is_open, *over]),
        key_closes=polls[0] if polls else None,
        may_open=may_open(meeting, DRAFT),
    )
    return {"surveys": on_page}


panels = [Panel("surveys", "comments/surveys/_panel.html", surveys)]

touches = {f"survey.{act}": ("surveys",) for act in ("opened", "answered", "closed", "released")}
