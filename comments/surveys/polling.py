"""A poll as the clerk types it on the console, in one line: a kind, a question, its answers."""

from comments.surveys.drafting import QuestionDraft, SurveyDraft, needs_options, options_complaint
from comments.surveys.models import AUDIENCES, CLOSING, HANDS, KINDS, LIVE, RESIDENTS, SHOWS
from comments.surveys.rules import LONGEST_TITLE
from engage.forms import Form, clean
from engage.language import N_
from engage.people import Refused

BETWEEN = ";"
"""Parts the answers of a poll."""


def read_poll(form: Form, item_id: str | None) -> SurveyDraft:
    """What was typed. Refused, where anything is wrong: a form of the console answers in its place.

    The result of a show of hands is seen at once, that of another poll when it is closed, unless the clerk
    has said otherwise.
    """
    kind = chosen(form, "kind", KINDS, "")
    question = clean(form.value("question"))
    if not question and kind != HANDS:
        raise Refused(N_("Please write the question of the poll."))
    if len(question) > LONGEST_TITLE:
        raise Refused(
            N_("The question of a poll may be %(most)s characters long at most."), most=LONGEST_TITLE
        )
    audience = chosen(form, "audience", AUDIENCES, RESIDENTS)
    shows = chosen(form, "shows", SHOWS, LIVE if kind == HANDS else CLOSING)
    draft = QuestionDraft(kind, question, read_options(kind, form.value("options")))
    return SurveyDraft(question, (draft,), item_id, audience, shows)


def chosen(form: Form, name: str, choices: dict[str, str], usual: str) -> str:
    value = form.value(name) or usual
    if value not in choices:
        raise Refused(N_("Please choose what kind of poll it is, who answers and when the result shows."))
    return value


def read_options(kind: str, line: str) -> tuple[str, ...]:
    options = tuple(words for part in line.split(BETWEEN) if (words := clean(part)))
    if needs_options(kind) and len(options) < 2:
        raise Refused(N_("Please give at least two answers, with a semicolon between them."))
    if complaint := options_complaint(kind, options):
        raise Refused(complaint[0], **complaint[1])
    return options
