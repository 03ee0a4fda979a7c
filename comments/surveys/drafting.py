"""A survey as the clerk types it: up to five blocks of a question, its kind, and one answer on each line."""

from collections.abc import Collection
from dataclasses import dataclass

from comments.surveys.models import (
    AUDIENCES,
    CLOSING,
    KINDS,
    OWN_OPTIONS,
    RESIDENTS,
    SHOWS,
    SINGLE,
    TEXT,
    Survey,
)
from comments.surveys.rules import (
    LONGEST_OPTION,
    LONGEST_QUESTION,
    LONGEST_TITLE,
    MOST_OPTIONS,
    MOST_QUESTIONS,
)
from engage.forms import Form
from engage.language import N_

BLOCKS = range(1, MOST_QUESTIONS + 1)
Complaint = tuple[str, dict[str, object]]
"""A msgid, and what fills it."""


@dataclass(frozen=True)
class QuestionDraft:
    """`options` stay empty for the kinds whose answers the house gives."""

    kind: str
    words: str
    options: tuple[str, ...] = ()

    @property
    def all_options(self) -> tuple[str, ...]:
        return OWN_OPTIONS.get(self.kind, self.options)


@dataclass(frozen=True)
class SurveyDraft:
    title: str
    questions: tuple[QuestionDraft, ...]
    item_id: str | None = None
    audience: str = RESIDENTS
    shows: str = CLOSING


def empty_blocks() -> dict[str, str]:
    """What the form of a new survey begins with."""
    return {f"kind{n}": SINGLE for n in BLOCKS} | {"audience": RESIDENTS, "shows": CLOSING}


def typed(survey: Survey) -> dict[str, str]:
    """The form's fields for a survey that is there; `read_draft` of them is the same survey."""
    fields = empty_blocks() | {"title": survey.title, "item": survey.item_id or ""}
    fields |= {"audience": survey.audience, "shows": survey.shows}
    for question in survey.questions:
        options = [] if question.has_own_options else question.options
        fields[f"kind{question.place}"] = question.kind
        fields[f"words{question.place}"] = question.words
        fields[f"options{question.place}"] = "\n".join(option.words for option in options)
    return fields


def read_draft(form: Form, item_ids: Collection[str]) -> SurveyDraft:
    """What was typed, with the complaints in the form. Blocks that were left empty are left out."""
    title = form.text("title", most=LONGEST_TITLE, needed=True)
    item_id = form.choice("item", item_ids, needed=False)
    audience = form.choice("audience", AUDIENCES, needed=False) or RESIDENTS
    shows = form.choice("shows", SHOWS, needed=False) or CLOSING
    blocks = [read_question(form, n) for n in BLOCKS if is_begun(form, n)]
    if not blocks:
        form.say("words1", N_("Please write at least one question."))
    return SurveyDraft(title, tuple(blocks), item_id or None, audience, shows)


def is_begun(form: Form, n: int) -> bool:
    return bool(form.value(f"words{n}").strip() or form.value(f"options{n}").strip())


def read_question(form: Form, n: int) -> QuestionDraft:
    words = form.text(f"words{n}", most=LONGEST_QUESTION, needed=True)
    kind = form.choice(f"kind{n}", KINDS)
    lines = form.text(f"options{n}", most=MOST_OPTIONS * (LONGEST_OPTION + 2), lines=True).split("\n")
    options = tuple(line for line in lines if line)
    if needs_options(kind) and len(options) < 2:
        form.say(f"options{n}", N_("Please give at least two answers, each on a line of its own."))
    if complaint := options_complaint(kind, options):
        form.say(f"options{n}", complaint[0], **complaint[1])
    return QuestionDraft(kind, words, options)


def needs_options(kind: str) -> bool:
    """They are the clerk's to write."""
    return kind != TEXT and kind not in OWN_OPTIONS


def options_complaint(kind: str, options: tuple[str, ...]) -> Complaint | None:
    """What is wrong with the answers to choose from, but for their being too few."""
    if kind == TEXT and options:
        return N_("A short text has no answers to choose from. Please leave this empty."), {}
    if kind in OWN_OPTIONS and options:
        return N_("This kind of question brings its own answers. Please leave this empty."), {}
    if len(options) > MOST_OPTIONS:
        return N_("At most %(most)s answers fit."), {"most": MOST_OPTIONS}
    if any(len(option) > LONGEST_OPTION for option in options):
        return N_("An answer may be %(most)s characters long at most."), {"most": LONGEST_OPTION}
    if len({option.casefold() for option in options}) < len(options):
        return N_("Two of these answers are the same."), {}
    return None
