"""The doors: who may use a route, and how its handler meets the store.

Every handler is made by one of `reads`, `writes` or `open_to`, which name who may come in. A route whose
handler is not is refused by the app: deny by default.
"""

import secrets
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, Literal, TypeVar

from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response

from engage import language, limit, people, record, render
from engage.db import Database
from engage.forms import Form
from engage.language import N_
from engage.people import Account, Refused, Sent

Access = Literal["public", "chair", "clerk", "admin"]
T = TypeVar("T")
AnyEndpoint = TypeVar("AnyEndpoint", bound=Callable[..., Any])
Endpoint = Callable[[Request], Awaitable[Response]]
Read = Callable[[Request, Session], Response]
Write = Callable[[Request, Session, Form], Response]
FIELD_BYTES = 1 << 20
ENTRY = "Engage-Entry"
"""The header of an answer to a write: BOOK/SEQ-HASH8 of the act's last entry, on disk when it goes out."""


class NotFound(HTTPException):
    """The same answer for what is hidden, what is somebody else's and what never was."""

    def __init__(self) -> None:
        super().__init__(404)


class SignInFirst(Exception):
    """Nobody is signed in on a page for staff."""


def database(request: HTTPConnection) -> Database:
    store: Database = request.app.state.db
    return store


def reads(access: Access) -> Callable[[Read], Endpoint]:
    """A page: the handler runs in a reader thread, on one state of the database."""

    def door(handler: Read) -> Endpoint:
        @wraps(handler)
        async def endpoint(request: Request) -> Response:
            def work(db: Session) -> Response:
                let_in(request, db, access)
                return handler(request, db)

            return await database(request).read(work)

        return marked(endpoint, access)

    return door


def writes(access: Access) -> Callable[[Write], Endpoint]:
    """A form: the handler is one transaction in the writer thread, and its answer goes out after the commit.

    What the public sends carries a key; the same key from the same browser is answered as the first time.
    An answer of 4xx keeps nothing of what the handler wrote; any other names the entry that it made.
    """

    def door(handler: Write) -> Endpoint:
        @wraps(handler)
        async def endpoint(request: Request) -> Response:
            form = await read_form(request)
            if access == "public":
                limit.count_post(request)

            def work(db: Session) -> Response:
                let_in(request, db, access)
                owner = _owner(request)
                key = form.value("key")[:64]
                if access == "public" and not (owner and key):
                    raise Refused(N_("Please open the form again and allow cookies for this site."))
                if owner and key and (sent := db.get(Sent, (owner, key))):
                    return acknowledged(back(sent.location), sent.entry)
                response = handler(request, db, form)
                if response.status_code >= 400:
                    db.rollback()
                    return response
                entry = record.acknowledgement(db)
                if owner and key and response.status_code == 303:
                    db.add(Sent(owner=owner, key=key, location=response.headers["location"], entry=entry))
                return acknowledged(response, entry)

            return await database(request).write(work)

        return marked(endpoint, access)

    return door


def open_to(access: Access) -> Callable[[Endpoint], Endpoint]:
    """For the few handlers that are neither: uploads, files, sign-in. Staff are looked up before it runs;
    what they `write` is acknowledged."""

    def door(handler: Endpoint) -> Endpoint:
        @wraps(handler)
        async def endpoint(request: Request) -> Response:
            request.state.entry = ""
            await database(request).read(lambda db: let_in(request, db, access))
            return acknowledged(await handler(request), request.state.entry)

        return marked(endpoint, access)

    return door


async def write(request: Request, work: Callable[[Session], T]) -> T:
    """One transaction of a handler behind `open_to`; its answer then names the entry."""

    def noting(db: Session) -> T:
        result = work(db)
        request.state.entry = record.acknowledgement(db)
        return result

    return await database(request).write(noting)


def marked(endpoint: AnyEndpoint, access: Access) -> AnyEndpoint:
    """Says who may come in; the app refuses a route whose endpoint does not say so."""
    endpoint.access = access  # type: ignore[attr-defined]  # a function has no such attribute by itself
    return endpoint


def let_in(request: HTTPConnection, db: Session, access: Access) -> None:
    """Look up who is asking, once; staff pages are 404 to the wrong staff and a sign-in to nobody."""
    account = people.signed_in(db, request.cookies.get(people.SESSION_COOKIE))
    if account:
        db.expunge(account)  # the page names it also after a rollback
    request.state.account = account
    if access == "public":
        return
    if account is None:
        raise SignInFirst
    may = {"chair": account.is_chair, "clerk": account.is_clerk, "admin": account.is_admin}
    if not may[access]:
        raise NotFound


def staff(request: HTTPConnection) -> Account:
    """Who is signed in, behind a door that let only staff in."""
    account: Account | None = request.state.account
    if account is None:
        raise SignInFirst
    return account


async def read_form(request: Request) -> Form:
    async with request.form(max_files=0, max_fields=500, max_part_size=FIELD_BYTES) as sent:
        pairs = [(name, value) for name, value in sent.multi_items() if isinstance(value, str)]
    lists: dict[str, list[str]] = {}
    for name, value in pairs:
        lists.setdefault(name, []).append(value)
    form = Form({name: values[-1] for name, values in lists.items()}, lists)
    form.lang = language.of_request(request)
    return form


def new_form(request: Request, **values: str) -> Form:
    """An unsent form, with the key that makes sending it twice harmless."""
    form = Form({"key": secrets.token_urlsafe(12), **values})
    form.lang = language.of_request(request)
    return form


def acknowledged(response: Response, entry: str) -> Response:
    """`entry` as `record.acknowledgement` writes it."""
    if entry:
        response.headers[ENTRY] = entry
    return response


def kept_private(response: Response) -> Response:
    """Of a page whose address is a key: kept by nobody, told to nobody."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def back(location: str) -> Response:
    """To where the result is seen. 303: a reload there sends nothing again."""
    return RedirectResponse(location, status_code=303)


def refuse(request: Request, refusal: Refused, name: str, form: Form, **values: Any) -> Response:
    """The form again, with everything typed, and what stands against it."""
    form.say("", refusal.message, **refusal.values)
    return render.page(request, name, status=409, form=form, **values)


def participant_cookie(meeting_id: str) -> str:
    return f"p_{meeting_id}"


def participant_token(request: HTTPConnection) -> str | None:
    """The cookie of the meeting whose page this is."""
    return request.cookies.get(participant_cookie(request.path_params.get("meeting_id", "")))


def give_participant_cookie(request: Request, response: Response, token: str | None = None) -> Response:
    """Set on the form's page, so that the sending can be told from another browser's. `token` replaces it."""
    meeting_id = request.path_params["meeting_id"]
    if token or participant_token(request) is None:
        response.set_cookie(
            participant_cookie(meeting_id), token or secrets.token_urlsafe(24), max_age=400 * 86400,
            path=f"/meetings/{meeting_id}", httponly=True, samesite="lax",
            secure=request.app.state.settings.https,
        )  # fmt: skip
    response.headers["Cache-Control"] = "no-store"
    return response


def _owner(request: Request) -> str | None:
    """Whose forms carry the key: this browser's, this kiosk's or microphone's (they keep no cookie), this
    account's."""
    if kiosk := request.path_params.get("kiosk"):
        return f"kiosk:{people.token_hash(kiosk)}"
    if place := request.path_params.get("place"):
        return f"place:{people.token_hash(place)}"
    token = participant_token(request)
    if token:
        return people.token_hash(token)
    account = request.state.account
    return account.actor if account else None
