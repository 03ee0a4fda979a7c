"""What is done to an agenda; each verb changes the rows, notes the amendment and appends the entry."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engage import clock, record
from engage.db import new_id
from engage.language import N_
from engage.people import Refused
from meetings.agenda import rules
from meetings.agenda.entries import note_item
from meetings.agenda.order import OVER, arrange, block
from meetings.agenda.queries import lines as lines_of
from meetings.agenda.queries import values_of
from meetings.agenda.rules import Line, Lines
from meetings.amendments import Noted, amend
from meetings.models import DRAFT, SECTION, AgendaItem, AgendaText, Attachment, Meeting
from meetings.queries import agenda, flat
from meetings.rules import may_be_edited, may_be_rearranged


@dataclass(frozen=True)
class Words:
    lang: str
    title: str
    description: str = ""


@dataclass(frozen=True)
class Wanted:
    """What an item shall be. The first words are in the meeting's own language."""

    kind: str
    words: tuple[Words, ...]
    minutes: int | None = None


def add_item(
    db: Session, meeting: Meeting, wanted: Wanted, *, by: str, after: str = "", is_under: bool = False
) -> AgendaItem:
    """At the end; or after the item with this id, beside it or as the last one under it."""
    lines = lines_of(db, meeting.id)
    at, level, beside = len(lines), 0, ""
    if after:
        place = rules.find(lines, after)
        at, level = rules.block_end(lines, place), lines[place].level + int(is_under)
        beside = lines[place].kind
    is_heading = level > 0 and SECTION in (wanted.kind, beside)
    if level == rules.LEVELS or is_heading or (is_under and db.get_one(AgendaItem, after).is_withdrawn):
        raise Refused(N_("There can be no such item at this place."))
    return add_items(db, meeting, [(level, wanted)], at, by=by)[0]


def add_items(
    db: Session, meeting: Meeting, wanted: Sequence[tuple[int, Wanted]], at: int, *, by: str
) -> list[AgendaItem]:
    """Several, with their levels, from the line `at` on."""
    if not may_be_rearranged(meeting.state):
        raise Refused(OVER)
    lines = lines_of(db, meeting.id)
    items = [_new_item(meeting, each) for _, each in wanted]
    db.add_all(items)
    lines[at:at] = [Line(item.id, level, item.kind) for item, (level, _) in zip(items, wanted, strict=True)]
    arrange(db, meeting, lines)
    for item in items:
        noted = amend(db, meeting, "added", item=item, after=item.title)
        note_item(db, meeting, item, "item.added", by=by, amendments=noted)
    return items


def _new_item(meeting: Meeting, wanted: Wanted) -> AgendaItem:
    item = AgendaItem(
        id=new_id(), meeting_id=meeting.id, place=0, number="", kind=wanted.kind, minutes=wanted.minutes
    )
    _set_words(item, wanted.words)
    return item


def _set_words(item: AgendaItem, words: Sequence[Words]) -> None:
    rows = {text.lang: text for text in item.texts}
    for lang in rows.keys() - {each.lang for each in words}:
        item.texts.remove(rows[lang])
    for place, each in enumerate(words):
        row = rows.get(each.lang)
        if row is None:
            row = AgendaText(lang=each.lang, salt=record.new_salt())
            item.texts.append(row)
        row.place, row.title, row.description = place, each.title, each.description


def change_item(db: Session, meeting: Meeting, item: AgendaItem, wanted: Wanted, *, by: str) -> None:
    """Its words, kind and planned minutes; after publication everyone sees each change."""
    if not may_be_edited(meeting.state):
        raise Refused(OVER)
    before = values_of(item)
    if wanted.kind != item.kind and SECTION in (wanted.kind, item.kind):
        _expect_kind(meeting, item, lines_of(db, meeting.id))
    item.kind, item.minutes = wanted.kind, wanted.minutes
    _set_words(item, wanted.words)
    after = values_of(item)
    changed = [name for name in before | after if (before.get(name) or "") != (after.get(name) or "")]
    if not changed:
        return
    arrange(db, meeting, lines_of(db, meeting.id))
    noted: Noted = []
    at = clock.now()
    for name in changed:
        sides = before.get(name), after.get(name)
        noted += amend(db, meeting, "changed", item=item, field=name, before=sides[0], after=sides[1], at=at)
    note_item(db, meeting, item, "item.changed", by=by, amendments=noted)


def _expect_kind(meeting: Meeting, item: AgendaItem, lines: Lines) -> None:
    """An item becomes a heading, or a heading an item."""
    if meeting.state != DRAFT:
        raise Refused(
            N_("After publication a heading stays a heading and an item an item: numbers are kept.")
        )
    at = rules.find(lines, item.id)
    if lines[at].level or rules.block_end(lines, at) > at + 1:
        raise Refused(N_("A heading stands at the top level and has nothing under it."))


def remove_item(db: Session, meeting: Meeting, item: AgendaItem, *, by: str) -> list[str]:
    """From a draft only, with everything under it. Answers with the ids of the files that go with it."""
    if meeting.state != DRAFT:
        raise Refused(N_("The agenda is published: withdraw the item instead."))
    gone, kept = block(db, meeting, item)
    ids = [each.id for each in gone]
    files = [file.id for each in gone for file in each.files]
    for each in gone:
        record.append(db, meeting.id, "item.removed", by=by, item=each.id)
    try:
        db.execute(delete(Attachment).where(Attachment.item_id.in_(ids)))
        db.execute(delete(AgendaText).where(AgendaText.item_id.in_(ids)))
        for item_id in reversed(ids):  # what is under an item goes first
            db.execute(delete(AgendaItem).where(AgendaItem.id == item_id))
    except IntegrityError as error:
        raise Refused(N_("Something belongs to this item, such as a survey. Remove that first.")) from error
    db.expire_all()
    arrange(db, meeting, kept)
    return files


def withdraw_item(db: Session, meeting: Meeting, item: AgendaItem, *, by: str, note: str) -> None:
    """Take an item off a published agenda, with everything under it; it stays to be seen, with the reason."""
    gone, _ = block(db, meeting, item)
    if not may_be_rearranged(meeting.state) or meeting.state == DRAFT:
        raise Refused(OVER)
    if any(each.id == meeting.item_id for each in gone):
        raise Refused(N_("This item is open in the meeting. Call another one first."))
    for each in (each for each in gone if not each.is_withdrawn):
        each.is_withdrawn = True
        noted = amend(db, meeting, "withdrawn", item=each, note=note)
        note_item(db, meeting, each, "item.withdrawn", by=by, amendments=noted)


def restore_item(db: Session, meeting: Meeting, item: AgendaItem, *, by: str) -> None:
    """Put a withdrawn item back, with everything under it, at its old place and number."""
    if not may_be_rearranged(meeting.state):
        raise Refused(OVER)
    above = item.parent_id and db.get_one(AgendaItem, item.parent_id)
    if above and above.is_withdrawn:
        raise Refused(N_("The item above it is withdrawn. Put that back first."))
    for each in (each for each in block(db, meeting, item)[0] if each.is_withdrawn):
        each.is_withdrawn = False
        noted = amend(db, meeting, "restored", item=each)
        note_item(db, meeting, each, "item.restored", by=by, amendments=noted)


def copy_agenda(db: Session, source: Meeting, target: Meeting, *, by: str) -> None:
    """The items of a former meeting for a new draft: words, kinds, planned minutes; not files or requests."""
    lines = {line.id: line for line in lines_of(db, source.id)}
    kept = [item for item in flat(agenda(db, source.id)) if not item.is_withdrawn]
    wanted = [(lines[item.id].level, _wanted(item, target)) for item in kept]
    add_items(db, target, wanted, 0, by=by)
    record.append(db, target.id, "meeting.copied", by=by, source=source.id, items=len(kept))


def _wanted(item: AgendaItem, meeting: Meeting) -> Wanted:
    words = [Words(text.lang, text.title, text.description) for text in item.texts]
    words.sort(key=lambda each: each.lang != meeting.language)
    return Wanted(item.kind, tuple(words), item.minutes)


def relabel_agenda(db: Session, meeting: Meeting) -> None:
    """A draft's language was changed: its words come first; without any, the first words were in it."""
    for item in flat(agenda(db, meeting.id)):
        if meeting.language not in [text.lang for text in item.texts]:
            item.texts[0].lang = meeting.language
        for place, text in enumerate(sorted(item.texts, key=lambda text: text.lang != meeting.language)):
            text.place = place
        db.flush()
        db.expire(item, ["texts"])
