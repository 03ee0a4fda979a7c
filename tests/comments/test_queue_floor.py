"""The floor: one clock at most, that stands when it should, and time that is not given out twice."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from comments.queue import actions, floor, lists, queries
from comments.queue.live import running_clock
from comments.queue.models import Request
from comments.queue.rules import Rules
from engage import clock, record
from engage.people import Refused
from meetings import actions as meeting_actions
from meetings.disruption import actions as disruption
from meetings.models import Meeting
from tests.comments.test_queue_actions import CLERK, join, open_meeting, rule, speak, told, up
from tests.make import EPOCH


def speak_for(db: Session, meeting: Meeting, one: Request, seconds: int) -> None:
    """Called as the next, and done after so long."""
    floor.call_next(db, meeting, one, by=CLERK)
    with clock.set_to(EPOCH):
        floor.start_turn(db, one, by=CLERK)
    with clock.set_to(EPOCH + timedelta(seconds=seconds)):
        floor.end_turn(db, meeting, one, by=CLERK)


def test_time_is_counted_across_pauses(db: Session) -> None:
    meeting = open_meeting(db)
    one = join(db, meeting)
    floor.call_next(db, meeting, one, by=CLERK)
    for start, stop in ((0, 60), (100, 130)):
        with clock.set_to(EPOCH + timedelta(seconds=start)):
            floor.start_turn(db, one, by=CLERK)
        with clock.set_to(EPOCH + timedelta(seconds=stop)):
            floor.pause_turn(db, one, by=CLERK)
    floor.end_turn(db, meeting, one, by=CLERK)
    assert one.spoken_ms == 90_000


def test_the_clock_on_every_screen_runs_from_the_servers_times(db: Session) -> None:
    meeting = open_meeting(db)
    one = join(db, meeting)
    floor.call_next(db, meeting, one, by=CLERK)
    with clock.set_to(EPOCH):
        floor.start_turn(db, one, by=CLERK)
    with clock.set_to(EPOCH + timedelta(seconds=200)):
        shown = running_clock(one, Rules(at_zero="grace", grace_s=10))
    assert shown == {
        "started": clock.ms(EPOCH), "elapsed": 0, "limit": 180_000, "grace": 10_000, "running": True,
        "left": -20_000,
    }  # fmt: skip


def test_calling_a_request_that_is_no_longer_next_changes_nothing(db: Session) -> None:
    meeting = open_meeting(db)
    first, second = join(db, meeting, "Ana"), join(db, meeting, "Ben")
    actions.withdraw_request(db, meeting, first, by=first.participant.actor)
    entries = record.head(db, meeting.id)
    with pytest.raises(Refused, match="moved on"):
        floor.call_next(db, meeting, first, by=CLERK)
    assert record.head(db, meeting.id) == entries
    assert second.state == "on_deck"


def test_who_is_called_while_another_speaks_ends_their_time_at_the_same_moment(db: Session) -> None:
    meeting = open_meeting(db)
    first, second = join(db, meeting, "Ana"), join(db, meeting, "Ben")
    floor.call_next(db, meeting, first, by=CLERK)
    with clock.set_to(EPOCH):
        floor.start_turn(db, first, by=CLERK)
    head = record.head(db, meeting.id)
    with clock.set_to(EPOCH + timedelta(seconds=20)):
        floor.call_next(db, meeting, second, by=CLERK)
    entries = record.since(db, meeting.id, head) or []
    assert [entry.kind for entry in entries] == ["floor.ended", "floor.called"]
    assert {entry.at for entry in entries} == {first.ended_at} == {second.called_at}
    assert (first.spoken_ms, queries.with_floor(db, meeting.id)) == (20_000, [second])


def test_a_call_out_of_turn_has_its_reason_on_the_record_and_one_in_turn_has_none(db: Session) -> None:
    meeting = open_meeting(db)
    join(db, meeting, "Ana")
    second = join(db, meeting, "Ben")
    head = record.head(db, meeting.id)
    floor.call_out_of_turn(db, meeting, second, by=CLERK, reason="child")
    floor.call_out_of_turn(db, meeting, up(db, meeting), by=CLERK, reason="child")
    calls = [facts for kind, facts in told(db, meeting, head) if kind == "floor.called"]
    assert [(facts["out_of_turn"], facts["number"]) for facts in calls] == [("child", 1), (None, 2)]


def test_who_withdraws_while_speaking_gives_up_the_floor(db: Session) -> None:
    meeting = open_meeting(db)
    one = join(db, meeting)
    speak(db, meeting, one)
    actions.withdraw_request(db, meeting, one, by=one.participant.actor)
    assert queries.on_floor(db, meeting.id) is None
    assert one.running_since is None


def test_a_minute_more(db: Session) -> None:
    meeting = open_meeting(db)
    one = join(db, meeting)
    speak(db, meeting, one)
    head = record.head(db, meeting.id)
    floor.extend_turn(db, one, by=CLERK)
    ((kind, facts),) = told(db, meeting, head)
    assert (kind, facts["seconds"], facts["limit_s"], one.limit_s) == ("floor.extended", 60, 240, 240)


def test_an_interrupted_speaker_goes_on_only_when_the_point_is_done(db: Session) -> None:
    """A clerk whose page still shows "Go on" starts no second clock."""
    meeting = open_meeting(db)
    one, point = join(db, meeting, "Ana"), join(db, meeting, "Ben", by=CLERK, kind="point")
    speak(db, meeting, one)
    floor.call_next(db, meeting, up(db, meeting), by=CLERK)
    assert one.state == "paused"
    with pytest.raises(Refused, match="Somebody else has the floor"):
        floor.start_turn(db, one, by=CLERK)
    floor.start_turn(db, point, by=CLERK)
    floor.end_turn(db, meeting, point, by=CLERK)
    floor.start_turn(db, one, by=CLERK)
    assert queries.with_floor(db, meeting.id) == [one]


def test_in_a_disruption_the_clock_stands_and_cannot_be_started(db: Session) -> None:
    meeting = open_meeting(db)
    one = join(db, meeting)
    waiting = join(db, meeting, "Ben")
    speak(db, meeting, one)
    floor.stop_clocks(db, meeting, by=CLERK)
    declared = disruption.declare_disruption(db, meeting, "noise", by=CLERK)
    assert one.state == "paused"
    with pytest.raises(Refused):
        floor.start_turn(db, one, by=CLERK)
    with pytest.raises(Refused):
        floor.call_next(db, meeting, waiting, by=CLERK)
    with pytest.raises(Refused):
        floor.call_out_of_turn(db, meeting, waiting, by=CLERK, reason="chair")
    disruption.end_disruption(db, meeting, declared, "order", by=CLERK)
    floor.start_turn(db, one, by=CLERK)
    assert one.state == "speaking"


@pytest.mark.parametrize("has_begun", [True, False])
def test_a_recess_ends_the_turn_of_who_has_the_floor(db: Session, has_begun: bool) -> None:
    meeting = open_meeting(db)
    one = join(db, meeting)
    floor.call_next(db, meeting, one, by=CLERK)
    if has_begun:
        floor.start_turn(db, one, by=CLERK)
    floor.clear_floor(db, meeting, by=CLERK)
    meeting_actions.recess_meeting(db, meeting, by=CLERK)
    assert (one.state, one.running_since) == ("finished" if has_begun else "no_show", None)


def test_the_last_speaker_of_a_total_has_what_is_left_and_nobody_after_them(db: Session) -> None:
    meeting = open_meeting(db)
    rule(db, meeting, limit_s=180, total_s=300, is_split=False)
    for name in ("Ana", "Ben", "Cleo"):
        join(db, meeting, name)
    first, second, third = lists.line(db, meeting, None)
    speak_for(db, meeting, first, 180)
    floor.call_next(db, meeting, second, by=CLERK)
    assert second.limit_s == 120
    with clock.set_to(EPOCH):
        floor.start_turn(db, second, by=CLERK)
    with clock.set_to(EPOCH + timedelta(seconds=120)), pytest.raises(Refused, match="used up"):
        floor.call_next(db, meeting, third, by=CLERK)


def test_each_side_has_half_of_the_total_while_the_other_waits(db: Session) -> None:
    """The next of the side that has used its half is passed over, until nobody of the other waits."""
    meeting = open_meeting(db)
    rule(db, meeting, limit_s=120, total_s=240, is_split=True)
    people = [("Ana", "remote"), ("Ben", "remote"), ("Cleo", "in_person"), ("Dora", "remote")]
    by_name = {name: join(db, meeting, name, mode=mode) for name, mode in people}
    speak_for(db, meeting, by_name["Ana"], 120)
    assert up(db, meeting).name == "Cleo"
    speak_for(db, meeting, by_name["Cleo"], 50)
    assert up(db, meeting).name == "Ben"
    floor.call_next(db, meeting, by_name["Ben"], by=CLERK)
    assert by_name["Ben"].limit_s == 70


def test_a_point_of_order_is_not_charged_to_the_lists_time(db: Session) -> None:
    meeting = open_meeting(db)
    rule(db, meeting, limit_s=120, total_s=120, point_s=45)
    point = join(db, meeting, "Ben", by=CLERK, kind="point")
    speak_for(db, meeting, point, 45)
    assert (point.limit_s, lists.left_for(db, meeting, None, "remote")) == (45, 120)
