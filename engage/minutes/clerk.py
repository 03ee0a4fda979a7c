"""The clerk at the minutes: a preview at any time, summaries to write, publication and approval."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engage import clock
from engage.doors import NotFound, back, new_form, open_to, reads, staff, writes
from engage.forms import Form
from engage.language import N_, long_date
from engage.minutes.course import GENERAL
from engage.minutes.pages import DOCX, PDF, file, paper_of
from engage.render import page
from meetings.desk import clerks
from meetings.minutes import actions, queries
from meetings.minutes.docx import docx_of
from meetings.minutes.models import STATES
from meetings.minutes.pdf import pdf_of
from meetings.minutes.rules import (
    LONGEST_NOTE,
    may_approve,
    may_be_approved_on,
    may_note,
    may_preview,
    may_publish,
)
from meetings.models import AgendaItem, Meeting
from meetings.queries import agenda_item, meeting_day
from meetings.rules import fingerprint


def minutes_of(request: Request, db: Session) -> Meeting:
    """NotFound before the meeting was opened: there is nothing to tell."""
    meeting = clerks(request, db)
    if not may_preview(meeting):
        raise NotFound
    return meeting


def to_minutes(meeting: Meeting, anchor: str = "") -> Response:
    return back(f"/clerk/meetings/{meeting.id}/minutes{'#' if anchor else ''}{anchor}")


@reads("clerk")
def preview(request: Request, db: Session) -> Response:
    return show(request, db, minutes_of(request, db), new_form(request))


def show(request: Request, db: Session, meeting: Meeting, form: Form, status: int = 200) -> Response:
    """The minutes as they stand, with what can be written into them and done with them."""
    state = queries.state_of(queries.minutes_state(db, meeting.id))
    paper = paper_of(request, db, meeting)
    notes = queries.notes(db, meeting.id)
    texts = {item_id or GENERAL: note.text for item_id, note in notes.items()}
    return page(
        request, "meetings/minutes/preview.html", status=status, meeting=meeting, paper=paper, state=state,
        states=STATES, form=form, longest=LONGEST_NOTE, may_publish=may_publish(meeting, state),
        may_approve=may_approve(state), may_note=may_note(meeting, state), texts=texts,
        note=lambda item_id: note_form(request, texts.get(item_id, "")),
    )  # fmt: skip


def note_form(request: Request, text: str) -> Form:
    """Carries the stamp of the text that it shows, against overwriting another clerk's unseen."""
    return new_form(request, text=text, seen=fingerprint(text))


def place(request: Request, db: Session) -> tuple[Meeting, AgendaItem | None, str]:
    """The meeting, the item (none: a remark on everything), and what is written there."""
    meeting = minutes_of(request, db)
    item_id = request.path_params["item_id"]
    item = None if item_id == GENERAL else agenda_item(db, meeting, item_id)
    note = queries.notes(db, meeting.id).get(item.id if item else None)
    return meeting, item, note.text if note else ""


@reads("clerk")
def ask_note(request: Request, db: Session) -> Response:
    meeting, item, text = place(request, db)
    form = note_form(request, text)
    return page(request, "meetings/minutes/note.html", form=form, **_about(meeting, item))


@writes("clerk")
def write_note(request: Request, db: Session, form: Form) -> Response:
    meeting, item, before = place(request, db)
    text = form.text("text", most=LONGEST_NOTE, lines=True)
    is_conflict = form.value("seen") != fingerprint(before) and text != before
    if is_conflict:
        form.say("text", N_("Somebody else has changed this text meanwhile. Theirs is shown under yours."))
        form.values["seen"] = fingerprint(before)
    if form.is_wrong:
        values = _about(meeting, item, theirs=before if is_conflict else None)
        status = 409 if is_conflict else 422
        return page(request, "meetings/minutes/note.html", status=status, form=form, **values)
    actions.note_minutes(db, meeting, item, text, by=staff(request).actor)
    return to_minutes(meeting, item.id if item else "remark")


def _about(meeting: Meeting, item: AgendaItem | None, theirs: str | None = None) -> dict[str, Any]:
    """`theirs` is what another clerk has written meanwhile."""
    return {"meeting": meeting, "item": item, "theirs": theirs, "longest": LONGEST_NOTE}


@writes("clerk")
def publish(request: Request, db: Session, form: Form) -> Response:
    meeting = minutes_of(request, db)
    actions.publish_minutes(db, meeting, by=staff(request).actor)
    return to_minutes(meeting)


@writes("clerk")
def approve(request: Request, db: Session, form: Form) -> Response:
    meeting = minutes_of(request, db)
    on = read_day(form, meeting)
    if on is None:
        return show(request, db, meeting, form, 422)
    actions.approve_minutes(
        db, meeting, on, by=staff(request).actor, in_words=lambda lang: paper_of(request, db, meeting, lang)
    )
    return to_minutes(meeting)


def read_day(form: Form, meeting: Meeting) -> date | None:
    """The day of approval as a date field sends it, by the calendar of the meeting's zone."""
    try:
        day = date.fromisoformat(form.value("approved_on").strip())
    except ValueError:
        form.say("approved_on", N_("Please give a date, such as 2026-12-08."))
        return None
    today = clock.now().astimezone(ZoneInfo(meeting.zone)).date()
    if may_be_approved_on(day, held_on=meeting_day(meeting), today=today):
        return day
    held = long_date(meeting.starts_at, form.lang, meeting.zone)
    form.say("approved_on", N_("Please give a day from the meeting (%(held)s) to today."), held=held)
    return None


@open_to("clerk")
async def preview_docx(request: Request) -> Response:
    return await file(request, clerks, docx_of, DOCX)


@open_to("clerk")
async def preview_pdf(request: Request) -> Response:
    return await file(request, clerks, pdf_of, PDF)


AT = "/clerk/meetings/{meeting_id}/minutes"
routes = [
    Route(AT, preview),
    Route(f"{AT}.docx", preview_docx),
    Route(f"{AT}.pdf", preview_pdf),
    Route(f"{AT}/publication", publish, methods=["POST"]),
    Route(f"{AT}/approval", approve, methods=["POST"]),
    Route(f"{AT}/{{item_id}}/note", ask_note),
    Route(f"{AT}/{{item_id}}/note", write_note, methods=["POST"]),
]
