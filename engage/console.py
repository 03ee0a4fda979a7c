"""The clerk's console: everything that is needed while the meeting runs, on one page."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from comments.queue import console as queue_console
from comments.queue import deck, floor, undo
from comments.surveys import live as surveys_live
from comments.written import queries as written_queries
from engage import language, record, timekeeping
from engage.doors import new_form, reads, staff, writes
from engage.forms import Form
from engage.language import N_
from engage.render import page
from meetings import actions, queries
from meetings.desk import clerks, console
from meetings.disruption import clerk as disruption_clerk
from meetings.disruption import live as disruption_live
from meetings.floor import live as floor_live
from meetings.floor.pending import pending
from meetings.members import live as members_live
from meetings.models import OPEN, PUBLISHED, STATES, AgendaItem, Meeting
from meetings.motions import live as motions_live
from meetings.motions.queries import called_alone


@reads("clerk")
def show(request: Request, db: Session) -> Response:
    """The queue on show is that of the open item; the others' are listed under it."""
    meeting = clerks(request, db)
    items = queries.flat(queries.agenda(db, meeting.id))
    alone = called_alone(db, meeting.id)
    next_items = items_after(items, meeting, alone)
    shown = parts(db, meeting, by=staff(request).actor)
    return page(
        request,
        "room/console.html",
        meeting=meeting,
        states=STATES,
        items=items,
        item=next((item for item in items if item.id == meeting.item_id), None),
        next_items=next_items,
        called_alone=alone,
        next_act=next_act(meeting, shown, has_items=bool(next_items)),
        present=request.app.state.hub.present(meeting.id),
        comment_count=written_queries.comment_count(db, meeting.id),
        since=record.head(db, meeting.id),
        pending=pending(request.app.state.settings, meeting),
        clock_off=timekeeping.off(language.of_request(request)) if meeting.is_live else None,
        form=new_form(request),
        **floor_live.on_console(db, meeting, request.app.state.sound.report(meeting.id)),
        **shown,
    )


def parts(db: Session, meeting: Meeting, *, by: str) -> dict[str, Any]:
    """What each noun shows the clerk, under its own name."""
    return {
        **queue_console.on_console(db, meeting, by=by),
        **surveys_live.on_console(db, meeting),
        **disruption_live.on_console(db, meeting),
        **members_live.on_console(db, meeting),
        **motions_live.on_console(db, meeting),
    }


def next_act(meeting: Meeting, shown: Mapping[str, Any], *, has_items: bool) -> tuple[str, str] | None:
    """The likeliest next act with its key; the label is a msgid. None when there is nothing to do."""
    queue, roll = shown["queue"], shown["attendance"].attendance
    speaking = queue.speaker.state if queue.speaker else None
    acts = (
        (meeting.state == PUBLISHED, "o", N_("Open the meeting")),
        (meeting.may_reconvene, "o", N_("Reconvene")),
        (meeting.is_in_closed_session, "g", N_("Reopen the session")),
        (meeting.is_queue_frozen, "d", N_("Note the steps taken")),
        (meeting.state != OPEN, None, ""),
        (bool(roll.attendees) and not roll.called_at, "f", N_("Call the roll")),
        (shown["motions"].now is not None, "v", N_("Vote on the motion")),
        (speaking in ("called", "paused"), "s", N_("Start the clock")),
        (speaking == "speaking", "e", N_("End their time")),
        (queue.next is not None, "n", N_("Call the next speaker")),
        (has_items, "i", N_("Call the next item")),
    )
    key, label = next(((key, label) for fits, key, label in acts if fits), (None, ""))
    return (key, label) if key else None


def items_after(items: list[AgendaItem], meeting: Meeting, alone: Collection[str]) -> list[AgendaItem]:
    """What can be called next, in order: everything after the item that was called last. `alone`
    are the ids of what is called by itself: of a consent calendar only what was taken out of it."""
    called = [item for item in items if item.called_at]
    last = max(called, key=lambda item: item.called_at or item.id, default=None)
    at = next((n for n, item in enumerate(items, 1) if item.id == (meeting.item_id or (last and last.id))), 0)
    return [item for item in items[at:] if item.id in alone]


Act = Callable[..., None]


def on_meeting(act: Act, *, before: Act | None = None) -> Callable[[Request, Session, Form], Response]:
    """A handler for an act on the meeting; `before` looks after the floor, and the deck follows."""

    def handler(request: Request, db: Session, form: Form) -> Response:
        meeting = clerks(request, db)
        by = staff(request).actor
        if before:
            before(db, meeting, by=by)
        act(db, meeting, form, by=by)
        deck.settle(db, meeting, by=by)
        return console(meeting)

    return handler


def plain(act: Act) -> Act:
    """For an act whose form asks nothing."""

    def run(db: Session, meeting: Meeting, form: Form, *, by: str) -> None:
        act(db, meeting, by=by)

    return run


@writes("clerk")
def call_item(request: Request, db: Session, form: Form) -> Response:
    meeting = clerks(request, db)
    item, by = queries.agenda_item(db, meeting, request.path_params["item_id"]), staff(request).actor
    with undo.kept(db, meeting, by=by):
        actions.call_item(db, meeting, item, by=by)
        deck.settle(db, meeting, by=by)
    return console(meeting)


@writes("clerk")
def close_item(request: Request, db: Session, form: Form) -> Response:
    """General public comment is heard, or nothing."""
    meeting = clerks(request, db)
    by = staff(request).actor
    with undo.kept(db, meeting, by=by):
        actions.close_item(db, meeting, by=by)
        deck.settle(db, meeting, by=by)
    return console(meeting)


AT = "/clerk/meetings/{meeting_id}"
ACTS: dict[str, tuple[Act, Act | None]] = {
    "opening": (plain(actions.open_meeting), None),
    "recess": (disruption_clerk.recess, floor.clear_floor),
    "reconvening": (plain(actions.reconvene_meeting), None),
    "adjournment": (plain(actions.adjourn_meeting), floor.clear_floor),
    "closed-session": (disruption_clerk.close_session, floor.clear_floor),
    "closed-session/reopening": (disruption_clerk.reopen_session, None),
    "disruption": (disruption_clerk.declare, floor.stop_clocks),
    "disruption/ending": (disruption_clerk.end, None),
}
"""Each with what happens to the floor."""
routes = [
    Route(f"{AT}/console", show),
    Route(f"{AT}/items/{{item_id}}/call", call_item, methods=["POST"]),
    Route(f"{AT}/items/closing", close_item, methods=["POST"]),
    *(
        Route(f"{AT}/{word}", writes("clerk")(on_meeting(act, before=before)), methods=["POST"])
        for word, (act, before) in ACTS.items()
    ),
]
