"""Residents and written comments: write one, see its receipt, read them all."""

from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from comments.place import LONGEST_NAME, place
from comments.written import actions, queries
from comments.written.models import NONE, POSITIONS
from comments.written.rules import is_past_cut_off, may_comment, takes_comments
from engage import people
from engage.doors import back, give_participant_cookie, new_form, participant_token, reads, refuse, writes
from engage.forms import Form
from engage.people import Refused
from engage.record import Entry
from engage.render import page
from meetings.models import AgendaItem, Meeting
from meetings.queries import public_meeting

LONGEST = 3_000
"""Characters of a comment."""


def sheet_wanted(request: Request, db: Session, meeting_id: str) -> queries.Sheet:
    """The page of the list that the URL asks for: by `page`, or by a comment that stands on it."""
    typed = request.query_params.get("page", "")
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 1
    holding = request.query_params.get("received") or request.query_params.get("comment") or ""
    return queries.sheet(db, meeting_id, page=number, holding=holding)


@reads("public")
def index(request: Request, db: Session) -> Response:
    meeting = public_meeting(db, request.path_params["meeting_id"])
    sheet = sheet_wanted(request, db, meeting.id)
    shown = {comment.id: comment for group in sheet.groups for comment in group.comments}
    received = shown.get(request.query_params.get("received", ""))
    return page(
        request,
        "comments/written/index.html",
        meeting=meeting,
        sheet=sheet,
        positions=POSITIONS,
        received=received,
        receipt=received and db.get_one(Entry, (meeting.id, received.entry)),
    )


@reads("public")
def ask(request: Request, db: Session) -> Response:
    meeting, item = place(request, db)
    me = people.participant_of(db, meeting.id, participant_token(request))
    form = new_form(request, name=me.name if me else "", position=NONE)
    response = page(request, "comments/written/write.html", form=form, **sheet_of_paper(meeting, item))
    return give_participant_cookie(request, response)


def sheet_of_paper(meeting: Meeting, item: AgendaItem | None) -> dict[str, Any]:
    """What the form's page says around the form."""
    return {
        "meeting": meeting,
        "item": item,
        "most": LONGEST,
        "longest_name": LONGEST_NAME,
        "is_open": may_comment(meeting, item),
        "is_for_comments": takes_comments(item),
        "is_past_cut_off": is_past_cut_off(meeting),
    }


@writes("public")
def send(request: Request, db: Session, form: Form) -> Response:
    meeting, item = place(request, db)
    name = form.text("name", most=LONGEST_NAME)
    position = form.choice("position", POSITIONS) if item else NONE
    text = form.text("text", most=LONGEST, needed=True, lines=True)
    view = sheet_of_paper(meeting, item)
    if form.is_wrong:
        return page(request, "comments/written/write.html", status=422, form=form, **view)
    try:
        me = people.take_part(db, meeting.id, participant_token(request), name="")
        comment = actions.receive_comment(
            db, meeting, item, me, by=me.actor, name=name, position=position, text=text
        )
    except Refused as refusal:
        return refuse(request, refusal, "comments/written/write.html", form, **view)
    return back(f"/meetings/{meeting.id}/comments?received={comment.id}#comment-{comment.id}")


routes = [
    Route("/meetings/{meeting_id}/comments", index),
    Route("/meetings/{meeting_id}/items/{item_id}/comment", ask),
    Route("/meetings/{meeting_id}/items/{item_id}/comment", send, methods=["POST"]),
]
