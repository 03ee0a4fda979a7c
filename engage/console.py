"""The clerk's console: everything that is needed while the meeting runs, on one page."""

from collections.abc import Callable

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from comments.queue import actions as queue_actions
from comments.queue import clerk as queue_clerk
from comments.queue import queries as queue_queries
from comments.queue.live import running_clock
from comments.queue.models import MODES
from comments.surveys import queries as survey_queries
from comments.surveys.models import STATES as SURVEY_STATES
from comments.surveys.rules import may_open
from comments.written import queries as written_queries
from engage import record
from engage.doors import new_form, reads, staff, writes
from engage.forms import Form
from engage.render import page
from meetings import actions, queries
from meetings.models import STATES, AgendaItem, Meeting


@reads("clerk")
def show(request: Request, db: Session) -> Response:
    """The queue on show is that of the open item; the others' are listed under it."""
    meeting = queries.clerks_meeting(db, request.path_params["meeting_id"], staff(request))
    waiting = queue_queries.waiting(db, meeting.id)
    speaker = queue_queries.on_floor(db, meeting.id)
    items = queries.flat(queries.agenda(db, meeting.id))
    surveys = survey_queries.surveys(db, meeting.id)
    return page(
        request,
        "room/console.html",
        meeting=meeting,
        states=STATES,
        modes=MODES,
        items=items,
        item=next((item for item in items if item.id == meeting.item_id), None),
        by_id={item.id: item for item in items},
        next_items=items_after(items, meeting),
        speaker=speaker,
        clock=speaker and running_clock(speaker),
        here=queue_queries.on_item(waiting, meeting.item_id),
        elsewhere=[each for each in waiting if each.item_id != meeting.item_id],
        called=queue_queries.was_called(db, meeting.id),
        surveys=survey_queries.results(db, surveys),
        survey_states=SURVEY_STATES,
        openable={survey.id for survey in surveys if may_open(meeting, survey.state)},
        comment_count=written_queries.comment_count(db, meeting.id),
        since=record.head(db, meeting.id),
        form=new_form(request),
    )


def items_after(items: list[AgendaItem], meeting: Meeting) -> list[AgendaItem]:
    """What can be called next, in order: everything after the open item."""
    ids = [item.id for item in items]
    start = ids.index(meeting.item_id) + 1 if meeting.item_id in ids else 0
    return [item for item in items[start:] if item.kind != "section" and not item.is_withdrawn]


def on_meeting(act: Callable[..., None]) -> Callable[[Request, Session, Form], Response]:
    def handler(request: Request, db: Session, form: Form) -> Response:
        meeting = queries.clerks_meeting(db, request.path_params["meeting_id"], staff(request))
        act(db, meeting, by=staff(request).actor)
        return queue_clerk.console(meeting)

    return handler


def recess(db: Session, meeting: Meeting, *, by: str) -> None:
    actions.recess_meeting(db, meeting, by=by)
    queue_actions.clear_floor(db, meeting, by=by)


def adjourn(db: Session, meeting: Meeting, *, by: str) -> None:
    queue_actions.clear_floor(db, meeting, by=by)
    actions.adjourn_meeting(db, meeting, by=by)


@writes("clerk")
def call_item(request: Request, db: Session, form: Form) -> Response:
    meeting = queries.clerks_meeting(db, request.path_params["meeting_id"], staff(request))
    item = queries.agenda_item(db, meeting, request.path_params["item_id"])
    actions.call_item(db, meeting, item, by=staff(request).actor)
    return queue_clerk.console(meeting)


AT = "/clerk/meetings/{meeting_id}"
ACTS: dict[str, Callable[..., None]] = {
    "opening": actions.open_meeting,
    "recess": recess,
    "reconvening": actions.reconvene_meeting,
    "adjournment": adjourn,
}
routes = [
    Route(f"{AT}/console", show),
    Route(f"{AT}/items/{{item_id}}/call", call_item, methods=["POST"]),
    *(
        Route(f"{AT}/{word}", writes("clerk")(on_meeting(act)), methods=["POST"])
        for word, act in ACTS.items()
    ),
]
