"""Points of order and their like: who enters them, in which rank they stand, what becomes of the speaker."""

import pytest

from comments.queue import clerk, listing, queries
from comments.queue.models import KINDS
from engage import record
from meetings import actions as meeting_actions
from tests.comments.openslides.hall import CLERK, POINT_S, Hall
from tests.comments.openslides.street import act, ask, line, one, state, waiting
from tests.make import Cast

POINTS = ("privilege", "point", "inquiry", "information")


@pytest.mark.parametrize("kind", [*POINTS, "question", "intervention"])
def test_a_point_of_order_goes_onto_a_closed_list(hall: Hall, kind: str) -> None:
    hall.add("Ana")
    hall.close()
    listing.close_queue(hall.db, hall.meeting, by=CLERK)
    hall.add("Ben", kind)
    assert hall.line() == ["Ben", "Ana"]


def test_a_new_one_stands_behind_those_of_better_or_equal_rank(hall: Hall) -> None:
    running = hall.hear(hall.add("Running", "information"))
    for name, kind in (("Info", "information"), ("Comment", "comment"), ("Point", "point")):
        hall.add(name, kind)
    assert hall.line() == ["Point", "Info", "Comment"]
    hall.add("Point 2", "point")
    hall.add("Inquiry", "inquiry")
    hall.add("Privilege", "privilege")
    hall.add("Info 2", "information")
    assert hall.line() == ["Privilege", "Point", "Point 2", "Inquiry", "Info", "Info 2", "Comment"]
    assert running.state == "speaking"


def test_its_note_is_kept_and_only_its_seal_is_on_the_record(hall: Hall) -> None:
    point = hall.add("Ana", "point", note="The vote was not announced.")
    facts = next(each.facts for each in hall.entries() if each.kind == "request.joined")
    assert point.note == "The vote was not announced."
    assert facts["note"] == record.sealed(point.salt, point.note)
    assert not any("announced" in each.data for each in hall.entries())


def test_it_stands_before_comments_also_before_one_of_the_same_person(hall: Hall) -> None:
    ana = hall.person("Ana")
    hall.add("Zoe", "point")
    comments = [hall.ask(name) for name in ("Ben", "Cleo")]
    hall.ask(ana)
    point = hall.add(ana, "point")
    assert hall.line() == ["Zoe", "Ana", "Ben", "Cleo", "Ana"]
    hall.move(comments[1], -5)
    assert hall.line() == ["Zoe", "Ana", "Cleo", "Ben", "Ana"]
    assert point.limit_s == POINT_S


def test_with_points_of_order_only_it_is_last_of_them(hall: Hall) -> None:
    for name in ("Ana", "Ben", "Cleo"):
        hall.add(name, "point")
    assert hall.line() == ["Ana", "Ben", "Cleo"]


@pytest.mark.parametrize("steps", [-9, 1, 9])
def test_it_is_not_moved_by_hand_nor_is_a_comment_moved_before_it(hall: Hall, steps: int) -> None:
    points = [hall.add(name, "point") for name in ("Ana", "Ben")]
    comment = hall.add("Cleo")
    for each in points:
        with hall.refused("in the order of their rank"):
            hall.move(each, steps)
    hall.move(comment, steps)
    assert hall.line() == ["Ana", "Ben", "Cleo"]


def test_a_second_waiting_one_of_the_same_kind_and_person_is_refused(hall: Hall) -> None:
    ana = hall.person("Ana")
    hall.add(ana, "point")
    hall.add("Ben")
    with hall.refused("already on the list"):
        hall.add(ana, "point")
    hall.add(ana, "inquiry")
    assert hall.line() == ["Ana", "Ana", "Ben"]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "comment"])
def test_residents_do_not_enter_one_themselves(hall: Hall, kind: str) -> None:
    """It is raised aloud, and the clerk enters it."""
    ana = hall.person("Ana")
    with hall.refused("Points of order are added by the clerk."):
        hall.ask(ana, kind=kind)


def test_a_kind_in_a_residents_form_is_not_read(cast: Cast) -> None:
    ask(cast, cast.resident(), kind="point", note="Now!")
    waiting(cast, "Ben")
    (ana,) = cast.read(lambda db: queries.listed(db, cast.city.meeting.id)[:1])
    assert (ana.name, ana.kind, ana.note) == ("Ana", "comment", "")


@pytest.mark.parametrize("name", ["Council member Lee", ""])
def test_the_clerk_enters_it_for_whoever_raises_it_named_or_not(cast: Cast, name: str) -> None:
    waiting(cast, "Ana")
    fields = {"name": name, "mode": "in_person", "item": "general", "kind": "point"}
    assert act(cast, "clerk", "requests", **fields).status_code == 303
    assert line(cast) == [name, "Ana"]


@pytest.mark.parametrize("kind", ["objection", "Point", "point "])
def test_a_kind_that_does_not_exist_is_refused(cast: Cast, kind: str) -> None:
    before = state(cast)
    answer = act(cast, "clerk", "requests", name="Ana", mode="in_person", item="general", kind=kind)
    assert answer.status_code == 422
    assert 'href="#f-kind"' in answer.text
    assert state(cast) == before


def test_it_is_raised_in_an_open_meeting(hall: Hall) -> None:
    meeting_actions.recess_meeting(hall.db, hall.meeting, by=CLERK)
    ana = hall.person("Ana")
    with hall.refused("Open the meeting first."):
        hall.add(ana, "point")


@pytest.mark.parametrize("kind", POINTS)
def test_the_speakers_clock_stands_while_it_is_heard(hall: Hall, kind: str) -> None:
    speaker, next_one = hall.speaker(), hall.add("Ben")
    hall.wait(50)
    point = hall.hear(hall.add("Cleo", kind))
    hall.wait(20)
    assert (speaker.state, speaker.spoken_ms, speaker.running_since) == ("paused", 50_000, None)
    hall.end(point)
    hall.start(speaker)
    hall.wait(10)
    assert (point.spoken_ms, speaker.spoken().seconds) == (20_000, 60)
    assert hall.line() == [next_one.name]


def test_one_that_interrupts_another_lets_it_go_on_afterwards(hall: Hall) -> None:
    speaker, next_one = hall.speaker(), hall.add("Ben")
    first = hall.hear(hall.add("Cleo", "inquiry"))
    hall.wait(10)
    hall.pause(first)
    second = hall.hear(hall.add("Dan", "point"))
    assert [speaker.state, first.state, second.state] == ["paused", "paused", "speaking"]
    assert (hall.line(), next_one.called_at) == (["Ben"], None)
    hall.end(second)
    hall.start(first)
    hall.wait(5)
    hall.end(first)
    assert first.spoken_ms == 15_000


def test_the_next_comment_ends_a_point_of_order_that_stands_paused(hall: Hall) -> None:
    speaker, following, waits = hall.speaker(), hall.add("Ben"), hall.add("Cleo")
    point = hall.hear(hall.add("Dan", "point"))
    hall.wait(10)
    hall.pause(point)
    hall.wait(30)
    hall.call(following)
    assert [speaker.state, point.state, following.state] == ["finished", "finished", "called"]
    assert (point.ended_at, point.spoken_ms) == (following.called_at, 10_000)
    assert hall.line() == [waits.name]


@pytest.mark.parametrize("kind", ["comment", "point", "question", "intervention"])
@pytest.mark.parametrize("is_heard", [False, True])
def test_no_act_changes_what_kind_a_request_is_and_whose(cast: Cast, kind: str, is_heard: bool) -> None:
    """Every form of the console, with fields that are not its own."""
    (ana,) = waiting(cast, "Ana", kind=kind)
    if is_heard:
        act(cast, "clerk", f"requests/{ana}/out-of-turn", act="call")
        act(cast, "clerk", f"requests/{ana}/start")
    before = one(cast, ana)
    other = {"kind": "point" if kind == "comment" else "comment", "request_kind": "question", "note": "x"}
    person = {"name": "Somebody else", "participant": "", "participant_id": "", "user_id": "7"}
    for path in (*clerk.ACTS, "out-of-turn", "removal"):
        act(cast, "clerk", f"requests/{ana}/{path}", **other, **person, reason="chair", act="first")
    after = one(cast, ana)
    unchanged = ("kind", "participant_id", "name", "note", "answer_to", "item_id", "mode")
    assert [name for name in unchanged if getattr(before, name) != getattr(after, name)] == []


@pytest.mark.parametrize(
    "before, after", [("intervention", "comment"), ("comment", "intervention"), ("comment", "point")]
)
def test_with_another_kind_a_request_is_taken_off_and_added_again(
    hall: Hall, before: str, after: str
) -> None:
    ana = hall.person("Ana")
    first = hall.add(ana, before)
    hall.add("Ben")
    hall.remove(first)
    again = hall.add(ana, after, stance="support" if after == "comment" else "")
    assert hall.line() == (["Ben", "Ana"] if after == "comment" else ["Ana", "Ben"])
    assert (first.state, again.kind) == ("removed", after)


def test_a_speaker_goes_on_as_something_else_with_a_request_of_its_own(hall: Hall) -> None:
    """Time spoken so far stays with what it was spoken for."""
    ana = hall.person("Ana")
    point = hall.hear(hall.add(ana, "point"))
    hall.wait(30)
    comment = hall.hear(hall.add(ana, stance="support"))
    hall.wait(10)
    another = hall.hear(hall.add(ana, "point"))
    assert [point.state, comment.state, another.state] == ["finished", "paused", "speaking"]
    assert (point.spoken_ms, comment.spoken_ms, another.stance) == (30_000, 10_000, "")


def test_a_request_without_a_name_is_taken_off_and_added_again_with_it(hall: Hall) -> None:
    hall.speaker()
    nameless = hall.add("", "question")
    hall.remove(nameless)
    hall.add("Ben", "question")
    assert hall.line() == ["Ben"]
