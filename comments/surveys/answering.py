"""Answers as a resident gives them: every question may be left out, but not all of them."""

from dataclasses import dataclass

from comments.surveys.models import MULTIPLE, SINGLE, Question, Survey
from comments.surveys.rules import LONGEST_ANSWER
from engage.forms import Form
from engage.language import N_


@dataclass(frozen=True)
class Answer:
    """To one question: the ids of the chosen options, or a text."""

    question_id: str
    options: frozenset[str] = frozenset()
    text: str = ""


def read_answers(form: Form, survey: Survey) -> list[Answer]:
    """What was chosen and written, with the complaints in the form."""
    answers = [read_answer(form, question) for question in survey.questions]
    given = [answer for answer in answers if answer.options or answer.text]
    if not given and not form.is_wrong:
        form.say("", N_("Please answer at least one question."))
    return given


def read_answer(form: Form, question: Question) -> Answer:
    known = {option.id for option in question.options}
    if question.kind == SINGLE:
        chosen = form.choice(question.field, known, needed=False)
        return Answer(question.id, options=frozenset({chosen} - {""}))
    if question.kind == MULTIPLE:
        ticked = frozenset(form.lists.get(question.field, [])) - {""}
        if not ticked <= known:
            form.say(question.field, N_("Please choose among these answers."))
        return Answer(question.id, options=ticked & known)
    return Answer(question.id, text=form.text(question.field, most=LONGEST_ANSWER, lines=True))
