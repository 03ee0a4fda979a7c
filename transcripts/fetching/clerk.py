"""The clerk's form to fetch a recording from an address, and how far that is."""

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engage.doors import back, database, new_form, open_to, read_form, reads, staff, write, writes
from engage.forms import Form
from engage.language import LANGUAGES, N_
from engage.render import page
from meetings.desk import clerks
from meetings.queries import clerks_meeting
from transcripts.clerk import list_page
from transcripts.fetching import actions
from transcripts.fetching.addresses import allowed_by, expect_allowed
from transcripts.fetching.models import Fetch
from transcripts.fetching.queries import fetch_of, fetches_of, under_way
from transcripts.fetching.running import Fetching
from transcripts.uploads import NotTaken

LONGEST_ADDRESS = 2000
AT_ONCE = 4
"""Recordings that are fetched at a time, in the whole city."""


@open_to("clerk")
async def add(request: Request) -> Response:
    """The address is checked here as far as it can be without asking for it."""
    form, by = await read_form(request), staff(request)
    meeting_id = request.path_params["meeting_id"]
    address, language = read_address(request, form), form.choice("language", LANGUAGES, needed=False)
    if form.is_wrong:
        return await database(request).read(lambda db: wrong(request, db, form))

    def work(db: Session) -> Fetch | None:
        meeting = clerks_meeting(db, meeting_id, by)
        if under_way(db) >= AT_ONCE:
            return None
        return actions.ask_for(
            db, meeting, address, language=language or None, by=by.actor,
            publishes_itself=form.ticked("publishes_itself"),
        )  # fmt: skip

    fetch = await write(request, work)
    if fetch is None:
        form.say("address", N_("Other recordings are being fetched. Please wait until one has arrived."))
        return await database(request).read(lambda db: wrong(request, db, form))
    fetching(request).start(fetch)
    return to_list(meeting_id)


def read_address(request: Request, form: Form) -> str:
    address = form.text("address", most=LONGEST_ADDRESS, needed=True)
    try:
        if address:
            expect_allowed(address, allowed_by(request.app.state.settings))
    except NotTaken as refusal:
        form.say("address", refusal.message, **refusal.values)
    return address


def wrong(request: Request, db: Session, form: Form) -> Response:
    return list_page(request, db, new_form(request), status=422, fetch_form=form)


@open_to("clerk")
async def retry(request: Request) -> Response:
    by, ids = staff(request), request.path_params

    def work(db: Session) -> Fetch | None:
        fetch = fetch_of(db, clerks_meeting(db, ids["meeting_id"], by).id, ids["fetch_id"])
        if fetch.is_under_way or fetch.recording_id:
            return None
        actions.begin_again(fetch)
        return fetch

    if fetch := await write(request, work):
        fetching(request).start(fetch)
    return to_list(ids["meeting_id"])


@writes("clerk")
def drop(request: Request, db: Session, form: Form) -> Response:
    """Stopped where it is under way; whichever process fetches it finds its row gone."""
    meeting = clerks(request, db)
    fetch = fetch_of(db, meeting.id, request.path_params["fetch_id"])
    db.delete(fetch)
    return to_list(meeting.id)


@reads("clerk")
def show(request: Request, db: Session) -> Response:
    """How far they are, alone: the page asks again while one is under way."""
    meeting = clerks(request, db)
    return page(
        request, "transcripts/_fetches.html", meeting=meeting, fetches=fetches_of(db, meeting.id),
        form=new_form(request),
    )  # fmt: skip


def fetching(request: Request) -> Fetching:
    found: Fetching = request.app.state.fetching
    return found


def to_list(meeting_id: str) -> Response:
    return back(f"/clerk/meetings/{meeting_id}/recordings#fetches")


AT = "/clerk/meetings/{meeting_id}/recordings/fetches"
routes = [
    Route(AT, show),
    Route(AT, add, methods=["POST"]),
    Route(f"{AT}/{{fetch_id}}/retry", retry, methods=["POST"]),
    Route(f"{AT}/{{fetch_id}}/withdrawal", drop, methods=["POST"]),
]
