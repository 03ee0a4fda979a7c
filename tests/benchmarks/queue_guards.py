"""With which sentence an act must be refused: the rules once more, apart from the verbs that refuse."""

from collections.abc import Callable
from datetime import datetime

from comments.queue import actions, admission, undo
from comments.queue.models import (
    ANSWER,
    ANSWERABLE,
    AWAY,
    CALLED,
    COMMENT,
    FINISHED,
    HAS_FLOOR,
    IN_LINE,
    LISTED,
    PAUSED,
    QUESTION,
    SPEAKING,
    UNDER_WAY,
)
from comments.queue.rules import Rules
from meetings import actions as meeting_actions
from meetings.models import OPEN, PUBLISHED, RECESS
from tests.benchmarks.queue_acts import Act
from tests.benchmarks.queue_course import Course

OPEN_FIRST = "Open the meeting first."
USED_UP = "The time for this list is used up. Give it more time first."
ON_LIST = "You are already on the list for this item."
ON_LIST_AGAIN = "This person is on the list again already."
OVER = "This request is already over."
BY_RANK = "Points of order stand in the order of their rank."
SOMEBODY_ELSE = "Somebody else has the floor. End their time first."
NOBODY = "Nobody has the floor here to whom the question could be put."
SAME_LIST = "Time can be given to somebody on the same list only."
NO_MORE = "Nobody can be given more time here."
NO_QUESTION = "There is no question and no intervention here to be answered."
QUESTION_OVER = "This question is over. An answer can be given while it waits or is heard."

SENTENCES = (
    *(OPEN_FIRST, USED_UP, ON_LIST, ON_LIST_AGAIN, OVER, BY_RANK, SOMEBODY_ELSE, NOBODY, SAME_LIST, NO_MORE),
    *(NO_QUESTION, QUESTION_OVER, actions.MOVED_ON, admission.CLOSED, undo.MOVED_ON),
)
"""All that is said here."""

Guard = Callable[[Course, Act, datetime], str | None]
"""None: it must be done."""


def _among(*states: str, else_: str = actions.MOVED_ON) -> Guard:
    return lambda course, act, at: None if course.turn(act.request).state in states else else_


def _when(*states: str, else_: str) -> Guard:
    return lambda course, act, at: None if course.queue.state in states else else_


def _never(course: Course, act: Act, at: datetime) -> str | None:
    return None


def _join(course: Course, act: Act, at: datetime) -> str | None:
    if act.item in course.queue.closed:
        return admission.CLOSED
    return ON_LIST if course.is_live(course.people.get(act.who), act.item, COMMENT) else None


def _card(course: Course, act: Act, at: datetime) -> str | None:
    if (act.value or COMMENT) != COMMENT and course.queue.state != OPEN:
        return OPEN_FIRST
    if act.value != ANSWER:
        return None
    answered = course.queue.turns.get(act.request)
    if answered is None or answered.kind not in ANSWERABLE or answered.item != act.item:
        return NO_QUESTION
    return None if answered.state in UNDER_WAY else QUESTION_OVER


def _stance(course: Course, act: Act, at: datetime) -> str | None:
    turn = course.turn(act.request)
    return None if turn.state in UNDER_WAY and turn.kind == COMMENT else actions.MOVED_ON


def _cede(course: Course, act: Act, at: datetime) -> str | None:
    turn, to = course.turn(act.request), course.turn(act.value)
    if turn.state not in LISTED or to.state not in LISTED or turn is to or turn.kind != COMMENT:
        return actions.MOVED_ON
    if (to.item, to.kind) != (turn.item, COMMENT):
        return SAME_LIST
    rules = course.queue.rules.get(turn.item, Rules())
    return None if to.given < rules.cede_most else NO_MORE


def _call(course: Course, act: Act, at: datetime) -> str | None:
    turn = course.turn(act.request)
    if course.queue.state != OPEN:
        return OPEN_FIRST
    is_next = course.queue.next_id(turn.item) == turn.id
    if not is_next and (act.verb == "call" or turn.state not in IN_LINE):
        return actions.MOVED_ON
    answered = course.queue.turns.get(turn.answer_to or "")
    if answered and answered.state == CALLED and not course.queue.interrupts(turn):
        return SOMEBODY_ELSE
    return USED_UP if turn.kind == COMMENT and course.is_used_up(turn, at) else None


def _start(course: Course, act: Act, at: datetime) -> str | None:
    turn = course.turn(act.request)
    if turn.state not in (CALLED, PAUSED):
        return actions.MOVED_ON
    return None if course.queue.holders()[0] is turn else SOMEBODY_ELSE


def _anew(*states: str) -> Guard:
    def guard(course: Course, act: Act, at: datetime) -> str | None:
        turn = course.turn(act.request)
        if turn.state not in states:
            return actions.MOVED_ON
        if course.is_live(turn.participant, turn.item, turn.kind):
            return ON_LIST_AGAIN
        is_heard = any(each.kind == COMMENT and each.item == turn.item for each in course.queue.holders())
        return NOBODY if turn.kind == QUESTION and not is_heard else None

    return guard


def _move(course: Course, act: Act, at: datetime) -> str | None:
    turn = course.turn(act.request)
    if turn.state not in IN_LINE:
        return actions.MOVED_ON
    return None if turn.kind == COMMENT else BY_RANK


def _no_item(course: Course, act: Act, at: datetime) -> str | None:
    is_called = course.queue.state == OPEN and course.queue.item is not None
    return None if is_called else meeting_actions.MOVED_ON


GUARDS: dict[str, Guard] = {
    "join": _join, "card": _card, "withdraw": _among(*UNDER_WAY, else_=OVER), "stance": _stance,
    "cede": _cede, "call": _call, "call_out": _call, "start": _start, "pause": _among(SPEAKING),
    "extension": _among(*HAS_FLOOR), "end": _among(*HAS_FLOOR), "no-show": _among(CALLED),
    "skip": _among(*IN_LINE), "return": _anew(*AWAY), "again": _anew(FINISHED),
    "remove": _among(*UNDER_WAY), "up": _move, "down": _move, "first": _move,
    "limit": _never, "total": _never, "close": _never, "reopen": _never,
    "item": _when(OPEN, else_=OPEN_FIRST),
    "no-item": _no_item,
    "open": _when(PUBLISHED, else_=meeting_actions.MOVED_ON),
    "recess": _when(OPEN, else_=meeting_actions.MOVED_ON),
    "reconvene": _when(RECESS, else_=meeting_actions.MOVED_ON),
}  # fmt: skip
"""Of an undo, see `queue_undoing`."""
