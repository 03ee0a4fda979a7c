"""The queue as its entries alone tell it: who waits on which list, in which order, with which time left."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from comments.queue.models import (
    COMMENT,
    HAS_FLOOR,
    HEARD,
    IN_LINE,
    IN_PERSON,
    INTERRUPTS,
    RANKS,
    REMOTE,
    SIDES,
    UNDER_WAY,
)
from comments.queue.order import DRAWN, Asked, in_order, next_up, side_of_mode
from comments.queue.rules import Rules, time_left, time_limit, whole_seconds
from meetings.models import DRAFT


@dataclass
class Turn:
    """One request, as far as the order depends on it."""

    id: str
    item: str | None
    participant: str
    mode: str
    stance: str
    kind: str
    place: int
    is_set: bool
    limit_s: int
    state: str
    answer_to: str | None = None
    spoken_ms: int = 0
    called_no: int | None = None
    interpreter: bool = False
    given: int = 0
    """How many have given it their time."""
    since: datetime | None = None
    """When its clock was last started, by the entry's time; none while it stands."""
    ceded_to: str | None = None
    note: str | None = None
    reason: str | None = None
    words: str | None = None
    """All three sealed, as the record has them."""

    @property
    def side(self) -> str:
        return side_of_mode(self.mode)


def asked(turn: Turn, spoken: set[str]) -> Asked:
    """What the order depends on; `spoken` are the participants who have had a turn."""
    rank, has_spoken = RANKS[turn.kind], turn.participant in spoken
    return Asked(
        turn.id, turn.place, rank, turn.is_set, turn.mode, turn.stance, has_spoken, turn.answer_to
    )  # fmt: skip


@dataclass(frozen=True)
class Change:
    """What one entry has changed of a turn; `before` is none for an entry that brings it in."""

    seq: int
    before: Turn | None
    after: Turn


@dataclass
class Replay:
    """What the entries say so far. `faults` are (seq, what is wrong)."""

    meeting: str
    turns: dict[str, Turn] = field(default_factory=dict)
    rules: dict[str | None, Rules] = field(default_factory=dict)
    commitments: dict[str | None, str] = field(default_factory=dict)
    drawn: set[str | None] = field(default_factory=set)
    closed: set[str | None] = field(default_factory=set)
    faults: list[tuple[int, str]] = field(default_factory=list)
    state: str = DRAFT
    """The meeting's."""
    item: str | None = None
    """The agenda item that is open."""
    speaking_s: int | None = None
    at: datetime | None = None
    """The time of the entry that is told."""
    history: dict[str, list[Change]] = field(default_factory=dict)
    """Of each turn, where the whole book is replayed."""
    ruled_by: dict[str | None, int] = field(default_factory=dict)
    """The entry that has set each list's rules last."""
    is_old: bool = False
    """The book has requests from before the order was on the record."""

    def have_spoken(self) -> set[str]:
        """Participants who have had a turn, or are having it."""
        turns = self.turns.values()
        return {turn.participant for turn in turns if turn.kind == COMMENT and turn.state in HEARD}

    def line(self, item: str | None) -> list[Asked]:
        """Who waits on this list, first to be called first."""
        here = self.on(item)
        called = [each for each in here if each.kind == COMMENT and each.called_no is not None]
        last = max(called, key=lambda each: each.called_no or 0, default=None)
        spoken = self.have_spoken()
        waiting = [asked(each, spoken) for each in here if each.state in IN_LINE]
        order = self.rules.get(item, Rules()).order
        return in_order(order, waiting, asked(last, spoken) if last else None)

    def on(self, item: str | None) -> list[Turn]:
        return [turn for turn in self.turns.values() if turn.item == item]

    def left(self, item: str | None, mode: str) -> int | None:
        """Seconds that the list's total leaves for speakers of this mode."""
        here = [turn for turn in self.on(item) if turn.kind == COMMENT]
        used = {side: whole_seconds(sum(t.spoken_ms for t in here if t.side == side)) for side in SIDES}
        waiting = [turn.side for turn in here if turn.state in IN_LINE]
        own = side_of_mode(mode)
        other = REMOTE if own == IN_PERSON else IN_PERSON
        return time_left(self.rules.get(item, Rules()), used, waiting, own, other=other)

    def next_id(self, item: str | None) -> str | None:
        up = next_up(self.line(item), lambda mode: self.left(item, mode) != 0)
        return up.id if up else None

    def limit_of(self, turn: Turn) -> int | None:
        """Seconds that it has by the rules alone; none where the book does not say."""
        rules = self.rules.get(turn.item, Rules())
        if turn.kind != COMMENT:
            return rules.point_s
        speaking_s = rules.limit_s or self.speaking_s
        return time_limit(speaking_s, wants_interpreter=turn.interpreter) if speaking_s else None

    def is_to_be_drawn(self, item: str | None) -> bool:
        return self.rules.get(item, Rules()).order == DRAWN and item not in self.drawn

    def next_place(self) -> int:
        return (max((turn.place for turn in self.turns.values()), default=0) or 0) + 1

    def first_place(self) -> int:
        return min((turn.place for turn in self.turns.values()), default=1) - 1

    def holders(self) -> list[Turn]:
        """Who was called or is speaking, the latest first."""
        found = [turn for turn in self.turns.values() if turn.state in HAS_FLOOR]
        return sorted(found, key=lambda turn: turn.called_no or 0, reverse=True)

    def interrupts(self, turn: Turn) -> bool:
        answered = self.turns.get(turn.answer_to) if turn.answer_to else None
        return (answered or turn).kind in INTERRUPTS

    def is_live_twice(self, turn: Turn) -> bool:
        same = (turn.participant, turn.item, turn.kind)
        return any(
            (each.participant, each.item, each.kind) == same and each is not turn and each.state in UNDER_WAY
            for each in self.turns.values()
        )

    def before(self, request_id: str, seq: int) -> Turn | None:
        """A turn as it stood before this entry; none when it came in later."""
        told = self.history.get(request_id, [])
        return next((each.before for each in told if each.seq >= seq), self.turns.get(request_id))

    def entry_of(self, request_id: str, name: str) -> int | None:
        """The entry that has made a turn's value what it is."""
        for each in reversed(self.history.get(request_id, [])):
            if each.before is None or getattr(each.before, name) != getattr(each.after, name):
                return each.seq
        return None


Facts = dict[str, Any]
Step = Callable[[Replay, Facts], str | None]
"""What an entry of one kind does to the queue; the answer is what is wrong with it."""
