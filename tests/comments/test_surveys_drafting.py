"""What a clerk types becomes a survey, or comes back with what is wrong."""

from hypothesis import given
from hypothesis import strategies as st

from comments.surveys.drafting import (
    QuestionDraft,
    SurveyDraft,
    empty_blocks,
    read_draft,
    typed,
)
from comments.surveys.models import (
    AUDIENCES,
    HANDS,
    MULTIPLE,
    RANKING,
    RATING,
    SHOWS,
    SINGLE,
    TEXT,
    Option,
    Question,
    Survey,
)
from engage.forms import Form

LINE = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=20)
CHOICES = st.lists(LINE, min_size=2, max_size=10, unique_by=str.casefold).map(tuple)
QUESTION = st.one_of(
    st.builds(QuestionDraft, st.sampled_from([SINGLE, MULTIPLE, RANKING]), LINE, CHOICES),
    st.builds(QuestionDraft, st.sampled_from([TEXT, RATING, HANDS]), LINE),
)


def filled(**fields: str) -> Form:
    good = {"title": "Library hours", "words1": "Which day?", "options1": "Monday\nFriday"}
    return Form(empty_blocks() | good | fields)


def row(draft: SurveyDraft) -> Survey:
    survey = Survey(title=draft.title, item_id=draft.item_id, audience=draft.audience, shows=draft.shows)
    for place, each in enumerate(draft.questions, 1):
        options = [Option(place=n, words=words) for n, words in enumerate(each.all_options, 1)]
        survey.questions.append(Question(place=place, kind=each.kind, words=each.words, options=options))
    return survey


def errors(form: Form) -> dict[str, str]:
    read_draft(form, ["item"])
    return form.errors


@given(
    LINE,
    st.lists(QUESTION, min_size=1, max_size=5).map(tuple),
    st.sampled_from([None, "item"]),
    st.sampled_from(sorted(AUDIENCES)),
    st.sampled_from(sorted(SHOWS)),
)
def test_a_survey_opened_for_change_and_saved_untouched_is_the_same(
    title: str, questions: tuple[QuestionDraft, ...], item_id: str | None, audience: str, shows: str
) -> None:
    asked = {"title": title, "item": item_id or "", "audience": audience, "shows": shows}
    form = Form(empty_blocks() | asked)
    for n, question in enumerate(questions, 1):
        form.values |= {f"words{n}": question.words, f"kind{n}": question.kind}
        form.values[f"options{n}"] = "\r\n\r\n".join(question.options)
    first = read_draft(form, ["item"])
    again = Form(typed(row(first)))
    assert read_draft(again, ["item"]) == first
    assert not (form.is_wrong or again.is_wrong)
    assert (first.audience, first.shows) == (audience, shows)
    assert [len(each.options) for each in first.questions] == [len(each.options) for each in questions]


def test_a_plain_form_reads_as_it_is_typed() -> None:
    form = filled(item="item", options1=" Monday \n\nFriday\n", words3="What else?", kind3=TEXT)
    questions = (QuestionDraft(SINGLE, "Which day?", ("Monday", "Friday")), QuestionDraft(TEXT, "What else?"))
    assert read_draft(form, ["item"]) == SurveyDraft("Library hours", questions, "item")
    assert not form.is_wrong


def test_the_title_and_one_question_are_needed() -> None:
    assert errors(Form(empty_blocks())) == {
        "title": "Please fill this in.",
        "words1": "Please write at least one question.",
    }


def test_answers_without_their_question_are_not_dropped() -> None:
    assert errors(filled(options2="Yes\nNo")) == {"words2": "Please fill this in."}


def test_a_choice_needs_two_answers_and_a_text_none() -> None:
    two = "Please give at least two answers, each on a line of its own."
    assert errors(filled(options1="Monday")) == {"options1": two}
    assert errors(filled(options1="")) == {"options1": two}
    assert list(errors(filled(kind1=TEXT))) == ["options1"]
    for kind in (RATING, HANDS):
        assert list(errors(filled(kind1=kind))) == ["options1"]
        assert errors(filled(kind1=kind, options1="")) == {}


def test_answers_are_few_short_and_different() -> None:
    eleven = "\n".join(str(n) for n in range(11))
    assert errors(filled(options1=eleven)) == {"options1": "At most 10 answers fit."}
    assert errors(filled(options1="x" * 151 + "\ny")) == {
        "options1": "An answer may be 150 characters long at most."
    }
    assert errors(filled(options1="Yes\nNo\nYES")) == {"options1": "Two of these answers are the same."}


def test_a_kind_or_an_item_that_is_not_offered_is_not_taken() -> None:
    assert list(errors(filled(kind1="essay"))) == ["kind1"]
    assert list(errors(filled(item="elsewhere"))) == ["item"]
    assert list(errors(filled(audience="nobody", shows="never"))) == ["audience", "shows"]


def test_long_titles_and_questions_are_told() -> None:
    assert sorted(errors(filled(title="x" * 151, words1="x" * 301))) == ["title", "words1"]
