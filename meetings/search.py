"""What of meetings and agendas can be found: their titles and descriptions, in each language they have."""

from typing import Any

from sqlalchemy.orm import Session

from engage.index import Document
from engage.indexing import Changes
from engage.record import Entry
from meetings.models import AgendaItem, Meeting
from meetings.queries import agenda, flat, meeting_day


def titles(db: Session, entry: Entry) -> Changes:
    """The meeting and its agenda as they stand, whatever the entry changed; nothing of a draft."""
    meeting = db.get_one(Meeting, entry.book)
    items = flat(agenda(db, meeting.id))
    if not meeting.is_public:
        return Changes()
    shown = [item for item in items if not item.is_withdrawn]
    removed = str(entry.facts.get("item", "")) if entry.kind in GONE else ""
    return Changes(
        put=[document_of(meeting), *(each for item in shown for each in documents_of(meeting, item))],
        remove=[f"item:{removed}:{lang}" for lang in ("en", "es") if removed],
    )


def found_in(meeting: Meeting, **fields: Any) -> Document:
    """A findable text of this meeting; `fields` are what of Document is the text's own."""
    return Document(meeting=meeting.id, body=meeting.body_id, date=meeting_day(meeting), **fields)


def document_of(meeting: Meeting) -> Document:
    return found_in(
        meeting,
        id=f"meeting:{meeting.id}",
        kind="meeting",
        text=meeting.title,
        language=meeting.language,
        is_title=True,
    )


def documents_of(meeting: Meeting, item: AgendaItem) -> list[Document]:
    return [
        found_in(
            meeting,
            id=f"item:{item.id}:{words.lang}",
            kind="item",
            text=f"{words.title}\n{words.description}",
            language=words.lang,
            position=item.place,
            is_title=True,
        )
        for words in item.texts
    ]


GONE = ("item.removed", "item.withdrawn")
readings = {
    kind: titles
    for kind in (
        *("meeting.published", "meeting.changed", "meeting.moved", "meeting.cancelled", "meeting.archived"),
        *("item.added", "item.changed", "item.moved", "item.restored", "item.withdrawn", "item.removed"),
    )
}
