"""The clerk drafts, opens and closes surveys, through the real app."""

from typing import Any

import pytest
from sqlalchemy import select

from comments.surveys.models import Survey
from tests.make import Cast, kinds, meeting, send, survey


def desk(cast: Cast, path: str = "") -> str:
    return f"/clerk/meetings/{cast.city.meeting.id}/surveys{path}"


def add(cast: Cast, **over: Any) -> Survey:
    return cast.db.write_now(lambda db: survey(db, cast.city.meeting, **over))  # type: ignore[no-any-return]


def surveys(cast: Cast) -> list[Survey]:
    return list(cast.read(lambda db: db.scalars(select(Survey).order_by(Survey.drafted_at)).all()))


def state(cast: Cast, one: Survey) -> str:
    return cast.read(lambda db: db.get_one(Survey, one.id).state)  # type: ignore[no-any-return]


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
    page = cast.clerk.get(f"/clerk/meetings/{cast.city.meeting.id}/console").text
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


def test_the_clerk_reads_the_texts_while_it_is_open(cast: Cast) -> None:
    one = add(cast)
    fields = {one.questions[2].field: "A café <with> benches"}
    send(cast.resident(), f"/meetings/{cast.city.meeting.id}/surveys/{one.id}", **fields)
    page = cast.clerk.get(desk(cast, f"/{one.id}")).text
    assert "A café &lt;with&gt; benches" in page
    assert "1 person has answered" in page


GETS = ["", "/new", "/{}", "/{}/wording"]
POSTS = ["", "/{}/wording", "/{}/opening", "/{}/closing"]


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
