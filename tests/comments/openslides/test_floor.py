"""The floor and its clock: begin, pause, go on, end, and what a question does to the speaker."""

from collections.abc import Callable

import pytest

from comments.queue.live import holders, running_clock
from comments.queue.models import Request
from engage import clock
from tests.comments.openslides.hall import LIMIT_S, POINT_S, Hall
from tests.comments.openslides.street import (
    OUTSIDERS,
    act,
    client_of,
    done,
    line,
    one,
    speaking,
    state,
    waiting,
)
from tests.make import Cast

MOVED_ON = "The queue has moved on"


def in_state(hall: Hall, wanted: str) -> Request:
    """Somebody who waits, is called, speaks, is paused, has spoken or was removed."""
    somebody = hall.add("Ana")
    if wanted in ("called", "speaking", "paused", "finished"):
        hall.call(somebody)
    if wanted in ("speaking", "paused", "finished"):
        hall.start(somebody)
        hall.wait(5)
    if wanted == "paused":
        hall.pause(somebody)
    if wanted == "finished":
        hall.end(somebody)
    if wanted == "removed":
        hall.remove(somebody)
    assert somebody.state == ("on_deck" if wanted == "waiting" else wanted)
    return somebody


def entry(hall: Hall, kind: str) -> object:
    """When the latest entry of this kind was made."""
    return [each.at for each in hall.entries() if each.kind == kind][-1]


def left(one: Request) -> int:
    """Seconds on the clock that everybody sees; it counts down."""
    return int(running_clock(one)["left"]) // 1000


@pytest.mark.parametrize("is_closed", [False, True])
def test_somebody_is_called_begins_and_ends_each_with_its_time(hall: Hall, is_closed: bool) -> None:
    one = hall.add("Ana")
    if is_closed:
        hall.close()
    hall.call(one)
    called = hall.now
    hall.wait(3)
    hall.start(one)
    assert (one.called_at, one.running_since, entry(hall, "floor.started")) == (called, hall.now, hall.now)
    hall.wait(40)
    hall.end(one)
    assert (one.state, one.ended_at, one.spoken_ms) == ("finished", hall.now, 40_000)
    assert holders(hall.db, hall.meeting)["speaker"] is None


def test_the_clock_runs_from_the_full_limit_down(hall: Hall) -> None:
    one = hall.speaker()
    shown = running_clock(one)
    assert (shown["running"], shown["started"], shown["elapsed"]) == (True, clock.ms(hall.now), 0)
    assert (shown["limit"], left(one)) == (LIMIT_S * 1000, LIMIT_S)
    hall.wait(50)
    assert left(one) == LIMIT_S - 50


@pytest.mark.parametrize("kind", ["question", "intervention", "answer", "point"])
def test_what_is_no_comment_has_a_time_of_its_own_that_counts_down(hall: Hall, kind: str) -> None:
    hall.speaker()
    to = hall.add("Ben", "question") if kind == "answer" else None
    heard = hall.hear(hall.add("Cleo", kind, to))
    assert left(heard) == POINT_S
    hall.wait(15)
    assert left(heard) == POINT_S - 15


@pytest.mark.parametrize("who", ["called", "speaking"])
def test_who_has_begun_is_not_called_again(hall: Hall, who: str) -> None:
    one = in_state(hall, who)
    for verb in (hall.call, hall.hear):
        with hall.refused(MOVED_ON):
            verb(one)


def test_who_has_begun_does_not_begin_again(hall: Hall) -> None:
    one = hall.speaker()
    began = one.running_since
    hall.wait(10)
    with hall.refused(MOVED_ON):
        hall.start(one)
    assert one.running_since == began


def test_when_the_next_is_called_the_one_before_ends_at_the_same_moment(hall: Hall) -> None:
    first, second, third = hall.speaker(), hall.add("Ben"), hall.add("Cleo")
    hall.wait(70)
    hall.call(second)
    assert (first.state, first.ended_at, first.spoken_ms) == ("finished", second.called_at, 70_000)
    assert (second.state, hall.line()) == ("called", [third.name])


def test_a_question_lets_the_speaker_wait_and_does_not_end_them(hall: Hall) -> None:
    speaker, question = hall.speaker(), hall.add("Ben", "question")
    waits = hall.add("Cleo")
    hall.wait(30)
    hall.call(question)
    assert (speaker.state, speaker.ended_at, left(speaker)) == ("paused", None, LIMIT_S - 30)
    hall.start(question)
    hall.wait(20)
    hall.end(question)
    hall.start(speaker)
    assert (speaker.state, left(speaker), hall.line()) == ("speaking", LIMIT_S - 30, [waits.name])


def test_questions_one_upon_the_other_end_before_the_speaker_goes_on(hall: Hall) -> None:
    """Who was paused already stays so; a second question lets the first wait; going on comes afterwards."""
    speaker = hall.speaker()
    hall.pause(speaker)
    first = hall.hear(hall.add("Ben", "question"))
    assert (speaker.state, first.state) == ("paused", "speaking")
    second = hall.hear(hall.add("Cleo", "question"))
    assert (speaker.state, first.state, second.state) == ("paused", "paused", "speaking")
    for waits in (speaker, first):
        with hall.refused("Somebody else has the floor."):
            hall.start(waits)
    for over, goes_on in ((second, first), (first, speaker)):
        hall.end(over)
        hall.start(goes_on)
        assert goes_on.state == "speaking"


def test_a_pause_has_its_time_and_the_clock_keeps_what_is_left(hall: Hall) -> None:
    one = hall.speaker()
    hall.wait(25)
    hall.pause(one)
    assert (one.state, one.running_since, entry(hall, "floor.paused")) == ("paused", None, hall.now)
    hall.wait(600)
    assert (running_clock(one)["running"], left(one)) == (False, LIMIT_S - 25)


def test_going_on_the_clock_runs_from_what_was_left_and_the_pause_is_on_record(hall: Hall) -> None:
    one = hall.speaker()
    hall.wait(25)
    hall.pause(one)
    paused = hall.now
    hall.wait(600)
    hall.start(one)
    assert (entry(hall, "floor.paused"), entry(hall, "floor.resumed")) == (paused, hall.now)
    assert (running_clock(one)["running"], left(one)) == (True, LIMIT_S - 25)
    hall.wait(5)
    assert left(one) == LIMIT_S - 30


@pytest.mark.parametrize("who", ["waiting", "called", "paused", "finished", "removed"])
def test_only_who_speaks_is_paused(hall: Hall, who: str) -> None:
    one = in_state(hall, who)
    with hall.refused(MOVED_ON):
        hall.pause(one)


@pytest.mark.parametrize("who", ["waiting", "speaking", "finished", "removed"])
def test_only_who_was_called_or_paused_begins_or_goes_on(hall: Hall, who: str) -> None:
    one = in_state(hall, who)
    with hall.refused(MOVED_ON):
        hall.start(one)


@pytest.mark.parametrize("who", ["waiting", "finished", "removed"])
def test_only_who_has_the_floor_is_ended(hall: Hall, who: str) -> None:
    one = in_state(hall, who)
    with hall.refused(MOVED_ON):
        hall.end(one)


def test_the_clock_is_a_turns_own_and_the_next_begins_with_the_full_limit(hall: Hall) -> None:
    """There is nothing to be set back: the clock of who has spoken stands at what they have used."""
    first, second = hall.speaker(), hall.add("Ben")
    hall.wait(40)
    hall.end(first)
    hall.wait(40)
    assert (running_clock(first)["running"], first.spoken_ms) == (False, 40_000)
    assert holders(hall.db, hall.meeting)["clock"] is None
    hall.hear(second)
    assert left(second) == LIMIT_S


@pytest.mark.parametrize("earlier_pauses", [0, 1, 2])
def test_who_is_ended_while_paused_has_spoken_without_the_pauses(hall: Hall, earlier_pauses: int) -> None:
    one = hall.speaker()
    for _ in range(earlier_pauses):
        hall.wait(10)
        hall.pause(one)
        hall.wait(100)
        hall.start(one)
    hall.wait(10)
    hall.pause(one)
    hall.wait(100)
    hall.end(one)
    assert (one.state, one.ended_at) == ("finished", hall.now)
    assert one.spoken_ms == 10_000 * (earlier_pauses + 1)


def end_of(hall: Hall) -> dict[str, Callable[[Request], None]]:
    return {"end": hall.end, "withdraw": hall.withdraw, "remove": hall.remove}


@pytest.mark.parametrize("how", ["end", "withdraw", "remove", "next"])
def test_the_end_of_the_speaker_ends_a_question_that_is_heard_at_the_same_moment(
    hall: Hall, how: str
) -> None:
    speaker, following = hall.speaker(), hall.add("Ben")
    question = hall.hear(hall.add("Cleo", "question"))
    hall.wait(12)
    if how == "next":
        hall.call(following)
    else:
        end_of(hall)[how](speaker)
    assert (question.state, question.spoken_ms, question.running_since) == ("finished", 12_000, None)
    assert question.ended_at == speaker.ended_at == hall.now


@pytest.mark.parametrize("how", ["end", "withdraw", "remove", "next"])
def test_the_end_of_the_speaker_takes_waiting_questions_off_the_list(hall: Hall, how: str) -> None:
    speaker, following = hall.speaker(), hall.add("Ben")
    questions = [hall.add(name, "question") for name in ("Cleo", "Dan")]
    answer = hall.add("Eve", "answer", questions[0])
    others = [hall.add("Fay", "point"), hall.add("Gus", "question", item=hall.item)]
    if how == "next":
        hall.hear(following)
    else:
        end_of(hall)[how](speaker)
    assert [each.state for each in (*questions, answer)] == ["withdrawn"] * 3
    assert [each.is_listed for each in others] == [True, True]
    lapsed = [each.facts["request"] for each in hall.entries() if each.kind == "request.lapsed"]
    assert lapsed == [answer.id, questions[0].id, questions[1].id]


def test_a_question_called_and_not_begun_lapses_with_its_speaker(hall: Hall) -> None:
    speaker, question = hall.speaker(), hall.add("Ben", "question")
    hall.call(question)
    hall.end(speaker)
    assert (question.state, hall.line()) == ("withdrawn", [])


ACTS = {
    "call": "floor", "start": "requests/{}/start", "pause": "requests/{}/pause", "end": "requests/{}/end",
    "go on": "requests/{}/start",
}  # fmt: skip
BECOMES = {"call": "called", "start": "speaking", "pause": "paused", "end": "finished", "go on": "speaking"}


def ready(cast: Cast, what: str) -> str:
    """Somebody with whom this act is due."""
    if what in ("call", "start"):
        (request_id,) = waiting(cast, "Ana")
        if what == "start":
            act(cast, "clerk", "floor", request=request_id)
        return request_id
    request_id = speaking(cast)
    if what == "go on":
        act(cast, "clerk", f"requests/{request_id}/pause")
    return request_id


@pytest.mark.parametrize("what", ACTS)
def test_only_the_clerk_runs_the_floor(cast: Cast, what: str) -> None:
    request_id = ready(cast, what)
    path, before = ACTS[what].format(request_id), state(cast)
    for who in OUTSIDERS:
        answer = act(cast, who, path, request=request_id)
        is_sent_away = answer.status_code == 404 or answer.headers["location"].startswith("/sign-in")
        assert is_sent_away, (who, answer.status_code)
    assert state(cast) == before
    assert act(cast, "clerk", path, request=request_id).status_code == 303
    assert one(cast, request_id).state == BECOMES[what]


@pytest.mark.parametrize("what", ["call", "end"])
def test_the_chair_calls_and_ends_in_a_view_of_their_own(cast: Cast, what: str) -> None:
    request_id = ready(cast, what)
    path = f"/chair/meetings/{cast.city.meeting.id}/{ACTS[what].format(request_id)}"
    before = state(cast)
    for who in ("nobody", "resident", "stranger"):
        client_of(cast, who).post(path, data={"request": request_id})
    assert state(cast) == before
    client_of(cast, "chair").post(path, data={"request": request_id})
    assert one(cast, request_id).state == BECOMES[what]


@pytest.mark.parametrize(
    "path",
    [
        "floor",
        *(f"requests/unknown/{word}" for word in ("start", "pause", "end", "extension", "no-show")),
        *(f"requests/unknown/{word}" for word in ("return", "again", "removal", "out-of-turn")),
    ],
)
def test_an_unknown_request_is_not_found_and_who_speaks_speaks_on(cast: Cast, path: str) -> None:
    done(cast, "Before")
    speaking(cast)
    waiting(cast, "Ben")
    before = state(cast)
    answer = act(cast, "clerk", path, request="unknown", reason="chair", act="call")
    assert answer.status_code == 404
    assert state(cast) == before
    assert line(cast) == ["Ben"]
