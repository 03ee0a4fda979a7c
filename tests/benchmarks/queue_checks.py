"""The four checks of an evening: once, in time, as retold, whole. Each gives what is wrong, or nothing."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from comments.queue.checking import faults
from comments.queue.retold import Replay
from engage import record
from engage.record import Entry
from tests.benchmarks.queue_acts import NOT_KEPT, OF_RESIDENTS, Act
from tests.benchmarks.queue_answers import Answer
from tests.benchmarks.queue_course import Course
from tests.benchmarks.queue_effects import strange
from tests.benchmarks.queue_evening import Done, Evening
from tests.benchmarks.queue_guards import GUARDS
from tests.benchmarks.queue_undoing import Undoing

MOST = 3
"""Complaints of one check: after the first the model and the book have parted."""
ONCE, IN_TIME, RETOLD, WHOLE = "once", "in time", "retold", "whole"
CHECKS = {
    ONCE: "every acknowledged act's entries are in the book exactly once, and nothing else is",
    IN_TIME: "what was acknowledged before another act began stands before it",
    RETOLD: "the record, replayed in a pure model, gives every answer",
    WHOLE: "the chain is whole, the replay has no fault, the rows are those of the replay",
}


def complaints(db: Session, evening: Evening, done: Sequence[Done]) -> dict[str, list[str]]:
    """By check; a check that found nothing is left out."""
    book = select(Entry).where(Entry.book == evening.meeting_id).order_by(Entry.seq)
    entries = list(db.scalars(book))
    found = {
        ONCE: once(evening, done, entries),
        IN_TIME: in_time(done),
        RETOLD: retold(evening, done, entries),
        WHOLE: whole(db, evening),
    }
    return {check: said[:MOST] for check, said in found.items() if said}


def once(evening: Evening, done: Sequence[Done], entries: Sequence[Entry]) -> list[str]:
    owned = Counter(seq for each in done for seq in range(each.answer.as_of + 1, each.answer.last + 1))
    there = {entry.seq for entry in entries if entry.seq > evening.set_up}
    found = [f"entry {seq} is {count} acts' at once" for seq, count in owned.items() if count > 1]
    found += [f"entry {seq} was acknowledged and is not there" for seq in sorted(owned.keys() - there)]
    return found + [f"entry {seq} is nobody's act" for seq in sorted(there - owned.keys())]


def in_time(done: Sequence[Done]) -> list[str]:
    """One scan: the highest number that was acknowledged before each act began."""
    answered = sorted(done, key=lambda each: each.ended)
    found, at, highest = [], 0, 0
    for each in sorted(done, key=lambda each: each.began):
        while at < len(answered) and answered[at].ended < each.began:
            highest = max(highest, answered[at].answer.last)
            at += 1
        if each.answer.as_of < highest:
            found.append(f"{each.act.verb} as of {each.answer.as_of} began after {highest} was acknowledged")
    return found


def retold(evening: Evening, done: Sequence[Done], entries: Sequence[Entry]) -> list[str]:
    """The acts in the order of the book; what was refused changed nothing, and comes before what did."""
    course, undoing = Course(Replay(evening.meeting_id)), Undoing(evening.rules)
    by_seq = {entry.seq: entry for entry in entries}
    for seq in range(1, evening.set_up + 1):
        course.tell(by_seq[seq])
    found: list[str] = []
    for each in sorted(done, key=lambda one: (one.answer.as_of, one.answer.last > one.answer.as_of)):
        own = [by_seq[n] for n in range(each.answer.as_of + 1, each.answer.last + 1) if n in by_seq]
        try:
            said = _retold(course, undoing, each, own)
        except (KeyError, IndexError) as missing:
            said = [f"{missing} is not known"]
        found += [f"after entry {each.answer.as_of}: {words}" for words in said]
        if len(found) >= MOST:
            break
    return found


def _retold(course: Course, undoing: Undoing, each: Done, entries: Sequence[Entry]) -> list[str]:
    act, answer = each.act, each.answer
    expected = _refusal(course, undoing, act, answer)
    if answer.refused != expected:
        return [f"{act.verb} was answered {answer.refused!r}, the rules say {expected!r}"]
    if answer.refused:
        return ["a refused act has made entries"] if entries else []
    before, found = course.values(), list[str]()
    for entry in entries:
        found += course.tell(entry)
        if entry.kind == "act.undone":
            found += undoing.undo(entry.facts["undone"], entry.facts["requests"])
            before = course.values()
        if entry.kind == "request.joined" and act.verb == "join":
            course.people[act.who] = entry.facts["participant"]
    is_kept = act.verb not in OF_RESIDENTS | NOT_KEPT and not act.who.startswith("chair")
    undoing.note(answer.as_of + 1, act.who if is_kept else None, before, course.values())
    found += strange(course, act, answer, entries) + course.complaints()
    seen = course.seen(answer.request)
    return found + ([] if seen == answer.seen else [f"{act.verb} showed {answer.seen}, not {seen}"])


def _refusal(course: Course, undoing: Undoing, act: Act, answer: Answer) -> str | None:
    if act.verb == "undo":
        return undoing.refusal(course, act.value, act.who)
    return GUARDS[act.verb](course, act, answer.at)


def whole(db: Session, evening: Evening) -> list[str]:
    """As `engage verify` says it."""
    broken = record.first_fault(db, evening.meeting_id)
    found = [] if broken is None else [f"entry {broken} does not follow from the one before"]
    return found + faults(db, evening.meeting_id)
