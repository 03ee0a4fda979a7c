"""Signing in and out, and changing the language."""

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engage import limit, people
from engage.doors import back, database, new_form, open_to, read_form, reads, write
from engage.language import N_
from engage.render import page


@reads("public")
def ask(request: Request, db: Session) -> Response:
    form = new_form(request, next=_own_path(request.query_params.get("next", "")))
    return page(request, "entrance/sign_in.html", form=form)


@open_to("public")
async def sign_in(request: Request) -> Response:
    """The slow hash runs in a reader thread, never in the writer."""
    form = await read_form(request)
    limit.count_sign_in(request, form.value("name"))
    db = database(request)
    account = await db.read(lambda s: _proven(s, form.value("name"), form.value("password")))
    if account is None:
        form.say("password", N_("The name or the password is wrong."))
        return page(request, "entrance/sign_in.html", status=422, form=form)
    account_id, home = account
    token = await write(request, lambda s: people.sign_in(s, account_id))
    wanted = _own_path(form.value("next"))
    response = back(home if wanted in ("", "/clerk") else wanted)
    response.set_cookie(
        people.SESSION_COOKIE, token, httponly=True, samesite="lax", max_age=people.SESSION_HOURS * 3600,
        secure=request.app.state.settings.https,
    )  # fmt: skip
    return response


@open_to("public")
async def sign_out(request: Request) -> Response:
    token = request.cookies.get(people.SESSION_COOKIE)
    if token:
        await write(request, lambda db: people.sign_out(db, token))
    response = back("/")
    response.delete_cookie(people.SESSION_COOKIE)
    return response


def _proven(db: Session, name: str, password: str) -> tuple[str, str] | None:
    """Who it is, and the page that their work begins on."""
    account = people.known_account(db, name)
    if not people.password_fits(account, password) or account is None:
        return None
    return account.id, "/clerk" if account.is_clerk else "/chair" if account.is_chair else "/"


def _own_path(path: str) -> str:
    """Only a path of ours: never a door to another site."""
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if is_ours else ""


routes = [
    Route("/sign-in", ask),
    Route("/sign-in", sign_in, methods=["POST"]),
    Route("/sign-out", sign_out, methods=["POST"]),
]
