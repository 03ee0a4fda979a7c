"""What every engine of the floor promises: each promise is a function of a fresh engine.

Microphones and ears are plain objects here, so that what is promised is of the engine alone.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from engage import clock
from meetings.floor.engine import Engine
from meetings.floor.microphone import MOST_FAULTS, QUIET_S
from meetings.floor.models import CHAIR_CHANNEL, FLOOR_CHANNEL
from meetings.floor.packets import HEADER, OPUS, PCM, PCM_RATE, Packet, packed
from meetings.floor.parties import Event
from meetings.floor.room import MOST_MICROPHONES, Room
from meetings.floor.standing import Grant
from tests.make import EPOCH, MINUTE

MEETING, CHAIR, ANA, BEN, EVA = "meeting", "place:chair", "participant:ana", "participant:ben", "place:eva"
INTERPRETER = 5
WIDE_60_MS = 11 << 3
"""First byte of an Opus packet: SILK, wide band, 60 ms, mono, one frame."""


def sent(seq: int, *, channel: int = 0, kind: int = OPUS) -> bytes:
    """As a browser sends it; its payload says which it is."""
    return packed(Packet(kind, channel, 0, seq, bytes((WIDE_60_MS, *seq.to_bytes(4, "big")))))


@dataclass(eq=False)
class Voice:
    person: str
    told: list[dict[str, object]] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)

    def tell(self, **state: object) -> None:
        self.told.append(json.loads(json.dumps(state)))

    def close(self, code: int) -> None:
        self.closed.append(code)

    @property
    def states(self) -> list[object]:
        return [each["state"] for each in self.told]


@dataclass(eq=False)
class Ear:
    choice: int | None = None
    packets: list[bytes] = field(default_factory=list)
    told: list[dict[str, object]] = field(default_factory=list)

    def write(self, packet: bytes) -> None:
        self.packets.append(packet)

    def tell(self, **state: object) -> None:
        self.told.append(json.loads(json.dumps(state)))

    @property
    def heard(self) -> list[tuple[int, int, int]]:
        """Channel, turn and number of every packet."""
        return [HEADER.unpack_from(each)[1:] for each in self.packets]


@dataclass(eq=False)
class Tape:
    heard_: list[tuple[int, int, int]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def heard(self, meeting_id: str, packet: Packet) -> None:
        assert meeting_id == MEETING
        self.heard_.append(packet[1:4])

    def paused(self, meeting_id: str) -> None:
        self.words.append(f"paused {meeting_id}")

    def closed(self, meeting_id: str) -> None:
        self.words.append(f"closed {meeting_id}")


class Stage:
    """An open meeting with a chair on the air, who is heard by one ear and by a tape."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.tape, self.ear, self.events = engine, Tape(), Ear(), list[Event]()
        engine.on_event = self.events.append
        engine.taps.append(self.tape)
        self.room: Room = engine.open(MEETING)
        self.room.listen(self.ear)
        self.room.turn_on()
        self.chair, self.ana, self.ben = self.comes(CHAIR), self.comes(ANA), self.comes(BEN)
        self.room.grant(Grant(CHAIR_CHANNEL, CHAIR, 0))

    def comes(self, person: str) -> Voice:
        voice = Voice(person)
        self.room.admit(voice)
        return voice

    def says(self, voice: Voice, *seqs: int) -> None:
        for seq in seqs:
            self.room.take(voice, sent(seq))

    def is_heard(self, *expected: tuple[int, int, int]) -> None:
        """By the ear and on the tape, this and no more."""
        assert self.ear.heard == list(expected)
        assert self.tape.heard_ == list(expected)


Promise = Callable[[Stage], None]


def nobody_is_heard_without_a_grant(stage: Stage) -> None:
    stage.says(stage.ana, 1, 2, 3)
    stage.is_heard()


def bytes_go_through_untouched(stage: Stage) -> None:
    stage.room.grant(Grant(FLOOR_CHANNEL, ANA, 7))
    stage.says(stage.ana, 1)
    assert stage.ear.packets == [packed(Packet(OPUS, FLOOR_CHANNEL, 7, 1, sent(1)[8:]))]
    stage.is_heard((FLOOR_CHANNEL, 7, 1))


def a_revoked_turn_is_silent_at_once(stage: Stage) -> None:
    """Also what was on its way: the microphone goes on sending."""
    stage.room.grant(Grant(FLOOR_CHANNEL, ANA, 1))
    stage.says(stage.ana, 1, 2)
    stage.room.revoke(FLOOR_CHANNEL)
    stage.says(stage.ana, 3, 4)
    stage.is_heard((FLOOR_CHANNEL, 1, 1), (FLOOR_CHANNEL, 1, 2))
    assert stage.ana.states == ["off_air", "on_air", "off_air"]
    assert stage.ear.told[-1] == {"off": FLOOR_CHANNEL, "turn": 1}


def the_next_takes_the_floor_from_the_last(stage: Stage) -> None:
    stage.room.grant(Grant(FLOOR_CHANNEL, ANA, 1))
    stage.says(stage.ana, 1)
    stage.room.grant(Grant(FLOOR_CHANNEL, BEN, 2))
    stage.says(stage.ana, 2)
    stage.says(stage.ben, 1)
    stage.is_heard((FLOOR_CHANNEL, 1, 1), (FLOOR_CHANNEL, 2, 1))
    assert stage.ear.told[-2:] == [{"off": FLOOR_CHANNEL, "turn": 1}, {"on": FLOOR_CHANNEL, "turn": 2}]


def a_microphone_cannot_open_itself(stage: Stage) -> None:
    """Channel and turn are the server's, and words are no way in."""
    stage.room.take(stage.ana, sent(1, channel=CHAIR_CHANNEL))
    stage.room.take(stage.ana, sent(2, channel=FLOOR_CHANNEL))
    stage.room.take(stage.ana, b'{"state": "on_air", "channel": 1}')
    stage.room.grant(Grant(FLOOR_CHANNEL, BEN, 3))
    stage.room.take(stage.ana, sent(3, channel=FLOOR_CHANNEL))
    stage.is_heard()


def a_grant_is_for_one_channel(stage: Stage) -> None:
    stage.room.grant(Grant(FLOOR_CHANNEL, ANA, 1))
    stage.room.take(stage.ana, sent(1, channel=CHAIR_CHANNEL))
    stage.is_heard((FLOOR_CHANNEL, 1, 1))


def hush_leaves_only_the_chair(stage: Stage) -> None:
    eva = stage.comes(EVA)
    stage.room.grant(Grant(FLOOR_CHANNEL, ANA, 1))
    stage.room.grant(Grant(2, EVA, 0))
    stage.room.hush()
    stage.says(stage.ana, 1)
    stage.says(eva, 1)
    stage.says(stage.chair, 1)
    stage.is_heard((CHAIR_CHANNEL, 0, 1))


def two_may_speak_at_once(stage: Stage) -> None:
    stage.room.grant(Grant(FLOOR_CHANNEL, ANA, 1))
    stage.says(stage.ana, 1)
    stage.says(stage.chair, 1)
    stage.is_heard((FLOOR_CHANNEL, 1, 1), (CHAIR_CHANNEL, 0, 1))


def an_interpreter_is_heard_by_who_chooses(stage: Stage) -> None:
    """Instead of everything else, and only then."""
    chosen = Ear(choice=INTERPRETER)
    stage.room.listen(chosen)
    interpreter = stage.comes(EVA)
    stage.room.grant(Grant(INTERPRETER, EVA, 0, is_apart=True))
    stage.says(stage.chair, 1)
    stage.says(interpreter, 2)
    assert stage.ear.heard == [(CHAIR_CHANNEL, 0, 1)]
    assert chosen.heard == [(INTERPRETER, 0, 2)]
    assert stage.tape.heard_ == [(CHAIR_CHANNEL, 0, 1), (INTERPRETER, 0, 2)]


def who_comes_late_hears_what_comes_after(stage: Stage) -> None:
    stage.says(stage.chair, *range(100))
    late = Ear()
    stage.room.listen(late)
    stage.says(stage.chair, *range(100, 110))
    assert late.told == [{"sound": "on", "on": [CHAIR_CHANNEL]}]
    assert [seq for _, _, seq in late.heard] == list(range(100, 110))


def who_has_left_hears_nothing(stage: Stage) -> None:
    stage.room.stop_listening(stage.ear)
    stage.says(stage.chair, 1)
    assert stage.ear.packets == []


def a_grant_runs_out(stage: Stage) -> None:
    """At its moment, whether or not the timer has rung."""
    with clock.set_to(EPOCH):
        stage.room.grant(Grant(FLOOR_CHANNEL, ANA, 1, until=EPOCH + MINUTE))
    with clock.set_to(EPOCH + MINUTE - timedelta(milliseconds=1)):
        stage.says(stage.ana, 1)
    with clock.set_to(EPOCH + MINUTE):
        stage.says(stage.ana, 2)
        stage.is_heard((FLOOR_CHANNEL, 1, 1))
        assert stage.ana.states == ["off_air", "on_air"]
        stage.room.expire()
        assert stage.ana.states == ["off_air", "on_air", "off_air"]
        assert FLOOR_CHANNEL not in stage.room.grants and CHAIR_CHANNEL in stage.room.grants


def a_grant_that_has_run_out_is_none(stage: Stage) -> None:
    """However often the record says so: nobody is told that they are on the air."""
    run_out = Grant(FLOOR_CHANNEL, ANA, 1, until=EPOCH)
    with clock.set_to(EPOCH - MINUTE):
        stage.room.grant(run_out)
    with clock.set_to(EPOCH):
        stage.room.grant(run_out)
        stage.room.grant(run_out)
        stage.says(stage.ana, 1)
    stage.is_heard()
    assert stage.ana.states == ["off_air", "on_air", "off_air"]


def more_time_is_more_time(stage: Stage) -> None:
    """The same turn with another end is not begun anew."""
    with clock.set_to(EPOCH):
        stage.room.grant(Grant(FLOOR_CHANNEL, ANA, 1, until=EPOCH + MINUTE))
        stage.room.grant(Grant(FLOOR_CHANNEL, ANA, 1, until=EPOCH + 2 * MINUTE))
    with clock.set_to(EPOCH + MINUTE):
        stage.says(stage.ana, 1)
    stage.is_heard((FLOOR_CHANNEL, 1, 1))
    assert stage.ana.states == ["off_air", "on_air"]


def a_second_tab_replaces_the_first(stage: Stage) -> None:
    stage.room.grant(Grant(FLOOR_CHANNEL, ANA, 1))
    again = stage.comes(ANA)
    stage.says(stage.ana, 1)
    stage.says(again, 2)
    stage.room.leave(stage.ana)
    stage.says(again, 3)
    stage.is_heard((FLOOR_CHANNEL, 1, 2), (FLOOR_CHANNEL, 1, 3))
    assert (stage.ana.states[-1], len(stage.ana.closed), again.states) == ("replaced", 1, ["on_air"])


def who_is_lost_comes_back_into_the_turn(stage: Stage) -> None:
    stage.room.grant(Grant(FLOOR_CHANNEL, ANA, 4))
    stage.says(stage.ana, 1)
    stage.room.leave(stage.ana)
    stage.says(stage.ana, 2)
    again = stage.comes(ANA)
    stage.says(again, 3)
    stage.is_heard((FLOOR_CHANNEL, 4, 1), (FLOOR_CHANNEL, 4, 3))
    of_ana = [each for each in stage.events if each.person == ANA]
    assert [each.what for each in of_ana] == ["came", "on_air", "lost", "back"]
    assert {(each.channel, each.turn) for each in of_ana[1:]} == {(FLOOR_CHANNEL, 4)}


def who_sends_nothing_is_lost(stage: Stage) -> None:
    """On the air, and nothing comes: the socket may be dead for a while before anybody can know."""
    stage.room.grant(Grant(FLOOR_CHANNEL, ANA, 4))
    stage.room.look_at(stage.ana)
    stage.room.look_at(stage.ben)
    assert [each.what for each in stage.events if each.person == ANA] == ["came", "on_air"]
    for person in (ANA, BEN):
        stage.room.microphones[person].heard_at -= QUIET_S
    for voice in (stage.ana, stage.ana, stage.ben):
        stage.room.look_at(voice)
    stage.says(stage.ana, 1, 2)
    stage.says(stage.ben, 1)
    assert [each.what for each in stage.events if each.person == ANA] == ["came", "on_air", "lost", "back"]
    assert [each.what for each in stage.events if each.person == BEN] == ["came"]


def garbage_is_cut_off(stage: Stage) -> None:
    """Some may come of a fault; then the microphone is closed, and the turn is the record's to end."""
    stage.room.grant(Grant(FLOOR_CHANNEL, ANA, 1))
    for _ in range(MOST_FAULTS):
        stage.room.take(stage.ana, b"\x09no sound")
    stage.says(stage.ana, 1)
    assert stage.ana.closed == []
    stage.room.take(stage.ana, b"")
    stage.says(stage.ana, 2)
    stage.is_heard((FLOOR_CHANNEL, 1, 1))
    assert (stage.ana.states[-1], len(stage.ana.closed)) == ("cut_off", 1)


def a_flood_is_cut_off(stage: Stage) -> None:
    stage.room.grant(Grant(FLOOR_CHANNEL, ANA, 1))
    stage.says(stage.ana, *range(10_000))
    assert len(stage.ear.heard) < 1000
    assert (stage.ana.states[-1], len(stage.ana.closed)) == ("cut_off", 1)


def too_many_microphones_are_turned_away(stage: Stage) -> None:
    """Not whoever is on the air."""
    for number in range(MOST_MICROPHONES):
        stage.comes(f"participant:{number}")
    stage.room.grant(Grant(FLOOR_CHANNEL, "participant:expected", 1))
    one_more, expected = stage.comes("participant:more"), stage.comes("participant:expected")
    assert (len(one_more.closed), one_more.told) == (1, [])
    stage.says(expected, 1)
    stage.is_heard((FLOOR_CHANNEL, 1, 1))


def what_is_closed_is_closed_for_all(stage: Stage) -> None:
    """Closed session: nobody is heard or recorded, whatever is granted, and the ears are told why."""
    stage.room.turn_off("closed_session")
    stage.room.grant(Grant(FLOOR_CHANNEL, ANA, 1))
    stage.says(stage.ana, 1)
    stage.says(stage.chair, 1)
    stage.is_heard()
    assert stage.tape.words == [f"paused {MEETING}"]
    assert stage.ear.told[-1] == {"sound": "closed_session", "on": []}
    late = Ear()
    stage.room.listen(late)
    assert late.told == [{"sound": "closed_session", "on": []}]


def it_goes_on_after_a_recess(stage: Stage) -> None:
    stage.room.turn_off("recess")
    stage.room.turn_on()
    stage.says(stage.chair, 1)
    stage.is_heard()
    stage.room.grant(Grant(CHAIR_CHANNEL, CHAIR, 0))
    stage.says(stage.chair, 2)
    stage.is_heard((CHAIR_CHANNEL, 0, 2))
    assert stage.chair.states == ["off_air", "on_air", "off_air", "on_air"]


def every_word_twice_is_once(stage: Stage) -> None:
    """What holds already is no news: to be told it again tells nobody anything."""
    for _ in range(3):
        stage.room.turn_on()
        stage.room.grant(Grant(FLOOR_CHANNEL, ANA, 1))
    assert stage.ana.states == ["off_air", "on_air"]
    for _ in range(3):
        stage.room.revoke(FLOOR_CHANNEL)
    assert stage.ana.states == ["off_air", "on_air", "off_air"]
    for _ in range(3):
        stage.room.turn_off("recess")
    assert stage.tape.words == [f"paused {MEETING}"]
    assert [each["sound"] for each in stage.ear.told if "sound" in each] == ["before", "on", "recess"]


def the_end_is_the_end(stage: Stage) -> None:
    stage.engine.close(MEETING)
    stage.says(stage.chair, 1)
    stage.engine.close(MEETING)
    stage.is_heard()
    assert stage.tape.words == [f"paused {MEETING}", f"closed {MEETING}"]
    assert stage.ear.told[-1] == {"sound": "over", "on": []}


def a_tap_that_fails_silences_nobody(stage: Stage) -> None:
    class Broken(Tape):
        def heard(self, meeting_id: str, packet: Packet) -> None:
            raise OSError("no space left on device")

    stage.engine.taps.insert(0, Broken())
    stage.says(stage.chair, 1)
    stage.is_heard((CHAIR_CHANNEL, 0, 1))


def plain_samples_are_encoded_once(stage: Stage) -> None:
    """For browsers without the codec: what goes out is Opus."""
    stage.room.grant(Grant(FLOOR_CHANNEL, ANA, 1))
    for seq in range(10):
        payload = bytes(2 * PCM_RATE * 60 // 1000)
        stage.room.take(stage.ana, packed(Packet(PCM, 0, 0, seq, payload)))
    assert 8 <= len(stage.ear.packets) <= 10
    assert {each[0] for each in stage.ear.packets} == {OPUS}


PROMISES: tuple[Promise, ...] = (
    nobody_is_heard_without_a_grant,
    bytes_go_through_untouched,
    a_revoked_turn_is_silent_at_once,
    the_next_takes_the_floor_from_the_last,
    a_microphone_cannot_open_itself,
    a_grant_is_for_one_channel,
    hush_leaves_only_the_chair,
    two_may_speak_at_once,
    an_interpreter_is_heard_by_who_chooses,
    who_comes_late_hears_what_comes_after,
    who_has_left_hears_nothing,
    a_grant_runs_out,
    a_grant_that_has_run_out_is_none,
    more_time_is_more_time,
    a_second_tab_replaces_the_first,
    who_is_lost_comes_back_into_the_turn,
    who_sends_nothing_is_lost,
    garbage_is_cut_off,
    a_flood_is_cut_off,
    too_many_microphones_are_turned_away,
    what_is_closed_is_closed_for_all,
    it_goes_on_after_a_recess,
    every_word_twice_is_once,
    the_end_is_the_end,
    a_tap_that_fails_silences_nobody,
    plain_samples_are_encoded_once,
)


def broken_promises(make: Callable[[], Engine]) -> set[str]:
    """What an engine does not keep."""
    return {promise.__name__ for promise in PROMISES if not keeps(make, promise)}


def keeps(make: Callable[[], Engine], promise: Promise) -> bool:
    try:
        promise(Stage(make()))
    except AssertionError:
        return False
    return True
