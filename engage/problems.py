"""What a visitor is told when something is not there, not allowed or not possible just now: a plain page."""

from typing import Any
from urllib.parse import quote

from sqlalchemy.exc import OperationalError
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.websockets import WebSocket

from engage import language
from engage.db import StoreFailed
from engage.doors import SignInFirst
from engage.language import N_
from engage.limit import TooMany
from engage.origin import POLICY_VIOLATION
from engage.people import Refused
from engage.render import page
from engage.sqlite import UnsafeStore


async def _problem(
    conn: HTTPConnection, status: int, title: str, text: str, **values: object
) -> Response | None:
    """A page that says what is wrong; a socket that may not be opened is refused before it is accepted."""
    if isinstance(conn, WebSocket):
        await conn.close(POLICY_VIOLATION)
        return None
    lang = language.of_request(conn)
    sentence = language.translate(lang, text, **values)
    request = Request(conn.scope)
    return page(
        request, "problem.html", status=status, heading=language.translate(lang, title), text=sentence
    )


async def missing(conn: HTTPConnection, _: Exception) -> Response | None:
    return await _problem(
        conn,
        404,
        N_("This page is not here"),
        N_("It may have been moved, or the address has a typing error."),
    )


async def refused(conn: HTTPConnection, refusal: Exception) -> Response | None:
    assert isinstance(refusal, Refused)
    return await _problem(conn, 409, N_("Nothing was changed"), refusal.message, **refusal.values)


async def too_many(conn: HTTPConnection, _: Exception) -> Response | None:
    response = await _problem(conn, 429, N_("Please wait a minute"), TooMany.message)
    if response:
        response.headers["Retry-After"] = "60"
    return response


async def busy(conn: HTTPConnection, _: Exception) -> Response | None:
    """A full disk or a lock that did not come free: nothing of this request was kept."""
    response = await _problem(
        conn,
        503,
        N_("This could not be saved"),
        N_("The server's store is full or busy. Nothing was saved; please go back and send it again."),
    )
    if response:
        response.headers["Retry-After"] = "5"
    return response


async def sign_in_first(conn: HTTPConnection, _: Exception) -> Response | None:
    if isinstance(conn, WebSocket):
        await conn.close(POLICY_VIOLATION)
        return None
    wanted = quote(conn.url.path) if conn.scope["method"] == "GET" else "/clerk"
    return RedirectResponse(f"/sign-in?next={wanted}", status_code=303)


PROBLEMS: dict[Any, Any] = {
    404: missing,
    405: missing,
    Refused: refused,
    SignInFirst: sign_in_first,
    TooMany: too_many,
    OperationalError: busy,
    StoreFailed: busy,
    UnsafeStore: busy,
}
