"""The clerk drafts, opens, closes and releases surveys and polls, through the real app."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from comments.surveys import live
from comments.surveys.drafting import QuestionDraft
from comments.surveys.live import SurveysOnConsole
from comments.surveys.models import Survey
from engage.forms import Form
from engage.render import fragment
from meetings.actions import call_item
from meetings.models import Meeting
from tests.make import Cast, kinds, meeting, send, survey


def desk(cast: Cast, path: str = "") -> str:
    return f"/clerk/meetings/{cast.city.meeting.id}/surveys{path}"


def add(cast: Cast, **over: Any) -> Survey:
    return cast.db.write_now(lambda db: survey(db, cast.city.meeting, **over))


def surveys(cast: Cast) -> list[Survey]:
    return list(cast.read(lambda db: db.scalars(select(Survey).order_by(Survey.drafted_at)).all()))


def state(cast: Cast, one: Survey) -> str:
    return cast.read(lambda db: db.get_one(Survey, one.id).state)


def typed(**fields: str) -> dict[str, str]:
    blocks = {f"kind{n}": "single" for n in range(1, 6)}
    good = {"title": "Library hours", "item": "", "words1": "Which day?", "options1": "Monday\nFriday"}
    return blocks | good | fields


def create(cast: Cast, client: Any, **fields: str) -> Any:
    page = client.get(desk(cast, "/new")).text
    key = page.split('name="key" value="', 1)[1].split('"', 1)[0]
    return client.post(desk(cast), data={"key": key} | typed(**fields))


def test_a_draft_is_made_from_a_plain_form_and_seen_by_the_clerk_only(cast: Cast) -> None:
    clerk = cast.clerk
    answer = create(cast, clerk, item=cast.city.item.id, words2="What else?", kind2="text")
    assert (answer.status_code, answer.headers["location"]) == (303, desk(cast))
    (one,) = surveys(cast)
    questions = [(q.kind, q.words, [o.words for o in q.options]) for q in one.questions]
    assert questions == [("single", "Which day?", ["Monday", "Friday"]), ("text", "What else?", [])]
    assert (one.item_id, one.state) == (cast.city.item.id, "draft")
    assert "Library hours" in clerk.get(desk(cast)).text
    assert f"/surveys/{one.id}" not in cast.anyone.get(f"/meetings/{cast.city.meeting.id}").text


def test_what_is_wrong_is_shown_beside_its_field_with_everything_typed(cast: Cast) -> None:
    answer = create(
        cast, cast.clerk, title="Hours <now>", options1="Only one", words4="And this?", kind4="multiple"
    )
    assert answer.status_code == 422
    assert 'id="f-options1-error"' in answer.text
    assert 'id="f-options4-error"' in answer.text
    assert 'value="Hours &lt;now&gt;"' in answer.text
    assert "Only one</textarea>" in answer.text
    assert 'value="And this?"' in answer.text
    assert answer.text.count('<details class="card" open>') == 2
    assert surveys(cast) == []


def test_a_draft_is_changed_until_it_is_opened(cast: Cast) -> None:
    one = add(cast, state="draft")
    clerk = cast.clerk
    url = desk(cast, f"/{one.id}/wording")
    page = clerk.get(url).text
    assert "Books\nFilms\nWarmth</textarea>" in page
    key = page.split('name="key" value="', 1)[1].split('"', 1)[0]
    assert clerk.post(url, data=typed(title="New hours")).status_code == 303
    assert [each.title for each in surveys(cast)] == ["New hours"]
    assert clerk.post(desk(cast, f"/{one.id}/opening")).status_code == 303
    late = clerk.post(url, data={"key": key} | typed(title="Newest hours"))
    assert late.status_code == 409
    assert 'value="Newest hours"' in late.text
    assert [each.title for each in surveys(cast)] == ["New hours"]


@pytest.mark.parametrize(("sent", "place"), [("", "surveys"), ("console", "console")])
def test_opening_and_closing_lead_back_to_where_the_button_was(cast: Cast, sent: str, place: str) -> None:
    one = add(cast, state="draft")
    clerk = cast.clerk
    wanted = f"/clerk/meetings/{cast.city.meeting.id}/{place}"
    states = []
    for act in ("opening", "closing"):
        answer = clerk.post(desk(cast, f"/{one.id}/{act}"), data={"from": sent})
        assert answer.headers["location"] == wanted
        states.append(state(cast, one))
    assert states == ["open", "closed"]


def test_the_console_offers_what_can_be_done(cast: Cast) -> None:
    draft, is_open, closed = (add(cast, state=each) for each in ("draft", "open", "closed"))
    page = partial(cast)
    assert f'action="{desk(cast, f"/{draft.id}/opening")}"' in page
    assert f'action="{desk(cast, f"/{is_open.id}/closing")}"' in page
    assert desk(cast, f"/{closed.id}/opening") not in page
    assert desk(cast, f"/{closed.id}/closing") not in page


@pytest.mark.parametrize(
    ("begins", "act"), [("open", "opening"), ("closed", "closing"), ("draft", "closing")]
)
def test_an_act_that_came_too_late_changes_nothing(cast: Cast, begins: str, act: str) -> None:
    one = add(cast, state=begins)
    before = cast.read(lambda db: kinds(db, cast.city.meeting.id))
    assert cast.clerk.post(desk(cast, f"/{one.id}/{act}")).status_code == 409
    assert state(cast, one) == begins
    assert cast.read(lambda db: kinds(db, cast.city.meeting.id)) == before


def test_the_clerk_reads_texts_beside_choices_when_it_is_closed(cast: Cast) -> None:
    """While people answer, a text that comes just as an entry is written would say whose choices it holds."""
    one = add(cast)
    fields = {one.questions[2].field: "A café <with> benches"}
    send(cast.resident(), f"/meetings/{cast.city.meeting.id}/surveys/{one.id}", **fields)
    clerk = cast.clerk
    seen = []
    for _ in range(2):
        page = clerk.get(desk(cast, f"/{one.id}")).text
        seen.append(("A café &lt;with&gt; benches" in page, "can be read once it is closed" in page))
        assert "1 person has answered" in page
        clerk.post(desk(cast, f"/{one.id}/closing"))
    assert seen == [(False, True), (True, False)]


def test_a_poll_for_texts_is_read_at_once(cast: Cast) -> None:
    one = add(cast, title="Name it", questions=(QuestionDraft("text", "Name it"),))
    url = f"/meetings/{cast.city.meeting.id}/surveys/{one.id}"
    send(cast.resident(), url, **{one.questions[0].field: "Harbor Park"})
    assert "Harbor Park" in cast.clerk.get(desk(cast, f"/{one.id}")).text
    assert "Harbor Park" in partial(cast)


def on_page(cast: Cast) -> SurveysOnConsole:
    return cast.read(  # type: ignore[no-any-return]
        lambda db: live.on_console(db, db.get_one(Meeting, cast.city.meeting.id))["surveys"]
    )


def partial(cast: Cast) -> str:
    """The console's part on polls, from its own values alone."""
    form = Form({"key": "form"})
    values = {"surveys": on_page(cast), "meeting": cast.city.meeting, "form": form}
    return fragment("en", "comments/surveys/_console.html", **values)


def open_poll(cast: Cast, **fields: str) -> Any:
    return cast.clerk.post(f"/clerk/meetings/{cast.city.meeting.id}/polls", data=fields)


def test_a_show_of_hands_is_opened_by_its_button_alone(cast: Cast) -> None:
    answer = open_poll(cast, kind="hands", question="")
    assert answer.headers["location"] == f"/clerk/meetings/{cast.city.meeting.id}/console"
    (one,) = surveys(cast)
    words = [option.words for option in one.questions[0].options]
    assert (one.state, one.shows, one.title, words) == ("open", "live", "", ["Yes", "No", "I abstain"])
    assert "Show of hands" in cast.anyone.get(f"/meetings/{cast.city.meeting.id}").text


def test_a_poll_is_opened_from_one_line_on_the_open_item(cast: Cast) -> None:
    cast.db.write_now(
        lambda db: call_item(db, db.merge(cast.city.meeting), db.merge(cast.city.item), by="system")
    )
    fields = {"kind": "multiple", "question": "Which days?", "options": "Monday; Friday ;; Sunday;"}
    open_poll(cast, **fields, audience="members", shows="release")
    (one,) = surveys(cast)
    (question,) = one.questions
    assert [option.words for option in question.options] == ["Monday", "Friday", "Sunday"]
    told = (one.title, question.words, question.kind, one.item_id, one.audience, one.shows)
    assert told == ("Which days?", "Which days?", "multiple", cast.city.item.id, "members", "release")


def test_enter_pressed_twice_is_one_poll(cast: Cast) -> None:
    clerk = cast.clerk
    data = {"kind": "hands", "question": "Later?", "key": "hands-form"}
    for _ in range(2):
        clerk.post(f"/clerk/meetings/{cast.city.meeting.id}/polls", data=data)
    assert [one.title for one in surveys(cast)] == ["Later?"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": "single", "options": "a;b"}, "Please write the question of the poll."),
        ({"kind": "single", "question": "x", "options": "a"}, "with a semicolon between them"),
        ({"kind": "ranking", "question": "x", "options": ""}, "with a semicolon between them"),
        ({"kind": "single", "question": "x", "options": "a;A"}, "Two of these answers are the same."),
        ({"kind": "single", "question": "x", "options": ";".join("abcdefghijk")}, "At most 10 answers fit."),
        ({"kind": "single", "question": "x" * 151, "options": "a;b"}, "150 characters long at most"),
        ({"kind": "hands", "options": "a;b"}, "brings its own answers"),
        ({"kind": "text", "question": "x", "options": "a"}, "A short text has no answers"),
        ({"question": "x", "options": "a;b"}, "Please choose what kind of poll it is"),
        ({"kind": "hands", "audience": "nobody"}, "Please choose what kind of poll it is"),
        ({"kind": "hands", "shows": "never"}, "Please choose what kind of poll it is"),
    ],
)
def test_a_poll_that_cannot_be_asked_says_why_and_leaves_nothing(
    cast: Cast, fields: dict[str, str], sentence: str
) -> None:
    answer = open_poll(cast, **fields)
    assert (answer.status_code, sentence in answer.text) == (409, True)
    assert surveys(cast) == []


def test_the_key_closes_the_poll_that_was_opened_last_and_no_survey(cast: Cast) -> None:
    add(cast)
    assert on_page(cast).key_closes is None
    for question in ("First?", "Second?"):
        open_poll(cast, kind="hands", question=question)
    _, first, second = surveys(cast)
    assert on_page(cast).key_closes == second.id
    assert partial(cast).count('data-key="c"') == 1
    cast.clerk.post(desk(cast, f"/{second.id}/closing"), data={"from": "console"})
    assert on_page(cast).key_closes == first.id


def test_the_console_shows_the_last_that_closed_and_what_waits_for_release(cast: Cast) -> None:
    first, kept, last = (
        add(cast, state="closed", title=title, shows=shows)
        for title, shows in (("First", "closing"), ("Kept", "release"), ("Last", "live"))
    )
    assert [each.survey.title for each in on_page(cast).over] == ["Last", "Kept"]
    assert (first.title in partial(cast), f'id="release-{kept.id}"' in partial(cast)) == (False, True)
    answer = cast.clerk.post(desk(cast, f"/{kept.id}/release"), data={"from": "console"})
    assert answer.headers["location"] == f"/clerk/meetings/{cast.city.meeting.id}/console"
    assert [each.survey.title for each in on_page(cast).over] == [last.title]
    assert cast.clerk.post(desk(cast, f"/{kept.id}/release")).status_code == 409


def test_ids_of_the_consoles_part_are_unique(cast: Cast) -> None:
    for state in ("draft", "open", "closed"):
        add(cast, state=state, shows="release")
    open_poll(cast, kind="hands")
    ids = re.findall(r' id="([^"]+)"', partial(cast))
    assert sorted(ids) == sorted(set(ids))


GETS = ["", "/new", "/{}", "/{}/wording"]
POSTS = ["", "/{}/wording", "/{}/opening", "/{}/closing", "/{}/release"]


@pytest.mark.parametrize("path", GETS)
def test_another_bodys_clerk_finds_nothing(cast: Cast, path: str) -> None:
    url = desk(cast, path.format(add(cast, state="draft").id))
    assert cast.clerk.get(url).status_code == 200
    assert cast.signed_in("stranger").get(url).status_code == 404
    assert cast.resident().get(url).headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("path", POSTS)
def test_another_bodys_clerk_changes_nothing(cast: Cast, path: str) -> None:
    one = add(cast, state="draft")
    before = cast.read(lambda db: kinds(db, cast.city.meeting.id))
    assert cast.signed_in("stranger").post(desk(cast, path.format(one.id)), data=typed()).status_code == 404
    assert cast.resident().post(desk(cast, path.format(one.id)), data=typed()).status_code == 303
    assert cast.read(lambda db: kinds(db, cast.city.meeting.id)) == before


def test_a_survey_of_another_meeting_is_not_found(cast: Cast) -> None:
    other = cast.db.write_now(lambda db: survey(db, meeting(db, cast.city.body)))
    clerk = cast.clerk
    assert clerk.get(desk(cast, f"/{other.id}")).status_code == 404
    assert clerk.post(desk(cast, f"/{other.id}/closing")).status_code == 404


def test_an_item_of_another_meeting_is_not_taken(cast: Cast) -> None:
    assert create(cast, cast.clerk, item="elsewhere").status_code == 422
    assert surveys(cast) == []


def test_without_surveys_the_list_says_what_one_is_for(cast: Cast) -> None:
    assert "There are no surveys in this meeting." in cast.clerk.get(desk(cast)).text
