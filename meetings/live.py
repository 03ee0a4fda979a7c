"""What everyone sees of the meeting itself: its state and time, how to join, what was changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy.orm import Session

from engage.language import LANGUAGES, N_
from engage.push.panels import Panel
from meetings import queries
from meetings.disruption.live import held_up
from meetings.models import HEARD, ITEM_KINDS, KINDS, SHOWN, AgendaItem, Amendment, Meeting
from meetings.rules import minutes_of

CHANGES = {
    "added": N_("Added"),
    "changed": N_("Changed"),
    "moved": N_("Moved"),
    "withdrawn": N_("Withdrawn"),
    "restored": N_("Back on the agenda"),
    "attached": N_("Document added"),
    "detached": N_("Document removed"),
    "cancelled": N_("Cancelled"),
}
FIELDS = {
    "title": N_("Title"),
    "kind": N_("Kind"),
    "description": N_("Description"),
    "minutes": N_("Planned minutes"),
    "starts_at": N_("Date and time"),
    "place": N_("Place"),
    "conference_url": N_("Conference link"),
    "phone": N_("Telephone"),
    "phone_code": N_("Telephone code"),
    "stream_url": N_("Broadcast"),
    "embed_url": N_("Shown in the page"),
    "embed_is_conference": N_("What is shown in the page"),
    "carries_sound": N_("Where it is heard"),
    "speaking_s": N_("Speaking time"),
    "comments_until": N_("Written comments until"),
}
ORDER = N_("Order")


@dataclass(frozen=True)
class Value:
    """One side of a change: words with their language; or a msgid; or a time in its zone."""

    words: str = ""
    lang: str = ""
    label: str = ""
    at: datetime | None = None
    zone: str = ""


@dataclass(frozen=True)
class Change:
    """An amendment as it is read: `what` and `field` are msgids, `language` the name of a text's language."""

    amendment: Amendment
    item: AgendaItem | None
    what: str
    field: str
    language: str
    before: Value | None
    after: Value | None


def status(db: Session, meeting_id: str) -> Mapping[str, Any]:
    """Its time and state, what holds it up, and that something was changed."""
    meeting = db.get_one(Meeting, meeting_id)
    changes = queries.amendments(db, meeting_id)
    return {"meeting": meeting, "changes": changes, "held_up": held_up(db, meeting)}


def join(db: Session, meeting_id: str) -> Mapping[str, Any] | None:
    """How to take part; nothing once it is over."""
    meeting = db.get_one(Meeting, meeting_id)
    return None if meeting.is_over else {"meeting": meeting}


def changes(db: Session, meeting_id: str) -> Mapping[str, Any]:
    """What was changed since publication, the latest first; fields that one act changed stand together."""
    meeting = db.get_one(Meeting, meeting_id)
    found = changes_of(db, meeting, queries.amendments(db, meeting_id))
    return {"meeting": meeting, "acts": [list(fields) for _, fields in groupby(found, key=act_of)]}


def changes_of(db: Session, meeting: Meeting, amendments: Sequence[Amendment]) -> list[Change]:
    if not amendments:
        return []
    items = {item.id: item for item in queries.flat(queries.agenda(db, meeting.id))}
    return [change_of(each, items.get(each.item_id or ""), meeting) for each in amendments]


def act_of(change: Change) -> tuple[datetime, str | None, str]:
    return change.amendment.at, change.amendment.item_id, change.what


def change_of(amendment: Amendment, item: AgendaItem | None, meeting: Meeting) -> Change:
    name, _, lang = amendment.field.partition(".")
    is_other = bool(lang) and lang != meeting.language
    return Change(
        amendment,
        item,
        CHANGES[amendment.change],
        FIELDS.get(name, ORDER if item and amendment.change == "moved" else ""),
        LANGUAGES[lang] if is_other else "",
        value_of(amendment, amendment.before, meeting),
        value_of(amendment, amendment.after, meeting),
    )


def value_of(amendment: Amendment, text: str, meeting: Meeting) -> Value | None:
    """None for nothing."""
    name, _, lang = amendment.field.partition(".")
    if not text:
        return None
    if name in ("starts_at", "comments_until"):
        moment, _, zone = text.partition(" ")
        return Value(at=datetime.fromisoformat(moment), zone=zone or meeting.zone)
    if name == "kind":
        return Value(label=(ITEM_KINDS if amendment.item_id else KINDS)[text])
    if name == "carries_sound":
        return Value(label=HEARD[text == str(True)])
    if name == "embed_is_conference":
        return Value(label=SHOWN[text == str(True)])
    if name == "speaking_s":
        return Value(words=minutes_of(int(text)))
    return Value(words=text, lang=lang or meeting.language)


panels = [
    Panel("status", "meetings/_status.html", status),
    Panel("join", "room/_join.html", join),
    Panel("changes", "meetings/_changes.html", changes),
]

EVERYTHING = ("status", "join", "changes", "agenda")
ITEM = ("agenda", "changes", "status")
touches = {
    "meeting.published": EVERYTHING,
    "meeting.opened": EVERYTHING,
    "meeting.recessed": EVERYTHING,
    "meeting.reconvened": EVERYTHING,
    "meeting.adjourned": EVERYTHING,
    "meeting.archived": EVERYTHING,
    "meeting.cancelled": EVERYTHING,
    "meeting.changed": EVERYTHING,
    "meeting.moved": EVERYTHING,
    "item.called": ("agenda",),
    "item.closed": ("agenda",),
    "item.added": ITEM,
    "item.changed": ITEM,
    "item.moved": ITEM,
    "item.withdrawn": ITEM,
    "item.restored": ITEM,
    "item.removed": ITEM,
    "file.added": ITEM,
    "file.removed": ITEM,
}
