"""Plain factories: a small city, and clients for its cast."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from engage import clock, people, record
from engage.db import new_id
from engage.people import Participant
from meetings import actions
from meetings.models import AgendaItem, AgendaText, Body, Meeting

PASSWORD = "a long password"
SYSTEM = "system"


def body(db: Session, name: str = "City Council") -> Body:
    return actions.create_body(db, name, by=SYSTEM)


def meeting(db: Session, of: Body, *, state: str = "open", **over: Any) -> Meeting:
    details = {"title": "Regular meeting", "starts_at": clock.now(), "zone": "America/Los_Angeles"}
    made = actions.draft_meeting(db, of, by=SYSTEM, **details | over)
    if state != "draft":
        actions.publish_meeting(db, made, by=SYSTEM)
    if state in ("open", "recess", "adjourned"):
        actions.open_meeting(db, made, by=SYSTEM)
    if state == "recess":
        actions.recess_meeting(db, made, by=SYSTEM)
    if state == "adjourned":
        actions.adjourn_meeting(db, made, by=SYSTEM)
    return made


def item(db: Session, of: Meeting, title: str = "Bike lane", *, place: int = 1, **over: Any) -> AgendaItem:
    made = AgendaItem(id=new_id(), meeting_id=of.id, place=place, number=str(place), **over)
    made.texts = [AgendaText(lang=of.language, title=title, description="", salt=record.new_salt())]
    db.add(made)
    db.flush()
    return made


def participant(db: Session, of: Meeting, name: str = "Ana", token: str | None = None) -> Participant:
    return people.take_part(db, of.id, token, name=name)


class City:
    """A council with an open meeting of two items, a commission, their clerks and an admin."""

    def __init__(self, db: Session) -> None:
        self.body = body(db)
        self.other_body = body(db, "Planning Commission")
        self.meeting = meeting(db, self.body)
        self.draft = meeting(db, self.body, state="draft", title="Not public yet")
        self.item = item(db, self.meeting)
        self.second = item(db, self.meeting, "Library hours", place=2)
        self.clerk = people.add_account(db, "clerk", PASSWORD, by=SYSTEM, body_id=self.body.id)
        self.stranger = people.add_account(db, "other", PASSWORD, by=SYSTEM, body_id=self.other_body.id)
        self.admin = people.add_account(db, "admin", PASSWORD, by=SYSTEM, role="admin")


class Cast:
    """Clients with cookies of their own, all of one running app."""

    def __init__(self, client: TestClient, city: City) -> None:
        self.anyone = client
        self.city = city
        self.db = client.app.state.db  # type: ignore[attr-defined]

    def resident(self, **headers: str) -> TestClient:
        """A new browser that knows nothing yet."""
        made = TestClient(self.anyone.app, headers=headers, follow_redirects=False)
        made.portal = self.anyone.portal
        return made

    def signed_in(self, name: str) -> TestClient:
        account = getattr(self.city, name)
        token = self.db.write_now(lambda db: people.sign_in(db, account.id))
        made = self.resident()
        made.cookies.set(people.SESSION_COOKIE, token)
        return made

    @property
    def clerk(self) -> TestClient:
        return self.signed_in("clerk")

    def read(self, work: Callable[[Session], Any]) -> Any:
        return self.db.read_now(work)


def send(client: TestClient, url: str, **fields: str) -> Any:
    """Open a form, and send it with its key and these fields, as a browser does."""
    page = client.get(url)
    assert page.status_code == 200, (url, page.status_code)
    key = page.text.split('name="key" value="', 1)[1].split('"', 1)[0]
    return client.post(url, data={"key": key, **fields})


def kinds(db: Session, book: str) -> list[str]:
    """What a book says has happened, in order."""
    return list(
        db.scalars(select(record.Entry.kind).where(record.Entry.book == book).order_by(record.Entry.seq))
    )


EPOCH = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
