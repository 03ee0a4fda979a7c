"""The order of speakers recomputed from the record: every history agrees, and what was edited is named."""

import random
from typing import Any

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from comments.queue import actions, deck, floor, listing, lists, undo
from comments.queue.checking import faults, is_old
from comments.queue.models import Request
from comments.queue.rules import Rules
from engage import record
from engage.db import Base, new_id
from engage.record import Book, Entry
from meetings import actions as meeting_actions
from meetings.models import Meeting
from tests import make
from tests.benchmarks.edits import DETERMINED, rechain, write
from tests.benchmarks.histories import run

CLERK = "account:clerk"


@pytest.mark.proof
def test_sixty_histories_agree_with_their_records_and_twenty_edits_are_named() -> None:
    """In short; tests/benchmarks/histories.py is the whole proof."""
    tally = run(histories=60, edits=20, seed=5, acts=7)
    assert tally.wrong == []
    assert (tally.histories, sum(tally.edits.values()), len(tally.edits)) == (60, 20, 3)
    assert {"floor.called", "act.undone", "rules.set"} <= tally.kinds.keys()


def held(db: Session) -> Meeting:
    """Three have asked, the second was called out of turn and has spoken."""
    meeting = make.meeting(db, make.body(db))
    for name in ("Ana", "Ben", "Cleo"):
        person = make.participant(db, meeting, name)
        actions.join_queue(db, meeting, None, person, by=person.actor, mode="remote")
    ben = lists.line(db, meeting, None)[1]
    floor.call_out_of_turn(db, meeting, ben, by=CLERK, reason="travel")
    floor.start_turn(db, ben, by=CLERK)
    floor.end_turn(db, meeting, ben, by=CLERK)
    db.flush()
    return meeting


def edit(db: Session, meeting: Meeting, kind: str, **facts: Any) -> int:
    """The first entry of this kind says something else, with every hash made anew; its number."""
    db.connection().exec_driver_sql("DROP TRIGGER entry_no_update")
    entry = record.of_kinds(db, [meeting.id], [kind])[0]
    write(db, entry, data=record.canonical(entry.facts | facts))
    rechain(db, meeting.id)
    db.expire_all()
    assert record.first_fault(db, meeting.id) is None
    return entry.seq


def test_a_history_as_it_was_has_no_fault(db: Session) -> None:
    assert faults(db, held(db).id) == []


def test_a_call_out_of_turn_without_its_reason_is_named_with_who_was_next(db: Session) -> None:
    meeting = held(db)
    first = lists.line(db, meeting, None)[0]
    seq = edit(db, meeting, "floor.called", out_of_turn=None)
    assert faults(db, meeting.id) == [
        f"Entry {seq} (floor.called) out of turn without a reason: {first.id} was next."
    ]


def test_a_place_that_nobody_could_have_is_named(db: Session) -> None:
    meeting = held(db)
    seq = edit(db, meeting, "request.joined", place=9)
    found = faults(db, meeting.id)
    assert found[0] == f"Entry {seq} (request.joined) says place 9, and the rules give 1."
    assert found[-1].endswith(f"has place 1 in the store, and 9 by entry {seq}.")


@pytest.mark.parametrize(("column", "value"), [("place", 7), ("state", "finished"), ("mode", "in_person")])
def test_a_row_that_the_record_does_not_tell_so_is_named(db: Session, column: str, value: object) -> None:
    meeting = held(db)
    one = lists.line(db, meeting, None)[0]
    seq = record.of_kinds(db, [meeting.id], ["request.joined", "request.on_deck"])[0].seq
    was = getattr(one, column)
    setattr(one, column, value)
    db.flush()
    told = max(
        (each.seq for each in record.of_kinds(db, [meeting.id], ["request.on_deck"])), default=seq
    ) if column == "state" else seq  # fmt: skip
    assert faults(db, meeting.id) == [
        f"Request {one.id} has {column} {value} in the store, and {was} by entry {told}."
    ]


def rich(db: Session) -> Meeting:
    """Everything that leaves an entry which the ones before it determine."""
    meeting = make.meeting(db, make.body(db), state="published")
    item = make.item(db, meeting)
    listing.set_meeting_rules(db, meeting, Rules(order="drawn", limit_s=120, cede_most=2), by=CLERK)
    listing.set_list_rules(db, meeting, None, Rules(limit_s=120, cede_most=2), by=CLERK)
    for of in (item, item, item, None, None, None, None, None):
        person = make.participant(db, meeting)
        actions.join_queue(db, meeting, of, person, by=person.actor, mode="remote", wants_interpreter=not of)
    meeting_actions.open_meeting(db, meeting, by=CLERK)
    deck.settle(db, meeting, by=CLERK)
    a, b, c, d, e = lists.line(db, meeting, None)
    actions.cede_time(db, meeting, e, a, by=CLERK)
    listing.set_limit(db, meeting, None, 90, by=CLERK)
    actions.move_request(db, meeting, c, -1, by=CLERK, reason="chair")
    with undo.kept(db, meeting, by=CLERK):
        actions.skip_request(db, meeting, b, by=CLERK, reason="absent")
        actions.take_back(db, meeting, b, by=CLERK)
    actions.skip_request(db, meeting, b, by=CLERK, reason="absent")
    actions.take_back(db, meeting, b, by=CLERK)
    with undo.kept(db, meeting, by=CLERK):
        actions.move_request(db, meeting, d, -2, by=CLERK, reason="chair")
    undo.undo(db, meeting, record.of_kinds(db, [meeting.id], ["request.moved"])[-1].seq, by=CLERK)
    for one in (a, c, d):
        floor.call_out_of_turn(db, meeting, one, by=CLERK, reason="chair")
        floor.start_turn(db, one, by=CLERK)
        floor.pause_turn(db, one, by=CLERK)
        floor.start_turn(db, one, by=CLERK)
        floor.extend_turn(db, one, by=CLERK)
        if one is a:
            floor.end_turn(db, meeting, a, by=CLERK)
    actions.withdraw_request(db, meeting, d, by=CLERK)
    again = actions.speak_again(db, meeting, a, by=CLERK)
    actions.remove_request(db, meeting, again, by=CLERK, reason="a test")
    meeting_actions.call_item(db, meeting, item, by=CLERK)
    deck.settle(db, meeting, by=CLERK)
    db.flush()
    return meeting


@pytest.mark.proof
def test_every_edit_of_what_the_entries_before_determine_names_the_entry(db: Session) -> None:
    """With all hashes made anew: the chain is whole, and the order tells."""
    meeting, chance, unnamed = rich(db), random.Random(1), []
    assert faults(db, meeting.id) == []
    db.connection().exec_driver_sql("DROP TRIGGER entry_no_update")
    for kind, changes in DETERMINED.items():
        for number, change in enumerate(changes):
            savepoint = db.begin_nested()
            entries = record.of_kinds(db, [meeting.id], [kind])
            entry, facts = next((each, new) for each in entries if (new := change(chance, each.facts)))
            write(db, entry, data=record.canonical(facts))
            rechain(db, meeting.id)
            db.expire_all()
            named = (f"Entry {entry.seq} ", f"by entry {entry.seq}.")
            if not any(each in fault for fault in faults(db, meeting.id) for each in named):
                unnamed.append((kind, number, facts))
            savepoint.rollback()
            db.expire_all()
    assert unnamed == []


def test_a_row_too_many_and_a_row_too_few_are_named(db: Session) -> None:
    meeting = held(db)
    one = lists.line(db, meeting, None)[0]
    (seq,) = [
        entry.seq
        for entry in record.of_kinds(db, [meeting.id], ["request.joined"])
        if entry.facts["request"] == one.id
    ]
    made = Request(
        meeting_id=meeting.id, participant_id=one.participant_id, mode="remote", place=9, limit_s=60,
        asked_at=one.asked_at, salt=record.new_salt(), id=new_id(),
    )  # fmt: skip
    db.add(made)
    db.delete(one)
    db.flush()
    assert faults(db, meeting.id) == [
        f"Request {made.id} is in the store, and no entry of the record tells of it.",
        f"Request {one.id} is not in the store, and entry {seq} tells of it.",
    ]


def test_another_order_for_a_list_in_the_store_is_named(db: Session) -> None:
    meeting = held(db)
    lists.set_rules(db, f"{meeting.id}.general", Rules(order="first_time"))
    db.flush()
    (found,) = faults(db, meeting.id)
    assert found.startswith(f"List {meeting.id}.general has rules Rules(order='first_time'")


def test_a_seed_exchanged_before_the_draw_is_named(db: Session) -> None:
    meeting = held(db)
    listing.set_list_rules(db, meeting, None, Rules(order="drawn"), by=CLERK)
    (its_list,) = lists.lists_in(db, meeting.id).values()
    its_list.seed = "another"
    its_list.drawn_at = None
    db.flush()
    found = faults(db, meeting.id)
    assert [each.split(" has ")[1].split(" ")[0] for each in found] == ["seed", "drawn"]


def test_the_entries_alone_are_enough_to_check_the_order(db: Session) -> None:
    """As somebody would who has only the published record."""
    meeting = held(db)
    seq = edit(db, meeting, "floor.called", out_of_turn=None)
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as elsewhere:
        for table in (Book, Entry):
            for row in db.scalars(select(table)):
                elsewhere.merge(row)
        elsewhere.flush()
        assert [each.split(" ")[1] for each in faults(elsewhere, meeting.id)] == [str(seq)]
    engine.dispose()


def test_a_book_from_before_the_order_was_on_the_record_is_left_alone(db: Session) -> None:
    meeting = make.meeting(db, make.body(db))
    facts = {"item": None, "mode": "remote", "interpreter": False, "limit_s": 180, "place": 1}
    record.append(db, meeting.id, "request.joined", by=CLERK, request="old", **facts)
    record.append(db, meeting.id, "floor.called", by=CLERK, request="old", item=None)
    db.flush()
    assert (is_old(db, meeting.id), faults(db, meeting.id)) == (True, [])


def test_a_new_entry_that_says_as_little_as_an_old_one_is_a_fault(db: Session) -> None:
    meeting = held(db)
    facts = {"item": None, "mode": "remote", "interpreter": False, "limit_s": 180, "place": 4}
    entry = record.append(db, meeting.id, "request.joined", by=CLERK, request="new", **facts)
    db.flush()
    assert faults(db, meeting.id) == [f"Entry {entry.seq} (request.joined) says too little."]
