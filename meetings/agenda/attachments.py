"""The documents of an agenda item: the rows, and the files that lie under their ids."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage import clock, record
from engage.people import Refused
from engage.settings import Settings
from meetings.agenda.order import OVER
from meetings.amendments import amend
from meetings.models import AgendaItem, Attachment, Meeting
from meetings.rules import may_be_edited


@dataclass(frozen=True)
class Document:
    """A file that is whole, checked and in its place."""

    id: str
    name: str
    size: int
    pages: int
    sha256: str


def path_of(settings: Settings, file_id: str) -> Path:
    return settings.files / "agenda" / f"{file_id}.pdf"


def attach_document(
    db: Session, meeting: Meeting, item: AgendaItem, document: Document, *, by: str
) -> Attachment:
    """The same document twice on one item is one: then the first is answered with, and nothing changes."""
    if not may_be_edited(meeting.state):
        raise Refused(OVER)
    same = select(Attachment).where(Attachment.item_id == item.id, Attachment.sha256 == document.sha256)
    if there := db.scalar(same):
        return there
    made = Attachment(
        id=document.id,
        item_id=item.id,
        name=document.name,
        size=document.size,
        pages=document.pages,
        sha256=document.sha256,
        added_at=clock.now(),
    )
    db.add(made)
    noted = amend(db, meeting, "attached", item=item, after=document.name)
    record.append(
        db, meeting.id, "file.added", by=by, item=item.id, file=made.id, sha256=made.sha256,
        size=made.size, pages=made.pages, amendments=noted,
    )  # fmt: skip
    return made


def remove_document(db: Session, meeting: Meeting, file: Attachment, *, by: str) -> None:
    """The row; whoever calls this takes the file away after the commit."""
    if not may_be_edited(meeting.state):
        raise Refused(OVER)
    item = db.get_one(AgendaItem, file.item_id)
    db.delete(file)
    noted = amend(db, meeting, "detached", item=item, before=file.name)
    record.append(
        db, meeting.id, "file.removed", by=by, item=item.id, file=file.id, sha256=file.sha256,
        amendments=noted,
    )  # fmt: skip


def delete_files(settings: Settings, ids: list[str]) -> None:
    """What no row names any more."""
    for file_id in ids:
        path_of(settings, file_id).unlink(missing_ok=True)
