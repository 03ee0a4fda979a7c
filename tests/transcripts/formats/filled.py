"""A recording in the database with speakers, items and a withheld span."""

from typing import Any

from sqlalchemy.orm import Session

from engage import record
from engage.db import new_id
from tests import make
from tests.make import EPOCH, Cast
from transcripts import actions, queries
from transcripts.attribution.models import DAIS, PERSON, Speaker
from transcripts.models import Recording
from transcripts.withholding.actions import withhold_span

SAID = ("Good evening.", "The lane is narrow.", "Nobody may know.", "Sí, señora.", "Thank you.")


def add(cast: Cast, *texts: str, of: Any = None, **over: Any) -> Recording:
    def work(db: Session) -> Recording:
        return make.transcript(db, db.merge(of or cast.city.meeting), *texts or SAID, **over)

    made: Recording = cast.db.write_now(work)
    return made


def add_whole(cast: Cast) -> Recording:
    """Ana Ruiz and the dais speak by turns; the fourth line is Spanish; the third is withheld."""
    made = add(cast)

    def work(db: Session) -> None:
        recording = db.get_one(Recording, made.id)
        meeting = recording.meeting_id
        ana = Speaker(id=new_id(), meeting_id=meeting, kind=PERSON, name="Ana Ruiz", salt=record.new_salt())
        dais = Speaker(id=new_id(), meeting_id=meeting, kind=DAIS, salt=record.new_salt())
        db.add_all([ana, dais])
        db.flush()
        for place, line in enumerate(queries.lines_of(db, made.id)):
            line.speaker_id, line.is_named = (ana, dais)[place % 2].id, True
            if place == 3:
                line.language, line.translation = "es", "Yes, ma'am."
        withhold_span(db, recording, 5900, 8000, reason="privacy", note="", by="account:a")
        actions.time_recording(db, recording, EPOCH, by="account:a")

    cast.db.write_now(work)
    return made
