"""A running house for the races of tests/benchmarks/polls.py, and the three ways a ballot reaches it."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from sqlalchemy.orm import Session

from comments.surveys import actions, voting
from comments.surveys.answering import Answer
from comments.surveys.drafting import QuestionDraft, SurveyDraft
from comments.surveys.models import MULTIPLE, RANKING, SINGLE, Question, Survey
from engage import people
from engage.app import create_app
from engage.db import Database
from engage.doors import participant_cookie
from engage.people import Refused
from engage.settings import Settings
from meetings.models import Meeting
from tests.make import SYSTEM, City

OPTIONS = ("Path", "Light", "Bench", "Trees")
THREADS = 32
TASK, THREAD, POST = "task", "thread", "post"
COUNTED, AGAIN, REFUSED = "counted", "again", "refused"
"""What a sender is told; "again": this very form was counted before."""
Send = Callable[[], Awaitable[str]]


@dataclass
class House:
    """The running app with its store, and a clerk who is signed in."""

    app: Any
    store: Database
    city: City
    clerk: httpx2.AsyncClient
    pool: ThreadPoolExecutor
    chance: random.Random

    @property
    def meeting(self) -> str:
        return self.city.meeting.id


def client(app: Any, cookies: dict[str, str]) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(app=app)
    return httpx2.AsyncClient(transport=transport, base_url="http://testserver", cookies=cookies)


@asynccontextmanager
async def opened(data: Path, seed: int) -> AsyncIterator[House]:
    app = create_app(Settings(data=data, posts_per_minute=10**9))
    async with app.router.lifespan_context(app):
        store: Database = app.state.db
        city: City = await store.write(City)
        token = await store.write(lambda db: people.sign_in(db, city.clerk.id))
        with ThreadPoolExecutor(THREADS) as pool:
            async with client(app, {people.SESSION_COOKIE: token}) as clerk:
                yield House(app, store, city, clerk, pool, random.Random(seed))


async def open_poll(house: House, kind: str) -> Survey:
    options = OPTIONS if kind in (SINGLE, MULTIPLE, RANKING) else ()
    draft = SurveyDraft("What first?", (QuestionDraft(kind, "What first?", options),))
    return await house.store.write(
        lambda db: actions.open_poll(db, db.get_one(Meeting, house.meeting), draft, by=SYSTEM)
    )


def some_answer(question: Question, chance: random.Random) -> Answer:
    ids = [option.id for option in question.options]
    if question.kind == RANKING:
        return Answer(question.id, order=tuple(chance.sample(ids, len(ids))))
    count = chance.randint(1, len(ids)) if question.kind == MULTIPLE else 1
    return Answer(question.id, options=frozenset(chance.sample(ids, count)))


def fields(question: Question, answer: Answer) -> dict[str, Any]:
    """The answer as the form sends it."""
    if answer.order:
        by_id = {option.id: option for option in question.options}
        return {question.place_field(by_id[each]): str(n) for n, each in enumerate(answer.order, 1)}
    return {question.field: sorted(answer.options)}


def in_task(house: House, work: Callable[[Session], str]) -> Send:
    async def send() -> str:
        try:
            return await house.store.write(work)
        except Refused:
            return REFUSED

    return send


def in_thread(house: House, work: Callable[[Session], str]) -> Send:
    def write_now() -> str:
        try:
            return house.store.write_now(work)
        except Refused:
            return REFUSED

    async def send() -> str:
        return await asyncio.get_running_loop().run_in_executor(house.pool, write_now)

    return send


def ballot(house: House, poll: Survey, token: str, key: str, way: str) -> Send:
    """One sending of one form, from a task, from a thread, or as a post through the app."""
    answer = some_answer(poll.questions[0], house.chance)

    def work(db: Session) -> str:
        person = voting.voter(db, house.meeting, token)
        entry = voting.answer_survey(db, db.get_one(Survey, poll.id), person, [answer], key=key)
        return COUNTED if entry else AGAIN

    async def by_post() -> str:
        url = f"/meetings/{house.meeting}/surveys/{poll.id}"
        async with client(house.app, {participant_cookie(house.meeting): token}) as browser:
            sent = await browser.post(url, data={"key": key, **fields(poll.questions[0], answer)})
        assert sent.status_code in (303, 409), (sent.status_code, sent.text)
        is_named = any(name.startswith("e_") for name in sent.cookies)
        return REFUSED if sent.status_code == 409 else COUNTED if is_named else AGAIN

    return {TASK: in_task(house, work), THREAD: in_thread(house, work), POST: by_post}[way]


def closing(house: House, poll: Survey, way: str) -> Send:
    """Told "closed" by the one that closed it."""

    def work(db: Session) -> str:
        actions.close_survey(db, db.get_one(Survey, poll.id), by=SYSTEM)
        return "closed"

    async def by_post() -> str:
        sent = await house.clerk.post(f"/clerk/meetings/{house.meeting}/surveys/{poll.id}/closing")
        return {303: "closed", 409: REFUSED}[sent.status_code]

    return {TASK: in_task(house, work), THREAD: in_thread(house, work), POST: by_post}[way]


async def at_once(sends: list[Send]) -> Counter[str]:
    """Begun in this order; what the senders are told."""
    return Counter(await asyncio.gather(*(send() for send in sends)))
