"""The chair's view: how the meeting stands, large and calm, with two acts: call the next, end their time."""

from collections import Counter
from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from comments.place import GENERAL
from comments.queue import floor, undo
from comments.queue import queries as queue_queries
from comments.queue.models import KINDS, STANCES, modes_of
from comments.surveys.queries import poll_on_show
from engage import record
from engage.doors import back, new_form, reads, staff, writes
from engage.forms import Form
from engage.people import Refused
from engage.render import page
from engage.standing import standing
from meetings import queries
from meetings.chairing.actions import write_note
from meetings.chairing.queries import chairs_meeting, meetings_chaired_by, notes
from meetings.floor import live as floor_live
from meetings.models import OPEN, SECTION, STATES, AgendaItem, Meeting
from meetings.rules import fingerprint

LONGEST_NOTE = 2000


@reads("chair")
def index(request: Request, db: Session) -> Response:
    """The live and announced meetings of the bodies that this account chairs."""
    found = meetings_chaired_by(db, staff(request))
    return page(request, "room/chairs_meetings.html", meetings=found, states=STATES)


def view(request: Request, db: Session, meeting: Meeting, form: Form, status: int = 200) -> Response:
    now, result = standing(db, meeting), poll_on_show(db, meeting.id)
    items = queries.flat(queries.agenda(db, meeting.id))
    return page(
        request,
        "room/chair.html",
        status=status,
        meeting=meeting,
        form=form,
        now=now,
        stances=Counter(each.stance for each in now.line if not each.rank),
        states=STATES,
        modes=modes_of(meeting),
        stance_words=STANCES,
        kinds=KINDS,
        is_open=meeting.state == OPEN,
        present=request.app.state.hub.present(meeting.id),
        result=result if result and result.shows_counts else None,
        since=record.head(db, meeting.id),
        **floor_live.on_console(db, meeting, request.app.state.sound.report(meeting.id)),
        **notes_in_view(db, meeting, items),
    )


def notes_in_view(db: Session, meeting: Meeting, items: list[AgendaItem]) -> dict[str, Any]:
    """A note for each item and one for general comment, with the fingerprints that their forms carry."""
    known = notes(db, meeting.id)
    rows = [*((item.id, item) for item in items if item.kind != SECTION), (GENERAL, None)]
    return {
        "note_rows": rows,
        "notes": {item_id: known.get(item.id if item else None, "") for item_id, item in rows},
        "fingerprint": fingerprint,
        "open_note": meeting.item_id or GENERAL,
    }


@reads("chair")
def show(request: Request, db: Session) -> Response:
    meeting = chairs_meeting(db, request.path_params["meeting_id"], staff(request))
    return view(request, db, meeting, new_form(request))


def to_view(meeting: Meeting) -> Response:
    return back(f"/chair/meetings/{meeting.id}")


@writes("chair")
def call(request: Request, db: Session, form: Form) -> Response:
    """The form carries the request that the chair saw as next; if the queue has moved, nothing happens."""
    meeting = chairs_meeting(db, request.path_params["meeting_id"], staff(request))
    seen = queue_queries.request_to_speak(db, meeting.id, form.value("request"))
    by = staff(request).actor
    with undo.kept(db, meeting, by=by):
        floor.call_next(db, meeting, seen, by=by)
    return to_view(meeting)


@writes("chair")
def end(request: Request, db: Session, form: Form) -> Response:
    meeting = chairs_meeting(db, request.path_params["meeting_id"], staff(request))
    speaker = queue_queries.request_to_speak(db, meeting.id, request.path_params["request_id"])
    by = staff(request).actor
    with undo.kept(db, meeting, by=by):
        floor.end_turn(db, meeting, speaker, by=by)
    return to_view(meeting)


@writes("chair")
def note(request: Request, db: Session, form: Form) -> Response:
    """Kept without an entry; a note that somebody else has changed meanwhile is not overwritten."""
    meeting = chairs_meeting(db, request.path_params["meeting_id"], staff(request))
    item_id = request.path_params["item_id"]
    item = None if item_id == GENERAL else queries.agenda_item(db, meeting, item_id)
    text = form.text(f"note-{item_id}", most=LONGEST_NOTE, lines=True)
    if form.is_wrong:
        return view(request, db, meeting, form, status=422)
    try:
        write_note(db, meeting, item.id if item else None, text, seen=form.value("seen"))
    except Refused as refusal:
        form.say(f"note-{item_id}", refusal.message)
        return view(request, db, meeting, form, status=409)
    return back(f"/chair/meetings/{meeting.id}#note-{item_id}")


AT = "/chair/meetings/{meeting_id}"
routes = [
    Route("/chair", index),
    Route(AT, show),
    Route(f"{AT}/floor", call, methods=["POST"]),
    Route(f"{AT}/requests/{{request_id}}/end", end, methods=["POST"]),
    Route(f"{AT}/notes/{{item_id}}", note, methods=["POST"]),
]
