"""The same through the real app: who sends which form, and what has changed."""

from typing import Any

from sqlalchemy import select
from starlette.testclient import TestClient

from comments.queue import actions, floor, lists
from comments.queue.models import Request
from engage import record
from tests import make
from tests.make import Cast, send

CLERK = "account:clerk"
OUTSIDERS = ("nobody", "resident", "stranger", "chair")
"""`stranger` is the clerk of another body; the chair has a view of their own, not the clerk's console."""


def client_of(cast: Cast, who: str) -> TestClient:
    if who in ("nobody", "resident"):
        client = cast.resident()
        if who == "resident":
            client.get(request_url(cast))  # has the cookie of somebody who takes part
        return client
    return cast.signed_in(who)


def request_url(cast: Cast) -> str:
    return f"/meetings/{cast.city.meeting.id}/items/general/request"


def ask(cast: Cast, client: TestClient, **fields: str) -> Any:
    """The form for residents, sent with its key."""
    return send(client, request_url(cast), **{"name": "Ana", "mode": "remote"} | fields)


def act(cast: Cast, who: str, path: str, **fields: str) -> Any:
    """One of the console's forms."""
    return client_of(cast, who).post(f"/clerk/meetings/{cast.city.meeting.id}/{path}", data=fields)


def waiting(cast: Cast, *names: str, **over: Any) -> list[str]:
    """These people wait; their requests' ids."""

    def work(db: Any) -> list[str]:
        meeting = db.merge(cast.city.meeting)
        ids = []
        for name in names:
            person = make.participant(db, meeting, name)
            details = {"by": CLERK, "mode": "remote"} | over
            ids.append(actions.join_queue(db, meeting, None, person, **details).id)
        return ids

    return cast.db.write_now(work)


def speaking(cast: Cast, name: str = "Ana") -> str:
    """Somebody speaks; the request's id."""
    (one,) = waiting(cast, name)

    def work(db: Any) -> None:
        request = db.get_one(Request, one)
        floor.call_out_of_turn(db, db.merge(cast.city.meeting), request, by=CLERK, reason="chair")
        floor.start_turn(db, request, by=CLERK)

    cast.db.write_now(work)
    return one


def done(cast: Cast, name: str = "Ana") -> str:
    """Somebody who has spoken; the request's id."""
    one = speaking(cast, name)

    def work(db: Any) -> None:
        floor.end_turn(db, db.merge(cast.city.meeting), db.get_one(Request, one), by=CLERK)

    cast.db.write_now(work)
    return one


def one(cast: Cast, request_id: str) -> Request:
    found: Request = cast.read(lambda db: db.get_one(Request, request_id))
    return found


def line(cast: Cast) -> list[str]:
    """The names of those who wait in general comment."""

    def work(db: Any) -> list[str]:
        return [each.name for each in lists.line(db, db.merge(cast.city.meeting, load=False), None)]

    return cast.read(work)


def state(cast: Cast) -> list[object]:
    """All that is known of every request, and where the record stands."""

    def work(db: Any) -> list[object]:
        rows = db.execute(select(Request.__table__).order_by(Request.id)).all()
        return [record.head(db, cast.city.meeting.id), *rows]

    return cast.read(work)
