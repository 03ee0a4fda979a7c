"""The minutes in words: what each part is called, and what stands in it, in the reader's language."""

from collections.abc import Iterable

from engage.language import N_, long_date, short_date, time_of_day
from meetings.minutes.blocks import lines_of, written
from meetings.minutes.document import Attendance, Minutes, Section
from meetings.minutes.paper import Block, Facts, Paper, Paragraph, Part, Table
from meetings.minutes.pen import Pen, paragraphs


def put_in_words(minutes: Minutes, lang: str) -> Paper:
    """The whole document; the same facts in every language."""
    pen = Pen(lang, minutes.zone, minutes.opened_at or minutes.starts_at)
    day = short_date(minutes.starts_at, lang, minutes.zone)
    state = state_in_words(minutes, pen)
    parts = (
        Part(pen.say(N_("The meeting")), (_heading(minutes, pen),), anchor="meeting"),
        *_remark(minutes, pen),
        *_attendance(minutes, pen),
        Part(pen.say(N_("Call to order")), _opening(minutes, pen), anchor="opening"),
        *(_section(section, pen) for section in minutes.sections),
        *_not_taken_up(minutes, pen),
        *_adjournment(minutes, pen),
    )
    return Paper(
        lang=lang,
        name=pen.say(
            N_("Minutes: %(body)s, %(title)s, %(day)s"), body=minutes.body, title=minutes.title.text, day=day
        ),
        eyebrow=f"{minutes.city}, {minutes.body}",
        title=pen.say(N_("Minutes")),
        subtitle=minutes.title.text,
        subtitle_lang=minutes.title.lang,
        state=state,
        foot=f"{minutes.body}, {day}. {state}",
        parts=parts,
        page_of=pen.say(N_("Page %(page)s of %(pages)s")),
    )


def state_in_words(minutes: Minutes, pen: Pen) -> str:
    state = pen.say(minutes.state)
    if minutes.approved_on is None:
        return state
    return pen.say(N_("%(state)s, approved on %(day)s"), state=state, day=pen.day(minutes.approved_on))


def _heading(minutes: Minutes, pen: Pen) -> Facts:
    starts = long_date(minutes.starts_at, pen.lang, pen.zone)
    at = time_of_day(minutes.starts_at, pen.lang, pen.zone, named=True)
    rows = [
        (pen.say(N_("Body")), minutes.body),
        (pen.say(N_("Kind")), pen.say(minutes.kind)),
        (pen.say(N_("Announced for")), f"{starts}, {at}"),
        (pen.say(N_("Place")), minutes.place.replace("\n", ", ") or pen.say(N_("Not given"))),
        (pen.say(N_("Taking part remotely")), _remotely(minutes, pen)),
        (pen.say(N_("Called to order")), pen.time(minutes.opened_at) if minutes.opened_at else ""),
        (pen.say(N_("Adjourned")), pen.time(minutes.adjourned_at) if minutes.adjourned_at else ""),
    ]
    return Facts(tuple(row for row in rows if row[1]))


def _remotely(minutes: Minutes, pen: Pen) -> str:
    return ", ".join(map(pen.say, minutes.remote)) or pen.say(N_("Not offered"))


def _remark(minutes: Minutes, pen: Pen) -> Iterable[Part]:
    if minutes.remark:
        yield Part(pen.say(N_("Remark")), tuple(paragraphs(minutes.remark)), anchor="remark")


def _attendance(minutes: Minutes, pen: Pen) -> Iterable[Part]:
    if not minutes.members:
        return
    blocks: list[Block] = []
    if roll := minutes.roll:
        sentence = N_(
            "The roll was called at %(time)s: %(present)s of %(seats)s seats present. Quorum: %(quorum)s."
        )
        values = {"present": roll.present, "seats": roll.seats, "quorum": roll.quorum}
        blocks.append(Paragraph(pen.say(sentence, time=pen.time(roll.at), **values)))
    blocks.append(
        Table(
            pen.say(N_("Members")),
            (
                pen.say(N_("Member")),
                pen.say(N_("Seat")),
                pen.say(N_("At the roll call")),
                pen.say(N_("Later")),
            ),
            tuple(_member(each, pen) for each in minutes.members),
        )
    )
    yield Part(pen.say(N_("Attendance")), tuple(blocks), anchor="attendance")


def _member(member: Attendance, pen: Pen) -> tuple[str, ...]:
    seat = [member.seat, pen.say(N_("chair")) if member.is_chair else ""]
    changes = [f"{pen.time(at)}: {pen.say(label)}" for at, label in member.changes]
    return (
        member.name,
        ", ".join(filter(None, seat)),
        pen.say(member.label or N_("Not called")),
        "; ".join(changes),
    )


def _opening(minutes: Minutes, pen: Pen) -> tuple[Block, ...]:
    at = minutes.opened_at
    opened = pen.say(N_("The meeting was called to order at %(time)s."), time=pen.time(at)) if at else ""
    rest = [block for each in minutes.opening for block in written(each, pen)]
    return (*([Paragraph(opened)] if opened else []), *rest)


def _section(section: Section, pen: Pen) -> Part:
    blocks = tuple(block for each in section.blocks for block in written(each, pen))
    if section.title is None:
        return Part(pen.say(N_("General public comment")), blocks, anchor=section.anchor)
    title = f"{section.number} {section.title.text}".strip()
    return Part(title, blocks, lang=section.title.lang, anchor=section.anchor, is_item=True)


def _not_taken_up(minutes: Minutes, pen: Pen) -> Iterable[Part]:
    if minutes.not_taken_up:
        lines = lines_of(minutes.not_taken_up, pen)
        yield Part(pen.say(N_("Not taken up")), (lines,), anchor="not-taken-up")


def _adjournment(minutes: Minutes, pen: Pen) -> Iterable[Part]:
    if minutes.adjourned_at:
        time = pen.time(minutes.adjourned_at)
        sentence = pen.say(N_("Adjourned at %(time)s."), time=time)
        yield Part(pen.say(N_("Adjournment")), (Paragraph(sentence),), anchor="adjournment")
