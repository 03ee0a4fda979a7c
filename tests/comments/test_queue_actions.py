"""The queue's verbs: any order of acts loses nobody, doubles nobody, and leaves a running clock alone."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from comments.queue import actions, queries
from comments.queue.models import HAS_FLOOR, SKIPPED, SPEAKING, WAITING, Request
from engage import clock, record
from engage.db import Base
from engage.people import Refused
from meetings.models import Meeting
from tests import make
from tests.make import EPOCH

CLERK = "account:clerk"


def open_meeting(db: Session) -> Meeting:
    return make.meeting(db, make.body(db))


def join(db: Session, meeting: Meeting, name: str = "Ana", **over: Any) -> Request:
    person = make.participant(db, meeting, name)
    return actions.join_queue(db, meeting, None, person, by=person.actor, **{"mode": "remote"} | over)


def test_the_queue_is_first_come_first_served(db: Session) -> None:
    meeting = open_meeting(db)
    asked = [join(db, meeting, name) for name in ("Ana", "Ben", "Cleo")]

    for one in asked:
        actions.call_next(db, meeting, queries.waiting(db, meeting.id)[0], by=CLERK)
        assert queries.on_floor(db, meeting.id) is one
        actions.start_turn(db, one, by=CLERK)


def test_calling_a_request_that_is_no_longer_next_changes_nothing(db: Session) -> None:
    meeting = open_meeting(db)
    first, second = join(db, meeting, "Ana"), join(db, meeting, "Ben")
    actions.withdraw_request(db, first, by=first.participant.actor)
    entries = record.head(db, meeting.id)

    with pytest.raises(Refused):
        actions.call_next(db, meeting, first, by=CLERK)

    assert record.head(db, meeting.id) == entries
    assert second.state == WAITING


def test_time_is_counted_across_pauses(db: Session) -> None:
    meeting = open_meeting(db)
    one = join(db, meeting)
    actions.call_next(db, meeting, one, by=CLERK)
    for start, stop in ((0, 60), (100, 130)):
        with clock.set_to(EPOCH + timedelta(seconds=start)):
            actions.start_turn(db, one, by=CLERK)
        with clock.set_to(EPOCH + timedelta(seconds=stop)):
            actions.pause_turn(db, one, by=CLERK)
    actions.end_turn(db, one, by=CLERK)

    assert one.spoken_ms == 90_000


def test_somebody_called_while_away_can_be_taken_back_first(db: Session) -> None:
    meeting = open_meeting(db)
    away, other = join(db, meeting, "Ana"), join(db, meeting, "Ben")
    actions.call_next(db, meeting, away, by=CLERK)
    actions.end_turn(db, away, by=CLERK)
    assert away.state == SKIPPED
    assert away.called_at is not None

    actions.take_back(db, away, by=CLERK)
    assert queries.waiting(db, meeting.id) == [away, other]


def test_one_live_request_for_each_person_and_item(db: Session) -> None:
    meeting = open_meeting(db)
    item = make.item(db, meeting)
    person = make.participant(db, meeting)
    ask = {"by": person.actor, "mode": "remote"}
    first = actions.join_queue(db, meeting, item, person, **ask)
    with pytest.raises(Refused, match="already on the list"):
        actions.join_queue(db, meeting, item, person, **ask)
    actions.join_queue(db, meeting, None, person, **ask)
    actions.withdraw_request(db, first, by=person.actor)
    actions.join_queue(db, meeting, item, person, **ask)


@pytest.mark.parametrize("state", ["adjourned", "cancelled", "closed"])
def test_a_closed_list_takes_nobody(db: Session, state: str) -> None:
    meeting = open_meeting(db)
    if state == "closed":
        actions.close_queue(db, meeting, by=CLERK)
    else:
        meeting.state = state
    with pytest.raises(Refused, match="closed"):
        join(db, meeting)


@pytest.mark.parametrize("over", [{"is_withdrawn": True}, {"kind": "section"}])
def test_nobody_asks_to_speak_on_a_heading_or_a_withdrawn_item(db: Session, over: dict[str, Any]) -> None:
    meeting = open_meeting(db)
    item, person = make.item(db, meeting, **over), make.participant(db, meeting)
    with pytest.raises(Refused, match="Nobody is called"):
        actions.join_queue(db, meeting, item, person, by=CLERK, mode="remote")


def test_the_clerk_adds_a_paper_card_to_a_closed_list(db: Session) -> None:
    meeting = open_meeting(db)
    actions.close_queue(db, meeting, by=CLERK)
    card = make.participant(db, meeting, "Paper card")
    assert actions.join_queue(db, meeting, None, card, by=CLERK, mode="in_person").state == WAITING


def test_who_withdraws_while_speaking_gives_up_the_floor(db: Session) -> None:
    meeting = open_meeting(db)
    one = join(db, meeting)
    actions.call_next(db, meeting, one, by=CLERK)
    actions.start_turn(db, one, by=CLERK)
    actions.withdraw_request(db, one, by=one.participant.actor)
    assert queries.on_floor(db, meeting.id) is None
    assert one.running_since is None


class AnyOrderOfActs(RuleBasedStateMachine):
    """A model of the queue as a plain list beside the real one; after each act they must agree."""

    def __init__(self) -> None:
        super().__init__()
        engine = create_engine("sqlite://")
        Base.metadata.create_all(engine)
        self.db = Session(engine)
        self.line: list[str] = []
        self.joined: set[str] = set()
        self.now = EPOCH

    @initialize()
    def open(self) -> None:
        self.meeting = open_meeting(self.db)

    def act(self, verb: Any, *args: Any, **options: Any) -> Any:
        self.now += timedelta(seconds=7)
        with clock.set_to(self.now):
            return verb(self.db, *args, by=CLERK, **options)

    def request(self, request_id: str) -> Request:
        return self.db.get_one(Request, request_id)

    @property
    def speaker(self) -> Request | None:
        return queries.on_floor(self.db, self.meeting.id)

    @rule()
    def join(self) -> None:
        person = make.participant(self.db, self.meeting)
        one = self.act(actions.join_queue, self.meeting, None, person, mode="remote")
        self.line.append(one.id)
        self.joined.add(one.id)

    @precondition(lambda self: self.line)
    @rule()
    def call(self) -> None:
        self.act(actions.call_next, self.meeting, self.request(self.line.pop(0)))

    @precondition(lambda self: self.speaker is not None)
    @rule(what=st.sampled_from(["start_turn", "pause_turn", "end_turn", "withdraw_request"]))
    def turn(self, what: str) -> None:
        fits = {"start_turn": ("called", "paused"), "pause_turn": ("speaking",)}
        if self.speaker and self.speaker.state in fits.get(what, HAS_FLOOR):
            self.act(getattr(actions, what), self.speaker)

    @precondition(lambda self: self.line)
    @rule(data=st.data(), what=st.sampled_from(["withdraw", "skip", "remove"]))
    def leave(self, data: st.DataObject, what: str) -> None:
        """Somebody who waits goes away; whoever speaks must not notice."""
        one = data.draw(st.sampled_from(self.line))
        before = self.clock_of_speaker()
        verbs = {"withdraw": actions.withdraw_request, "skip": actions.skip_request}
        if what == "remove":
            self.act(actions.remove_request, self.request(one), reason="a test")
        else:
            self.act(verbs[what], self.request(one))
        self.line.remove(one)
        assert self.clock_of_speaker() == before

    def clock_of_speaker(self) -> object:
        one = self.speaker
        return one and (one.id, one.state, one.running_since, one.spoken_ms, one.limit_s)

    @precondition(lambda self: self.line)
    @rule(data=st.data(), steps=st.integers(-3, 3))
    def move(self, data: st.DataObject, steps: int) -> None:
        one = data.draw(st.sampled_from(self.line))
        before = self.clock_of_speaker()
        self.act(actions.move_request, self.request(one), steps)
        place = min(max(self.line.index(one) + steps, 0), len(self.line) - 1)
        self.line.remove(one)
        self.line.insert(place, one)
        assert self.clock_of_speaker() == before

    @rule()
    def take_back(self) -> None:
        away = queries.was_called(self.db, self.meeting.id)
        if away:
            self.act(actions.take_back, away[0])
            self.line.insert(0, away[0].id)

    @invariant()
    def agrees(self) -> None:
        if not hasattr(self, "meeting"):
            return
        assert [one.id for one in queries.waiting(self.db, self.meeting.id)] == self.line
        everyone = set(self.db.scalars(select(Request.id)))
        assert everyone == self.joined
        on_floor = self.db.scalar(select(func.count()).where(Request.state.in_(HAS_FLOOR)))
        assert on_floor in (0, 1)
        running = self.db.scalars(select(Request.state).where(Request.running_since.is_not(None))).all()
        assert set(running) <= {SPEAKING}
        assert record.first_fault(self.db, self.meeting.id) is None

    def teardown(self) -> None:
        self.db.close()


AnyOrderOfActs.TestCase.settings = settings(stateful_step_count=15)
TestAnyOrderOfActs = AnyOrderOfActs.TestCase
