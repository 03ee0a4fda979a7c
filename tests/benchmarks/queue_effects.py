"""Which entries an act makes: one that says it, and what may follow from it; all by its actor."""

from collections.abc import Sequence

from comments.queue.rules import Rules
from engage import record
from engage.record import Entry
from tests.benchmarks.queue_acts import OF_RESIDENTS, Act, actor
from tests.benchmarks.queue_answers import Answer
from tests.benchmarks.queue_course import Course

SAYS: dict[str, tuple[str, ...]] = {
    "join": ("request.joined",),
    "card": ("request.joined",),
    "again": ("request.joined",),
    "withdraw": ("request.withdrawn",),
    "stance": ("request.stance_changed",),
    "cede": ("request.ceded",),
    "call": ("floor.called",),
    "call_out": ("floor.called",),
    "start": ("floor.started", "floor.resumed"),
    "pause": ("floor.paused",),
    "extension": ("floor.extended",),
    "end": ("floor.ended", "request.no_show"),
    "no-show": ("request.no_show",),
    "skip": ("request.skipped",),
    "return": ("request.taken_back",),
    "remove": ("request.removed",),
    **dict.fromkeys(("up", "down", "first"), ("request.moved",)),
    "limit": ("rules.set",),
    "total": ("rules.set",),
    "close": ("list.closed",),
    "reopen": ("list.reopened",),
    "item": ("item.called",),
    "no-item": ("item.closed",),
    "open": ("meeting.opened",),
    "recess": ("meeting.recessed",),
    "reconvene": ("meeting.reconvened",),
    "undo": ("act.undone",),
}
ALWAYS = {"request.on_deck", "request.off_deck", "list.opened", "list.admitted", "draw.held"}
"""May follow from any act."""
LAPSES = {"request.lapsed", "floor.ended"}
"""Questions and answers end with what they are put to."""
CLEARS = {"floor.ended", "floor.paused", "request.no_show", "request.lapsed"}
"""Another is called, or the meeting stops: who has the floor is done, or lets their clock stand."""
BESIDES: dict[str, set[str]] = {
    "join": {"participant.named"},
    "card": {"participant.named"},
    **dict.fromkeys(("withdraw", "remove", "skip", "end", "no-show"), LAPSES),
    **dict.fromkeys(("call", "call_out", "recess"), CLEARS),
    "undo": {"item.called", "item.closed", "rules.set"},
}


def strange(course: Course, act: Act, answer: Answer, entries: Sequence[Entry]) -> list[str]:
    """What is wrong with the entries of one act that was done; nothing new to say is nothing said."""
    said = [entry for entry in entries if _says(act, answer, entry)]
    if not entries and act.verb in ("stance", "total"):
        return [] if _is_so_already(course, act) else [f"{act.verb} was not noted"]
    found = [] if len(said) == 1 else [f"{act.verb} is said by {len(said)} entries"]
    known = {*SAYS[act.verb], *ALWAYS, *BESIDES.get(act.verb, ())}
    found += [f"{act.verb} makes {entry.kind}" for entry in entries if entry.kind not in known]
    by = f"participant:{course.people.get(act.who)}" if act.verb in OF_RESIDENTS else actor(act)
    joined = [entry.facts["participant"] for entry in entries if entry.kind == "request.joined"]
    cards = [f"participant:{one}" for one in joined if act.verb == "card"]
    return found + [
        f"{entry.kind} of {by} is by {entry.actor}"
        for entry in entries
        if entry.actor not in (by, record.SYSTEM, *cards)
    ]


def _says(act: Act, answer: Answer, entry: Entry) -> bool:
    is_about = "request" not in entry.facts or entry.facts["request"] == answer.request
    return entry.kind in SAYS[act.verb] and is_about


def _is_so_already(course: Course, act: Act) -> bool:
    if act.verb == "stance":
        return course.turn(act.request).stance == act.stance
    return bool(course.queue.rules.get(act.item, Rules()).total_s == act.value)
