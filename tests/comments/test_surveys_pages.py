"""Residents and members answer surveys and polls, through the real app."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from comments.surveys import actions, queries, voting
from comments.surveys.answering import Answer
from comments.surveys.drafting import QuestionDraft
from comments.surveys.models import MEMBERS, Answered, Ballot, Survey
from engage import record
from engage.db import new_id
from engage.language import translate
from engage.people import Sent
from meetings.members.models import Member
from tests.make import SYSTEM, Cast, kinds, meeting, participant, queries_for, send, survey

OF_THE_RECORD = "of the record"


def add(cast: Cast, **over: Any) -> Survey:
    return cast.db.write_now(lambda db: survey(db, cast.city.meeting, **over))


def url_of(cast: Cast, one: Survey) -> str:
    return f"/meetings/{cast.city.meeting.id}/surveys/{one.id}"


def chosen(one: Survey, question: int, *places: int) -> list[str]:
    return [one.questions[question].options[place].id for place in places]


def reply(cast: Cast, one: Survey, client: Any = None, **fields: Any) -> Any:
    words = fields or {one.questions[0].field: chosen(one, 0, 0)[0]}
    return send(client or cast.resident(), url_of(cast, one), **words)


def answers(cast: Cast, one: Survey) -> int:
    return cast.read(lambda db: queries.result_of(db, db.get_one(Survey, one.id)).answers)


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
    assert "You have already answered. Your first answer counts." in second.text
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
    assert "This is closed. Your answer was not sent." in answer.text
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


def test_the_store_keeps_nothing_that_says_when_somebody_answered(cast: Cast) -> None:
    """The record has the time of a ballot: a form kept with its browser and time would lead to it."""
    one = add(cast)
    reply(cast, one)
    assert cast.read(lambda db: db.scalars(select(Sent)).all()) == []
    (ballot,) = cast.read(lambda db: db.scalars(select(Ballot)).all())
    (row,) = cast.read(lambda db: db.scalars(select(Answered)).all())
    assert ballot.id not in f"{row.survey_id} {row.participant_id} {row.key}"


def room_of(cast: Cast) -> str:
    return f"/meetings/{cast.city.meeting.id}"


def watched(cast: Cast, act: Callable[[], Any], until: str) -> dict[str, str]:
    """What is pushed when this is done; frames are read until one says what it should."""
    since = cast.read(lambda db: record.head(db, cast.city.meeting.id))
    url = f"{room_of(cast)}/live?since={since}"
    with cast.anyone.websocket_connect(url, headers={"origin": "http://testserver"}) as socket:
        socket.receive_text()
        act()
        while True:
            frame: dict[str, str] = json.loads(socket.receive_text())
            if until in frame["content"]:
                return frame


def test_opening_and_closing_are_pushed(cast: Cast) -> None:
    made: list[Survey] = []
    opened = watched(cast, lambda: made.append(add(cast)), "Answer the survey")["content"]
    (one,) = made
    assert f'href="{url_of(cast, one)}"' in opened
    assert "<form" not in opened
    reply(cast, one, **{one.questions[2].field: "A secret wish"})
    closed = watched(cast, lambda: close(cast, one), "Survey, closed")
    assert "1 person has answered" in closed["content"]
    assert "A secret wish" not in closed["content"]
    assert closed["since"] == str(cast.read(lambda db: record.head(db, cast.city.meeting.id)))
    panel = closed["content"].split('<div id="panel-surveys"', 1)[1].rsplit("</div>", 1)[0]
    assert panel in cast.anyone.get(room_of(cast)).text


@pytest.mark.parametrize(
    ("shows", "audience", "shown"),
    [
        ("live", "residents", (True, True)),
        ("closing", "residents", (True, False)),
        ("release", "residents", (True, False)),
        ("live", "members", (True, True)),
        ("closing", "members", (False, False)),
    ],
)
def test_while_it_is_open_the_page_shows_what_may_be_shown(
    cast: Cast, shows: str, audience: str, shown: tuple[bool, bool]
) -> None:
    """How many have answered, and their counts; of the few members not even how many."""
    one = add(cast, shows=shows, audience=audience)
    cast.db.write_now(lambda db: fill(db, cast, one))
    page = cast.anyone.get(room_of(cast)).text
    assert ("3 people have answered" in page, 'class="result"' in page) == shown
    may_not_answer = audience == "members"
    own_page = cast.anyone.get(url_of(cast, one)).text
    assert ('class="result"' in own_page) is (may_not_answer and shown[1])


def test_counts_that_are_shown_at_once_are_pushed_with_each_ballot(cast: Cast) -> None:
    one = add(cast, shows="live")
    pushed = watched(cast, lambda: reply(cast, one), "1 person has answered")["content"]
    assert '<rect width="100.0" height="1"/>' in pushed


def test_a_result_that_is_released_is_pushed_and_not_before(cast: Cast) -> None:
    one = add(cast, shows="release")
    reply(cast, one)
    closed = watched(cast, lambda: close(cast, one), "Survey, closed")["content"]
    assert 'class="result"' not in closed
    assert "The result is shown when the clerk releases it." in closed
    assert 'class="result"' not in cast.anyone.get(url_of(cast, one)).text

    def release() -> None:
        cast.db.write_now(lambda db: actions.release_survey(db, db.get_one(Survey, one.id), by=SYSTEM))

    assert 'class="result"' in watched(cast, release, "Survey, closed")["content"]
    assert 'class="result"' in cast.anyone.get(url_of(cast, one)).text


def test_the_confirmation_names_the_entry_and_only_this_browser_knows_it(cast: Cast) -> None:
    one = add(cast)
    resident = cast.resident()
    reply(cast, one, resident)
    head = cast.read(lambda db: record.head(db, cast.city.meeting.id))
    page = resident.get(url_of(cast, one)).text
    assert f'/entries/{head.seq}">Entry {head.seq} {OF_THE_RECORD}</a> <code>{head.hash8}</code>' in page
    assert "The result is shown when the clerk closes it." in page
    assert OF_THE_RECORD not in cast.resident().get(url_of(cast, one)).text


@pytest.mark.parametrize("cookie", ["1-00000000", "nonsense", "999999-abcdef12", "-", "{}"])
def test_an_entry_that_is_not_this_surveys_is_not_named(cast: Cast, cookie: str) -> None:
    one, other = add(cast), add(cast)
    reply(cast, other)
    others = cast.read(lambda db: record.head(db, cast.city.meeting.id))
    resident = cast.resident()
    resident.get(url_of(cast, one))
    reply(cast, one, resident)
    resident.cookies.delete(f"e_{one.id}")
    resident.cookies.set(f"e_{one.id}", cookie.format(others))
    assert OF_THE_RECORD not in resident.get(url_of(cast, one)).text


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
    """Three people answer, or three members where they are asked."""
    to = db.get_one(Survey, one.id)
    for n in range(3):
        if to.audience == MEMBERS:
            person: Any = Member(id=new_id(), body_id=cast.city.body.id, place=n + 1, name=f"Member {n}")
            db.add(person)
            db.flush()
        else:
            person = participant(db, cast.city.meeting)
        given = [
            Answer(to.questions[0].id, frozenset(chosen(to, 0, 0))),
            Answer(to.questions[2].id, text=f"{n}"),
        ]
        voting.answer_survey(db, to, person, given)


def test_five_hundred_characters_fit(cast: Cast) -> None:
    one = add(cast)
    assert reply(cast, one, **{one.questions[2].field: "ع" * 500}).status_code == 303
    count = cast.read(lambda db: db.scalar(select(func.length(Ballot.text))))
    assert count == 500
    assert cast.read(lambda db: kinds(db, cast.city.meeting.id)).count("survey.answered") == 1


def member(cast: Cast, name: str = "clerk") -> Any:
    """Somebody with a seat on the body, signed in on a browser of their own."""
    account = getattr(cast.city, name)
    seat = {"body_id": cast.city.body.id, "place": 1, "name": "Ana Ruiz", "account_id": account.id}
    cast.db.write_now(lambda db: db.add(Member(**seat)))
    return cast.signed_in(name)


def test_a_poll_of_the_members_is_answered_once_whatever_browser_they_use(cast: Cast) -> None:
    one = add(cast, audience=MEMBERS)
    laptop, tablet = member(cast), cast.signed_in("clerk")
    choice = {one.questions[0].field: chosen(one, 0, 1)[0]}
    tablet.get(url_of(cast, one))
    assert send(laptop, url_of(cast, one), **choice).status_code == 303
    assert "Your answers are counted" in tablet.get(url_of(cast, one)).text
    again = tablet.post(url_of(cast, one), data={"key": "another form", **choice})
    assert (again.status_code, answers(cast, one)) == (409, 1)
    assert "You have already answered." in again.text


@pytest.mark.parametrize("who", ["resident", "stranger"])
def test_a_poll_of_the_members_is_nobody_elses(cast: Cast, who: str) -> None:
    """A stranger is signed in and has no seat on this body."""
    one = add(cast, audience=MEMBERS)
    client = cast.resident() if who == "resident" else cast.signed_in("stranger")
    page = client.get(url_of(cast, one)).text
    assert "Only members of the body answer this." in page
    assert ("Members sign in first." in page) is (who == "resident")
    assert '<form method="post" novalidate>' not in page
    sent = client.post(url_of(cast, one), data={"key": "k", one.questions[0].field: chosen(one, 0, 1)[0]})
    assert (sent.status_code, answers(cast, one)) == (409, 0)


def poll(cast: Cast, kind: str, *options: str) -> Survey:
    """One question, worded as the title is."""
    words = "Build it?"
    return add(cast, title=words, questions=(QuestionDraft(kind, words, options),))


@pytest.mark.parametrize(("kind", "options"), [("hands", ()), ("single", ("Now", "Later"))])
def test_a_poll_with_one_answer_to_choose_is_answered_by_pressing_it(
    cast: Cast, kind: str, options: tuple[str, ...]
) -> None:
    """Two taps from the meeting's page: the link there, the answer here."""
    one = poll(cast, kind, *options)
    resident = cast.resident()
    assert f'href="{url_of(cast, one)}"' in resident.get(room_of(cast)).text
    page = resident.get(url_of(cast, one)).text
    field, values = one.questions[0].field, [option.id for option in one.questions[0].options]
    assert [f'name="{field}" value="{value}"' in page for value in values] == [True] * len(values)
    assert "Send the answer" not in page
    assert reply(cast, one, resident, **{field: values[0]}).status_code == 303
    assert "Your answer is counted" in resident.get(url_of(cast, one)).text


def test_the_answers_of_a_show_of_hands_are_in_the_readers_language(cast: Cast) -> None:
    one = poll(cast, "hands")
    page = cast.resident().get(f"{url_of(cast, one)}?lang=es").text
    (words,) = {translate("es", each) for each in ("I abstain",)}
    assert f">{words}</button>" in page


def test_an_empty_answer_to_a_poll_is_told_beside_its_question(cast: Cast) -> None:
    one = poll(cast, "rating")
    field = one.questions[0].field
    answer = reply(cast, one, **{field: ""})
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.text
    assert reply(cast, one, **{field: one.questions[0].options[3].id}).status_code == 303
    assert answers(cast, one) == 1


def test_an_order_is_given_by_a_place_for_each_answer(cast: Cast) -> None:
    one = poll(cast, "ranking", "Park", "Pool", "Hall")
    (question,) = one.questions

    def order(*places: str) -> Any:
        fields = [question.place_field(option) for option in question.options]
        return reply(cast, one, **dict(zip(fields, places, strict=True)))

    wrong = {
        ("1", "", "2"): "Please give every answer a place, or none at all.",
        ("1", "2", "2"): "Please give each place to one answer only.",
        ("0", "1", "2"): "Please give each place to one answer only.",
        ("", "", ""): "Please give an answer.",
    }
    for places, sentence in wrong.items():
        answer = order(*places)
        assert (answer.status_code, sentence in answer.text) == (422, True)
        chosen_again = answer.text.count(" selected")
        assert chosen_again == sum(place in ("1", "2", "3") for place in places)
    assert answers(cast, one) == 0
    assert order("3", "1", "2").status_code == 303
    close(cast, one)
    page = cast.anyone.get(url_of(cast, one)).text
    assert [page.index(f'<th scope="row">{words}') for words in ("Pool", "Hall", "Park")] == sorted(
        page.index(f'<th scope="row">{words}') for words in ("Park", "Pool", "Hall")
    )


def test_a_rating_shows_its_mean_in_tenths(cast: Cast) -> None:
    one = poll(cast, "rating")
    for rating in (2, 5, 5):
        reply(cast, one, **{one.questions[0].field: one.questions[0].options[rating - 1].id})
    close(cast, one)
    assert "On average 4.0 of 5." in cast.anyone.get(url_of(cast, one)).text
