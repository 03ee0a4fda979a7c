"""Answers as a resident gives them: every question may be left out, but not all of them."""

from dataclasses import dataclass

from comments.surveys.models import MULTIPLE, RANKING, TEXT, Question, Survey
from comments.surveys.rules import LONGEST_ANSWER
from engage.forms import Form
from engage.language import N_


@dataclass(frozen=True)
class Answer:
    """To one question: the ids of the chosen options, the ids of all in order, or a text."""

    question_id: str
    options: frozenset[str] = frozenset()
    text: str = ""
    order: tuple[str, ...] = ()

    @property
    def is_given(self) -> bool:
        return bool(self.options or self.text or self.order)


def read_answers(form: Form, survey: Survey) -> list[Answer]:
    """What was chosen and written, with the complaints in the form."""
    answers = [read_answer(form, question) for question in survey.questions]
    given = [answer for answer in answers if answer.is_given]
    if not given and not form.is_wrong:
        if survey.is_poll:
            form.say(survey.questions[0].field, N_("Please give an answer."))
        else:
            form.say("", N_("Please answer at least one question."))
    return given


def read_answer(form: Form, question: Question) -> Answer:
    if question.kind == TEXT:
        return Answer(question.id, text=form.text(question.field, most=LONGEST_ANSWER, lines=True))
    if question.kind == RANKING:
        return Answer(question.id, order=read_order(form, question))
    known = {option.id for option in question.options}
    if question.kind == MULTIPLE:
        ticked = frozenset(form.lists.get(question.field, [])) - {""}
        if not ticked <= known:
            form.say(question.field, N_("Please choose among these answers."))
        return Answer(question.id, options=ticked & known)
    chosen = form.choice(question.field, known, needed=False)
    return Answer(question.id, options=frozenset({chosen} - {""}))


def read_order(form: Form, question: Question) -> tuple[str, ...]:
    """The options by the places that were given them; all of them, or none."""
    places = {option.id: form.value(question.place_field(option)) for option in question.options}
    if not any(places.values()):
        return ()
    wanted = [str(place) for place in range(1, len(places) + 1)]
    if sorted(places.values()) == sorted(wanted):
        return tuple(sorted(places, key=lambda option_id: int(places[option_id])))
    if all(places.values()):
        form.say(question.field, N_("Please give each place to one answer only."))
    else:
        form.say(question.field, N_("Please give every answer a place, or none at all."))
    return ()
