"""One's own request on a page of its own: say in favor or against, give one's time to somebody else."""

from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request as HTTPRequest
from starlette.responses import Response
from starlette.routing import Route

from comments.queue import actions, lists, queries
from comments.queue.models import COMMENT, STANCES, Request
from comments.queue.pages import my_request
from comments.queue.reading_out import LONGEST_WORDS, hand_in_words
from comments.queue.rules import may_cede
from engage.doors import NotFound, back, new_form, reads, refuse, writes
from engage.forms import Form
from engage.people import Refused
from engage.render import page
from meetings.models import AgendaItem, Meeting

TEMPLATE = "comments/queue/own.html"


def view(db: Session, meeting: Meeting, one: Request) -> dict[str, Any]:
    rules, given = lists.rules_of(db, meeting, one.item_id), queries.cessions(db, meeting.id)
    waiting = queries.on_item(queries.listed(db, meeting.id), one.item_id)
    others = [each for each in waiting if each.kind == COMMENT and each.participant_id != one.participant_id]
    return {
        "meeting": meeting,
        "one": one,
        "item": db.get(AgendaItem, one.item_id) if one.item_id else None,
        "rules": rules,
        "stances": STANCES,
        "numbers": {each.id: n for n, each in enumerate(lists.line(db, meeting, one.item_id), 1)},
        "longest_words": LONGEST_WORDS,
        "others": [each for each in others if may_cede(rules, given[each.id])],
    }


@reads("public")
def show(request: HTTPRequest, db: Session) -> Response:
    meeting, one, _ = my_request(request, db)
    response = page(
        request,
        TEMPLATE,
        form=new_form(request, stance=one.stance, words=one.words),
        **view(db, meeting, one),
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@writes("public")
def change_stance(request: HTTPRequest, db: Session, form: Form) -> Response:
    meeting, one, me = my_request(request, db)
    stance = form.choice("stance", STANCES)
    if form.is_wrong:
        return page(request, TEMPLATE, status=422, form=form, **view(db, meeting, one))
    try:
        actions.change_stance(db, meeting, one, stance, by=me.actor)
    except Refused as refusal:
        return refuse(request, refusal, TEMPLATE, form, **view(db, meeting, one))
    return back(f"/meetings/{meeting.id}#mine")


@writes("public")
def cede(request: HTTPRequest, db: Session, form: Form) -> Response:
    meeting, one, me = my_request(request, db)
    shown = view(db, meeting, one)
    to = form.choice("to", [each.id for each in shown["others"]])
    if form.is_wrong:
        return page(request, TEMPLATE, status=422, form=form, **shown)
    try:
        actions.cede_time(db, meeting, one, queries.request_to_speak(db, meeting.id, to), by=me.actor)
    except Refused as refusal:
        return refuse(request, refusal, TEMPLATE, form, **view(db, meeting, one))
    return back(f"/meetings/{meeting.id}#mine")


@writes("public")
def hand_in(request: HTTPRequest, db: Session, form: Form) -> Response:
    """The microphone does not work, or the person would rather write: the clerk reads it out."""
    meeting, one, me = my_request(request, db)
    words = form.text("words", most=LONGEST_WORDS, needed=True, lines=True)
    if not meeting.carries_sound:
        raise NotFound
    if form.is_wrong:
        return page(request, TEMPLATE, status=422, form=form, **view(db, meeting, one))
    try:
        hand_in_words(db, one, words, by=me.actor)
    except Refused as refusal:
        return refuse(request, refusal, TEMPLATE, form, **view(db, meeting, one))
    return back(f"/meetings/{meeting.id}#mine")


AT = "/meetings/{meeting_id}/requests/{request_id}"
routes = [
    Route(AT, show),
    Route(f"{AT}/stance", change_stance, methods=["POST"]),
    Route(f"{AT}/words", hand_in, methods=["POST"]),
    Route(f"{AT}/cession", cede, methods=["POST"]),
]
