"""Arithmetic and yes/no of the queue, without database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from comments.queue.order import FIRST_COME
from engage.language import N_

INTERPRETER_FACTOR = 2
"""Who speaks through an interpreter has at least twice the time (California Gov. Code 54954.3(b))."""
USUAL_SHARE = (0.5, 1.0)
"""Of the time that people are given, how much they use: the least and the most that a wait is reckoned with,
until the meeting's own speakers have shown it."""
EXTENSION_S = 60
SOUND, CUT, GRACE = "sound", "cut", "grace"
AT_ZERO = {
    SOUND: N_("A sound, and the clock counts on"),
    CUT: N_("The microphone is cut where the meeting is heard in this page; elsewhere a sound"),
    GRACE: N_("Some seconds of grace, then a sound"),
}
REASONS = {
    "chair": N_("The chair's decision"),
    "access": N_("Needs of access or health"),
    "child": N_("With a child"),
    "travel": N_("Has to leave"),
    "absent": N_("Is not there just now"),
    "mistake": N_("A mistake is put right"),
}
"""Why a clerk acts out of order: none of them asks what somebody wants to say."""


@dataclass(frozen=True)
class Rules:
    """The rules of one list of speakers. Seconds and minutes are whole; None stands for no limit."""

    order: str = FIRST_COME
    limit_s: int | None = None
    """For each speaker; None: as the meeting's details say."""
    total_s: int | None = None
    """For all speakers of the list together."""
    is_split: bool = True
    """The total is shared equally between the room and remote (California SB 707, Gov. Code 54953.4(b))."""
    cut_off_min: int | None = None
    """Sign-up ends so many minutes before the meeting's time; None: when the list is closed."""
    at_zero: str = SOUND
    grace_s: int = 15
    shows_names: bool = True
    """Whether everyone sees the names of those who wait; who speaks is always named."""
    cede_most: int = 0
    """How many others may give their time to one speaker."""
    asks_stance: bool = True
    """Whether people are asked if they speak in favor or against."""
    point_s: int = 60
    """For a point of order, a question, an answer, an intervention."""

    @property
    def facts(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> "Rules":
        """From a row or an entry, also one written before a rule existed."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in facts.items() if name in known})


def time_limit(speaking_s: int, *, wants_interpreter: bool) -> int:
    """Seconds that a speaker has."""
    return speaking_s * (INTERPRETER_FACTOR if wants_interpreter else 1)


def whole_seconds(ms: int) -> int:
    """Rounded up, so that a total is never given out twice."""
    return -(-ms // 1000)


def time_left(
    rules: Rules, used: Mapping[str, int], waiting: Iterable[str], side: str, *, other: str
) -> int | None:
    """Seconds that the list has left for speakers of this side; None without a total.

    `used` is seconds spoken by side, `waiting` the sides of those in line (`order.side_of_mode`). Where the
    total is shared, each side has half; what one side leaves while nobody there waits goes to the other.
    """
    if rules.total_s is None:
        return None
    both = used.get(side, 0) + used.get(other, 0)
    left = max(rules.total_s - both, 0)
    if not rules.is_split or other not in set(waiting):
        return left
    return max(min(rules.total_s // 2 - used.get(side, 0), left), 0)


def limit_within(limit_s: int, left_s: int | None) -> int:
    """A speaker's time when the list's total is nearly used up."""
    return limit_s if left_s is None else min(limit_s, left_s)


def time_needed(limits: Iterable[int]) -> int:
    """Seconds that everyone who waits would need: 45 waiting x 2 minutes = 1 hour 30."""
    return sum(limits)


def may_cede(rules: Rules, ceded: int) -> bool:
    """`ceded` have given their time to this speaker already."""
    return ceded < rules.cede_most


def wait_range(
    limits_ahead: Sequence[int], *, floor_left_s: int = 0, shares: Sequence[float] = ()
) -> tuple[int, int]:
    """Least and most seconds until somebody's turn.

    `limits_ahead` are the limits of those before them, `floor_left_s` what the present speaker has left,
    `shares` the parts of their limit that this meeting's speakers have used. With five or more the range
    is taken from them (their lower and upper quartile), before that from USUAL_SHARE.
    """
    ordered = sorted(shares)
    least, most = USUAL_SHARE
    if len(ordered) >= 5:
        least, most = ordered[len(ordered) // 4], ordered[(3 * len(ordered)) // 4]
    total = sum(limits_ahead)
    return round(total * least), round(total * most + floor_left_s)
