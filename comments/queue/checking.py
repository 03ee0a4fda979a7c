"""Whether a meeting's speakers were called in the order that its entries give, and the rows agree."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from comments.queue import queries
from comments.queue.models import Request, SpeakerList, SpeakingRules
from comments.queue.order import commitment
from comments.queue.replay import Told, replay
from comments.queue.retold import Replay, Turn
from comments.queue.retold_turns import SLACK_MS
from comments.queue.rules import Rules
from engage import record
from meetings.models import Meeting

FIELDS = {
    "state": "state",
    "place": "place",
    "is_set": "is_set",
    "limit_s": "limit_s",
    "spoken_ms": "spoken_ms",
    "called_no": "called_no",
    "mode": "mode",
    "stance": "stance",
    "kind": "kind",
    "item_id": "item",
    "participant_id": "participant",
    "wants_interpreter": "interpreter",
    "answer_to": "answer_to",
    "ceded_to": "ceded_to",
}
"""Of a request's row, and what the record calls the same."""
SLACK = timedelta(milliseconds=SLACK_MS)


def faults(db: Session, meeting_id: str) -> list[str]:
    """In plain sentences, each naming the entry, the request or the list; the entries alone are enough to
    check the order, the rows are compared with them where the meeting is in the store."""
    entries = record.since(db, meeting_id, record.Cursor(0, "")) or []
    model = replay(meeting_id, entries)
    found = order_faults(model, entries)
    if not model.is_old and db.get(Meeting, meeting_id) is not None:
        found += [*_request_faults(db, model), *_list_faults(db, model)]
    return found


def order_faults(model: Replay, entries: Iterable[Told]) -> list[str]:
    kinds = {entry.seq: entry.kind for entry in entries}
    return [f"Entry {seq} ({kinds[seq]}) {complaint}." for seq, complaint in model.faults]


def is_old(db: Session, meeting_id: str) -> bool:
    """It has requests from before the order was on the record, and cannot be recomputed."""
    joined = record.of_kinds(db, [meeting_id], ["request.joined"])
    return any("request_kind" not in entry.facts for entry in joined)


def _request_faults(db: Session, model: Replay) -> Iterator[str]:
    rows: dict[str, Request] = {row.id: row for row in queries.requests_in(db, model.meeting)}
    for each in sorted(rows.keys() - model.turns.keys()):
        yield f"Request {each} is in the store, and no entry of the record tells of it."
    for each in sorted(model.turns.keys() - rows.keys()):
        yield f"Request {each} is not in the store, and entry {model.entry_of(each, 'id')} tells of it."
    for each in sorted(rows.keys() & model.turns.keys()):
        for column, name in FIELDS.items():
            stored, told = getattr(rows[each], column), getattr(model.turns[each], name)
            if stored != told:
                seq = model.entry_of(each, name)
                yield f"Request {each} has {column} {stored} in the store, and {told} by entry {seq}."
        yield from _sealed_and_timed(rows[each], model.turns[each])


def _sealed_and_timed(row: Request, turn: Turn) -> Iterator[str]:
    """Words are compared by their seals, the running clock by the time of the entry that has started it."""
    for name in ("note", "reason", "words"):
        words = getattr(row, name)
        if (record.sealed(row.salt, words) if words else None) != getattr(turn, name):
            yield f"Request {row.id} has another {name} in the store than the one that the record has sealed."
    since, told = row.running_since, turn.since
    if (since is None) != (told is None) or (since and told and abs(since - told) > SLACK):
        yield f"Request {row.id} has its clock running since {since} in the store, and {told} by the record."


def _list_faults(db: Session, model: Replay) -> Iterator[str]:
    lists = db.scalars(select(SpeakerList).where(SpeakerList.meeting_id == model.meeting)).all()
    for its_list in lists:
        item, row = its_list.item_id, db.get(SpeakingRules, its_list.id)
        stored = (
            Rules.of(row.facts) if row else None, commitment(its_list.seed), its_list.is_closed,
            its_list.drawn_at is not None,
        )  # fmt: skip
        told = (
            model.rules.get(item), model.commitments.get(item), item in model.closed, item in model.drawn,
        )  # fmt: skip
        for name, one, other in zip(("rules", "seed", "closed", "drawn"), stored, told, strict=True):
            if one != other:
                by = f", by entry {model.ruled_by.get(item)}" if name == "rules" else ""
                yield f"List {its_list.id} has {name} {one} in the store, and {other} in the record{by}."
    missing = model.rules.keys() - {each.item_id for each in lists}
    yield from (
        f"The list of {each or 'general comment'} is not in the store." for each in sorted(missing, key=str)
    )
