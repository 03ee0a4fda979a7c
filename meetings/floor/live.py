"""What is seen of the sound: by everyone on the meeting's page, and by those who run it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy.orm import Session

from engage.push.panels import Panel
from meetings.floor.interpreting import language_name
from meetings.floor.models import CHAIR, KINDS
from meetings.floor.queries import places_of, why_no_captions
from meetings.floor.report import Report
from meetings.floor.seats import Seat, seats, speaker
from meetings.models import Meeting


def sound(db: Session, meeting_id: str) -> Mapping[str, Any] | None:
    """That the chair has closed the microphones; while a meeting that carries sound is live."""
    meeting = db.get_one(Meeting, meeting_id)
    return {"meeting": meeting} if meeting.carries_sound and meeting.is_live else None


def interpreters(db: Session, meeting_id: str) -> Mapping[str, Any] | None:
    """What can be heard instead of the floor: the interpreters' places."""
    meeting = db.get_one(Meeting, meeting_id)
    if not meeting.carries_sound or meeting.is_over:
        return None
    places = [each for each in places_of(db, meeting_id) if each.is_interpreter]
    return {"places": places, "tongue": language_name} if places else None


@dataclass(frozen=True)
class SoundOnConsole:
    """How the sound stands, for whoever runs the meeting."""

    report: Report
    seats: list[Seat]
    speaker: Seat | None
    no_captions: str = ""
    """Why there are none; a msgid."""
    kinds: ClassVar[Mapping[str, str]] = KINDS
    chair: ClassVar[str] = CHAIR

    @staticmethod
    def tongue(code: str, lang: str) -> str:
        """The name of an interpreter's language, in the page's."""
        return language_name(code, lang)


def on_console(db: Session, meeting: Meeting, report: Report) -> dict[str, Any]:
    """Nothing where the meeting is heard elsewhere."""
    if not meeting.carries_sound:
        return {"sound": None}
    seen = seats(db, meeting.id, report), speaker(db, report), why_no_captions(db, meeting)
    return {"sound": SoundOnConsole(report, *seen)}


panels = [
    Panel("sound", "meetings/floor/_panel.html", sound),
    Panel("interpreters", "meetings/floor/_interpreters.html", interpreters),
]

SOUND, INTERPRETERS = ("sound",), ("interpreters",)
touches = {
    **{f"sound.{act}": SOUND for act in ("hushed", "restored")},
    **{f"meeting.{act}": SOUND for act in ("opened", "recessed", "reconvened")},
    **{f"meeting.{act}": SOUND + INTERPRETERS for act in ("changed", "adjourned", "cancelled")},
    **{
        kind: ()
        for kind in (
            *("place.opened", "place.closed", "microphone.agreed"),
            *("recorder.failed", "recorder.recovered"),
        )
    },
    **{f"place.{act}": INTERPRETERS for act in ("made", "ended")},
}
"""What changes no panel is seen by staff, who hear of every entry, and by whoever loads the page."""
