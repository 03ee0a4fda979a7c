"""One sitting of a council: every verb of the queue, done to whatever `pick` takes from what is there.

`pick` chooses among things: hypothesis in the state machine, `random.Random.choice` in histories.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from comments.queue import actions, deck, floor, listing, lists, undo
from comments.queue.models import (
    ANSWER,
    ANSWERABLE,
    AWAY,
    COMMENT,
    FINISHED,
    HAS_FLOOR,
    IN_LINE,
    KINDS,
    LISTED,
    MODES,
    STANCES,
    UNDER_WAY,
    WRITTEN,
    Request,
)
from comments.queue.order import ORDERS
from comments.queue.reading_out import hand_in_words
from comments.queue.rules import REASONS, Rules
from engage import clock
from engage.db import new_id
from engage.people import Participant, Refused
from meetings import actions as meeting_actions
from meetings.disruption import actions as disruption
from meetings.disruption import queries as disruptions
from meetings.disruption import recesses
from meetings.disruption.models import ORDER_RESTORED
from meetings.disruption.queries import recess_under_way
from meetings.models import AgendaItem
from tests import make

T = TypeVar("T")
Pick = Callable[[Sequence[Any]], Any]
CLERKS = ("account:ana", "account:ben")
RULES = Rules(limit_s=120, cede_most=2)


class Sitting:
    """A meeting that is open or about to be, two clerks, three lists, and a clock that moves at every act."""

    def __init__(self, db: Session, *, rules: Rules = RULES, is_open: bool = True) -> None:
        self.db = db
        self.now = make.EPOCH
        self.people: list[Participant] = []
        self.joined: set[str] = set()
        with clock.set_to(self.now):
            self.meeting = make.meeting(db, make.body(db, f"Council {new_id()}"), state="published")
            self.items = [make.item(db, self.meeting, f"Item {n}", place=n) for n in (1, 2)]
            listing.set_meeting_rules(db, self.meeting, rules, by=CLERKS[0])
            if is_open:
                meeting_actions.open_meeting(db, self.meeting, by=CLERKS[0])

    def do(self, verb: str, pick: Pick, *, seconds: int = 7) -> bool:
        """Whether there was something to do it to, and the rules allowed it."""
        self.now += timedelta(seconds=seconds)
        with clock.set_to(self.now):
            savepoint = self.db.begin_nested()
            try:
                VERBS[verb](self, pick)
                self.db.flush()
            except (Refused, NothingThere):
                savepoint.rollback()
                return False
            savepoint.commit()
        return True

    def requests(self, *states: str) -> list[Request]:
        self.db.flush()
        wanted = select(Request).where(Request.meeting_id == self.meeting.id)
        rows = self.db.scalars(wanted.order_by(Request.place, Request.id))
        return [each for each in rows if not states or each.state in states]

    def one(self, pick: Pick, *states: str) -> Request:
        found: Request = some(pick, self.requests(*states))
        return found

    def list_of(self, pick: Pick) -> AgendaItem | None:
        found: AgendaItem | None = pick([None, *self.items])
        return found

    @contextmanager
    def clerk(self, pick: Pick) -> Iterator[str]:
        """One of the two, whose act can be taken back."""
        by = pick(CLERKS)
        with undo.kept(self.db, self.meeting, by=by):
            yield by


class NothingThere(Exception):
    """Nothing to do this to."""


def some(pick: Pick, found: Sequence[T]) -> T:
    if not found:
        raise NothingThere
    chosen: T = pick(found)
    return chosen


def id_of(item: AgendaItem | None) -> str | None:
    return item.id if item else None


def words_for(mode: str) -> str:
    return "Please read this." if mode == WRITTEN else ""


def join(it: Sitting, pick: Pick) -> None:
    person = pick([*it.people[-6:], None]) or make.participant(it.db, it.meeting, f"P{len(it.people)}")
    if person not in it.people:
        it.people.append(person)
    item = it.list_of(pick)
    asks = lists.rules_of(it.db, it.meeting, id_of(item)).asks_stance
    mode = pick(list(MODES))
    one = actions.join_queue(
        it.db, it.meeting, item, person, by=person.actor, mode=mode, words=words_for(mode),
        stance=pick(["", *STANCES]) if asks else "", wants_interpreter=pick([False, False, True]),
    )  # fmt: skip
    it.joined.add(one.id)


def add(it: Sitting, pick: Pick) -> None:
    """The clerk adds somebody; half of them have a point of order or the like."""
    kind, item = pick([*KINDS, *[COMMENT] * 6]), it.list_of(pick)
    answered = [each for each in it.requests(*UNDER_WAY) if each.kind in ANSWERABLE]
    to = some(pick, answered) if kind == ANSWER else None
    if to:
        item = next((each for each in it.items if each.id == to.item_id), None)
    with it.clerk(pick) as by:
        person = make.participant(it.db, it.meeting, "Card")
        mode = pick(list(MODES))
        one = actions.join_queue(
            it.db, it.meeting, item, person, by=by, mode=mode, words=words_for(mode), kind=kind,
            answer_to=to.id if to else None,
        )  # fmt: skip
    it.people.append(person)
    it.joined.add(one.id)


def withdraw(it: Sitting, pick: Pick) -> None:
    one = it.one(pick, *UNDER_WAY)
    actions.withdraw_request(it.db, it.meeting, one, by=one.participant.actor)


def change_stance(it: Sitting, pick: Pick) -> None:
    one = it.one(pick, *UNDER_WAY)
    actions.change_stance(it.db, it.meeting, one, pick(list(STANCES)), by=one.participant.actor)


def hand_in(it: Sitting, pick: Pick) -> None:
    one = it.one(pick, *LISTED)
    hand_in_words(it.db, one, pick(["Read this.", "Or that."]), by=one.participant.actor)


def cede(it: Sitting, pick: Pick) -> None:
    one, to = it.one(pick, *LISTED), it.one(pick, *LISTED)
    actions.cede_time(it.db, it.meeting, one, to, by=one.participant.actor)


def call(it: Sitting, pick: Pick) -> None:
    """Who is next on the open item's list; now and then on another."""
    item_id = pick([it.meeting.item_id, it.meeting.item_id, None])
    up = lists.next_request(it.db, it.meeting, item_id)
    if up is None:
        raise NothingThere
    with it.clerk(pick) as by:
        floor.call_next(it.db, it.meeting, up, by=by)


def call_as_chair(it: Sitting, pick: Pick) -> None:
    """As `call`, but the chair's page keeps nothing to be taken back."""
    up = lists.next_request(it.db, it.meeting, it.meeting.item_id)
    if up is None:
        raise NothingThere
    floor.call_next(it.db, it.meeting, up, by="account:chair")


def call_out_of_turn(it: Sitting, pick: Pick) -> None:
    with it.clerk(pick) as by:
        one = it.one(pick, *IN_LINE)
        floor.call_out_of_turn(it.db, it.meeting, one, by=by, reason=pick(list(REASONS)))


def on_floor(verb: Callable[..., Any], *, of_meeting: bool = False) -> Callable[[Sitting, Pick], None]:
    def act(it: Sitting, pick: Pick) -> None:
        with it.clerk(pick) as by:
            one = it.one(pick, *HAS_FLOOR)
            verb(it.db, *((it.meeting, one) if of_meeting else (one,)), by=by)

    return act


def skip(it: Sitting, pick: Pick) -> None:
    with it.clerk(pick) as by:
        actions.skip_request(it.db, it.meeting, it.one(pick, *IN_LINE), by=by, reason=pick(list(REASONS)))


def take_back(it: Sitting, pick: Pick) -> None:
    with it.clerk(pick) as by:
        actions.take_back(it.db, it.meeting, it.one(pick, *AWAY), by=by)


def again(it: Sitting, pick: Pick) -> None:
    with it.clerk(pick) as by:
        one = actions.speak_again(it.db, it.meeting, it.one(pick, FINISHED), by=by)
    it.joined.add(one.id)


def remove(it: Sitting, pick: Pick) -> None:
    with it.clerk(pick) as by:
        actions.remove_request(it.db, it.meeting, it.one(pick, *UNDER_WAY), by=by, reason="a test")


def clear(it: Sitting, pick: Pick) -> None:
    with it.clerk(pick) as by:
        actions.clear_list(it.db, it.meeting, id_of(it.list_of(pick)), by=by, reason="a test")


def move(it: Sitting, pick: Pick) -> None:
    with it.clerk(pick) as by:
        one, steps = it.one(pick, *IN_LINE), pick([-500, -2, -1, 1, 2])
        actions.move_request(it.db, it.meeting, one, steps, by=by, reason=pick(list(REASONS)))


def on_list(verb: Callable[..., Any], *values: Any) -> Callable[[Sitting, Pick], None]:
    """An act on one list; of `values`, if there are any, one goes with it."""

    def act(it: Sitting, pick: Pick) -> None:
        with it.clerk(pick) as by:
            given = [pick(values)] if values else []
            verb(it.db, it.meeting, id_of(it.list_of(pick)), *given, by=by)

    return act


def any_rules(it: Sitting, pick: Pick) -> Rules:
    return replace(
        RULES, order=pick(list(ORDERS)), limit_s=pick([60, 180, None]), total_s=pick([None, 300, 900]),
        is_split=pick([True, False]), cede_most=pick([0, 1]), asks_stance=pick([True, True, False]),
    )  # fmt: skip


def set_rules(it: Sitting, pick: Pick) -> None:
    with it.clerk(pick) as by:
        item_id = id_of(it.list_of(pick))
        listing.set_list_rules(it.db, it.meeting, item_id, any_rules(it, pick), by=by)


def set_meeting_rules(it: Sitting, pick: Pick) -> None:
    with it.clerk(pick) as by:
        listing.set_meeting_rules(it.db, it.meeting, any_rules(it, pick), by=by)


def on_all(verb: Callable[..., Any]) -> Callable[[Sitting, Pick], None]:
    def act(it: Sitting, pick: Pick) -> None:
        with it.clerk(pick) as by:
            verb(it.db, it.meeting, by=by)

    return act


def call_item(it: Sitting, pick: Pick) -> None:
    with it.clerk(pick) as by:
        meeting_actions.call_item(it.db, it.meeting, pick(it.items), by=by)
        deck.settle(it.db, it.meeting, by=by)


def close_item(it: Sitting, pick: Pick) -> None:
    """General comment is heard."""
    with it.clerk(pick) as by:
        meeting_actions.close_item(it.db, it.meeting, by=by)
        deck.settle(it.db, it.meeting, by=by)


def on_meeting(
    verb: Callable[..., Any], *values: Any, before: Callable[..., Any] | None = None
) -> Callable[[Sitting, Pick], None]:
    """As the console does it: something about the floor first, and the deck follows. Cannot be taken back."""

    def act(it: Sitting, pick: Pick) -> None:
        by = pick(CLERKS)
        if before:
            before(it.db, it.meeting, by=by)
        verb(it.db, it.meeting, *([pick(values)] if values else []), by=by)
        it.db.flush()
        deck.settle(it.db, it.meeting, by=by)

    return act


def end_disruption(it: Sitting, pick: Pick) -> None:
    under_way = disruptions.disruption_under_way(it.db, it.meeting.id)
    if under_way is None:
        raise NothingThere
    disruption.end_disruption(it.db, it.meeting, under_way, ORDER_RESTORED, by=CLERKS[0])
    it.db.flush()
    deck.settle(it.db, it.meeting, by=CLERKS[0])


def reopen_session(it: Sitting, pick: Pick) -> None:
    session = recess_under_way(it.db, it.meeting.id)
    if session is None or not session.is_closed_session:
        raise NothingThere
    recesses.reopen_session(it.db, it.meeting, session, by=CLERKS[0])
    it.db.flush()
    deck.settle(it.db, it.meeting, by=CLERKS[0])


def undo_last(it: Sitting, pick: Pick) -> None:
    by = pick(CLERKS)
    act = undo.last_act(it.db, it.meeting.id, by=by)
    if act is None:
        raise NothingThere
    undo.undo(it.db, it.meeting, act.seq, by=by)


VERBS: dict[str, Callable[[Sitting, Pick], None]] = {
    "join": join,
    "add": add,
    "withdraw": withdraw,
    "change_stance": change_stance,
    "hand_in": hand_in,
    "cede": cede,
    "call": call,
    "call_as_chair": call_as_chair,
    "call_out_of_turn": call_out_of_turn,
    "start": on_floor(floor.start_turn),
    "pause": on_floor(floor.pause_turn),
    "extend": on_floor(floor.extend_turn),
    "end": on_floor(floor.end_turn, of_meeting=True),
    "no_show": on_floor(actions.note_no_show, of_meeting=True),
    "skip": skip,
    "take_back": take_back,
    "again": again,
    "remove": remove,
    "clear": clear,
    "move": move,
    "close_list": on_list(listing.close_list),
    "reopen_list": on_list(listing.reopen_list),
    "set_limit": on_list(listing.set_limit, 60, 90, 180),
    "set_total": on_list(listing.set_total, None, 200, 600),
    "set_rules": set_rules,
    "set_meeting_rules": set_meeting_rules,
    "close_queue": on_all(listing.close_queue),
    "reopen_queue": on_all(listing.reopen_queue),
    "call_item": call_item,
    "close_item": close_item,
    "open": on_meeting(meeting_actions.open_meeting),
    "recess": on_meeting(meeting_actions.recess_meeting, before=floor.clear_floor),
    "reconvene": on_meeting(meeting_actions.reconvene_meeting),
    "disrupt": on_meeting(disruption.declare_disruption, "noise", before=floor.stop_clocks),
    "end_disruption": end_disruption,
    "reopen_session": reopen_session,
    "close_session": on_meeting(recesses.close_session, "litigation", before=floor.clear_floor),
    "adjourn": on_meeting(meeting_actions.adjourn_meeting, before=floor.clear_floor),
    "undo": undo_last,
}
