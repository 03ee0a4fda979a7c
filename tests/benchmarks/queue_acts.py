"""The queue's acts as data, each done as its handler does it, and what the one who acted is answered."""

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from sqlalchemy.orm import Session

from comments.queue import actions, deck, floor, listing, queries, undo
from comments.queue.models import ANSWER, COMMENT, REMOTE, Request
from engage import people
from meetings import actions as meeting_actions
from meetings.models import AgendaItem, Meeting

FARTHEST = 500
REASON = "chair"


@dataclass(frozen=True)
class Act:
    """`who` is a resident's browser, or the name of a clerk or chair. `item` None: general comment."""

    verb: str
    who: str
    item: str | None = None
    request: str = ""
    """That the act is about; for a call, the one that was seen as next; for an answer, the question."""
    mode: str = REMOTE
    stance: str = ""
    value: Any = None
    """Of a card its kind, of a time its seconds, of a cession who is given it, of an undo the act."""


Deed = Callable[[Session, Meeting, Act, str], Any]
"""With the actor's name on the record."""


def actor(act: Act) -> str:
    return f"account:{act.who}"


def _item(db: Session, act: Act) -> AgendaItem | None:
    return db.get_one(AgendaItem, act.item) if act.item else None


def _request(db: Session, meeting: Meeting, request_id: str) -> Request:
    return queries.request_to_speak(db, meeting.id, request_id)


def _join(db: Session, meeting: Meeting, act: Act, by: str) -> None:
    me = people.take_part(db, meeting.id, act.who, name=act.who)
    item = _item(db, act)
    actions.join_queue(db, meeting, item, me, by=me.actor, mode=act.mode, stance=act.stance)


def _card(db: Session, meeting: Meeting, act: Act, by: str) -> None:
    person, item = people.take_part(db, meeting.id, None, name="Card"), _item(db, act)
    kind = act.value or COMMENT
    answer_to = act.request if kind == ANSWER else None
    actions.join_queue(db, meeting, item, person, by=by, mode=act.mode, kind=kind, answer_to=answer_to)


def _request_act(room: ModuleType, verb: str, *, of_meeting: bool = True, **given: Any) -> Deed:
    """`room.verb` is looked up when it is done, so that a planted fault is met."""

    def deed(db: Session, meeting: Meeting, act: Act, by: str) -> None:
        one = _request(db, meeting, act.request)
        getattr(room, verb)(db, *((meeting, one) if of_meeting else (one,)), by=by, **given)

    return deed


def _move(steps: int) -> Deed:
    def deed(db: Session, meeting: Meeting, act: Act, by: str) -> None:
        one = _request(db, meeting, act.request)
        actions.move_request(db, meeting, one, steps, by=by, reason=REASON)

    return deed


def _list_act(verb: str, *, needs_time: bool = False) -> Deed:
    def deed(db: Session, meeting: Meeting, act: Act, by: str) -> None:
        getattr(listing, verb)(db, meeting, act.item, *([act.value] if needs_time else []), by=by)

    return deed


def _meeting_act(verb: Callable[..., Any], *, before: Callable[..., Any] | None = None) -> Deed:
    """As the console's handlers do it: something about the floor first, and the deck follows."""

    def deed(db: Session, meeting: Meeting, act: Act, by: str) -> None:
        if before:
            before(db, meeting, by=by)
        verb(db, meeting, *([_item(db, act)] if act.item else []), by=by)
        deck.settle(db, meeting, by=by)

    return deed


OF_RESIDENTS: dict[str, Deed] = {
    "join": _join,
    "withdraw": _request_act(actions, "withdraw_request"),
    "stance": lambda db, meeting, act, by: actions.change_stance(
        db, meeting, _request(db, meeting, act.request), act.stance, by=by
    ),
    "cede": lambda db, meeting, act, by: actions.cede_time(
        db, meeting, _request(db, meeting, act.request), _request(db, meeting, act.value), by=by
    ),
}
NOT_KEPT: dict[str, Deed] = {
    "open": _meeting_act(meeting_actions.open_meeting),
    "recess": _meeting_act(meeting_actions.recess_meeting, before=floor.clear_floor),
    "reconvene": _meeting_act(meeting_actions.reconvene_meeting),
    "no-item": _meeting_act(meeting_actions.close_item),
    "undo": lambda db, meeting, act, by: undo.undo(db, meeting, act.value, by=by),
}
"""Cannot be taken back."""
KEPT: dict[str, Deed] = {
    "card": _card,
    "call": _request_act(floor, "call_next"),
    "call_out": _request_act(floor, "call_out_of_turn", reason=REASON),
    "start": _request_act(floor, "start_turn", of_meeting=False),
    "pause": _request_act(floor, "pause_turn", of_meeting=False),
    "extension": _request_act(floor, "extend_turn", of_meeting=False),
    "end": _request_act(floor, "end_turn"),
    "no-show": _request_act(actions, "note_no_show"),
    "skip": _request_act(actions, "skip_request", reason=REASON),
    "return": _request_act(actions, "take_back"),
    "again": _request_act(actions, "speak_again"),
    "remove": _request_act(actions, "remove_request", reason="Spoke off the subject."),
    "up": _move(-1),
    "down": _move(1),
    "first": _move(-FARTHEST),
    "limit": _list_act("set_limit", needs_time=True),
    "total": _list_act("set_total", needs_time=True),
    "close": _list_act("close_list"),
    "reopen": _list_act("reopen_list"),
    "item": _meeting_act(meeting_actions.call_item),
}


def perform(db: Session, meeting_id: str, act: Act) -> None:
    """The act in this transaction. A chair's is not kept for undo, as the chair's page has none."""
    meeting = db.get_one(Meeting, meeting_id)
    if deed := OF_RESIDENTS.get(act.verb):
        me = people.participant_of(db, meeting_id, act.who)
        deed(db, meeting, act, me.actor if me else "")
    elif act.verb in NOT_KEPT or act.who.startswith("chair"):
        (NOT_KEPT | KEPT)[act.verb](db, meeting, act, actor(act))
    else:
        with undo.kept(db, meeting, by=actor(act)):
            KEPT[act.verb](db, meeting, act, actor(act))
