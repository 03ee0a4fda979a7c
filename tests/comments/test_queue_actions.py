"""The queue's verbs: in which state each is allowed, the entry that it makes, what follows by itself."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from comments.queue import actions, deck, floor, listing, lists, queries
from comments.queue.models import (
    HAS_FLOOR,
    IN_LINE,
    LISTED,
    ON_DECK,
    SIGNED_UP,
    STATES,
    UNDER_WAY,
    WAITING,
    Request,
    SpeakerList,
)
from comments.queue.order import commitment, draw
from comments.queue.rules import Rules
from engage import clock, record
from engage.people import Refused
from meetings import actions as meeting_actions
from meetings.disruption import actions as disruption
from meetings.models import Meeting
from tests import make
from tests.make import EPOCH

CLERK = "account:clerk"


def open_meeting(db: Session, **over: Any) -> Meeting:
    return make.meeting(db, make.body(db), **over)


def join(db: Session, meeting: Meeting, name: str = "Ana", **over: Any) -> Request:
    person = over.pop("person", None) or make.participant(db, meeting, name)
    details: dict[str, Any] = {"by": person.actor, "mode": "remote", "item": None} | over
    return actions.join_queue(db, meeting, details.pop("item"), person, **details)


def rule(db: Session, meeting: Meeting, item_id: str | None = None, **over: Any) -> None:
    listing.set_list_rules(db, meeting, item_id, Rules(**over), by=CLERK)


def up(db: Session, meeting: Meeting, item_id: str | None = None) -> Request:
    found = lists.next_request(db, meeting, item_id)
    assert found is not None
    return found


def names(db: Session, meeting: Meeting, item_id: str | None = None) -> list[str]:
    return [each.name for each in lists.line(db, meeting, item_id)]


def told(db: Session, meeting: Meeting, since: record.Cursor) -> list[tuple[str, dict[str, Any]]]:
    db.flush()
    return [(entry.kind, entry.facts) for entry in record.since(db, meeting.id, since) or []]


# One request in every state, and every verb done to it.

Verb = Callable[[Session, Meeting, Request], Any]


def speak(db: Session, meeting: Meeting, one: Request) -> None:
    floor.call_out_of_turn(db, meeting, one, by=CLERK, reason="chair")
    floor.start_turn(db, one, by=CLERK)


def cede(db: Session, meeting: Meeting, one: Request) -> None:
    to = next(each for each in queries.listed(db, meeting.id) if each.name == "Other")
    actions.cede_time(db, meeting, one, to, by=one.participant.actor)


WAYS: dict[str, tuple[Verb, ...]] = {
    "waiting": (),
    "on_deck": (
        lambda db, meeting, one: actions.move_request(db, meeting, one, -9, by=CLERK, reason="chair"),
    ),
    "called": (lambda db, meeting, one: floor.call_out_of_turn(db, meeting, one, by=CLERK, reason="chair"),),
    "speaking": (speak,),
    "paused": (speak, lambda db, meeting, one: floor.pause_turn(db, one, by=CLERK)),
    "finished": (speak, lambda db, meeting, one: floor.end_turn(db, meeting, one, by=CLERK)),
    "withdrawn": (lambda db, meeting, one: actions.withdraw_request(db, meeting, one, by=CLERK),),
    "skipped": (lambda db, meeting, one: actions.skip_request(db, meeting, one, by=CLERK, reason="chair"),),
    "no_show": (
        lambda db, meeting, one: floor.call_out_of_turn(db, meeting, one, by=CLERK, reason="chair"),
        lambda db, meeting, one: actions.note_no_show(db, meeting, one, by=CLERK),
    ),
    "removed": (lambda db, meeting, one: actions.remove_request(db, meeting, one, by=CLERK, reason="x"),),
}
VERBS: dict[str, tuple[Verb, tuple[str, ...], str]] = {
    "withdraw": (WAYS["withdrawn"][0], UNDER_WAY, "request.withdrawn"),
    "remove": (WAYS["removed"][0], UNDER_WAY, "request.removed"),
    "skip": (WAYS["skipped"][0], IN_LINE, "request.skipped"),
    "move": (WAYS["on_deck"][0], IN_LINE, "request.moved"),
    "call out of turn": (WAYS["called"][0], IN_LINE, "floor.called"),
    "cede": (cede, LISTED, "request.ceded"),
    "no-show": (WAYS["no_show"][1], ("called",), "request.no_show"),
    "start": (
        lambda db, meeting, one: floor.start_turn(db, one, by=CLERK),
        ("called", "paused"), "floor.started floor.resumed",
    ),
    "pause": (WAYS["paused"][1], ("speaking",), "floor.paused"),
    "extend": (lambda db, meeting, one: floor.extend_turn(db, one, by=CLERK), HAS_FLOOR, "floor.extended"),
    "end": (WAYS["finished"][1], HAS_FLOOR, "floor.ended request.no_show"),
    "take back": (
        lambda db, meeting, one: actions.take_back(db, meeting, one, by=CLERK),
        ("skipped", "no_show"), "request.taken_back",
    ),
    "again": (
        lambda db, meeting, one: actions.speak_again(db, meeting, one, by=CLERK),
        ("finished",), "request.joined",
    ),
    "stance": (
        lambda db, meeting, one: actions.change_stance(db, meeting, one, "oppose", by=CLERK),
        UNDER_WAY, "request.stance_changed",
    ),
}  # fmt: skip
"""With the states in which each is allowed, and its entry."""


def in_state(db: Session, meeting: Meeting, state: str) -> Request:
    """Ben's request in this state; Other waits before him, on the same list."""
    item = None
    if state == SIGNED_UP:
        item = make.item(db, meeting)
        rule(db, meeting, item.id, order="drawn", cede_most=1)
    else:
        rule(db, meeting, cede_most=1)
    join(db, meeting, "Other", item=item)
    one = join(db, meeting, "Ben", item=item)
    for step in WAYS.get(state, ()):
        step(db, meeting, one)
    assert one.state == state
    return one


@pytest.mark.parametrize("state", STATES)
def test_every_verb_is_allowed_in_its_states_and_changes_nothing_in_others(db: Session, state: str) -> None:
    meeting = open_meeting(db)
    one, wrong = in_state(db, meeting, state), list[object]()
    for name, (verb, states, kinds) in VERBS.items():
        before, head = db.get_one(Request, one.id).state, record.head(db, meeting.id)
        savepoint = db.begin_nested()
        try:
            verb(db, meeting, one)
            entries = [kind for kind, _ in told(db, meeting, head)]
            if state not in states or entries[0] not in kinds.split():
                wrong.append((name, entries))
        except Refused:
            db.flush()
            if state in states or record.head(db, meeting.id) != head or one.state != before:
                wrong.append((name, "refused"))
        savepoint.rollback()
        db.expire_all()
    assert wrong == []


def test_the_entry_of_a_request_says_all_that_the_order_depends_on(db: Session) -> None:
    meeting = open_meeting(db)
    head = record.head(db, meeting.id)
    one = join(db, meeting, stance="support", wants_interpreter=True)
    (named, _), (opened, rules), (joined, facts), (deck_kind, _) = told(db, meeting, head)
    assert (named, opened, joined, deck_kind) == (
        "participant.named", "list.opened", "request.joined", "request.on_deck",
    )  # fmt: skip
    seed = db.get_one(SpeakerList, f"{meeting.id}.general").seed
    assert rules == {"item": None, "rules": Rules().facts, "commitment": commitment(seed)}
    assert facts == {
        "request": one.id, "item": None, "participant": one.participant_id, "mode": "remote",
        "stance": "support", "request_kind": "comment", "interpreter": True, "limit_s": 360, "place": 1,
        "is_set": False, "state": "waiting", "answer_to": None, "note": None, "words": None,
    }  # fmt: skip
    assert one.receipt == record.head(db, meeting.id).seq - 1


def test_what_a_point_of_order_is_about_is_sealed(db: Session) -> None:
    meeting = open_meeting(db)
    one = join(db, meeting, by=CLERK, kind="point", note="The microphone is off")
    entries = record.since(db, meeting.id, record.Cursor(0, "")) or []
    assert not any("microphone" in entry.data for entry in entries)
    (facts,) = [entry.facts for entry in entries if entry.kind == "request.joined"]
    assert facts["note"] == record.sealed(one.salt, "The microphone is off")


def test_the_queue_is_first_come_first_served(db: Session) -> None:
    meeting = open_meeting(db)
    for one in [join(db, meeting, name) for name in ("Ana", "Ben", "Cleo")]:
        floor.call_next(db, meeting, up(db, meeting), by=CLERK)
        assert queries.on_floor(db, meeting.id) is one
        floor.start_turn(db, one, by=CLERK)


def test_one_live_request_for_each_person_and_item(db: Session) -> None:
    meeting = open_meeting(db)
    item, person = make.item(db, meeting), make.participant(db, meeting)
    first = join(db, meeting, person=person, item=item)
    with pytest.raises(Refused, match="already on the list"):
        join(db, meeting, person=person, item=item)
    join(db, meeting, person=person)
    actions.withdraw_request(db, meeting, first, by=person.actor)
    join(db, meeting, person=person, item=item)


def shut_by_cut_off(db: Session, meeting: Meeting) -> None:
    rule(db, meeting, cut_off_min=30)


SHUT: dict[str, Callable[[Session, Meeting], Any]] = {
    "adjourned": lambda db, meeting: meeting_actions.adjourn_meeting(db, meeting, by=CLERK),
    "closed for all": lambda db, meeting: listing.close_queue(db, meeting, by=CLERK),
    "closed": lambda db, meeting: listing.close_list(db, meeting, None, by=CLERK),
    "locked": lambda db, meeting: disruption.lock_room(db, meeting, by=CLERK),
    "disrupted": lambda db, meeting: disruption.declare_disruption(db, meeting, "noise", by=CLERK),
    "after the cut-off": shut_by_cut_off,
}


@pytest.mark.parametrize("why", SHUT)
def test_a_list_that_is_shut_takes_no_resident_and_but_after_the_end_staff_may_still_add(
    db: Session, why: str
) -> None:
    meeting = open_meeting(db)
    SHUT[why](db, meeting)
    with pytest.raises(Refused, match="closed"):
        join(db, meeting)
    if why == "adjourned":
        with pytest.raises(Refused, match="closed"):
            join(db, meeting, by=CLERK)
    else:
        assert join(db, meeting, by=CLERK).state in IN_LINE


def test_one_closed_list_leaves_the_others_open(db: Session) -> None:
    meeting = open_meeting(db)
    item = make.item(db, meeting)
    listing.close_list(db, meeting, item.id, by=CLERK)
    with pytest.raises(Refused, match="closed"):
        join(db, meeting, item=item)
    assert join(db, meeting).state == ON_DECK
    listing.reopen_list(db, meeting, item.id, by=CLERK)
    assert join(db, meeting, item=item).state == WAITING


@pytest.mark.parametrize("over", [{"is_withdrawn": True}, {"kind": "section"}])
def test_nobody_asks_to_speak_on_a_heading_or_a_withdrawn_item(db: Session, over: dict[str, Any]) -> None:
    meeting = open_meeting(db)
    with pytest.raises(Refused, match="Nobody is called"):
        join(db, meeting, item=make.item(db, meeting, **over), by=CLERK)


def test_who_signs_up_in_advance_is_let_in_when_the_meeting_opens(db: Session) -> None:
    meeting = open_meeting(db, state="published")
    early = [join(db, meeting, name) for name in ("Ana", "Ben")]
    assert {each.state for each in early} == {SIGNED_UP}
    assert names(db, meeting) == []
    meeting_actions.open_meeting(db, meeting, by=CLERK)
    deck.settle(db, meeting, by=CLERK)
    assert [each.state for each in early] == [ON_DECK, WAITING]
    assert told(db, meeting, record.Cursor(0, ""))[-2:] == [
        ("list.admitted", {"item": None, "requests": [each.id for each in early]}),
        ("request.on_deck", {"item": None, "request": early[0].id}),
    ]


def test_a_draw_is_committed_to_first_and_held_when_its_item_is_called(db: Session) -> None:
    meeting = open_meeting(db, state="published")
    item = make.item(db, meeting)
    listing.set_meeting_rules(db, meeting, Rules(order="drawn"), by=CLERK)
    early = [join(db, meeting, f"Early {n}", item=item) for n in range(8)]
    meeting_actions.open_meeting(db, meeting, by=CLERK)
    deck.settle(db, meeting, by=CLERK)
    assert {each.state for each in early} == {SIGNED_UP}
    head = record.head(db, meeting.id)
    meeting_actions.call_item(db, meeting, item, by=CLERK)
    deck.settle(db, meeting, by=CLERK)

    (_, facts) = told(db, meeting, head)[1]
    (promise,) = [
        f["commitment"] for kind, f in told(db, meeting, record.Cursor(0, "")) if kind == "list.opened"
    ]
    assert commitment(facts["seed"]) == promise
    assert facts["order"] == draw(facts["seed"], [each.id for each in early])
    late = join(db, meeting, "Late", item=item)
    assert [each.id for each in lists.line(db, meeting, item.id)] == [*facts["order"], late.id]


def test_somebody_who_was_away_is_taken_back_first_with_the_time_that_holds_now(db: Session) -> None:
    meeting = open_meeting(db)
    away, _ = join(db, meeting, "Ana"), join(db, meeting, "Ben")
    floor.call_next(db, meeting, away, by=CLERK)
    floor.end_turn(db, meeting, away, by=CLERK)
    assert away.state == "no_show"
    listing.set_limit(db, meeting, None, 60, by=CLERK)
    actions.take_back(db, meeting, away, by=CLERK)
    assert names(db, meeting) == ["Ana", "Ben"]
    assert away.limit_s == 60


def test_nobody_is_taken_back_beside_their_own_new_request_or_after_the_end(db: Session) -> None:
    meeting = open_meeting(db)
    away = join(db, meeting)
    actions.skip_request(db, meeting, away, by=CLERK, reason="absent")
    again = join(db, meeting, person=away.participant)
    with pytest.raises(Refused, match="on the list again"):
        actions.take_back(db, meeting, away, by=CLERK)
    actions.withdraw_request(db, meeting, again, by=CLERK)
    meeting_actions.adjourn_meeting(db, meeting, by=CLERK)
    with pytest.raises(Refused, match="closed"):
        actions.take_back(db, meeting, away, by=CLERK)


@pytest.mark.parametrize("interpreters", [(False, False), (True, False), (False, True, True), (False,) * 4])
def test_ceded_time_is_neither_lost_nor_made(db: Session, interpreters: tuple[bool, ...]) -> None:
    meeting = open_meeting(db)
    rule(db, meeting, cede_most=3)
    first, *others = [join(db, meeting, wants_interpreter=wants) for wants in interpreters]
    together = sum(each.limit_s for each in (first, *others))
    for each in others:
        actions.cede_time(db, meeting, each, first, by=each.participant.actor)
    assert first.limit_s == together == 180 * (len(interpreters) + sum(interpreters))
    assert {(each.state, each.ceded_to) for each in others} == {("withdrawn", first.id)}


def test_time_is_given_on_the_same_list_only_and_to_so_many_as_the_rules_say(db: Session) -> None:
    meeting = open_meeting(db)
    rule(db, meeting, cede_most=1)
    ana, ben, cleo = (join(db, meeting, name) for name in ("Ana", "Ben", "Cleo"))
    elsewhere = join(db, meeting, "Dora", item=make.item(db, meeting))
    with pytest.raises(Refused, match="same list"):
        actions.cede_time(db, meeting, ana, elsewhere, by=CLERK)
    with pytest.raises(Refused, match="moved on"):
        actions.cede_time(db, meeting, ana, ana, by=CLERK)
    actions.cede_time(db, meeting, ben, ana, by=CLERK)
    with pytest.raises(Refused, match="Nobody can be given"):
        actions.cede_time(db, meeting, cleo, ana, by=CLERK)
    listing.set_limit(db, meeting, None, 60, by=CLERK)
    assert (ana.limit_s, cleo.limit_s) == (360, 60)


def test_a_cleared_list_is_empty_and_nobody_is_put_on_deck_on_the_way(db: Session) -> None:
    meeting = open_meeting(db)
    for name in ("Ana", "Ben", "Cleo"):
        join(db, meeting, name)
    other = join(db, meeting, "Dora", item=make.item(db, meeting))
    head = record.head(db, meeting.id)
    assert actions.clear_list(db, meeting, None, by=CLERK, reason="A new list is made") == 3
    assert [kind for kind, _ in told(db, meeting, head)] == ["request.removed"] * 3
    assert (names(db, meeting), other.state) == ([], WAITING)


def test_the_sides_go_on_in_turn_after_somebody_who_was_not_there(db: Session) -> None:
    """Not being there is a turn had: the next is of the other side, as those who wait were shown."""
    meeting = open_meeting(db)
    rule(db, meeting, order="alternating")
    for name, stance in (("Ana", "support"), ("Ben", "support"), ("Cleo", "oppose"), ("Dora", "support")):
        join(db, meeting, name, stance=stance)
    assert names(db, meeting) == ["Ana", "Cleo", "Ben", "Dora"]
    floor.call_next(db, meeting, up(db, meeting), by=CLERK)
    actions.note_no_show(db, meeting, queries.with_floor(db, meeting.id)[0], by=CLERK)
    assert names(db, meeting) == ["Cleo", "Ben", "Dora"]
    floor.call_next(db, meeting, up(db, meeting), by=CLERK)
    floor.call_next(db, meeting, up(db, meeting), by=CLERK)
    assert names(db, meeting) == ["Dora"]


def test_who_is_speaking_has_had_a_turn_on_the_other_lists_too(db: Session) -> None:
    """From their beginning on: who is on deck elsewhere changes with it, and not once more at their end."""
    meeting = open_meeting(db)
    item, person = make.item(db, meeting), make.participant(db, meeting, "Ana")
    rule(db, meeting, item.id, order="first_time")
    meeting_actions.call_item(db, meeting, item, by=CLERK)
    speaker, own = join(db, meeting, person=person), join(db, meeting, person=person, item=item)
    other = join(db, meeting, "Ben", item=item)
    floor.call_out_of_turn(db, meeting, speaker, by=CLERK, reason="chair")
    assert (names(db, meeting, item.id), own.state, other.state) == (["Ana", "Ben"], ON_DECK, WAITING)
    floor.start_turn(db, speaker, by=CLERK)
    assert (names(db, meeting, item.id), own.state, other.state) == (["Ben", "Ana"], WAITING, ON_DECK)
    floor.end_turn(db, meeting, speaker, by=CLERK)
    assert (names(db, meeting, item.id), own.state, other.state) == (["Ben", "Ana"], WAITING, ON_DECK)


def test_a_form_long_open_is_no_way_around_the_cut_off(db: Session) -> None:
    meeting = open_meeting(db, state="published", starts_at=EPOCH)
    listing.set_meeting_rules(db, meeting, Rules(cut_off_min=60), by=CLERK)
    with clock.set_to(EPOCH - timedelta(minutes=60)):
        assert join(db, meeting).state == SIGNED_UP
    with clock.set_to(EPOCH - timedelta(minutes=59)), pytest.raises(Refused, match="closed"):
        join(db, meeting)
