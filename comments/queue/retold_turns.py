"""What each kind of entry about one request does to the queue retold, and what it must not say."""

from comments.queue.models import (
    ANSWERABLE,
    AWAY,
    CALLED,
    COMMENT,
    FINISHED,
    HAS_FLOOR,
    IN_LINE,
    LISTED,
    NO_SHOW,
    ON_DECK,
    PAUSED,
    REMOTE,
    REMOVED,
    SIGNED_UP,
    SKIPPED,
    SPEAKING,
    UNDER_WAY,
    WAITING,
    WITHDRAWN,
    WRITTEN,
)
from comments.queue.order import moved
from comments.queue.retold import Facts, Replay, Step, Turn
from comments.queue.rules import limit_within, may_cede
from meetings.models import OPEN, RECESS

SLACK_MS = 2000
"""An entry's time and the clock that it tells of are read one after the other."""


def joined(model: Replay, facts: Facts) -> str | None:
    if "request_kind" not in facts:
        model.is_old = facts["item"] not in model.rules or model.is_old
        return "says too little" if facts["item"] in model.rules else None
    turn = Turn(
        facts["request"], facts["item"], facts["participant"], facts["mode"], facts["stance"],
        facts["request_kind"], facts["place"], facts["is_set"], facts["limit_s"], facts["state"],
        facts["answer_to"], interpreter=facts["interpreter"], note=facts["note"],
        words=facts.get("words"),
    )  # fmt: skip
    place = model.first_place() if turn.is_set else model.next_place()
    waits = turn.kind == COMMENT and model.is_to_be_drawn(turn.item) and not turn.is_set
    state = WAITING if model.state in (OPEN, RECESS) and not waits else SIGNED_UP
    is_known = turn.id in model.turns
    model.turns[turn.id] = turn
    if is_known or model.is_live_twice(turn):
        return "a second live request of the same person on the same list"
    if turn.answer_to and not turn.is_set and not _may_be_answered(model, turn):
        return "answers nothing that waits or is heard on this list"
    if (turn.mode == WRITTEN) != (turn.words is not None):
        return "is to be read out without words, or has words and is not"
    return (
        _differs("place", turn.place, place)
        or _differs("state", turn.state, state)
        or _differs("limit", turn.limit_s, model.limit_of(turn))
    )


def _may_be_answered(model: Replay, answer: Turn) -> bool:
    """Who is given another turn (its place is set) may answer what is over."""
    answered = model.turns.get(answer.answer_to or "")
    if answered is None or answered.item != answer.item:
        return False
    return answered.kind in ANSWERABLE and answered.state in UNDER_WAY


def _differs(what: str, said: object, due: object) -> str | None:
    return None if due is None or said == due else f"says {what} {said}, and the rules give {due}"


def called(model: Replay, facts: Facts) -> str | None:
    turn = model.turns[facts["request"]]
    expected, state, limit_s = model.next_id(turn.item), turn.state, turn.limit_s
    number = max((each.called_no or 0 for each in model.turns.values()), default=0) + 1
    left = model.left(turn.item, turn.mode) if turn.kind == COMMENT else None
    holders = model.holders()
    turn.state, turn.called_no, turn.limit_s = CALLED, facts["number"], facts["limit_s"]
    if facts["out_of_turn"] is None and expected != turn.id:
        return f"out of turn without a reason: {expected} was next"
    if state not in IN_LINE or model.state != OPEN or left == 0:
        return f"calls somebody who is {state} while the meeting is {model.state}, with {left} seconds left"
    if holders and (holders[0].state == SPEAKING or not model.interrupts(turn)):
        return f"gives the floor that {holders[0].id} has"
    return _differs("number", turn.called_no, number) or _differs(
        "limit", turn.limit_s, limit_within(limit_s, left)
    )


def on_deck(model: Replay, facts: Facts) -> str | None:
    turn = model.turns[facts["request"]]
    expected, before, turn.state = model.next_id(turn.item), turn.state, ON_DECK
    if before != WAITING or turn.item != model.item:
        return f"puts somebody on deck who is {before} on list {turn.item}"
    return None if expected == turn.id else f"is not next: {expected} was"


def move(model: Replay, facts: Facts) -> str | None:
    turn = model.turns[facts["request"]]
    if turn.state not in IN_LINE or turn.kind != COMMENT:
        return f"moves somebody who is {turn.state}"
    head = moved(model.line(turn.item), turn.id, facts["steps"])
    for each in head:
        model.turns[each.id].place, model.turns[each.id].is_set = each.place, True
    return None if [each.id for each in head] == facts["order"] else "the order is not that of the move"


def taken_back(model: Replay, facts: Facts) -> str | None:
    turn = model.turns[facts["request"]]
    before, place, limit_s = turn.state, model.first_place(), turn.limit_s
    turn.state, turn.place, turn.is_set = WAITING, facts["place"], True
    turn.limit_s = facts.get("limit_s", limit_s)
    if before not in AWAY or model.is_live_twice(turn):
        return f"takes somebody back who is {before}"
    due = limit_s if turn.given or "limit_s" not in facts else model.limit_of(turn)
    return _differs("place", turn.place, place) or _differs("limit", turn.limit_s, due)


def ceded(model: Replay, facts: Facts) -> str | None:
    turn, to = model.turns[facts["request"]], model.turns[facts["to"]]
    states, due = (turn.state, to.state), to.limit_s + turn.limit_s
    may = may_cede(model.rules[to.item], to.given) and turn.item == to.item and turn is not to
    turn.state, to.limit_s, to.given = WITHDRAWN, facts["limit_s"], to.given + 1
    turn.ceded_to = to.id
    if not may or not set(states) <= set(LISTED):
        return "gives time that cannot be given"
    return _differs("limit", to.limit_s, due)


def extended(model: Replay, facts: Facts) -> str | None:
    turn = model.turns[facts["request"]]
    due, turn.limit_s = turn.limit_s + facts["seconds"], facts["limit_s"]
    if turn.state not in HAS_FLOOR:
        return f"gives more time to somebody who is {turn.state}"
    return _differs("limit", turn.limit_s, due)


def stance(model: Replay, facts: Facts) -> str | None:
    turn = model.turns[facts["request"]]
    turn.stance = facts["stance"]
    return None if turn.state in UNDER_WAY and turn.kind == COMMENT else f"it was {turn.state}"


def written(model: Replay, facts: Facts) -> str | None:
    """From now on the clerk reads it out; it was remote, so that neither order nor times change."""
    turn = model.turns[facts["request"]]
    is_theirs = turn.state in LISTED and turn.kind == COMMENT and turn.side == REMOTE
    turn.mode, turn.words = WRITTEN, facts["words"]
    return None if is_theirs else f"is to be read out: it was {turn.state}, {turn.side}"


class Becomes:
    """The entry ends or changes a turn; what it says was spoken must be what the clock gives."""

    def __init__(self, state: str, *from_states: str) -> None:
        self.state, self.from_states = state, from_states

    def __call__(self, model: Replay, facts: Facts) -> str | None:
        turn = model.turns[facts["request"]]
        before, turn.state = turn.state, self.state
        due, holders = _spoken_ms(model, turn), model.holders()
        turn.since = model.at if self.state == SPEAKING else None
        turn.spoken_ms = facts.get("spoken_ms", turn.spoken_ms)
        turn.reason = facts["reason"] if self.state == REMOVED else turn.reason
        if before not in self.from_states:
            return f"cannot become {self.state}: it was {before}"
        if self.state == SPEAKING and (holders[0] is not turn or model.state != OPEN):
            return f"starts the clock while {holders[0].id} has the floor and the meeting is {model.state}"
        is_off = due is not None and abs(turn.spoken_ms - due) > SLACK_MS
        return f"says {turn.spoken_ms} ms were spoken, and the clock gives {due}" if is_off else None


def _spoken_ms(model: Replay, turn: Turn) -> int | None:
    """By the times of the entries; none where they are not known."""
    if model.at is None:
        return None
    running = (model.at - turn.since).total_seconds() if turn.since else 0
    return turn.spoken_ms + round(running * 1000)


STEPS: dict[str, Step] = {
    "request.joined": joined,
    "request.on_deck": on_deck,
    "request.off_deck": Becomes(WAITING, ON_DECK),
    "request.moved": move,
    "request.stance_changed": stance,
    "request.written": written,
    "request.skipped": Becomes(SKIPPED, *IN_LINE),
    "request.no_show": Becomes(NO_SHOW, CALLED),
    "request.taken_back": taken_back,
    "request.withdrawn": Becomes(WITHDRAWN, *UNDER_WAY),
    "request.lapsed": Becomes(WITHDRAWN, *UNDER_WAY),
    "request.ceded": ceded,
    "request.removed": Becomes(REMOVED, *UNDER_WAY),
    "floor.called": called,
    "floor.started": Becomes(SPEAKING, CALLED),
    "floor.resumed": Becomes(SPEAKING, PAUSED),
    "floor.paused": Becomes(PAUSED, SPEAKING),
    "floor.extended": extended,
    "floor.ended": Becomes(FINISHED, SPEAKING, PAUSED),
}
