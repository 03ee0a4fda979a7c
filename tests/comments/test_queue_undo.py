"""Undo: the clerk's own last act and no other, and only while nobody has built on it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from comments.queue import actions, deck, floor, listing, lists, queries, undo
from comments.queue.checking import faults
from comments.queue.models import Request, SpeakerList
from comments.queue.order import commitment
from comments.queue.rules import Rules
from engage import clock, record
from engage.people import Refused
from meetings import actions as meeting_actions
from meetings.models import Meeting
from tests import make
from tests.comments.test_queue_actions import join, names, open_meeting, rule, told, up
from tests.make import EPOCH

CLERK, OTHER, CHAIR = "account:clerk", "account:other", "account:chair"


def do(
    db: Session, meeting: Meeting, verb: Callable[..., Any], *args: Any, by: str = CLERK, **rest: Any
) -> Any:
    """As a clerk's handler does it."""
    with undo.kept(db, meeting, by=by):
        return verb(db, *args, by=by, **rest)


def take_back(db: Session, meeting: Meeting, *, by: str = CLERK) -> None:
    act = undo.last_act(db, meeting.id, by=by)
    assert act is not None
    undo.undo(db, meeting, act.seq, by=by)


def call(db: Session, meeting: Meeting, one: Request, *, by: str = CLERK) -> None:
    do(db, meeting, floor.call_next, meeting, one, by=by)


def start(db: Session, meeting: Meeting, one: Request, *, seconds: int = 0) -> None:
    with clock.set_to(EPOCH + timedelta(seconds=seconds)):
        do(db, meeting, floor.start_turn, one)


@pytest.fixture
def meeting(db: Session) -> Any:
    made = open_meeting(db)
    yield made
    assert faults(db, made.id) == []


def test_there_is_nothing_to_take_back_and_a_number_that_is_not_the_last_is_refused(
    db: Session, meeting: Meeting
) -> None:
    with pytest.raises(Refused, match="changed since"):
        undo.undo(db, meeting, 1, by=CLERK)
    one = join(db, meeting)
    call(db, meeting, one)
    first = undo.last_act(db, meeting.id, by=CLERK)
    start(db, meeting, one)
    assert first is not None
    with pytest.raises(Refused, match="changed since"):
        undo.undo(db, meeting, first.seq, by=CLERK)


def test_a_call_taken_back_gives_the_floor_to_who_had_it_and_their_clock_goes_on(
    db: Session, meeting: Meeting
) -> None:
    ana, ben = join(db, meeting, "Ana"), join(db, meeting, "Ben")
    call(db, meeting, ana)
    start(db, meeting, ana)
    with clock.set_to(EPOCH + timedelta(seconds=30)):
        call(db, meeting, ben)
    head = record.head(db, meeting.id)
    with clock.set_to(EPOCH + timedelta(seconds=40)):
        take_back(db, meeting)
    assert queries.with_floor(db, meeting.id) == [ana]
    assert (ben.state, ben.called_no, names(db, meeting)) == ("on_deck", None, ["Ben"])
    with clock.set_to(EPOCH + timedelta(seconds=60)):
        floor.end_turn(db, meeting, ana, by=CLERK)
    assert ana.spoken_ms == 60_000
    assert told(db, meeting, head)[0] == (
        "act.undone",
        {
            "undone": head.seq - 1,
            "requests": {
                ana.id: {"state": "speaking", "spoken_ms": 0},
                ben.id: {"state": "waiting", "called_no": None},
            },
            "rules": {}, "undrawn": {}, "closed": {},
        },
    )  # fmt: skip


def test_an_end_taken_back_lets_the_clock_go_on_as_if_it_had_never_stood(
    db: Session, meeting: Meeting
) -> None:
    one = join(db, meeting)
    call(db, meeting, one)
    start(db, meeting, one)
    with clock.set_to(EPOCH + timedelta(seconds=50)):
        do(db, meeting, floor.end_turn, meeting, one)
    with clock.set_to(EPOCH + timedelta(seconds=55)):
        take_back(db, meeting)
        assert (one.state, one.spoken().total_seconds(), one.ended_at) == ("speaking", 55, None)


def test_who_was_added_by_mistake_is_withdrawn(db: Session, meeting: Meeting) -> None:
    one = do(db, meeting, actions.join_queue, meeting, None, make.participant(db, meeting), mode="remote")
    take_back(db, meeting)
    assert (one.state, names(db, meeting)) == ("withdrawn", [])


def test_a_move_taken_back_leaves_the_order_to_the_rules_again(db: Session, meeting: Meeting) -> None:
    for name in ("Ana", "Ben", "Cleo"):
        join(db, meeting, name)
    cleo = lists.line(db, meeting, None)[2]
    do(db, meeting, actions.move_request, meeting, cleo, -2, reason="chair")
    assert names(db, meeting) == ["Cleo", "Ana", "Ben"]
    take_back(db, meeting)
    assert names(db, meeting) == ["Ana", "Ben", "Cleo"]
    assert not any(each.is_set for each in queries.listed(db, meeting.id))


def call_item(db: Session, meeting: Meeting, item: Any, *, by: str) -> None:
    meeting_actions.call_item(db, meeting, item, by=by)
    deck.settle(db, meeting, by=by)


@pytest.mark.parametrize("is_first", [True, False])
def test_an_item_called_by_mistake_gives_way_to_the_one_before(
    db: Session, meeting: Meeting, is_first: bool
) -> None:
    first, second = make.item(db, meeting), make.item(db, meeting, place=2)
    if not is_first:
        call_item(db, meeting, first, by=CLERK)
    here = join(db, meeting, "Ana", item=None if is_first else first)
    there = join(db, meeting, "Ben", item=second)
    head = record.head(db, meeting.id)
    do(db, meeting, call_item, meeting, second)
    assert (here.state, there.state) == ("waiting", "on_deck")
    take_back(db, meeting)
    assert (here.state, there.state) == ("on_deck", "waiting")
    assert meeting.item_id == (None if is_first else first.id)
    again = [facts for kind, facts in told(db, meeting, head) if kind == "item.called"][1:]
    assert again == ([] if is_first else [{"item": first.id}])


def test_a_limit_taken_back_holds_for_who_has_asked_since_too(db: Session, meeting: Meeting) -> None:
    before = join(db, meeting, "Ana")
    do(db, meeting, listing.set_limit, meeting, None, 60)
    since = join(db, meeting, "Ben")
    assert (before.limit_s, since.limit_s) == (60, 60)
    take_back(db, meeting)
    assert (before.limit_s, since.limit_s) == (180, 180)
    assert lists.rules_of(db, meeting, None) == Rules()


def test_the_first_rules_of_a_meeting_are_gone_again(db: Session, meeting: Meeting) -> None:
    do(db, meeting, listing.set_meeting_rules, meeting, Rules(limit_s=60))
    take_back(db, meeting)
    assert (lists.own_rules(db, meeting.id), join(db, meeting).limit_s) == (None, 180)


def test_a_list_closed_at_its_first_use_is_open_again(db: Session, meeting: Meeting) -> None:
    do(db, meeting, listing.close_list, meeting, None)
    take_back(db, meeting)
    assert join(db, meeting).state == "on_deck"


def test_a_draw_taken_back_is_drawn_again_from_a_seed_that_nobody_has_seen(db: Session) -> None:
    """The old seed is on the record: with it somebody could sign up until they are lucky."""
    meeting = open_meeting(db, state="published")
    item = make.item(db, meeting)
    listing.set_meeting_rules(db, meeting, Rules(order="drawn"), by=CLERK)
    early = [join(db, meeting, f"P{n}", item=item) for n in range(3)]
    meeting_actions.open_meeting(db, meeting, by=CLERK)
    deck.settle(db, meeting, by=CLERK)
    do(db, meeting, call_item, meeting, item)
    shown = [facts["seed"] for kind, facts in told(db, meeting, record.Cursor(0, "")) if kind == "draw.held"]
    take_back(db, meeting)
    assert {each.state for each in early} == {"signed_up"}
    (undrawn,) = [f["undrawn"] for kind, f in told(db, meeting, record.Cursor(0, "")) if kind == "act.undone"]
    seed = db.get_one(SpeakerList, f"{meeting.id}.{item.id}").seed
    assert (list(undrawn.values()), seed in shown) == ([commitment(seed)], False)
    do(db, meeting, call_item, meeting, item)
    assert faults(db, meeting.id) == []


def move(db: Session, meeting: Meeting, one: Request, *, by: str) -> None:
    actions.move_request(db, meeting, one, -1 if by == CLERK else 1, by=by, reason="chair")


def skip(db: Session, meeting: Meeting, one: Request, *, by: str) -> None:
    actions.skip_request(db, meeting, one, by=by, reason="absent")


@pytest.mark.parametrize(("act", "since"), [(move, move), (skip, actions.take_back)])
def test_what_another_clerk_has_changed_since_is_not_taken_back(
    db: Session, meeting: Meeting, act: Callable[..., None], since: Callable[..., None]
) -> None:
    for name in ("Ana", "Ben", "Cleo"):
        join(db, meeting, name)
    ben = lists.line(db, meeting, None)[1]
    do(db, meeting, act, meeting, ben)
    do(db, meeting, since, meeting, ben, by=OTHER)
    refused(db, meeting)


@pytest.mark.parametrize("who", ["chair", "resident"])
def test_what_the_chair_or_a_resident_has_changed_since_is_not_taken_back(
    db: Session, meeting: Meeting, who: str
) -> None:
    """Their acts are not kept for undo, and count all the same."""
    one = join(db, meeting)
    call(db, meeting, one)
    start(db, meeting, one)
    if who == "chair":
        floor.end_turn(db, meeting, one, by=CHAIR)
    else:
        actions.withdraw_request(db, meeting, one, by=one.participant.actor)
    refused(db, meeting)


def refused(db: Session, meeting: Meeting, *, by: str = CLERK) -> None:
    """And nothing is changed."""
    db.flush()
    entries, states = (
        record.head(db, meeting.id),
        [each.state for each in queries.requests_in(db, meeting.id)],
    )
    with pytest.raises(Refused, match="changed since"):
        take_back(db, meeting, by=by)
    db.flush()
    assert record.head(db, meeting.id) == entries
    assert [each.state for each in queries.requests_in(db, meeting.id)] == states


def test_an_end_is_not_taken_back_once_another_was_called(db: Session, meeting: Meeting) -> None:
    ana, ben = join(db, meeting, "Ana"), join(db, meeting, "Ben")
    call(db, meeting, ana)
    start(db, meeting, ana)
    do(db, meeting, floor.end_turn, meeting, ana)
    floor.call_next(db, meeting, ben, by=CHAIR)
    refused(db, meeting)


def test_an_end_is_not_taken_back_in_a_recess_nor_anything_after_the_end(
    db: Session, meeting: Meeting
) -> None:
    one = join(db, meeting)
    call(db, meeting, one)
    start(db, meeting, one)
    do(db, meeting, floor.end_turn, meeting, one)
    meeting_actions.recess_meeting(db, meeting, by=CLERK)
    refused(db, meeting)
    meeting_actions.reconvene_meeting(db, meeting, by=CLERK)
    savepoint = db.begin_nested()
    meeting_actions.adjourn_meeting(db, meeting, by=CLERK)
    refused(db, meeting)
    savepoint.rollback()
    take_back(db, meeting)
    assert one.state == "speaking"


def test_a_removal_is_not_taken_back_once_the_person_has_asked_again(db: Session, meeting: Meeting) -> None:
    one = join(db, meeting)
    do(db, meeting, actions.remove_request, meeting, one, reason="Asked twice")
    join(db, meeting, person=one.participant)
    refused(db, meeting)


def test_a_question_is_not_taken_back_once_somebody_waits_to_answer_it(db: Session, meeting: Meeting) -> None:
    person = make.participant(db, meeting)
    question = do(db, meeting, actions.join_queue, meeting, None, person, mode="remote", kind="intervention")
    join(db, meeting, "Ben", by=OTHER, kind="answer", answer_to=question.id)
    refused(db, meeting)


def test_two_clerks_take_back_their_own_acts_only(db: Session, meeting: Meeting) -> None:
    ana, ben = join(db, meeting, "Ana"), join(db, meeting, "Ben")
    do(db, meeting, listing.close_list, meeting, None)
    call(db, meeting, ana, by=OTHER)
    take_back(db, meeting)
    assert (ana.state, lists.lists_in(db, meeting.id)[None].is_closed) == ("called", False)
    assert undo.last_act(db, meeting.id, by=CLERK) is None
    take_back(db, meeting, by=OTHER)
    assert [each.state for each in (ana, ben)] == ["on_deck", "waiting"]
    assert undo.last_act(db, meeting.id, by=OTHER) is None


def test_who_has_come_on_deck_meanwhile_is_not_in_the_way(db: Session, meeting: Meeting) -> None:
    first = join(db, meeting, "Ana")
    person = make.participant(db, meeting, "Ben")
    added = do(db, meeting, actions.join_queue, meeting, None, person, mode="in_person")
    actions.withdraw_request(db, meeting, first, by=first.participant.actor)
    assert added.state == "on_deck"
    take_back(db, meeting)
    assert added.state == "withdrawn"


def test_a_point_of_order_taken_back_off_the_floor_lets_the_speaker_stand_as_before(
    db: Session, meeting: Meeting
) -> None:
    one, point = join(db, meeting, "Ana"), join(db, meeting, "Ben", by=OTHER, kind="point")
    floor.call_out_of_turn(db, meeting, one, by=CHAIR, reason="chair")
    start(db, meeting, one)
    call(db, meeting, up(db, meeting))
    assert queries.with_floor(db, meeting.id) == [point, one]
    take_back(db, meeting)
    assert (one.state, point.state, queries.with_floor(db, meeting.id)) == ("speaking", "on_deck", [one])


def test_the_end_of_a_point_is_taken_back_over_the_speaker_it_has_interrupted(
    db: Session, meeting: Meeting
) -> None:
    one, point = join(db, meeting, "Ana"), join(db, meeting, "Ben", by=OTHER, kind="point")
    floor.call_out_of_turn(db, meeting, one, by=CHAIR, reason="chair")
    start(db, meeting, one)
    call(db, meeting, point)
    start(db, meeting, point)
    do(db, meeting, floor.end_turn, meeting, point)
    take_back(db, meeting)
    assert [each.state for each in queries.with_floor(db, meeting.id)] == ["speaking", "paused"]
    do(db, meeting, floor.end_turn, meeting, point)
    floor.start_turn(db, one, by=CHAIR)
    refused(db, meeting)


def test_rules_that_were_taken_back_make_room_for_the_order_before(db: Session, meeting: Meeting) -> None:
    rule(db, meeting, order="alternating")
    for name, stance in (("Ana", "support"), ("Ben", "support"), ("Cleo", "oppose")):
        join(db, meeting, name, stance=stance)
    do(db, meeting, listing.set_list_rules, meeting, None, Rules(order="first_come"))
    assert names(db, meeting) == ["Ana", "Ben", "Cleo"]
    take_back(db, meeting)
    assert names(db, meeting) == ["Ana", "Cleo", "Ben"]


def test_an_item_closed_by_mistake_is_open_again_and_a_call_undone_closes_it(
    db: Session, meeting: Meeting
) -> None:
    item = make.item(db, meeting)
    head = record.head(db, meeting.id)
    do(db, meeting, meeting_actions.call_item, meeting, item)
    take_back(db, meeting)
    assert (meeting.item_id, told(db, meeting, head)[-1]) == (None, ("item.closed", {"item": item.id}))

    do(db, meeting, meeting_actions.call_item, meeting, item)
    do(db, meeting, meeting_actions.close_item, meeting)
    take_back(db, meeting)
    assert (meeting.item_id, told(db, meeting, head)[-1]) == (item.id, ("item.called", {"item": item.id}))
    assert faults(db, meeting.id) == []
