"""The order and the list as a whole: move, take off, speak again, clear, close, and the chair's notes."""

from itertools import permutations

import pytest
from sqlalchemy.orm import Session

from comments.queue import actions, lists, queries
from comments.queue.console import last_spoken
from comments.queue.live import running_clock
from comments.queue.models import Request, SpeakerList, list_id
from meetings.chairing.models import ChairNote
from meetings.rules import fingerprint
from tests import make
from tests.comments.openslides.hall import CLERK, LIMIT_S, Hall
from tests.comments.openslides.street import (
    OUTSIDERS,
    act,
    ask,
    client_of,
    done,
    line,
    one,
    request_url,
    speaking,
    state,
    waiting,
)
from tests.make import Cast, kinds, send

AGAIN = "on the list again already"
NAMES = ("Ana", "Ben", "Cleo", "Dan")


@pytest.mark.parametrize("wanted", list(permutations(NAMES))[::5])
def test_any_new_order_of_the_waiting_is_reached_by_moves_and_kept(
    hall: Hall, wanted: tuple[str, ...]
) -> None:
    by_name = {name: hall.add(name) for name in NAMES}
    hall.speaker("Speaker")
    for place, name in enumerate(wanted):
        hall.move(by_name[name], place - hall.line().index(name))
    assert hall.line() == list(wanted)
    hall.add("Late")
    hall.hear(by_name[wanted[0]])
    assert hall.line() == [*wanted[1:], "Late"]


@pytest.mark.parametrize("steps", [-99, -1, 0, 1, 2, 99])
@pytest.mark.parametrize("name", NAMES)
def test_a_move_leaves_nobody_out_and_the_others_in_their_order(hall: Hall, name: str, steps: int) -> None:
    by_name = {each: hall.add(each) for each in NAMES}
    hall.move(by_name[name], steps)
    place = min(max(NAMES.index(name) + steps, 0), len(NAMES) - 1)
    others = [each for each in NAMES if each != name]
    assert hall.line() == [*others[:place], name, *others[place:]]


@pytest.mark.parametrize("why", ["unknown", "foreign"])
def test_who_does_not_wait_here_is_not_moved(cast: Cast, why: str) -> None:
    waiting(cast, "Ana", "Ben")
    other = cast.db.write_now(lambda db: other_meetings_request(db, cast)) if why == "foreign" else why
    before = state(cast)
    answer = act(cast, "clerk", f"requests/{other}/out-of-turn", act="first", reason="chair")
    assert answer.status_code == 404
    assert (state(cast), line(cast)) == (before, ["Ana", "Ben"])


def other_meetings_request(db: Session, cast: Cast) -> str:
    elsewhere = make.meeting(db, db.merge(cast.city.body))
    zoe = make.participant(db, elsewhere, "Zoe")
    return actions.join_queue(db, elsewhere, None, zoe, by=zoe.actor, mode="remote").id


@pytest.mark.parametrize("who", ["speaking", "finished"])
def test_who_does_not_wait_any_more_is_not_moved(hall: Hall, who: str) -> None:
    one = hall.speaker()
    if who == "finished":
        hall.end(one)
    hall.add("Ben")
    with hall.refused("The queue has moved on"):
        hall.move(one, 1)


@pytest.mark.parametrize("is_closed", [False, True])
def test_a_waiting_request_is_taken_off_by_its_person_or_by_the_clerk(hall: Hall, is_closed: bool) -> None:
    own, other, _ = hall.ask("Ana"), hall.ask("Ben"), hall.ask("Cleo")
    if is_closed:
        hall.close()
    hall.withdraw(own)
    hall.remove(other)
    assert (own.state, other.state, hall.line()) == ("withdrawn", "removed", ["Cleo"])


def test_residents_take_off_their_own_request_only(cast: Cast) -> None:
    ana, ben = cast.resident(), cast.resident()
    for client, name in ((ana, "Ana"), (ben, "Ben")):
        ask(cast, client, name=name)
    mine = next(each.id for each in cast.read(lambda db: queries.listed(db, cast.city.meeting.id)))
    path = f"/meetings/{cast.city.meeting.id}/requests/{mine}/withdrawal"
    before = state(cast)
    assert ben.post(path, data={"key": "k"}).status_code == 404
    assert client_of(cast, "clerk").post(path, data={"key": "k"}).status_code == 404
    assert ben.post(path.replace(mine, "unknown"), data={"key": "k2"}).status_code == 404
    assert (state(cast), line(cast)) == (before, ["Ana", "Ben"])
    assert ana.post(path, data={"key": "k"}).status_code == 303
    assert line(cast) == ["Ben"]


@pytest.mark.parametrize("how", ["withdraw", "remove"])
@pytest.mark.parametrize("is_paused", [False, True])
def test_taking_off_who_speaks_stops_the_clock_and_keeps_what_was_spoken(
    hall: Hall, how: str, is_paused: bool
) -> None:
    speaker = hall.speaker()
    hall.wait(20)
    if is_paused:
        hall.pause(speaker)
        hall.wait(50)
    (hall.withdraw if how == "withdraw" else hall.remove)(speaker)
    hall.wait(50)
    assert (speaker.running_since, speaker.spoken_ms) == (None, 20_000)
    assert queries.on_floor(hall.db, hall.meeting.id) is None


@pytest.mark.parametrize("how", ["withdraw", "remove"])
def test_taking_off_who_waits_leaves_the_running_clock_alone(hall: Hall, how: str) -> None:
    speaker, waits = hall.speaker(), hall.add("Ben")
    hall.wait(20)
    before = running_clock(speaker)
    (hall.withdraw if how == "withdraw" else hall.remove)(waits)
    assert (running_clock(speaker), speaker.state) == (before, "speaking")


@pytest.mark.parametrize("is_closed", [False, True])
def test_who_spoke_last_waits_again_before_everybody(hall: Hall, is_closed: bool) -> None:
    """With a request of its own; what was spoken before stays on record."""
    last = hall.speaker("Last")
    waits = [hall.add(name) for name in ("Ana", "Ben")]
    hall.wait(40)
    hall.end(last)
    if is_closed:
        hall.close()
    places = [each.place for each in waits]
    again = hall.again(last)
    assert hall.line() == ["Last", "Ana", "Ben"]
    assert (again.called_at, again.spoken_ms, again.limit_s) == (None, 0, LIMIT_S)
    assert (last.state, last.spoken_ms, [each.place for each in waits]) == ("finished", 40_000, places)


@pytest.mark.parametrize("kind", ["privilege", "point", "intervention"])
def test_what_is_no_comment_comes_back_too_first_of_its_rank(hall: Hall, kind: str) -> None:
    last = hall.hear(hall.add("Last", kind))
    hall.end(last)
    for name in ("Comment", "Same"):
        hall.add(name, "comment" if name == "Comment" else kind)
    again = hall.again(last)
    assert hall.line() == ["Last", "Same", "Comment"]
    assert (again.kind, again.limit_s) == (kind, last.limit_s)


@pytest.mark.parametrize("who", ["waiting", "called", "speaking", "paused", "removed"])
def test_who_has_not_spoken_does_not_speak_again(hall: Hall, who: str) -> None:
    one = hall.add("Ana")
    if who == "removed":
        hall.remove(one)
    elif who != "waiting":
        hall.call(one)
    if who in ("speaking", "paused"):
        hall.start(one)
    if who == "paused":
        hall.pause(one)
    with hall.refused("The queue has moved on"):
        hall.again(one)


def test_the_console_offers_nobody_to_speak_again_while_nobody_has_spoken(cast: Cast) -> None:
    page = f"/clerk/meetings/{cast.city.meeting.id}/console"
    offers = ["/again" in cast.clerk.get(page).text]
    waiting(cast, "Ben")
    for make_turn in (speaking, done):
        make_turn(cast, "Cleo")
        offers.append("/again" in cast.clerk.get(page).text)
    assert offers == [False, False, True]


@pytest.mark.parametrize("kind", ["comment", "point"])
@pytest.mark.parametrize("is_heard", [False, True])
def test_who_is_on_the_list_already_does_not_come_back(hall: Hall, kind: str, is_heard: bool) -> None:
    person = hall.person("Ana")
    first = hall.hear(hall.add(person, kind))
    hall.end(first)
    second = hall.add(person, kind)
    if is_heard:
        hall.hear(second)
    with hall.refused(AGAIN):
        hall.again(first)


@pytest.mark.parametrize("spoken, waits", [("comment", "point"), ("point", "comment")])
def test_who_waits_with_something_else_comes_back(hall: Hall, spoken: str, waits: str) -> None:
    person = hall.person("Ana")
    first = hall.hear(hall.add(person, spoken))
    hall.end(first)
    hall.add(person, waits)
    hall.add("Ben")
    hall.again(first)
    by_kind = {each.kind for each in lists.line(hall.db, hall.meeting, None) if each.name == "Ana"}
    assert by_kind == {"comment", "point"}
    assert hall.line() == ["Ana", "Ana", "Ben"]


def test_a_question_is_put_again_only_while_its_speaker_is_there(hall: Hall) -> None:
    speaker = hall.speaker()
    question = hall.hear(hall.add("Ben", "question"))
    hall.end(question)
    for name, kind in (("Comment", "comment"), ("Other", "question")):
        hall.add(name, kind)
    again = hall.again(question)
    assert hall.line() == ["Ben", "Other", "Comment"]
    hall.remove(again)
    hall.end(speaker)
    with hall.refused("Nobody has the floor here"):
        hall.again(question)


def test_of_several_that_ended_at_the_same_moment_the_speaker_comes_first(hall: Hall) -> None:
    """Then those who have interrupted them, in the order of their calls."""
    speaker = hall.speaker("Speaker")
    for name in ("First", "Second"):
        hall.hear(hall.add(name, "question"))
    hall.end(speaker)
    offered: list[str] = []
    for _ in range(2):
        last = last_spoken(everything(hall), None)
        assert last
        offered.append(last.name)
        if last.kind == "comment":
            hall.hear(hall.again(last))
        else:
            hall.again(last)
    last = last_spoken(everything(hall), None)
    assert [*offered, last and last.name] == ["Speaker", "First", "Second"]


def everything(hall: Hall) -> list[Request]:
    hall.db.flush()
    return queries.requests_in(hall.db, hall.meeting.id)


def test_clearing_a_list_takes_off_all_who_wait_and_leaves_the_list(hall: Hall) -> None:
    speaker = hall.speaker()
    elsewhere = hall.add("Elsewhere", item=hall.item)
    gone = [
        hall.add(name, kind) for name, kind in (("Ben", "comment"), ("Cleo", "point"), ("Dan", "question"))
    ]
    assert actions.clear_list(hall.db, hall.meeting, None, by=CLERK, reason="a test") == 3
    assert {each.state for each in gone} == {"removed"}
    assert (hall.line(), speaker.state, hall.line(hall.item)) == ([], "speaking", [elsewhere.name])
    hall.add("Eve")
    assert hall.line() == ["Eve"]


def test_a_list_is_closed_and_reopened_by_itself(cast: Cast) -> None:
    other = f"/meetings/{cast.city.meeting.id}/items/{cast.city.item.id}/request"
    answers = []
    for word in ("closing", "reopening"):
        act(cast, "clerk", f"lists/general/{word}")
        forms = [send(cast.resident(), url, name="Ana", mode="remote") for url in (request_url(cast), other)]
        answers.append([each.status_code for each in forms])
    assert answers == [[409, 303], [303, 303]]


@pytest.mark.parametrize("what", ["closing", "reopening", "clearing", "times"])
def test_an_unknown_list_is_not_found_and_the_others_stay_as_they_are(cast: Cast, what: str) -> None:
    waiting(cast, "Ana")
    before = state(cast)
    answer = act(cast, "clerk", f"lists/unknown/{what}", reason="a test", limit_s="1:00")
    assert answer.status_code == 404
    assert state(cast) == before


LIST_ACTS = {
    "move": ("requests/{}/out-of-turn", {"act": "first", "reason": "chair"}),
    "remove": ("requests/{}/removal", {"reason": "a test"}),
    "again": ("requests/{}/again", {}),
    "clear": ("lists/general/clearing", {"reason": "a test"}),
    "close": ("lists/general/closing", {}),
}


@pytest.mark.parametrize("what", LIST_ACTS)
def test_only_the_clerk_runs_the_list(cast: Cast, what: str) -> None:
    last = done(cast, "Last")
    _, ben = waiting(cast, "Ana", "Ben")
    path, fields = LIST_ACTS[what]
    path = path.format(last if what == "again" else ben)
    before = state(cast)
    for who in OUTSIDERS:
        answer = act(cast, who, path, **fields)
        is_sent_away = answer.status_code == 404 or answer.headers["location"].startswith("/sign-in")
        assert is_sent_away, (who, answer.status_code)
    assert state(cast) == before
    assert act(cast, "clerk", path, **fields).status_code == 303
    its_list = cast.read(lambda db: db.get_one(SpeakerList, list_id(cast.city.meeting.id, None)))
    seen = {"move": ["Ben", "Ana"], "remove": ["Ana"], "again": ["Last", "Ana", "Ben"], "clear": []}
    assert (line(cast), its_list.is_closed) == (seen.get(what, ["Ana", "Ben"]), what == "close")
    assert one(cast, last).state == "finished"


SECRET = "Ask the applicant for the noise report."


def test_the_chairs_notes_are_for_the_chair_and_the_clerk_of_the_body(cast: Cast) -> None:
    view = f"/chair/meetings/{cast.city.meeting.id}"
    path = f"{view}/notes/general"
    note = {"note-general": SECRET, "seen": fingerprint("")}
    for who in ("nobody", "resident", "stranger"):
        answer = client_of(cast, who).post(path, data=note)
        assert answer.status_code == 404 or answer.headers["location"].startswith("/sign-in")
    assert cast.read(lambda db: db.query(ChairNote).count()) == 0
    assert client_of(cast, "chair").post(path, data=note).status_code == 303
    changed = {"note-general": f"{SECRET} And the map.", "seen": fingerprint(SECRET)}
    assert client_of(cast, "clerk").post(path, data=changed).status_code == 303
    assert changed["note-general"] in client_of(cast, "chair").get(view).text


def test_the_chairs_notes_are_on_no_page_for_the_public_and_not_on_the_record(cast: Cast) -> None:
    before = cast.read(lambda db: kinds(db, cast.city.meeting.id))
    path = f"/chair/meetings/{cast.city.meeting.id}/notes/general"
    client_of(cast, "chair").post(path, data={"note-general": SECRET, "seen": fingerprint("")})
    for who in ("nobody", "resident", "stranger"):
        for page in ("", "/mine", "/items/general/request"):
            assert SECRET not in client_of(cast, who).get(f"/meetings/{cast.city.meeting.id}{page}").text
    assert cast.read(lambda db: kinds(db, cast.city.meeting.id)) == before
