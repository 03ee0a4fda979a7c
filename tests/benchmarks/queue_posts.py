"""The same evening through the real app: forms posted to a server on loopback, some of them twice.

The seed gives each client's choices; which post comes first is the machine's. Every post carries a number
in a header, by which the store's own transaction notes its answer; the app itself knows nothing of it.
"""

import asyncio
import html
import socket
from collections import defaultdict
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import httpx2
import uvicorn
from sqlalchemy.orm import Session
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from engage import clock, people, record
from engage.app import create_app
from engage.people import Account, Refused, Role
from engage.settings import Settings
from tests.benchmarks.queue_acts import Act
from tests.benchmarks.queue_answers import Answer, Glimpse, answer_of
from tests.benchmarks.queue_clients import RESIDENT, Client, crowd
from tests.benchmarks.queue_evening import Done, Evening, prepare
from tests.benchmarks.queue_forms import form_of
from tests.benchmarks.queue_guards import SENTENCES
from tests.make import in_a_loop

AGAIN, TWICE = 0.12, 0.08
"""How often a form is sent once more after its answer, and twice at the same moment."""
NUMBER: ContextVar[int | None] = ContextVar("number", default=None)


@dataclass
class Posts:
    """What was sent and answered. `noted` is what each post's transactions noted, in their order."""

    evening: Evening
    cookies: dict[str, str]
    acts: list[Act] = field(default_factory=list)
    noted: dict[int, list[Answer]] = field(default_factory=lambda: defaultdict(list))
    done: list[Done] = field(default_factory=list)
    sent: int = 0
    faults: list[str] = field(default_factory=list)
    seen: Glimpse = Glimpse()


def numbered(app: ASGIApp) -> ASGIApp:
    """The app, with the number of a post where its transaction can read it."""

    async def outer(scope: Scope, receive: Receive, send: Send) -> None:
        number = dict(scope.get("headers", [])).get(b"x-post")
        NUMBER.set(int(number) if number else None)
        await app(scope, receive, send)

    return outer


def noting(posts: Posts, write: Callable[..., Any]) -> Callable[..., Any]:
    """`Database.write`, which also notes the answer in the same transaction."""

    async def noted_write(work: Callable[[Session], Any]) -> Any:
        number = NUMBER.get()
        return await write(work if number is None else lambda db: note(db, work, number))

    def note(db: Session, work: Callable[[Session], Any], number: int) -> Any:
        meeting_id = posts.evening.meeting_id
        as_of, at = record.head(db, meeting_id).seq, clock.now()
        try:
            response = work(db)
        except Refused as refusal:
            posts.noted[number].append(Answer(as_of, as_of, at, refused=refusal.message))
            raise
        if response.status_code >= 400:
            posts.noted[number].append(Answer(as_of, as_of, at, refused=sentence_in(response)))
        else:
            posts.noted[number].append(answer_of(db, meeting_id, posts.acts[number], as_of))
        return response

    return noted_write


def sentence_in(response: Response) -> str:
    """What a form that is shown again says above itself."""
    words = html.unescape(bytes(response.body).decode()).partition("error-summary")[2]
    said = [each for each in SENTENCES if each in words]
    return min(said, key=words.index, default=f"status {response.status_code}")


def let_in(db: Session, clients: list[Client], evening: Evening) -> dict[str, str]:
    """Everyone's cookie; accounts are made without a password, which would take a while."""
    cookies = {}
    for each in clients:
        if each.role == RESIDENT:
            cookies[each.name] = f"p_{evening.meeting_id}={each.name}"
        else:
            db.add(Account(id=each.name, name=each.name, password="", roles=[Role(name=each.role)]))
            db.flush()
            cookies[each.name] = f"{people.SESSION_COOKIE}={people.sign_in(db, each.name)}"
    return cookies


async def send(http: httpx2.AsyncClient, posts: Posts, client: Client) -> None:
    """One act of this client, as a form with a key; its answers are heard and kept."""
    act = client.choose(posts.seen)
    if act is None or act.verb == "cede":  # the page offers only those to whom time can be given
        await asyncio.sleep(0.01)
        return
    number, chance = len(posts.acts), client.chance.random()
    posts.acts.append(act)
    url, fields = form_of(posts.evening.meeting_id, act)
    headers = {"cookie": posts.cookies[act.who], "x-post": str(number)}
    form = {"key": f"{act.who}-{number}", **fields}

    async def post() -> httpx2.Response:
        posts.sent += 1
        return await http.post(url, data=form, headers=headers)

    began = perf_counter()
    responses = await asyncio.gather(*(post() for _ in range(2 if chance < TWICE else 1)))
    ended = perf_counter()
    if responses[0].status_code == 303 and chance > 1 - AGAIN:
        responses.append(await post())
    keep(posts, client, number, responses, began, ended)


def keep(
    posts: Posts, client: Client, number: int, responses: list[httpx2.Response], began: float, ended: float
) -> None:
    """A form sent again must be answered as the first time, and change nothing."""
    act, noted = posts.acts[number], posts.noted[number]
    first = next((n for n, each in enumerate(noted) if each.refused is None), len(noted))
    again = [each for each in noted[first + 1 :] if each.refused or each.last > each.as_of]
    if again:
        posts.faults.append(f"{act.verb}, sent with one key, was done and then {again[0].refused or 'done'}")
    statuses = sorted(each.status_code for each in responses)
    if statuses != sorted(303 if each.refused is None else 409 for each in noted):
        posts.faults.append(f"{act.verb} was answered {statuses}, noted {[each.refused for each in noted]}")
    for each in [*noted[: first + 1], *again]:
        client.hear(act, each)
        posts.done.append(Done(act, each, began, ended))
        posts.seen = posts.seen if each.refused else each.glimpse


async def run(settings: Settings, order: str, seed: object, *, acts: int, clients: int) -> Posts:
    """Serves the app in this loop, and lets the clients post until there were so many acts."""
    app, listener = create_app(settings), socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(numbered(app), log_config=None, timeout_graceful_shutdown=5)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:
        await asyncio.sleep(0.01)
    store = app.state.db
    evening = await store.write(lambda db: prepare(db, order, is_open=False))
    people = crowd(clients, seed, evening.items)
    cookies = await store.write(lambda db: let_in(db, people, evening))
    posts = Posts(evening, cookies, seen=Glimpse(state=evening.state))
    store.write = noting(posts, store.write)
    base = f"http://127.0.0.1:{listener.getsockname()[1]}"
    async with httpx2.AsyncClient(base_url=base, timeout=60) as http:
        await asyncio.gather(*(act_until(http, posts, each, acts) for each in people))
    server.should_exit = True
    await serving
    return posts


async def act_until(http: httpx2.AsyncClient, posts: Posts, client: Client, acts: int) -> None:
    while len(posts.acts) < acts:
        await send(http, posts, client)


def run_posts(settings: Settings, order: str, seed: object, *, acts: int, clients: int) -> Posts:
    return in_a_loop(run(settings, order, seed, acts=acts, clients=clients))
