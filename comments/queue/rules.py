"""Arithmetic and yes/no of the queue, without database."""

from collections.abc import Sequence

INTERPRETER_FACTOR = 2
"""Who speaks through an interpreter has at least twice the time (California Gov. Code 54954.3(b))."""
USUAL_SHARE = (0.5, 1.0)
"""Of the time that people are given, how much they use: the least and the most that a wait is reckoned with,
until the meeting's own speakers have shown it."""


def time_limit(speaking_s: int, *, wants_interpreter: bool) -> int:
    """Seconds that a speaker has."""
    return speaking_s * (INTERPRETER_FACTOR if wants_interpreter else 1)


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


def move(order: Sequence[str], request_id: str, steps: int) -> list[str]:
    """The order after moving one request by so many places (up is negative), stopping at the ends."""
    rest = [each for each in order if each != request_id]
    place = min(max(order.index(request_id) + steps, 0), len(rest))
    return [*rest[:place], request_id, *rest[place:]]
