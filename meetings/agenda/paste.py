"""Pasting a plain-text agenda: what was read in it is shown first, and kept when the clerk says so."""

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engage.doors import new_form, reads, refuse, staff, writes
from engage.forms import LONGEST, Form
from engage.language import N_
from engage.people import Refused
from engage.render import page
from meetings.agenda import actions, queries
from meetings.agenda.actions import Wanted, Words
from meetings.agenda.clerk import builder
from meetings.agenda.form import LONGEST_DESCRIPTION
from meetings.agenda.outline import Outline, Pasted, outline
from meetings.agenda.rules import Line, numbers
from meetings.desk import clerks
from meetings.models import DRAFT, ITEM_KINDS, Meeting

MOST_ITEMS = 300


@reads("clerk")
def ask(request: Request, db: Session) -> Response:
    return show(request, clerks(request, db), new_form(request), Outline())


def show(request: Request, meeting: Meeting, form: Form, read: Outline, status: int = 200) -> Response:
    fresh = numbers([Line(str(at), item.level, item.kind) for at, item in enumerate(read.items)])
    return page(
        request, "meetings/agenda/paste.html", status=status, meeting=meeting, form=form, read=read,
        rows=list(zip(fresh.values(), read.items, strict=True)), kinds=ITEM_KINDS,
        is_draft=meeting.state == DRAFT,
    )  # fmt: skip


@writes("clerk")
def take(request: Request, db: Session, form: Form) -> Response:
    """Without "keep" the items are only shown; with it the same text is read again and they are added."""
    meeting = clerks(request, db)
    read = read_text(form)
    if form.is_wrong:
        return show(request, meeting, form, read, 422)
    if not form.value("keep"):
        return show(request, meeting, form, read)
    try:
        wanted = [(item.level, wanted_of(item, meeting)) for item in read.items]
        end = len(queries.lines(db, meeting.id))
        actions.add_items(db, meeting, wanted, end, by=staff(request).actor)
    except Refused as refusal:
        return refuse(
            request, refusal, "meetings/agenda/paste.html", form, meeting=meeting, read=read, rows=[],
            kinds=ITEM_KINDS, is_draft=False,
        )  # fmt: skip
    return builder(meeting)


def read_text(form: Form) -> Outline:
    """As it was typed: indentation says something here. A text that is too long is not read in part."""
    typed = (form.lists.get("agenda") or [""])[-1]
    if len(typed) > LONGEST:
        form.say(
            "agenda",
            N_("This is %(count)s characters long; at most %(most)s fit. Please paste it in parts."),
            count=len(typed),
            most=LONGEST,
        )
        return Outline()
    read = outline(typed)
    if not read.items:
        form.say("agenda", N_("There is no item in this text. Each item begins on a line of its own."))
    if len(read.items) > MOST_ITEMS:
        form.say(
            "agenda", N_("These are more than %(most)s items. Please paste them in parts."), most=MOST_ITEMS
        )
    return read


def wanted_of(item: Pasted, meeting: Meeting) -> Wanted:
    words = Words(meeting.language, item.title, item.description[:LONGEST_DESCRIPTION])
    return Wanted(item.kind, (words,), item.minutes)


AT = "/clerk/meetings/{meeting_id}/agenda/paste"
routes = [
    Route(AT, ask),
    Route(AT, take, methods=["POST"]),
]
