"""What the record says of an agenda's items."""

from typing import Any

from sqlalchemy.orm import Session

from engage import record
from meetings.amendments import Noted
from meetings.models import AgendaItem, Meeting


def note_item(
    db: Session, meeting: Meeting, item: AgendaItem, kind: str, *, by: str, amendments: Noted
) -> None:
    record.append(db, meeting.id, kind, by=by, **item_facts(item), amendments=amendments)


def item_facts(item: AgendaItem) -> dict[str, Any]:
    """What an entry says of an item: no words, but the seal of those in each language."""
    sealed = [
        {"lang": text.lang, "words": record.sealed(text.salt, f"{text.title}\n{text.description}")}
        for text in item.texts
    ]
    return {
        "item": item.id,
        "kind": item.kind,
        "number": item.number,
        "parent": item.parent_id,
        "place": item.place,
        "minutes": item.minutes,
        "texts": sealed,
    }
