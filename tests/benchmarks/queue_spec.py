"""A first-come list of comments as a clerk would explain it, in a few pure functions: the second opinion.

It knows neither the tables nor the house's own rules; it is for searching small histories (`linear`), where
the numbers of the entries are not looked at.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from tests.benchmarks.queue_acts import Act
from tests.benchmarks.queue_answers import Answer, Seen

MOVED_ON = "The queue has moved on meanwhile. Nothing was changed; here is how it stands now."
ON_LIST = "You are already on the list for this item."
ON_LIST_AGAIN = "This person is on the list again already."
OVER = "This request is already over."
HOLDS = ("called", "speaking", "paused")
MINUTE_S = 60


@dataclass(frozen=True)
class Speaker:
    """`state` is "in line" for who waits."""

    id: str
    who: str
    state: str = "in line"
    limit_s: int = 120


@dataclass(frozen=True)
class Line:
    """`waiting` are ids in the order in which they are called."""

    speakers: tuple[Speaker, ...] = ()
    waiting: tuple[str, ...] = ()

    def speaker(self, one: str) -> Speaker:
        return next(each for each in self.speakers if each.id == one)

    @property
    def floor(self) -> Speaker | None:
        return next((each for each in self.speakers if each.state in HOLDS), None)

    def with_(self, one: str, **changes: Any) -> "Line":
        """This speaker otherwise; who is not in line any more has left it."""
        speakers = tuple(replace(each, **changes) if each.id == one else each for each in self.speakers)
        in_line = {each.id for each in speakers if each.state == "in line"}
        return Line(speakers, tuple(each for each in self.waiting if each in in_line))

    def is_live(self, who: str) -> bool:
        return any(each.who == who and each.state in ("in line", *HOLDS) for each in self.speakers)

    def seen(self, one: str) -> Seen:
        speaker, floor = self.speaker(one), self.floor
        is_first = self.waiting[:1] == (one,)
        state = speaker.state if speaker.state != "in line" else "on_deck" if is_first else "waiting"
        place = self.waiting.index(one) + 1 if one in self.waiting else 0
        is_running = floor is not None and floor.state == "speaking"
        return Seen(state, speaker.limit_s, place, self.waiting[:1], floor.id if floor else None, is_running)


def step(line: Line, act: Act, answer: Answer) -> Line | None:
    """The list after the act; None when it cannot have been answered so."""
    if act.request and act.request not in {each.id for each in line.speakers}:
        return None
    after = ACTS[act.verb](line, act, act.request or answer.request)
    if isinstance(after, str):
        return line if answer.refused == after else None
    return after if answer.refused is None and answer.seen == after.seen(answer.request) else None


Outcome = Line | str
"""The list after it, or why it is refused."""


def _join(line: Line, act: Act, one: str) -> Outcome:
    """The id is the answer's: nobody knows it before."""
    if line.is_live(act.who):
        return ON_LIST
    return Line((*line.speakers, Speaker(one, act.who)), (*line.waiting, one))


def _withdraw(line: Line, act: Act, one: str) -> Outcome:
    live = ("in line", *HOLDS)
    return line.with_(one, state="withdrawn") if line.speaker(one).state in live else OVER


def _becomes(state: str, *from_states: str) -> Callable[[Line, Act, str], Outcome]:
    def act_on(line: Line, act: Act, one: str) -> Outcome:
        return line.with_(one, state=state) if line.speaker(one).state in from_states else MOVED_ON

    return act_on


def _end(line: Line, act: Act, one: str) -> Outcome:
    """Who never began was not there."""
    state = line.speaker(one).state
    if state not in HOLDS:
        return MOVED_ON
    return line.with_(one, state="no_show" if state == "called" else "finished")


def _call(line: Line, act: Act, one: str) -> Outcome:
    """In turn it must be the first; who has the floor is done."""
    if one not in (line.waiting[:1] if act.verb == "call" else line.waiting):
        return MOVED_ON
    if line.floor:
        line = line.with_(line.floor.id, state="no_show" if line.floor.state == "called" else "finished")
    return line.with_(one, state="called")


def _extend(line: Line, act: Act, one: str) -> Outcome:
    speaker = line.speaker(one)
    return line.with_(one, limit_s=speaker.limit_s + MINUTE_S) if speaker.state in HOLDS else MOVED_ON


def _return(line: Line, act: Act, one: str) -> Outcome:
    """First in line, with the time that everyone has."""
    speaker = line.speaker(one)
    if speaker.state not in ("skipped", "no_show"):
        return MOVED_ON
    if line.is_live(speaker.who):
        return ON_LIST_AGAIN
    back = line.with_(one, state="in line", limit_s=Speaker.limit_s)
    return replace(back, waiting=(one, *line.waiting))


def _move(steps: int) -> Callable[[Line, Act, str], Outcome]:
    def act_on(line: Line, act: Act, one: str) -> Outcome:
        if one not in line.waiting:
            return MOVED_ON
        others = [each for each in line.waiting if each != one]
        others.insert(max(line.waiting.index(one) + steps, 0), one)
        return replace(line, waiting=tuple(others))

    return act_on


ACTS: dict[str, Callable[[Line, Act, str], Outcome]] = {
    "join": _join,
    "withdraw": _withdraw,
    "call": _call,
    "call_out": _call,
    "start": _becomes("speaking", "called", "paused"),
    "pause": _becomes("paused", "speaking"),
    "extension": _extend,
    "end": _end,
    "no-show": _becomes("no_show", "called"),
    "skip": _becomes("skipped", "in line"),
    "return": _return,
    "up": _move(-1),
    "down": _move(1),
    "first": _move(-99),
}
