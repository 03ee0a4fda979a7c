"""The course of a meeting, read back from what was really done in it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from comments.queue import actions as queue
from comments.queue import floor, undo
from comments.queue.models import WRITTEN, Request
from engage import clock
from engage.course import course_of
from engage.people import Participant
from meetings import actions
from meetings.floor.actions import end_place, make_place
from meetings.floor.models import CHAIR, INTERPRETER, ROOM, STAFF
from meetings.models import Meeting
from tests import make
from tests.make import EPOCH, SYSTEM

CLERK = "account:clerk"


class Evening:
    """A meeting whose clock a test sets."""

    def __init__(self, db: Session) -> None:
        self.db = db
        with clock.set_to(EPOCH):
            self.meeting = make.meeting(db, make.body(db))
            self.items = [make.item(db, self.meeting, place=n) for n in (1, 2)]

    @contextmanager
    def at(self, seconds: float) -> Iterator[None]:
        with clock.set_to(EPOCH + timedelta(seconds=seconds)):
            yield
        self.db.flush()

    def asks(self, name: str, **over: Any) -> Request:
        person = make.participant(self.db, self.meeting, name)
        with self.at(1):
            return queue.join_queue(self.db, self.meeting, None, person, by=CLERK, mode="in_person", **over)

    def begins(self, seconds: float, request: Request) -> None:
        with self.at(seconds):
            floor.call_next(self.db, self.meeting, request, by=SYSTEM)
            floor.start_turn(self.db, request, by=SYSTEM)

    def does(self, seconds: float, verb: Callable[..., None], *about: object) -> None:
        with self.at(seconds):
            verb(self.db, *about, by=SYSTEM)

    def kept(self, seconds: float, verb: Callable[..., None], *about: object) -> int:
        """An act of the clerk that can be taken back; its number."""
        with self.at(seconds), undo.kept(self.db, self.meeting, by=CLERK):
            verb(self.db, *about, by=CLERK)
        act = undo.last_act(self.db, self.meeting.id, by=CLERK)
        assert act
        return act.seq

    @property
    def turns(self) -> list[tuple[float, float, str]]:
        course = course_of(self.db, self.meeting.id)
        people = {each.participant_id: each.request_id for each in course.turns}
        assert all(self.db.get_one(Request, one).participant_id == who for who, one in people.items())
        return [(seconds(each.start), seconds(each.end), each.request_id) for each in course.turns]


def seconds(moment: object) -> float:
    assert hasattr(moment, "timestamp")
    return float(moment.timestamp() - EPOCH.timestamp())


@pytest.fixture
def evening(db: Session) -> Evening:
    return Evening(db)


def test_a_turn_is_from_the_start_of_the_clock_to_its_end(evening: Evening) -> None:
    ana, ben = evening.asks("Ana"), evening.asks("Ben")
    evening.begins(10, ana)
    evening.does(70, floor.end_turn, evening.meeting, ana)
    evening.begins(80, ben)
    evening.does(90, floor.pause_turn, ben)
    evening.does(95, floor.start_turn, ben)
    evening.does(120, floor.end_turn, evening.meeting, ben)
    assert evening.turns == [(10, 70, ana.id), (80, 90, ben.id), (95, 120, ben.id)]


def test_what_the_clerk_reads_out_is_not_in_the_voice_of_who_wrote_it(evening: Evening) -> None:
    ana = evening.asks("Ana")
    ana.mode = WRITTEN
    evening.begins(10, ana)
    evening.does(70, floor.end_turn, evening.meeting, ana)
    assert evening.turns == []


def test_who_interrupts_has_the_floor_meanwhile(evening: Evening) -> None:
    ana = evening.asks("Ana")
    evening.begins(10, ana)
    point = evening.asks("Ben", kind="point", note="Order")
    evening.begins(20, point)
    evening.does(30, floor.end_turn, evening.meeting, point)
    evening.does(33, floor.start_turn, ana)
    evening.does(50, floor.end_turn, evening.meeting, ana)
    assert evening.turns == [(10, 20, ana.id), (20, 30, point.id), (33, 50, ana.id)]


def test_a_turn_that_goes_on_ends_now(evening: Evening) -> None:
    ana = evening.asks("Ana")
    evening.begins(10, ana)
    with evening.at(25):
        assert evening.turns == [(10, 25, ana.id)]


def test_who_was_called_and_never_began_has_no_turn(evening: Evening) -> None:
    ana = evening.asks("Ana")
    evening.does(10, floor.call_next, evening.meeting, ana)
    evening.does(20, floor.end_turn, evening.meeting, ana)
    assert evening.turns == []


def test_a_start_that_was_taken_back_never_happened(evening: Evening) -> None:
    ana = evening.asks("Ana")
    evening.does(8, floor.call_next, evening.meeting, ana)
    act = evening.kept(10, floor.start_turn, ana)
    with evening.at(14):
        undo.undo(evening.db, evening.meeting, act, by=CLERK)
    evening.does(20, floor.start_turn, ana)
    evening.does(60, floor.end_turn, evening.meeting, ana)
    assert evening.turns == [(20, 60, ana.id)]


def test_an_end_that_was_taken_back_leaves_open_who_spoke_in_between(evening: Evening) -> None:
    ana = evening.asks("Ana")
    evening.begins(10, ana)
    act = evening.kept(40, floor.end_turn, evening.meeting, ana)
    with evening.at(45):
        undo.undo(evening.db, evening.meeting, act, by=CLERK)
    evening.does(60, floor.end_turn, evening.meeting, ana)
    assert evening.turns == [(10, 40, ana.id), (45, 60, ana.id)]


def test_recess_and_adjournment_part_the_sittings_and_end_the_turn(evening: Evening) -> None:
    ana = evening.asks("Ana")
    evening.begins(10, ana)
    with evening.at(40):
        floor.clear_floor(evening.db, evening.meeting, by=SYSTEM)
        actions.recess_meeting(evening.db, evening.meeting, by=SYSTEM)
    evening.does(100, actions.reconvene_meeting, evening.meeting)
    evening.does(200, actions.adjourn_meeting, evening.meeting)
    assert evening.turns == [(10, 40, ana.id)]
    sittings = course_of(evening.db, evening.meeting.id).sittings
    assert [(seconds(start), end and seconds(end)) for start, end in sittings] == [(0, 40), (100, 200)]


def test_the_items_are_those_that_were_open(evening: Evening) -> None:
    first, second = evening.items
    evening.does(10, actions.call_item, evening.meeting, first)
    evening.does(20, actions.call_item, evening.meeting, second)
    evening.does(30, actions.close_item, evening.meeting)
    evening.does(40, actions.call_item, evening.meeting, first)
    evening.does(50, actions.adjourn_meeting, evening.meeting)
    assert items(evening) == [(10, first.id), (20, second.id), (30, None), (40, first.id), (50, None)]


def test_an_item_that_was_called_by_mistake_never_was(evening: Evening) -> None:
    first, second = evening.items
    evening.does(10, actions.call_item, evening.meeting, first)
    act = evening.kept(20, actions.call_item, evening.meeting, second)
    with evening.at(23):
        undo.undo(evening.db, evening.meeting, act, by=CLERK)
    assert items(evening) == [(10, first.id)]


def items(evening: Evening) -> list[tuple[float, str | None]]:
    return [(seconds(at), item) for at, item in course_of(evening.db, evening.meeting.id).items]


@pytest.mark.parametrize("people", [1, 3])
def test_it_costs_three_queries(evening: Evening, people: int) -> None:
    for n in range(people):
        request = evening.asks(f"Person {n}")
        evening.begins(10 + 20 * n, request)
        evening.does(20 + 20 * n, floor.end_turn, evening.meeting, request)
    evening.db.expire_all()
    meeting_id, asked = evening.db.get_one(Meeting, evening.meeting.id).id, []

    def note(*about: object) -> None:
        asked.append(about[2])

    event.listen(evening.db.get_bind(), "before_cursor_execute", note)
    course = course_of(evening.db, meeting_id)
    event.remove(evening.db.get_bind(), "before_cursor_execute", note)
    assert (len(course.turns), len(asked)) == (people, 3)


def open_for(evening: Evening) -> list[tuple[float, str]]:
    """From when on whose microphone was open, by name."""
    found = course_of(evening.db, evening.meeting.id).calls
    return [
        (seconds(at), evening.db.get_one(Participant, who).name if who else "") for at, who in found
    ]  # fmt: skip


def test_the_microphone_is_open_from_the_call_on_and_through_a_pause(evening: Evening) -> None:
    ana, ben = evening.asks("Ana"), evening.asks("Ben")
    evening.does(10, floor.call_next, evening.meeting, ana)
    evening.does(14, floor.start_turn, ana)
    evening.does(30, floor.pause_turn, ana)
    evening.does(70, floor.end_turn, evening.meeting, ana)
    evening.does(80, floor.call_next, evening.meeting, ben)
    evening.does(90, floor.end_turn, evening.meeting, ben)
    assert open_for(evening) == [(10, "Ana"), (70, ""), (80, "Ben"), (90, "")]


def test_who_interrupts_is_heard_and_the_other_again_after_that(evening: Evening) -> None:
    ana = evening.asks("Ana")
    evening.begins(10, ana)
    point = evening.asks("Ben", kind="point", note="Order")
    evening.begins(20, point)
    evening.does(30, floor.end_turn, evening.meeting, point)
    evening.does(50, floor.end_turn, evening.meeting, ana)
    assert open_for(evening) == [(10, "Ana"), (20, "Ben"), (30, "Ana"), (50, "")]


def test_what_was_taken_back_was_heard_all_the_same(evening: Evening) -> None:
    ana = evening.asks("Ana")
    with evening.at(10), undo.kept(evening.db, evening.meeting, by=CLERK):
        floor.call_next(evening.db, evening.meeting, ana, by=CLERK)
    act = undo.last_act(evening.db, evening.meeting.id, by=CLERK)
    assert act
    with evening.at(20):
        undo.undo(evening.db, evening.meeting, act.seq, by=CLERK)
    evening.does(30, floor.call_next, evening.meeting, ana)
    assert open_for(evening) == [(10, "Ana"), (20, ""), (30, "Ana")]


def test_seats_are_named_as_they_were_made_and_interpreters_have_none(evening: Evening) -> None:
    db, meeting = evening.db, evening.meeting
    meeting.carries_sound = True
    member = make.council(db, meeting.body, "Ana Ruiz")[0]
    with evening.at(2):
        chair = make_place(db, meeting, CHAIR, by=SYSTEM, member=member)[0]
        guest = make_place(db, meeting, STAFF, by=SYSTEM, name="City attorney")[0]
        make_place(db, meeting, INTERPRETER, by=SYSTEM, language="es")
        make_place(db, meeting, ROOM, by=SYSTEM)
    with evening.at(60):
        end_place(db, chair, by=SYSTEM)
        make_place(db, meeting, CHAIR, by=SYSTEM, name="Vice mayor")
    db.flush()
    found = [
        (each.channel, seconds(each.since), each.name, each.is_room)
        for each in course_of(db, meeting.id).seats
    ]
    assert found == [
        (0, 2, "Ana Ruiz", False),
        (guest.channel, 2, "City attorney", False),
        (guest.channel + 2, 2, "", True),
        (0, 60, "Vice mayor", False),
    ]
