"""Reads of one agenda as its clerk works on it."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from engage.doors import NotFound
from meetings.agenda.rules import Line, Lines
from meetings.models import AgendaItem, Attachment, Meeting
from meetings.queries import Branch, agenda
from meetings.rules import fingerprint


def lines(db: Session, meeting_id: str) -> Lines:
    """The agenda in reading order, with levels."""
    return list(_lines(agenda(db, meeting_id), 0))


def _lines(branches: Iterable[Branch], level: int) -> Iterable[Line]:
    for branch in branches:
        yield Line(branch.item.id, level, branch.item.kind, branch.item.number)
        yield from _lines(branch.children, level + 1)


def attachment(db: Session, meeting: Meeting, file_id: str) -> Attachment:
    """NotFound for a file of another meeting."""
    file = db.get(Attachment, file_id)
    if file is None or db.get_one(AgendaItem, file.item_id).meeting_id != meeting.id:
        raise NotFound
    return file


def values_of(item: AgendaItem) -> dict[str, object]:
    """What a clerk can change of an item; words by language, as title.en."""
    words = {f"title.{text.lang}": text.title for text in item.texts}
    words |= {f"description.{text.lang}": text.description for text in item.texts}
    return {"kind": item.kind, "minutes": item.minutes, **words}


def stamp(item: AgendaItem) -> str:
    """What a form carries of the item that it showed."""
    return fingerprint(sorted(values_of(item).items(), key=lambda pair: pair[0]))
