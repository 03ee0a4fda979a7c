"""What carries a motion, and what may be done with one: pure arithmetic and yes or no, without database.

The counting follows Robert's Rules of Order Newly Revised (RONR, 12th ed.), section 44: a majority is more
than half of the votes cast, abstentions excluded. Where a body's rules name another base (the members
present, the full body), a member of that base who does not vote has the effect of a nay.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from meetings.models import CAST, OF_FULL, OF_PRESENT, TWO_THIRDS, TWO_THIRDS_FULL, UNANIMOUS
from meetings.motions.models import (
    ABSENT,
    ABSTAIN,
    ADJOURN,
    AMENDMENT,
    AYE,
    CLOSE_DEBATE,
    CONSENT,
    CONTINUE,
    MAIN,
    NAY,
    RECUSED,
    REFER,
    TABLE,
)

ALONE = (MAIN, CONSENT)
"""Only one of these may be pending on an item."""
SETS_ASIDE = (TABLE, CONTINUE, REFER)
"""Carried, they take the pending motion off the table of this meeting."""
SUBSIDIARY = (AMENDMENT, *SETS_ASIDE, CLOSE_DEBATE)
"""About a pending motion; decided before it."""


@dataclass(frozen=True)
class Counts:
    """How many voted how; `seats` of the full body, vacant ones too."""

    ayes: int = 0
    nays: int = 0
    abstentions: int = 0
    absent: int = 0
    recused: int = 0
    seats: int = 0

    @property
    def cast(self) -> int:
        return self.ayes + self.nays

    @property
    def present(self) -> int:
        """Who took part in the vote: a recused member has left the table for this item."""
        return self.cast + self.abstentions

    @property
    def here(self) -> int:
        """For the quorum a recused member counts."""
        return self.present + self.recused


def count(votes: Iterable[str], seats: int) -> Counts:
    """`seats` is at least the number of votes."""
    by = Counter(votes)
    return Counts(by[AYE], by[NAY], by[ABSTAIN], by[ABSENT], by[RECUSED], max(seats, by.total()))


def is_carried(threshold: str, counts: Counts) -> bool:
    """A tie fails; without an aye nothing is carried. Thirds are compared as whole numbers, not rounded."""
    ayes = counts.ayes
    carried = {
        CAST: 2 * ayes > counts.cast,
        OF_PRESENT: 2 * ayes > counts.present,
        OF_FULL: 2 * ayes > counts.seats,
        TWO_THIRDS: 3 * ayes >= 2 * counts.cast,
        TWO_THIRDS_FULL: 3 * ayes >= 2 * counts.seats,
        UNANIMOUS: ayes == counts.present,
    }
    return ayes > 0 and carried[threshold]


def follows(facts: dict[str, Any]) -> bool:
    """A vote's entry is right in itself: its counts and its result follow from its votes."""
    counts = count(facts["votes"].values(), facts["seats"])
    told = {name: facts[name] for name in ("ayes", "nays", "abstentions", "absent", "recused", "seats")}
    return told == vars(counts) and facts["carried"] == is_carried(facts["threshold"], counts)


def threshold_of(kind: str, default: str) -> str:
    """What such a motion needs when nothing else is said: closing debate takes two thirds (RONR 16:5)."""
    return TWO_THIRDS if kind == CLOSE_DEBATE else default


def needs_quorum(kind: str) -> bool:
    """Without one a body can do no more than adjourn (RONR 40:7)."""
    return kind != ADJOURN


def may_vote_so(vote: str, *, is_here: bool, is_recused: bool) -> bool:
    """Who is not here or has stepped aside on the item has no aye, nay or abstention."""
    return vote in (ABSENT, RECUSED) or (is_here and not is_recused)


def expected_vote(*, is_here: bool, is_recused: bool) -> str:
    """What a row of the vote shows before the clerk has changed anything."""
    if is_recused:
        return RECUSED
    return AYE if is_here else ABSENT
