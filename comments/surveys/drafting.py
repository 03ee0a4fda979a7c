"""A survey as the clerk types it: up to five blocks of a question, its kind, and one answer on each line."""

from collections.abc import Collection
from dataclasses import dataclass

from comments.surveys.models import KINDS, SINGLE, TEXT, Survey
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


@dataclass(frozen=True)
class QuestionDraft:
    kind: str
    words: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class SurveyDraft:
    title: str
    questions: tuple[QuestionDraft, ...]
    item_id: str | None = None


def empty_blocks() -> dict[str, str]:
    """What the form of a new survey begins with."""
    return {f"kind{n}": SINGLE for n in BLOCKS}


def typed(survey: Survey) -> dict[str, str]:
    """The form's fields for a survey that is there; `read_draft` of them is the same survey."""
    fields = empty_blocks() | {"title": survey.title, "item": survey.item_id or ""}
    for question in survey.questions:
        fields[f"kind{question.place}"] = question.kind
        fields[f"words{question.place}"] = question.words
        fields[f"options{question.place}"] = "\n".join(option.words for option in question.options)
    return fields


def read_draft(form: Form, item_ids: Collection[str]) -> SurveyDraft:
    """What was typed, with the complaints in the form. Blocks that were left empty are left out."""
    title = form.text("title", most=LONGEST_TITLE, needed=True)
    item_id = form.choice("item", item_ids, needed=False)
    blocks = [read_question(form, n) for n in BLOCKS if is_begun(form, n)]
    if not blocks:
        form.say("words1", N_("Please write at least one question."))
    return SurveyDraft(title, tuple(blocks), item_id or None)


def is_begun(form: Form, n: int) -> bool:
    return bool(form.value(f"words{n}").strip() or form.value(f"options{n}").strip())


def read_question(form: Form, n: int) -> QuestionDraft:
    words = form.text(f"words{n}", most=LONGEST_QUESTION, needed=True)
    kind = form.choice(f"kind{n}", KINDS)
    lines = form.text(f"options{n}", most=MOST_OPTIONS * (LONGEST_OPTION + 2), lines=True).split("\n")
    options = tuple(line for line in lines if line)
    if kind == TEXT and options:
        form.say(f"options{n}", N_("A short text has no answers to choose from. Please leave this empty."))
    elif kind != TEXT:
        _check_options(form, f"options{n}", options)
    return QuestionDraft(kind, words, options)


def _check_options(form: Form, field: str, options: tuple[str, ...]) -> None:
    if len(options) < 2:
        form.say(field, N_("Please give at least two answers, each on a line of its own."))
    if len(options) > MOST_OPTIONS:
        form.say(field, N_("At most %(most)s answers fit."), most=MOST_OPTIONS)
    if any(len(option) > LONGEST_OPTION for option in options):
        form.say(field, N_("An answer may be %(most)s characters long at most."), most=LONGEST_OPTION)
    if len({option.casefold() for option in options}) < len(options):
        form.say(field, N_("Two of these answers are the same."))
