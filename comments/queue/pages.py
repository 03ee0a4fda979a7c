"""Residents at the queue: ask to speak, see one's own place, withdraw, come back on another phone."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request as HTTPRequest
from starlette.responses import Response
from starlette.routing import Route

from comments.place import LONGEST_NAME, place
from comments.queue import actions, lists, queries
from comments.queue.admission import WORDS_MISSING, WORDS_UNASKED
from comments.queue.models import (
    IN_LINE,
    ON_DECK,
    REMOTE,
    STANCES,
    WRITTEN,
    Request,
    modes_of,
    modes_offered,
)
from comments.queue.order import ORDERS
from comments.queue.reading_out import LONGEST_WORDS
from engage import people, record
from engage.doors import (
    NotFound,
    back,
    give_participant_cookie,
    new_form,
    participant_token,
    reads,
    refuse,
    writes,
)
from engage.forms import Form
from engage.language import N_
from engage.people import Participant, Refused
from engage.render import page
from meetings.floor.queries import has_agreed
from meetings.models import AgendaItem, Meeting
from meetings.queries import public_meeting


def asking(db: Session, meeting: Meeting, item: AgendaItem | None) -> dict[str, Any]:
    """What somebody should know before they ask: the rules of the list, and how many wait."""
    item_id = item.id if item else None
    return {
        "meeting": meeting,
        "item": item,
        "modes": modes_of(meeting),
        "longest_words": LONGEST_WORDS,
        "stances": STANCES,
        "orders": ORDERS,
        "rules": lists.rules_of(db, meeting, item_id),
        "limit_s": lists.limit_of(db, meeting, item_id, wants_interpreter=False),
        "takes_requests": lists.takes_requests(db, meeting, item),
        "waiting": len(queries.on_item(queries.listed(db, meeting.id), item_id)),
    }


@reads("public")
def ask(request: HTTPRequest, db: Session) -> Response:
    meeting, item = place(request, db)
    me = people.participant_of(db, meeting.id, participant_token(request))
    form = new_form(request, name=me.name if me else "", mode="remote")
    response = page(request, "comments/queue/ask.html", form=form, **asking(db, meeting, item))
    return give_participant_cookie(request, response)


@writes("public")
def join(request: HTTPRequest, db: Session, form: Form) -> Response:
    meeting, item = place(request, db)
    name = form.text("name", most=LONGEST_NAME)
    mode = form.choice("mode", modes_offered(meeting))
    words = read_words(form, mode)
    stance = form.choice("stance", STANCES, needed=False)
    if form.is_wrong:
        view = asking(db, meeting, item)
        return page(request, "comments/queue/ask.html", status=422, form=form, **view)
    try:
        me = people.take_part(db, meeting.id, participant_token(request), name=name)
        interpreter = form.ticked("interpreter")
        actions.join_queue(
            db, meeting, item, me, by=me.actor, mode=mode, stance=stance, words=words,
            wants_interpreter=interpreter,
        )  # fmt: skip
    except Refused as refusal:
        return refuse(request, refusal, "comments/queue/ask.html", form, **asking(db, meeting, item))
    return back(f"/meetings/{meeting.id}#mine")


def read_words(form: Form, mode: str) -> str:
    """What is to be read out: with a request in writing only, else the complaint is in the form."""
    words = form.text("words", most=LONGEST_WORDS, lines=True)
    if mode == WRITTEN and not words:
        form.say("words", WORDS_MISSING)
    if mode and mode != WRITTEN and words:
        form.say("words", WORDS_UNASKED)
    return words


@reads("public")
def mine(request: HTTPRequest, db: Session) -> Response:
    """The strip of what is one's own; never cached, never pushed."""
    meeting = public_meeting(db, request.path_params["meeting_id"])
    response = page(request, "comments/queue/_mine.html", **strip(request, db, meeting))
    response.headers["Cache-Control"] = "no-store"
    return response


def strip(request: HTTPRequest, db: Session, meeting: Meeting) -> dict[str, Any]:
    """What the strip shows: my requests with place and wait. The room's page shows the same."""
    me = people.participant_of(db, meeting.id, participant_token(request))
    requests = queries.requests_of(db, me.id) if me else []
    items = {each.item_id: db.get(AgendaItem, each.item_id) for each in requests if each.item_id}
    receipts = [each.receipt for each in requests if each.receipt]
    return {
        "meeting": meeting,
        "me": me,
        "requests": requests,
        "waits": {each.id: wait(db, meeting, each) for each in requests if each.state in IN_LINE},
        "asked_on": items,
        "receipts": {entry.seq: entry for entry in record.numbered(db, meeting.id, receipts)},
        "form": new_form(request),
        **own_microphone(db, meeting, me, requests),
    }


def own_microphone(
    db: Session, meeting: Meeting, me: Participant | None, requests: Sequence[Request]
) -> dict[str, Any]:
    """Whether a microphone belongs on this person's page, what for just now, and whether they have agreed."""
    remote = [each for each in requests if each.mode == REMOTE]
    waiting = next((each.id for each in remote if each.is_listed), "")
    has_one = meeting.carries_sound and not meeting.is_over and bool(remote)
    return {
        "has_microphone": has_one,
        "microphone": microphone_state(remote) if has_one else "",
        "has_agreed": bool(has_one and me and has_agreed(db, meeting.id, me.actor)),
        "write_at": f"/meetings/{meeting.id}/requests/{waiting}" if waiting else "",
    }


def microphone_state(remote: Sequence[Request]) -> str:
    """What #mine tells the microphone: called, on_deck, listed; nothing when none of these is under way."""
    if any(each.has_floor for each in remote):
        return "called"
    if any(each.state == ON_DECK for each in remote):
        return "on_deck"
    return "listed" if any(each.is_listed for each in remote) else ""


def wait(db: Session, meeting: Meeting, request: Request) -> tuple[int, tuple[int, int]]:
    """Place in line, from 1, and least and most seconds until its turn."""
    line = lists.line(db, meeting, request.item_id)
    at = [each.id for each in line].index(request.id)
    return at + 1, queries.wait_for(db, meeting, line[:at])


@writes("public")
def withdraw(request: HTTPRequest, db: Session, form: Form) -> Response:
    meeting, mine, me = my_request(request, db)
    actions.withdraw_request(db, meeting, mine, by=me.actor)
    return back(f"/meetings/{meeting.id}#mine")


def my_request(request: HTTPRequest, db: Session) -> tuple[Meeting, Request, Participant]:
    """NotFound for somebody else's request."""
    meeting = public_meeting(db, request.path_params["meeting_id"])
    mine = queries.request_to_speak(db, meeting.id, request.path_params["request_id"])
    me = people.participant_of(db, meeting.id, participant_token(request))
    if me is None or mine.participant_id != me.id:
        raise NotFound
    return meeting, mine, me


@reads("public")
def ask_code(request: HTTPRequest, db: Session) -> Response:
    meeting = public_meeting(db, request.path_params["meeting_id"])
    form = new_form(request, code=request.query_params.get("code", ""))
    response = page(request, "comments/queue/return.html", meeting=meeting, form=form)
    return give_participant_cookie(request, response)


@writes("public")
def come_back(request: HTTPRequest, db: Session, form: Form) -> Response:
    """The browser becomes the participant of the code; the phone used before is let go."""
    meeting = public_meeting(db, request.path_params["meeting_id"])
    person = people.participant_by_code(db, meeting.id, form.value("code"))
    token = participant_token(request)
    if person is None or token is None:
        form.say("code", N_("There is no request with this code in this meeting. Please check the letters."))
        return page(request, "comments/queue/return.html", status=422, meeting=meeting, form=form)
    people.move_to_browser(db, person, token)
    return back(f"/meetings/{meeting.id}#mine")


routes = [
    Route("/meetings/{meeting_id}/items/{item_id}/request", ask),
    Route("/meetings/{meeting_id}/items/{item_id}/request", join, methods=["POST"]),
    Route("/meetings/{meeting_id}/mine", mine),
    Route("/meetings/{meeting_id}/requests/{request_id}/withdrawal", withdraw, methods=["POST"]),
    Route("/meetings/{meeting_id}/return", ask_code),
    Route("/meetings/{meeting_id}/return", come_back, methods=["POST"]),
]
