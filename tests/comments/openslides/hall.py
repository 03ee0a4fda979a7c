"""A hall with a list of speakers, for tests in which people ask, are called and speak."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from comments.queue import actions, floor, listing, lists
from comments.queue.models import Request
from comments.queue.replay import replay
from engage import clock, record
from engage.people import Participant, Refused
from meetings.models import AgendaItem
from tests import make

CLERK = "account:clerk"
LIMIT_S = 180
POINT_S = 60


class Hall:
    """An open meeting. Everybody stands on the list of general comment unless an item is named."""

    def __init__(self, db: Session) -> None:
        self.db = db
        self.now = make.EPOCH
        self.clock = ExitStack()
        self.wait(0)
        self.meeting = make.meeting(db, make.body(db), speaking_s=LIMIT_S)
        self.item = make.item(db, self.meeting)

    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        self.clock.close()
        self.clock.enter_context(clock.set_to(self.now))

    def person(self, name: str) -> Participant:
        return make.participant(self.db, self.meeting, name)

    def ask(self, who: str | Participant, item: AgendaItem | None = None, **over: Any) -> Request:
        """Somebody asks to speak, by themself."""
        person = self.person(who) if isinstance(who, str) else who
        details = {"by": person.actor, "mode": "remote"} | over
        return actions.join_queue(self.db, self.meeting, item, person, **details)

    def add(
        self,
        who: str | Participant,
        kind: str = "comment",
        to: Request | None = None,
        *,
        item: AgendaItem | None = None,
        **over: Any,
    ) -> Request:
        """The clerk adds somebody; `to` is what an answer answers."""
        details = {"by": CLERK, "kind": kind, "answer_to": to.id if to else None} | over
        return self.ask(who, item, **details)

    def call(self, one: Request) -> None:
        floor.call_next(self.db, self.meeting, one, by=CLERK)

    def start(self, one: Request) -> None:
        floor.start_turn(self.db, one, by=CLERK)

    def pause(self, one: Request) -> None:
        floor.pause_turn(self.db, one, by=CLERK)

    def end(self, one: Request) -> None:
        floor.end_turn(self.db, self.meeting, one, by=CLERK)

    def hear(self, one: Request) -> Request:
        """Whoever it is, they are called now and begin."""
        floor.call_out_of_turn(self.db, self.meeting, one, by=CLERK, reason="chair")
        self.start(one)
        return one

    def speaker(self, name: str = "Ana") -> Request:
        """Somebody who speaks."""
        return self.hear(self.add(name))

    def withdraw(self, one: Request) -> None:
        actions.withdraw_request(self.db, self.meeting, one, by=one.participant.actor)

    def remove(self, one: Request) -> None:
        actions.remove_request(self.db, self.meeting, one, by=CLERK, reason="a test")

    def again(self, one: Request) -> Request:
        return actions.speak_again(self.db, self.meeting, one, by=CLERK)

    def move(self, one: Request, steps: int) -> None:
        actions.move_request(self.db, self.meeting, one, steps, by=CLERK, reason="chair")

    def rule(self, **over: Any) -> None:
        rules = replace(lists.rules_of(self.db, self.meeting, None), **over)
        listing.set_list_rules(self.db, self.meeting, None, rules, by=CLERK)

    def close(self) -> None:
        listing.close_list(self.db, self.meeting, None, by=CLERK)

    def line(self, item: AgendaItem | None = None) -> list[str]:
        """The names of those who wait, first to be called first."""
        return [one.name for one in lists.line(self.db, self.meeting, item.id if item else None)]

    def entries(self) -> list[record.Entry]:
        return record.since(self.db, self.meeting.id, record.Cursor(0, "")) or []

    def state(self) -> list[object]:
        """All that is known of every request, and what the record says besides who has come in."""
        self.db.flush()
        rows = self.db.execute(select(Request.__table__).order_by(Request.id)).all()
        return [*rows, *(each.seq for each in self.entries() if each.kind != "participant.named")]

    @contextmanager
    def refused(self, why: str) -> Iterator[None]:
        """What is done here is refused for this reason, and has changed nothing."""
        before = self.state()
        with pytest.raises(Refused, match=why):
            yield
        assert self.state() == before

    def leave(self) -> None:
        """The record of what has happened is whole, and replaying it finds nothing that its rules forbid."""
        self.clock.close()
        assert record.first_fault(self.db, self.meeting.id) is None
        assert replay(self.meeting.id, self.entries()).faults == []
