"""Amendments: what was changed after publication, noted for everyone in the transaction that changes it."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engage import clock, record
from engage.db import new_id
from meetings.models import DRAFT, AgendaItem, Amendment, Meeting

WHEN = ("starts_at", "zone")
"""Changed together: one amendment, which names the time in its zone."""

Noted = list[dict[str, str]]
"""What an entry says of amendments: their ids and the seals of their words."""


def amend(
    db: Session,
    meeting: Meeting,
    change: str,
    *,
    item: AgendaItem | None = None,
    field: str = "",
    before: object = "",
    after: object = "",
    note: str = "",
    at: datetime | None = None,
) -> Noted:
    """Note one change; nothing of a draft, which nobody has seen. Fields changed at once share `at`."""
    if meeting.state == DRAFT:
        return []
    made = Amendment(
        id=new_id(),
        meeting_id=meeting.id,
        item_id=item.id if item else None,
        change=change,
        field=field,
        before=_as_text(before),
        after=_as_text(after),
        note=note,
        salt=record.new_salt(),
        at=at or clock.now(),
    )
    db.add(made)
    words = "\n".join((made.field, made.before, made.after, made.note))
    return [{"id": made.id, "words": record.sealed(made.salt, words)}]


def set_fields(
    db: Session, meeting: Meeting, change: str, details: dict[str, Any], *, note: str = ""
) -> Noted | None:
    """Set the columns that differ, each with an amendment, the first with the note; None when none does."""
    changed = {name: value for name, value in details.items() if getattr(meeting, name) != value}
    before = {name: getattr(meeting, name) for name in changed} | {"when": when(meeting)}
    for name, value in changed.items():
        setattr(meeting, name, value)
    sides = {name: (before[name], value) for name, value in sorted(changed.items()) if name not in WHEN}
    if changed.keys() & set(WHEN):
        sides = {"starts_at": (before["when"], when(meeting))} | sides
    noted: Noted = []
    at = clock.now()
    for name, (old, new) in sides.items():
        why = "" if noted else note
        noted += amend(db, meeting, change, field=name, before=old, after=new, note=why, at=at)
    return noted if changed else None


def when(meeting: Meeting) -> str:
    """As an amendment keeps it: the time in UTC, a space, the zone."""
    return f"{clock.text(meeting.starts_at)} {meeting.zone}"


def _as_text(value: object) -> str:
    return clock.text(value) if isinstance(value, datetime) else "" if value is None else str(value)
