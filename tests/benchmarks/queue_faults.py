"""Faults planted in the house, each of a kind that a queue really has had: the checks must find every one."""

import secrets
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from comments.queue import actions, deck, ending, floor, lists, order, queries, retold, undo
from comments.queue.models import SKIPPED, WITHDRAWN, Act, Request
from comments.queue.rules import EXTENSION_S
from engage import doors, writing
from engage.sqlite import connect
from tests.benchmarks.planting import Fault


def _by_time_of_asking(real: Any) -> Any:
    def ordered(session: Session, meeting: Any, item_id: str | None, waiting: Any) -> list[Any]:
        times = {each.id: each.asked_at for each in waiting}
        line = real(session, meeting, item_id, waiting)
        return sorted(line, key=lambda each: (not each.rank, times[each.id]))

    return ordered


def _read_outside(real: Any) -> Any:
    """The next place as another connection sees it, before the transaction that uses it."""

    def next_place(session: Session, meeting_id: str) -> int:
        with closing(connect(Path(str(session.connection().engine.url.database)))) as other:
            row = other.execute("SELECT max(place) FROM request WHERE meeting_id = ?", (meeting_id,))
            return (row.fetchone()[0] or 0) + 1

    return next_place


def _call_unseen(real: Any) -> Any:
    return lambda session, meeting, one, *, by: floor._call(session, meeting, one, by=by, reason=None)


def _lose_the_last(real: Any) -> Any:
    def move(session: Session, meeting: Any, one: Request, steps: int, **given: Any) -> None:
        real(session, meeting, one, steps, **given)
        lists.line(session, meeting, one.item_id)[-1].state = SKIPPED

    return move


def _stop_the_speaker(real: Any) -> Any:
    def end(session: Session, meeting: Any, one: Request, **given: Any) -> None:
        if speaker := queries.on_floor(session, meeting.id):
            ending.stop_clock(speaker)
        real(session, meeting, one, **given)

    return end


def _extend_twice(real: Any) -> Any:
    def extend(session: Session, one: Request, *, by: str) -> None:
        real(session, one, by=by)
        real(session, one, by=by)

    return extend


def _extend_the_row_twice(real: Any) -> Any:
    def extend(session: Session, one: Request, *, by: str) -> None:
        real(session, one, by=by)
        one.limit_s += EXTENSION_S

    return extend


def _reuse_places(real: Any) -> Any:
    """One more than there are in line."""

    def next_place(session: Session, meeting_id: str) -> int:
        return len(queries.listed(session, meeting_id)) + 1

    return next_place


def _only_say(real: Any) -> Any:
    """The entry without the row's change."""

    def skip(session: Session, meeting: Any, one: Request, *, by: str, reason: str) -> None:
        actions._note(session, one, "request.skipped", by=by, reason=reason)

    return skip


def _only_do(real: Any) -> Any:
    """The row's change without its entry."""

    def change(session: Session, meeting: Any, one: Request, stance: str, *, by: str) -> None:
        one.stance = stance

    return change


def _forget_now_and_then(real: Any) -> Any:
    """Acknowledged, and rolled back: every seventh act."""
    numbers = count(1)

    def attempt(connection: Any, work: Any, books: Any) -> Any:
        if next(numbers) % 7:
            return real(connection, work, books)
        held = connection.begin_nested()
        answer = real(connection, work, books)
        held.rollback()
        return answer

    return attempt


def _from_a_cache(real: Any) -> Any:
    """The line as it was some moments ago."""
    asked, known = count(), dict[Any, list[str]]()

    def line(session: Session, meeting: Any, item_id: str | None) -> list[Request]:
        if next(asked) % 4 == 0 or item_id not in known:
            known[item_id] = [each.id for each in real(session, meeting, item_id)]
        return [session.get_one(Request, each) for each in known[item_id]]

    return line


def _of_anyone(real: Any) -> Any:
    def last_act(session: Session, meeting_id: str, *, by: str) -> Act | None:
        wanted = select(Act).where(Act.meeting_id == meeting_id, Act.is_undone.is_(False))
        return session.scalar(wanted.order_by(Act.seq.desc()).limit(1))

    return last_act


def _last_come(real: Any) -> Any:
    """In the published order itself: who has asked last is called first; the house's replay agrees."""

    def in_order(name: str, waiting: Any, last: Any = None) -> list[Any]:
        line = real(name, waiting, last)
        rest = [each for each in line if not (each.rank or each.is_set)]
        return [each for each in line if each.rank or each.is_set] + rest[::-1]

    return in_order


FAULTS = (
    Fault("the order is by the time of asking, not by place", ((lists, "ordered", _by_time_of_asking),)),
    Fault("the next place is read outside the transaction", ((queries, "next_place", _read_outside),)),
    Fault(
        "a form that is sent again is done again",
        ((doors, "_owner", lambda real: lambda request: f"{real(request)} {secrets.token_hex(4)}"),),
        is_at_the_door=True,
    ),
    Fault("the call does not check who was seen as next", ((floor, "call_next", _call_unseen),)),
    Fault(
        "who has withdrawn stays in line",
        tuple((queries, name, lambda real: (*real, WITHDRAWN)) for name in ("LISTED", "IN_LINE")),
    ),
    Fault("moving one loses another", ((actions, "move_request", _lose_the_last),)),
    Fault(
        "who leaves the list stops the speaker's clock",
        tuple((actions, name, _stop_the_speaker) for name in ("withdraw_request", "remove_request")),
    ),
    Fault("an extension is given twice", ((floor, "extend_turn", _extend_twice),)),
    Fault("an extension is noted once and given twice", ((floor, "extend_turn", _extend_the_row_twice),)),
    Fault("numbers of places are used again", ((queries, "next_place", _reuse_places),)),
    Fault("an entry without its change of the row", ((actions, "skip_request", _only_say),)),
    Fault("a change of the row without its entry", ((actions, "change_stance", _only_do),)),
    Fault(
        "the draw is held with another seed",
        ((deck, "draw", lambda real: lambda seed, ids: real(f"not {seed}", ids)),),
        order=order.DRAWN,
    ),
    Fault("an undo overwrites what was done since", ((undo, "is_still", lambda real: lambda *_: True),)),
    Fault("an undo takes back another clerk's act", ((undo, "last_act", _of_anyone),)),
    Fault("an act is acknowledged and not kept", ((writing, "_attempt", _forget_now_and_then),)),
    Fault("the line is shown and called from a cache", ((lists, "line", _from_a_cache),)),
    Fault(
        "house and replay agree on a wrong order",
        tuple((room, "in_order", _last_come) for room in (lists, retold)),
    ),
)
