"""The minutes of a meeting, gathered from the rows and the record of every domain."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from engage import clock
from engage.language import N_
from engage.minutes import body_part, public_part, roll
from engage.minutes.course import GENERAL, OPENING, Course, Done, course_of
from engage.minutes.interruptions import interruptions
from engage.minutes.left import not_taken_up
from meetings.minutes import queries
from meetings.minutes.document import Minutes, Section
from meetings.minutes.doings import Block, Called, Comments, Consent, Summary, Words
from meetings.minutes.models import STATES
from meetings.models import KINDS, AgendaItem, Meeting
from meetings.queries import agenda, flat

REMOTE = (
    ("conference_url", N_("Video conference")),
    ("phone", N_("Telephone")),
    ("stream_url", N_("Broadcast")),
)
RANKS: dict[type, int] = {Called: 0, Summary: 1, Consent: 2, Comments: 3}
"""What opens an item whatever the clock says; all else follows in the order of time."""


def gather(db: Session, meeting: Meeting, lang: str, *, city: str) -> Minutes:
    """Everything that the minutes say, with the agenda's words in `lang` where they were written in it."""
    course = course_of(db, meeting.id)
    state = queries.minutes_state(db, meeting.id)
    words = summaries(db, meeting)
    written = public_part.written(db, meeting.id)
    done = done_in(db, meeting, course, lang)
    beside = [
        *kept({each: Summary(text) for each, text in words.items() if each != GENERAL}, meeting),
        *kept(body_part.consent(db, meeting.id, lang), meeting),
        *kept(written, meeting),
    ]
    sections = sections_of(db, meeting, done, beside, lang)
    taken_up = {section.anchor for section in sections}
    return Minutes(
        city=city,
        body=meeting.body.name,
        title=Words(meeting.title, meeting.language),
        kind=KINDS[meeting.kind],
        starts_at=meeting.starts_at,
        zone=meeting.zone,
        place=meeting.place,
        remote=tuple(label for name, label in REMOTE if getattr(meeting, name)),
        state=STATES[queries.state_of(state)],
        approved_on=state.approved_on if state else None,
        opened_at=meeting.opened_at,
        adjourned_at=meeting.adjourned_at,
        roll=roll.roll_of(course),
        members=roll.members(db, meeting, course),
        opening=blocks_of(done, OPENING),
        sections=sections,
        not_taken_up=not_taken_up(db, meeting, taken_up, written, lang),
        remark=words.get(GENERAL),
    )


def summaries(db: Session, meeting: Meeting) -> dict[str, Words]:
    """What the clerk wrote, by item; under GENERAL the remark on the whole meeting."""
    notes = queries.notes(db, meeting.id).values()
    return {note.item_id or GENERAL: Words(note.text, meeting.language) for note in notes if note.text}


def done_in(db: Session, meeting: Meeting, course: Course, lang: str) -> list[Done]:
    """Everything that has its moment, in no order."""
    return [
        *course.called(),
        *course.quorum_events(),
        *public_part.speakers(db, meeting.id),
        *public_part.polls(db, meeting, course, lang),
        *body_part.motions(db, meeting, course),
        *body_part.stepped_aside(db, meeting),
        *interruptions(db, meeting, course, lang),
    ]


def kept(blocks: Mapping[str, Block], meeting: Meeting) -> list[Done]:
    """What has no moment of its own, by item, as if at the end."""
    at = meeting.adjourned_at or clock.now()
    return [Done(at, item_id, block) for item_id, block in blocks.items()]


def blocks_of(done: Iterable[Done], item_id: str) -> tuple[Block, ...]:
    here = [each for each in done if each.item_id == item_id]
    here.sort(key=lambda each: (rank(each.block), each.at))
    return tuple(each.block for each in here)


def rank(block: Block) -> int:
    is_again = isinstance(block, Called) and block.is_again
    return len(RANKS) if is_again else RANKS.get(type(block), len(RANKS))


def sections_of(
    db: Session, meeting: Meeting, done: list[Done], beside: list[Done], lang: str
) -> tuple[Section, ...]:
    """Of each item that was called or on which something was done, in the order in which that began.

    Of what lies `beside`, a summary and general public comment make a section; the rest only joins one.
    """
    began: dict[str, datetime] = {}
    for each in sorted(done, key=lambda each: each.at):
        began.setdefault(each.item_id, each.at)
    for each in beside:
        if each.item_id == GENERAL or isinstance(each.block, Summary):
            began.setdefault(each.item_id, each.at)
    items = {item.id: item for item in flat(agenda(db, meeting.id))}
    order = sorted((each for each in (*items, GENERAL) if each in began), key=began.__getitem__)
    return tuple(section(each, items.get(each), blocks_of([*done, *beside], each), lang) for each in order)


def section(item_id: str, item: AgendaItem | None, blocks: tuple[Block, ...], lang: str) -> Section:
    if item is None:
        return Section(item_id, "", None, blocks)
    words = item.text(lang)
    return Section(item_id, item.number, Words(words.title, words.lang), blocks)
