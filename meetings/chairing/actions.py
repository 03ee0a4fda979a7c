"""Writing a private note. Without an entry: the record holds nothing that only staff may see."""

from sqlalchemy.orm import Session

from engage.language import N_
from engage.people import Refused
from meetings.chairing.models import ChairNote
from meetings.chairing.queries import note_on
from meetings.models import Meeting
from meetings.rules import fingerprint

OVERWRITTEN = N_(
    "Somebody else has changed this note meanwhile. Theirs is shown above the field; yours is in it."
)


def write_note(db: Session, meeting: Meeting, item_id: str | None, text: str, *, seen: str) -> None:
    """`seen` is the fingerprint of the note that the writer had before them; Refused when it has changed.

    An empty text ends the note.
    """
    note = note_on(db, meeting.id, item_id)
    if seen != fingerprint(note.text if note else ""):
        raise Refused(OVERWRITTEN)
    if note is None and text:
        db.add(ChairNote(meeting_id=meeting.id, item_id=item_id, text=text))
    elif note and text:
        note.text = text
    elif note:
        db.delete(note)
