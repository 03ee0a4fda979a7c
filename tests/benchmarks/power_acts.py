"""Real acts through the real app, and the SQL that it sends through its writer meanwhile."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import apsw
from sqlalchemy import Engine, event
from starlette.testclient import TestClient

from engage.app import create_app
from engage.doors import ENTRY
from engage.people import SESSION_COOKIE
from engage.settings import Settings
from tests.benchmarks.load_city import Planted
from tests.make import state_of

COMMIT, ROLLBACK = "COMMIT", "ROLLBACK"
TOGETHER = 4
"""Residents who send at the same moment, so that their acts share commits."""
Post = partial[Any]


@dataclass
class Evening:
    """What the writer was told, in order: the statement, its parameters, and whether these are many rows."""

    statements: list[tuple[str, Any, bool]] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    """BOOK/SEQ-HASH8 of each act that was answered with success."""

    def commits(self) -> dict[str, int]:
        """After which COMMIT, from 1, each entry was to be on disk."""
        done, found = 0, {}
        for sql, rows, is_many in self.statements:
            done += sql == COMMIT
            if sql.startswith("INSERT INTO entry"):
                columns = sql.partition("(")[2].partition(")")[0].replace(" ", "").split(",")
                for row in rows if is_many else [rows]:
                    entry = dict(zip(columns, row, strict=True))
                    found[f"{entry['book']}/{entry['seq']}-{entry['hash'][:8]}"] = done + 1
        return found


def hold(planted: Planted, acts: int, chance: random.Random) -> Evening:
    """An evening of so many acts on the planted city, some sent at the same moment."""
    evening = Evening()
    settings = Settings(data=planted.data, posts_per_minute=1_000_000)
    with TestClient(create_app(settings), follow_redirects=False) as client:
        listen(state_of(client).db.writer, evening)
        course = acts_of(client, planted, chance)
        while len(evening.acknowledged) < acts:
            wave = [next(course) for _ in range(min(TOGETHER, acts - len(evening.acknowledged)))]
            with ThreadPoolExecutor(len(wave)) as residents:
                evening.acknowledged += residents.map(acknowledgement, wave)
    return evening


def listen(writer: Engine, evening: Evening) -> None:
    def note(_: Any, __: Any, sql: str, parameters: Any, ___: Any, is_many: bool) -> None:
        evening.statements.append((sql, parameters, is_many))

    event.listen(writer, "before_cursor_execute", note)
    event.listen(writer, "commit", lambda _: evening.statements.append((COMMIT, (), False)))
    event.listen(writer, "rollback", lambda _: evening.statements.append((ROLLBACK, (), False)))


def acknowledgement(post: Post) -> str:
    answer = post()
    assert answer.status_code == 303, (answer.status_code, answer.text[-600:])
    entry: str = answer.headers[ENTRY]
    return entry


def acts_of(client: TestClient, city: Planted, chance: random.Random) -> Iterator[Post]:
    """Without end: comments, people who ask to speak, answers to the poll, and the clerk who leads."""
    meeting, desk = f"/meetings/{city.meeting_id}", f"/clerk/meetings/{city.meeting_id}"
    first, second = city.item_ids
    turns = (f"items/{first}/call", "requests", f"items/{second}/call", "requests", "recess", "reconvening")
    clerk = browser(client, SESSION_COOKIE, city.clerk_token)
    for number in count():
        send = partial(resident, client, city, number)
        item, option = chance.choice(city.item_ids), chance.choice(city.option_ids)
        words = f"{number} " + "Keep the path open after dark. " * chance.randint(1, 60)
        card = {"name": f"Sam {number}", "mode": "in_person", "item": item}
        yield partial(send, f"{meeting}/items/{item}/comment", name="Ana", position="support", text=words)
        yield partial(send, f"{meeting}/items/{item}/request", name=f"Ana {number}", mode="remote")
        yield partial(send, f"{meeting}/surveys/{city.survey_id}", **{city.question_field: option})
        yield partial(clerk.post, f"{desk}/{turns[number % len(turns)]}", data=card)


def resident(client: TestClient, city: Planted, number: int, url: str, **form: str) -> Any:
    """From a browser that has not been here before."""
    token = f"{url.rpartition('/')[2]}-{number}"
    return browser(client, f"p_{city.meeting_id}", token).post(url, data={"key": f"key-{number}", **form})


def browser(client: TestClient, cookie: str, value: str) -> TestClient:
    """Another one, at the same running app."""
    made = TestClient(client.app, follow_redirects=False)
    made.portal = client.portal
    made.cookies.set(cookie, value)
    return made


def replay(evening: Evening, connection: apsw.Connection, mark: Callable[[int], None]) -> None:
    """`mark` hears the number of each COMMIT once SQLite has come back from it: then the app answers."""
    done = 0
    for sql, parameters, is_many in evening.statements:
        if sql == ROLLBACK and not connection.in_transaction:
            continue
        for row in parameters if is_many else [parameters]:
            connection.execute(sql, row).fetchall()
        if sql == COMMIT:
            done += 1
            mark(done)


def copy_of(path: Path) -> bytes:
    """A database that nobody has open."""
    assert not path.with_name(f"{path.name}-wal").exists()
    return path.read_bytes()
