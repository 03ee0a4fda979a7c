"""The kiosk's pages: the items, a short form, the number in the queue. It keeps no cookie of anybody."""

from datetime import timedelta

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from comments.kiosk.queries import number_in_line, open_lists, running_kiosk
from comments.place import GENERAL, LONGEST_NAME
from comments.queue import actions, queries
from comments.queue.lists import takes_requests
from comments.queue.models import IN_PERSON, STANCES
from engage import clock, people
from engage.doors import NotFound, back, kept_private, new_form, reads, writes
from engage.forms import Form
from engage.people import Refused
from engage.qr import address, qr_svg
from engage.render import page
from meetings.models import AgendaItem, Meeting
from meetings.queries import agenda_item

SHOWN_S = 20
"""How long the number stands before the kiosk is free for the next person."""
MORE_S = 10 * SHOWN_S
"""For who asks for more time: ten times as long (WCAG 2.2.1)."""
KNOWN = timedelta(minutes=5)
"""After this the number's page is gone: who stands at the kiosk next cannot go back to it."""


def start_of(request: Request, meeting: Meeting) -> str:
    """The kiosk's first page, in the meeting's own language again."""
    return f"/kiosk/{request.path_params['kiosk']}?lang={meeting.language}"


def place(request: Request, db: Session) -> tuple[Meeting, AgendaItem | None]:
    _, meeting = running_kiosk(db, request.path_params["kiosk"])
    item_id = request.path_params["item_id"]
    return meeting, None if item_id == GENERAL else agenda_item(db, meeting, item_id)


@reads("public")
def start(request: Request, db: Session) -> Response:
    _, meeting = running_kiosk(db, request.path_params["kiosk"])
    return kept_private(
        page(
            request,
            "comments/kiosk/start.html",
            meeting=meeting,
            places=open_lists(db, meeting),
            kiosk=request.path_params["kiosk"],
            start=start_of(request, meeting),
        )
    )


def form_page(
    request: Request, db: Session, meeting: Meeting, item: AgendaItem | None, form: Form, status: int = 200
) -> Response:
    return kept_private(
        page(
            request,
            "comments/kiosk/form.html",
            status=status,
            meeting=meeting,
            item=item,
            form=form,
            stances=STANCES,
            is_open=takes_requests(db, meeting, item),
            kiosk=request.path_params["kiosk"],
            start=start_of(request, meeting),
        )
    )


@reads("public")
def ask(request: Request, db: Session) -> Response:
    meeting, item = place(request, db)
    return form_page(request, db, meeting, item, new_form(request))


@writes("public")
def sign_up(request: Request, db: Session, form: Form) -> Response:
    """A participant of its own for everyone who signs up here."""
    meeting, item = place(request, db)
    name = form.text("name", most=LONGEST_NAME)
    stance = form.choice("stance", STANCES, needed=False)
    if form.is_wrong:
        return form_page(request, db, meeting, item, form, 422)
    try:
        person = people.take_part(db, meeting.id, None, name=name)
        actions.join_queue(
            db, meeting, item, person, by=person.actor, mode=IN_PERSON, stance=stance,
            wants_interpreter=form.ticked("interpreter"),
        )  # fmt: skip
    except Refused as refusal:
        form.say("", refusal.message, **refusal.values)
        return form_page(request, db, meeting, item, form, 409)
    return back(f"/kiosk/{request.path_params['kiosk']}/done/{person.code}")


@reads("public")
def done(request: Request, db: Session) -> Response:
    """The number and the way back to it; shown for a short while to whoever has the code."""
    _, meeting = running_kiosk(db, request.path_params["kiosk"])
    person = people.participant_by_code(db, meeting.id, request.path_params["code"])
    mine = queries.requests_of(db, person.id) if person else []
    if person is None or not mine:
        raise NotFound
    start = start_of(request, meeting)
    if not timedelta() <= clock.now() - mine[0].asked_at <= KNOWN:
        return back(start)
    has_more = request.query_params.get("time") == "more"
    response = page(
        request,
        "comments/kiosk/done.html",
        meeting=meeting,
        code=person.code,
        number=number_in_line(db, meeting, mine[0]),
        qr=qr_svg(address(request, f"/meetings/{meeting.id}/return?code={person.code}")),
        seconds=SHOWN_S,
        has_more=has_more,
        start=start,
    )
    response.headers["Refresh"] = f"{MORE_S if has_more else SHOWN_S}; url={start}"
    return kept_private(response)


AT = "/kiosk/{kiosk}"
routes = [
    Route(AT, start),
    Route(f"{AT}/items/{{item_id}}", ask),
    Route(f"{AT}/items/{{item_id}}", sign_up, methods=["POST"]),
    Route(f"{AT}/done/{{code}}", done),
]
