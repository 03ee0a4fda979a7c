"""What each kind of entry about a list or the meeting does to the queue retold, and what it must not say."""

from dataclasses import fields, replace

from comments.queue.models import COMMENT, LISTED, ON_DECK, SIGNED_UP, SPEAKING, WAITING, WITHDRAWN, list_id
from comments.queue.order import commitment, draw
from comments.queue.retold import Facts, Replay, Step, Turn
from comments.queue.rules import Rules
from meetings.models import ADJOURNED, CANCELLED, DRAFT, OPEN, PUBLISHED, RECESS


def opened(model: Replay, facts: Facts) -> str | None:
    is_known = facts["item"] in model.rules
    model.rules[facts["item"]] = Rules.of(facts["rules"])
    model.commitments[facts["item"]] = facts["commitment"]
    return "opens a list that is open" if is_known else None


def rules_set(model: Replay, facts: Facts) -> str | None:
    """The meeting's own rules are for lists that are opened later; each says then which it has."""
    if "item" not in facts:
        return None
    model.rules[facts["item"]] = Rules.of(facts["rules"])
    listed = [each for each in model.on(facts["item"]) if each.state in LISTED and each.kind == COMMENT]
    due = {each.id: model.limit_of(each) for each in listed if not each.given}
    for request_id, limit_s in facts["limits"].items():
        model.turns[request_id].limit_s = limit_s
    is_right = None in due.values() or due == facts["limits"]
    return None if is_right else f"gives other limits than its rules: they give {due}"


def admitted(model: Replay, facts: Facts) -> str | None:
    waiting = [each for each in model.on(facts["item"]) if each.state == SIGNED_UP]
    is_early = model.is_to_be_drawn(facts["item"]) or model.state != OPEN
    for request_id in facts["requests"]:
        model.turns[request_id].state = WAITING
    if is_early:
        return "lets people in before the list is open"
    due = [each.id for each in sorted(waiting, key=lambda each: (each.place, each.id))]
    return None if facts["requests"] == due else f"does not let in everyone who has signed up: {due}"


def drawn(model: Replay, facts: Facts) -> str | None:
    item, order = facts["item"], facts["order"]
    signed_up = [each for each in model.on(item) if each.state == SIGNED_UP]
    places = sorted(turn.place for turn in signed_up)
    expected = draw(facts["seed"], [turn.id for turn in signed_up])
    is_due = model.is_to_be_drawn(item) and item == model.item and model.state == OPEN
    model.drawn.add(item)
    for request_id, place in zip(expected, places, strict=True):
        model.turns[request_id].state, model.turns[request_id].place = WAITING, place
    if commitment(facts["seed"]) != model.commitments.get(item):
        return "the seed is not the one that was committed to"
    if not is_due:
        return "draws a list that is not to be drawn now"
    return None if order == expected else "the order is not that of the draw"


def closed(model: Replay, facts: Facts) -> str | None:
    model.closed.add(facts["item"])
    return None


def reopened(model: Replay, facts: Facts) -> str | None:
    model.closed.discard(facts["item"])
    return None


def undone(model: Replay, facts: Facts) -> str | None:
    """Rows go back to how they stood before the act; a request that it has added is withdrawn."""
    wrong = [each for each in facts["requests"] if not _is_as_before(model, each, facts)]
    for request_id, values in facts["requests"].items():
        turn = model.turns[request_id]
        before = (model.before(request_id, facts["undone"]) or turn) if "state" in values else turn
        since = before.since if values.get("state", turn.state) == SPEAKING else None
        model.turns[request_id] = replace(turn, **values, since=since, reason=before.reason)
    items = {list_id(model.meeting, item): item for item in model.rules}
    for of, rules in facts["rules"].items():
        if of in items:
            model.rules[items[of]] = Rules.of(rules)
    for of, promise in facts["undrawn"].items():
        model.drawn.discard(items[of])
        model.commitments[items[of]] = promise
    for of, is_closed in facts["closed"].items():
        (model.closed.add if is_closed else model.closed.discard)(items[of])
    model.item = facts.get("item", model.item)
    return f"puts back what was not so before entry {facts['undone']}: {wrong[0]}" if wrong else None


def _is_as_before(model: Replay, request_id: str, facts: Facts) -> bool:
    values, known = facts["requests"][request_id], model.turns[request_id]
    if not model.history:
        return True
    before = model.before(request_id, facts["undone"])
    if before is None:
        return bool(values == {"state": WITHDRAWN})
    stood: Turn = replace(before, state=WAITING) if before.state == ON_DECK else before
    changed = {each.name for each in fields(known) if getattr(known, each.name) != getattr(stood, each.name)}
    return all(getattr(stood, name) == value for name, value in values.items()) and set(values) <= changed


def meeting_says(model: Replay, facts: Facts) -> str | None:
    """Its state where the entry says it, and the speaking time in its details."""
    model.state = facts.get("state", model.state)
    model.speaking_s = facts.get("speaking_s", model.speaking_s)
    return None


def item_called(model: Replay, facts: Facts) -> str | None:
    model.item = facts["item"]
    return None


def item_closed(model: Replay, facts: Facts) -> str | None:
    """By the clerk, or because its call was taken back: that may be in a recess."""
    model.item = None
    return None


class Stands:
    """The meeting's state from this entry on; once adjourned no item is open."""

    def __init__(self, state: str) -> None:
        self.state = state

    def __call__(self, model: Replay, facts: Facts) -> str | None:
        model.state = self.state
        model.item = None if self.state == ADJOURNED else model.item
        return meeting_says(model, {name: value for name, value in facts.items() if name != "state"})


STEPS: dict[str, Step] = {
    "list.opened": opened,
    "list.closed": closed,
    "list.reopened": reopened,
    "rules.set": rules_set,
    "list.admitted": admitted,
    "draw.held": drawn,
    "act.undone": undone,
    "item.called": item_called,
    "item.closed": item_closed,
    "meeting.drafted": Stands(DRAFT),
    "meeting.published": Stands(PUBLISHED),
    "meeting.changed": meeting_says,
    "meeting.moved": meeting_says,
    "meeting.opened": Stands(OPEN),
    "meeting.recessed": Stands(RECESS),
    "meeting.reconvened": Stands(OPEN),
    "meeting.adjourned": Stands(ADJOURNED),
    "meeting.archived": Stands(ADJOURNED),
    "meeting.cancelled": Stands(CANCELLED),
    **{
        kind: meeting_says
        for kind in ("disruption.declared", "disruption.ended", "session.closed", "session.reopened")
    },
}
