"""The tally once more, from the record alone, and where it differs from what was announced or is stored."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from comments.surveys import queries
from comments.surveys.models import MULTIPLE, RANKING, RATING, TEXT
from comments.surveys.result import Count, Result
from comments.surveys.rules import ranked
from engage import record
from engage.record import Entry

ASKED = ("survey.drafted", "survey.changed", "survey.opened")
KINDS = (*ASKED, "survey.answered", "survey.closed", "survey.released")


@dataclass
class Told:
    """What a book says of one survey: its questions, its ballots in order, and its ending."""

    asked: dict[str, Any]
    state: str = "draft"
    is_released: bool = False
    ballots: list[dict[str, Any]] = field(default_factory=list)
    closing: Entry | None = None
    faults: list[str] = field(default_factory=list)

    @property
    def is_countable(self) -> bool:
        """Books from before ballots were kept in the record have none to count."""
        return "options" in self.asked

    @property
    def kinds(self) -> dict[str, str]:
        """Of the questions that have something to count."""
        kinds: dict[str, str] = self.asked.get("kinds", {})
        return {question: kind for question, kind in kinds.items() if kind != TEXT}


def recount(entries: Iterable[Entry]) -> dict[str, dict[str, Count]]:
    """By survey's id and question's id. Of texts the record knows at the close only how many."""
    return {survey: counts(told) for survey, told in read(entries).items() if told.is_countable}


def counts(told: Told) -> dict[str, Count]:
    return {
        question: count(
            kind,
            told.asked["options"][question],
            [choices[question] for choices in told.ballots if question in choices],
        )
        for question, kind in told.kinds.items()
    }


def count(kind: str, options: list[str], choices: list[Any]) -> Count:
    """Of one question: the choices as ballots hold them."""
    if kind == RANKING:
        points, firsts = ranked(options, choices)
        return Count(len(choices), firsts, points)
    if kind == RATING:
        choices = [[options[rating - 1]] for rating in choices]
    chosen = Counter(option for choice in choices for option in choice)
    return Count(len(choices), {option: chosen[option] for option in options})


def read(entries: Iterable[Entry]) -> dict[str, Told]:
    """The surveys of a book, from its entries in order. A ballot that may not be there is not counted."""
    found: dict[str, Told] = {}
    for entry in entries:
        if entry.kind not in KINDS:
            continue
        facts = entry.facts
        told = found.setdefault(facts["survey"], Told({}))
        if entry.kind in ASKED:
            told.asked, told.state = facts, "open" if entry.kind == "survey.opened" else told.state
        elif entry.kind == "survey.answered":
            take_ballot(told, entry)
        elif entry.kind == "survey.closed":
            told.state, told.closing = "closed", entry
        elif entry.kind == "survey.released":
            told.is_released = True
    return found


def take_ballot(told: Told, entry: Entry) -> None:
    choices = entry.facts.get("choices", {})
    if told.state != "open":
        told.faults.append(f"Entry {entry.seq} is a ballot on a survey that was not open.")
    elif told.is_countable and not all(fits(told, *choice) for choice in choices.items()):
        told.faults.append(f"Entry {entry.seq} is a ballot that does not fit its question.")
    else:
        told.ballots.append(choices)


def fits(told: Told, question: str, choice: Any) -> bool:
    """A ballot's choice is one that the question's form can send."""
    kind, options = told.kinds.get(question), told.asked["options"].get(question, [])
    if kind == RATING:
        return type(choice) is int and 1 <= choice <= len(options)
    if kind is None or not isinstance(choice, list) or not all(each in options for each in choice):
        return False
    least, most = {RANKING: (len(options), len(options)), MULTIPLE: (1, len(options))}.get(kind, (1, 1))
    return least <= len(choice) <= most and len(set(choice)) == len(choice)


def faults(db: Session, meeting_id: str) -> list[str]:
    """Where a meeting's ballots on the record, its closing entries and the stored rows do not agree; each
    names the entry or the survey."""
    book = read(record.of_kinds(db, [meeting_id], KINDS))
    rows = {result.survey.id: result for result in queries.results(db, queries.surveys(db, meeting_id))}
    found = [f"Survey {each} is in the record and not in the store." for each in book.keys() - rows.keys()]
    found += [f"Survey {each} is in the store and not in the record." for each in rows.keys() - book.keys()]
    for survey in sorted(book.keys() & rows.keys()):
        told, result = book[survey], rows[survey]
        found += told.faults
        found += [f"Survey {survey}: {each}" for each in differences(told, result)]
        if told.closing:
            found += closing_faults(told, told.closing, result)
    return found


def differences(told: Told, result: Result) -> list[str]:
    """Between the record and the stored rows."""
    survey, found = result.survey, []
    stands = {"state": survey.state, "audience": survey.audience, "shows": survey.shows}
    said = {"state": told.state} | {
        name: told.asked.get(name, stands[name]) for name in ("audience", "shows")
    }
    if stands != said or (survey.released_at is not None) != told.is_released:
        found.append(f"it stands as {stands}, and in the record as {said}.")
    if record.sealed(survey.salt, survey.words) != told.asked.get("words"):
        found.append("its words are not those that were sealed.")
    if result.answers != len(told.ballots):
        found.append(f"{result.answers} have answered, and the record has {len(told.ballots)} ballots.")
    if not told.is_countable:
        return found
    stored = {each.question.id: each.count for each in result.questions if each.question.kind != TEXT}
    counted = counts(told)
    return found + [
        f"question {each}: the stored ballots give {stored.get(each)}, the record {counted.get(each)}."
        for each in sorted(stored.keys() | counted.keys())
        if stored.get(each) != counted.get(each)
    ]


def closing_faults(told: Told, entry: Entry, result: Result) -> list[str]:
    """Between what was announced at the close and the ballots before it."""
    facts, counted = entry.facts, counts(told) if told.is_countable else {}
    wanted: dict[str, Any] = {"answers": len(told.ballots)}
    if told.is_countable:
        texts = {each.question.id: each.people for each in result.questions if each.question.kind == TEXT}
        wanted["people"] = texts | {each: one.people for each, one in counted.items()}
        wanted["counts"] = {option: n for one in counted.values() for option, n in one.chosen.items()}
        wanted["points"] = {option: n for one in counted.values() for option, n in one.points.items()}
    return [
        f"Entry {entry.seq} closes with {name} {facts.get(name)}, and its ballots give {value}."
        for name, value in wanted.items()
        if facts.get(name) != value
    ]
