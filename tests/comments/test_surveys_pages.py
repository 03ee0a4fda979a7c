"""Residents answer surveys, through the real app."""

import json
from typing import Any

import pytest
from sqlalchemy import func, select

from comments.surveys import actions, queries
from comments.surveys.answering import Answer
from comments.surveys.models import Ballot, Survey
from engage import record
from engage.people import Sent
from tests.make import SYSTEM, Cast, kinds, meeting, participant, queries_for, send, survey


def add(cast: Cast, **over: Any) -> Survey:
    return cast.db.write_now(lambda db: survey(db, cast.city.meeting, **over))  # type: ignore[no-any-return]


def url_of(cast: Cast, one: Survey) -> str:
    return f"/meetings/{cast.city.meeting.id}/surveys/{one.id}"


def chosen(one: Survey, question: int, *places: int) -> list[str]:
    return [one.questions[question].options[place].id for place in places]


def reply(cast: Cast, one: Survey, client: Any = None, **fields: Any) -> Any:
    words = fields or {one.questions[0].field: chosen(one, 0, 0)[0]}
    return send(client or cast.resident(), url_of(cast, one), **words)


def answers(cast: Cast, one: Survey) -> int:
    return cast.read(  # type: ignore[no-any-return]
        lambda db: queries.result_of(db, db.get_one(Survey, one.id)).answers
    )


def close(cast: Cast, one: Survey) -> None:
    cast.db.write_now(lambda db: actions.close_survey(db, db.get_one(Survey, one.id), by=SYSTEM))


def test_answering_leads_back_to_a_page_that_says_it_is_counted(cast: Cast) -> None:
    one = add(cast)
    resident = cast.resident()
    single, multiple, words = one.questions
    answer = reply(
        cast, one, resident,
        **{single.field: chosen(one, 0, 1)[0], multiple.field: chosen(one, 1, 0, 2), words.field: "A café"},
    )  # fmt: skip
    assert (answer.status_code, answer.headers["location"]) == (303, url_of(cast, one))
    page = resident.get(url_of(cast, one)).text
    assert "Your answers are counted" in page
    assert '<form method="post" novalidate>' not in page
    assert "A café" not in page
    result = cast.read(lambda db: queries.result_of(db, db.get_one(Survey, one.id)))
    assert [[count for _, count in each.rows] for each in result.questions] == [[0, 1], [1, 0, 1], []]


def test_each_question_may_be_left_out_but_not_all(cast: Cast) -> None:
    one = add(cast)
    answer = reply(cast, one, **{one.questions[2].field: "  "})
    assert answer.status_code == 422
    assert "Please answer at least one question." in answer.text
    assert reply(cast, one, **{one.questions[2].field: "Only this"}).status_code == 303


def test_what_is_wrong_comes_back_with_everything_chosen(cast: Cast) -> None:
    one = add(cast)
    single, multiple, words = one.questions
    ticked = chosen(one, 1, 0, 2)
    answer = reply(
        cast, one,
        **{single.field: chosen(one, 0, 1)[0], multiple.field: ticked, words.field: "x" * 501},
    )  # fmt: skip
    assert answer.status_code == 422
    assert "This is 501 characters long; at most 500 fit." in answer.text
    checked = {
        part.split('"', 1)[0]
        for part in answer.text.split('value="')
        if part.split(">")[0].endswith("checked")
    }
    assert checked == {*chosen(one, 0, 1), *ticked}
    assert "x" * 501 in answer.text
    assert answers(cast, one) == 0


@pytest.mark.parametrize("question", [0, 1])
def test_options_of_another_question_or_survey_are_not_taken(cast: Cast, question: int) -> None:
    one, other = add(cast), add(cast)
    field = one.questions[question].field
    for option in (*chosen(other, question, 0), *chosen(one, 1 - question, 0), "nothing"):
        assert reply(cast, one, **{field: option}).status_code == 422
    assert (answers(cast, one), answers(cast, other)) == (0, 0)


def test_a_second_answer_is_told_so_and_not_counted(cast: Cast) -> None:
    one = add(cast)
    resident = cast.resident()
    resident.get(url_of(cast, one))
    first, second = (
        resident.post(url_of(cast, one), data={"key": key, one.questions[2].field: f"words of {key}"})
        for key in ("one", "two")
    )
    assert (first.status_code, second.status_code) == (303, 409)
    assert "You have already answered this survey. Your first answers count." in second.text
    assert "words of two</textarea>" in second.text
    assert answers(cast, one) == 1


def test_a_double_click_is_one_answer_and_no_complaint(cast: Cast) -> None:
    one = add(cast)
    resident = cast.resident()
    resident.get(url_of(cast, one))
    data = {"key": "the-same", one.questions[2].field: "Once"}
    assert [resident.post(url_of(cast, one), data=data).status_code for _ in range(2)] == [303, 303]
    assert answers(cast, one) == 1


def test_without_a_cookie_nothing_is_counted(cast: Cast) -> None:
    one = add(cast)
    data = {"key": "k", one.questions[2].field: "x"}
    for client in (cast.resident(), cast.clerk):
        assert client.post(url_of(cast, one), data=data).status_code == 409
    assert answers(cast, one) == 0


def test_a_survey_that_closed_meanwhile_keeps_what_was_typed(cast: Cast) -> None:
    one = add(cast)
    resident = cast.resident()
    key = resident.get(url_of(cast, one)).text.split('name="key" value="', 1)[1].split('"', 1)[0]
    close(cast, one)
    answer = resident.post(url_of(cast, one), data={"key": key, one.questions[2].field: "Too late"})
    assert answer.status_code == 409
    assert "This survey is closed. Your answers were not sent." in answer.text
    assert "Too late</textarea>" in answer.text
    assert "Send the answers" not in answer.text
    assert answers(cast, one) == 0


def test_the_result_is_public_once_it_is_closed_and_texts_never(cast: Cast) -> None:
    one = add(cast)
    reply(
        cast, one, **{one.questions[0].field: chosen(one, 0, 1)[0], one.questions[2].field: "A secret wish"}
    )
    before = cast.anyone.get(url_of(cast, one)).text
    assert 'class="result"' not in before
    close(cast, one)
    pages = [cast.anyone.get(url) for url in (url_of(cast, one), f"/meetings/{cast.city.meeting.id}")]
    for page in pages:
        assert 'class="result"' in page.text
        assert '<rect width="100.0" height="1"/>' in page.text
        assert "1 person wrote an answer." in page.text
        assert "A secret wish" not in page.text


def test_a_survey_that_nobody_answered_says_so(cast: Cast) -> None:
    one = add(cast, state="closed")
    page = cast.anyone.get(url_of(cast, one))
    assert "Nobody answered." in page.text
    assert 'class="result"' not in page.text


def test_drafts_other_meetings_and_nothing_are_all_not_found(cast: Cast) -> None:
    draft = add(cast, state="draft", title="Not yet shown")
    other = cast.db.write_now(lambda db: survey(db, meeting(db, cast.city.body)))
    here = f"/meetings/{cast.city.meeting.id}/surveys"
    for url in (f"{here}/{draft.id}", f"{here}/{other.id}", f"{here}/nothing"):
        client = cast.resident()
        client.cookies.set(f"p_{cast.city.meeting.id}", "token")
        assert client.get(url).status_code == 404
        assert client.post(url, data={"key": "k", other.questions[2].field: "x"}).status_code == 404
    assert draft.title not in cast.anyone.get(f"/meetings/{cast.city.meeting.id}").text


def test_what_the_door_remembers_names_no_ballot(cast: Cast) -> None:
    """The form's key is kept with the browser and the time: it must lead to the survey and no further."""
    one = add(cast)
    reply(cast, one)
    ballot, sent = cast.read(lambda db: (db.scalars(select(Ballot)).one(), db.scalars(select(Sent)).one()))
    assert sent.location == url_of(cast, one)
    assert ballot.id not in f"{sent.location} {sent.key} {sent.owner}"


def test_opening_and_closing_are_pushed_and_answers_are_not(cast: Cast) -> None:
    since = cast.read(lambda db: record.head(db, cast.city.meeting.id))
    url = f"/meetings/{cast.city.meeting.id}/live?since={since}"
    with cast.anyone.websocket_connect(url, headers={"origin": "http://testserver"}) as socket:
        socket.receive_text()
        one = add(cast)
        opened = json.loads(socket.receive_text())["content"]
        assert f'href="{url_of(cast, one)}"' in opened
        assert "<form" not in opened
        reply(cast, one, **{one.questions[2].field: "A secret wish"})
        close(cast, one)
        closed = json.loads(socket.receive_text())
    assert "1 person has answered" in closed["content"]
    assert "A secret wish" not in closed["content"]
    assert closed["since"] == str(cast.read(lambda db: record.head(db, cast.city.meeting.id)))
    panel = closed["content"].split('<div id="panel-surveys"', 1)[1].rsplit("</div>", 1)[0]
    assert panel in cast.anyone.get(f"/meetings/{cast.city.meeting.id}").text


@pytest.mark.parametrize("where", ["room", "list", "console", "result"])
def test_more_surveys_do_not_cost_more_queries(cast: Cast, where: str) -> None:
    at = f"/clerk/meetings/{cast.city.meeting.id}"
    counts = []
    for more in (1, 2):
        for _ in range(more):
            one = add(cast)
            cast.db.write_now(lambda db, one=one: fill(db, cast, one))
            close(cast, one)
            last = add(cast)
        url = {
            "room": f"/meetings/{cast.city.meeting.id}",
            "list": f"{at}/surveys",
            "console": f"{at}/console",
            "result": f"{at}/surveys/{last.id}",
        }[where]
        counts.append(queries_for(cast, cast.clerk, url))
    assert counts[0] == counts[1] > 0


def fill(db: Any, cast: Cast, one: Survey) -> None:
    to = db.get_one(Survey, one.id)
    for n in range(3):
        given = [
            Answer(to.questions[0].id, frozenset(chosen(to, 0, 0))),
            Answer(to.questions[2].id, text=f"{n}"),
        ]
        actions.answer_survey(db, to, participant(db, cast.city.meeting), given)


def test_five_hundred_characters_fit(cast: Cast) -> None:
    one = add(cast)
    assert reply(cast, one, **{one.questions[2].field: "ع" * 500}).status_code == 303
    count = cast.read(lambda db: db.scalar(select(func.length(Ballot.text))))
    assert count == 500
    assert cast.read(lambda db: kinds(db, cast.city.meeting.id)).count("survey.answered") == 1
