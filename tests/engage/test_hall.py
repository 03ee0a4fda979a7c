"""The display in the hall: both languages, the clock, the poll, what holds the meeting up, and the push."""

import json
from datetime import timedelta
from typing import Any

import pytest

from comments.queue import floor
from comments.queue.models import Request
from comments.surveys import actions as surveys
from comments.surveys.answering import Answer
from comments.surveys.drafting import QuestionDraft, SurveyDraft
from comments.surveys.models import HANDS, SINGLE, Survey
from comments.surveys.voting import answer_survey
from engage import clock
from engage.hall import both
from engage.language import translate
from engage.push.panels import HALL
from meetings import actions
from meetings.disruption.actions import declare_disruption
from meetings.disruption.recesses import close_session
from meetings.models import AgendaItem, Meeting
from tests import make
from tests.make import Cast, in_line

ORIGIN = {"origin": "http://testserver"}


def hall(cast: Cast) -> str:
    answer = cast.anyone.get(f"/meetings/{cast.city.meeting.id}/hall")
    assert answer.status_code == 200
    text: str = answer.text
    return text


def on_meeting(cast: Cast, act: Any) -> Any:
    return cast.db.write_now(lambda db: act(db, db.get(Meeting, cast.city.meeting.id)))


def call(cast: Cast, request_id: str) -> None:
    on_meeting(cast, lambda db, of: floor.call_next(db, of, db.get(Request, request_id), by="system"))


def test_every_word_of_the_house_is_there_in_both_languages(cast: Cast) -> None:
    (ana,) = in_line(cast, "Ana")
    call(cast, ana)
    page = hall(cast)
    english, spanish = ("Is called to speak", translate("es", "Is called to speak"))
    assert english != spanish
    assert (
        f'<span class="line" lang="en">{english}</span><span class="line" lang="es">{spanish}</span>' in page
    )


def test_the_meetings_own_language_comes_first() -> None:
    assert [lang for lang, _ in both("es", lambda lang: lang)] == ["es", "en"]
    assert both("es", lambda lang: "the same") == [("es", "the same")]


def test_it_shows_the_speaker_the_next_three_and_the_item(cast: Cast) -> None:
    ids = in_line(cast, "Ana", "Ben", "Cleo", "Dan", "Eve")
    call(cast, ids[0])
    page = hall(cast)
    assert [name in page for name in ("Ana", "Ben", "Cleo", "Dan", "Eve")] == [True, True, True, True, False]
    assert "Bike lane" in page
    assert 'data-limit="180000"' in page


def test_names_are_escaped(cast: Cast) -> None:
    (ana,) = in_line(cast, "<b>Ana</b>")
    call(cast, ana)
    assert "&lt;b&gt;Ana&lt;/b&gt;" in hall(cast)


def test_it_has_no_header_no_footer_and_no_links(cast: Cast) -> None:
    page = hall(cast)
    assert ("<header" in page, "<footer" in page, "<nav" in page, "<a " in page) == (False,) * 4


@pytest.mark.parametrize(
    ("state", "words"), [("published", "The meeting begins at"), ("adjourned", "The meeting is over.")]
)
def test_before_and_after_it_says_so(cast: Cast, state: str, words: str) -> None:
    meeting = cast.db.write_now(lambda db: make.meeting(db, db.merge(cast.city.body), state=state))
    page = cast.anyone.get(f"/meetings/{meeting.id}/hall").text
    assert words in page
    assert "hall-next" not in page


def test_a_draft_has_no_display(cast: Cast) -> None:
    assert cast.anyone.get(f"/meetings/{cast.city.draft.id}/hall").status_code == 404


def test_a_recess_counts_down_to_its_end(cast: Cast) -> None:
    on_meeting(cast, lambda db, of: actions.recess_meeting(db, of, by="system", minutes=15))
    page = hall(cast)
    assert "The meeting is in recess" in page
    assert 'data-limit="900000"' in page


def test_a_recess_without_an_end_counts_up(cast: Cast) -> None:
    on_meeting(cast, lambda db, of: actions.recess_meeting(db, of, by="system"))
    page = hall(cast)
    assert 'data-limit="0"' in page
    assert "since then" in page


def test_a_disruption_counts_down_its_hour_and_a_closed_session_says_so(cast: Cast) -> None:
    on_meeting(cast, lambda db, of: declare_disruption(db, of, "noise", by="system"))
    interrupted = hall(cast)
    on_meeting(cast, lambda db, of: close_session(db, of, "personnel", by="system"))
    closed = hall(cast)
    assert "The meeting is interrupted" in interrupted
    assert 'data-limit="3600000"' in interrupted
    assert "The meeting is in closed session" in closed
    assert 'data-limit="0"' in closed


def open_poll(cast: Cast, *answers: int, **over: Any) -> str:
    """A show of hands with so many answers for each option."""

    def work(db: Any, of: Meeting) -> str:
        draft = SurveyDraft(
            **{"title": "Open it?", "questions": (QuestionDraft(HANDS, "Open it?"),), "shows": "live"} | over
        )
        poll = surveys.open_poll(db, of, draft, by="system")
        (question,) = poll.questions
        for option, count in zip(question.options, answers, strict=False):
            for _ in range(count):
                answer = Answer(question.id, frozenset([option.id]))
                answer_survey(db, poll, make.participant(db, of, ""), [answer])
        return poll.id

    poll_id: str = on_meeting(cast, work)
    return poll_id


def test_an_open_poll_shows_its_bars_as_soon_as_the_public_may_see_them(cast: Cast) -> None:
    open_poll(cast, 3, 1)
    page = hall(cast)
    assert "Open it?" in page
    assert '<rect width="75" height="1"/>' in page
    assert '<rect width="25" height="1"/>' in page


def test_a_poll_whose_result_comes_later_shows_the_answers_without_counts(cast: Cast) -> None:
    options = QuestionDraft(SINGLE, "Which?", ("Monday", "Friday"))
    open_poll(cast, 3, 1, questions=(options,), shows="closing")
    page = hall(cast)
    assert "Monday" in page
    assert "<rect" not in page


def test_a_result_leaves_with_the_next_item_or_after_ten_minutes(cast: Cast) -> None:
    poll = open_poll(cast, 3, 1)
    cast.db.write_now(lambda db: surveys.close_survey(db, db.get(Survey, poll), by="system"))
    assert "Result of the poll" in hall(cast)
    with clock.set_to(clock.now() + timedelta(minutes=11)):
        assert "Result of the poll" not in hall(cast)
    with clock.set_to(clock.now() + timedelta(seconds=1)):
        second = cast.city.second.id
        on_meeting(cast, lambda db, of: actions.call_item(db, of, db.get(AgendaItem, second), by="system"))
        assert "Result of the poll" not in hall(cast)


def test_the_display_is_sent_its_one_panel_and_the_meetings_page_is_not(cast: Cast) -> None:
    at = f"/meetings/{cast.city.meeting.id}"
    with (
        cast.anyone.websocket_connect(f"{at}/hall/live", headers=ORIGIN) as display,
        cast.anyone.websocket_connect(f"{at}/live", headers=ORIGIN) as phone,
    ):
        first = (display.receive_json()["content"], phone.receive_json()["content"])
        in_line(cast, "Ana")
        pushed = (display.receive_json()["content"], phone.receive_json()["content"])
    for content in (first, pushed):
        assert [part.count('id="panel-hall"') for part in content] == [1, 0]
        assert [part.count("<hx-partial") == 1 for part in content] == [True, False]
    assert "Ana" in pushed[0]


def test_what_is_pushed_is_what_the_page_shows(cast: Cast) -> None:
    with cast.anyone.websocket_connect(f"/meetings/{cast.city.meeting.id}/hall/live", headers=ORIGIN) as ws:
        ws.receive_text()
        in_line(cast, "Ana")
        frames = [json.loads(ws.receive_text())]
    panel = frames[-1]["content"].split(">", 1)[1].removesuffix("</hx-partial>")
    assert panel in hall(cast)


def test_whatever_moves_the_floor_moves_the_display(cast: Cast) -> None:
    hub = cast.state.hub
    assert [name for name, panel in hub.newsroom.panels.items() if panel.page == HALL] == ["hall"]
    without = {
        kind for kind, names in hub.newsroom.touches.items() if "floor" in names and "hall" not in names
    }
    assert without == set()
