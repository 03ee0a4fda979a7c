"""The city that the load L falls on: an open meeting with items and a poll, and a clerk who is signed in."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from comments.surveys import actions as survey_actions
from comments.surveys.drafting import QuestionDraft, SurveyDraft
from comments.surveys.models import SINGLE
from engage import people
from engage.db import Database
from engage.migrations import migrate
from engage.settings import Settings
from meetings.models import Meeting
from tests import make

POLL = SurveyDraft(
    "What first?", (QuestionDraft(SINGLE, "What first?", ("Path", "Light", "Bench", "Trees")),)
)


@dataclass(frozen=True)
class Planted:
    """Ids of what is there, and the value of the clerk's session cookie (`people.SESSION_COOKIE`)."""

    data: Path
    body_id: str
    meeting_id: str
    item_ids: tuple[str, ...]
    survey_id: str
    question_field: str
    """The name of the poll's question in its form."""
    option_ids: tuple[str, ...]
    clerk_token: str

    @property
    def database(self) -> Path:
        return Settings(data=self.data).database


def plant(data: Path) -> Planted:
    """Make the tables in an empty folder, and the city in them."""
    migrate(Settings(data=data).database)
    store = Database(Settings(data=data).database)
    try:
        return store.write_now(lambda db: _plant(db, data))
    finally:
        store.close()


def _plant(db: Session, data: Path) -> Planted:
    city = make.City(db)
    meeting = db.get_one(Meeting, city.meeting.id)
    poll = survey_actions.open_poll(db, meeting, POLL, by=make.SYSTEM)
    (question,) = poll.questions
    return Planted(
        data=data,
        body_id=city.body.id,
        meeting_id=meeting.id,
        item_ids=(city.item.id, city.second.id),
        survey_id=poll.id,
        question_field=question.field,
        option_ids=tuple(option.id for option in question.options),
        clerk_token=people.sign_in(db, city.clerk.id),
    )
