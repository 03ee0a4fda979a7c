"""Whatever is done to a room in whatever order: who is heard is who may be, and the last word holds."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from meetings.floor.engine import Engine
from meetings.floor.following import bring_in_step
from meetings.floor.models import CHAIR_CHANNEL
from meetings.floor.room import Room
from meetings.floor.standing import Grant, Standing
from tests.meetings.floor.contract import MEETING, Ear, Tape, Voice, sent

PEOPLE, CHANNELS = ("ana", "ben", "eva"), range(4)
GRANTS = st.builds(Grant, st.sampled_from(CHANNELS), st.sampled_from(PEOPLE), st.integers(0, 3))
ACTS = st.one_of(
    st.tuples(st.just("say"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("grant"), GRANTS),
    st.tuples(st.just("revoke"), st.sampled_from(CHANNELS)),
    st.tuples(st.sampled_from(("hush", "turn_on", "turn_off", "tab", "expire")), st.sampled_from(PEOPLE)),
)


class Model:
    """What a room should let through, said in as few words as can be."""

    def __init__(self) -> None:
        self.is_on, self.holds, self.heard = False, dict[int, Grant](), list[tuple[int, int, int]]()

    def do(self, what: str, with_: Any, seq: int) -> None:
        if what == "say":
            heard = [(each.channel, each.turn, seq) for each in self.holds.values() if each.person == with_]
            self.heard += sorted(heard)
        elif what == "grant" and self.is_on:
            self.holds[with_.channel] = with_
        elif what == "revoke":
            self.holds.pop(with_, None)
        elif what == "hush":
            self.holds = {n: each for n, each in self.holds.items() if n == CHAIR_CHANNEL}
        elif what == "turn_on":
            self.is_on = True
        elif what == "turn_off":
            self.is_on, self.holds = False, {}


@given(st.lists(ACTS, max_size=60))
def test_who_is_heard_is_who_may_be(acts: list[tuple[str, Any]]) -> None:
    model, tape, ear = Model(), Tape(), Ear()
    engine = Engine()
    engine.taps.append(tape)
    room = engine.open(MEETING)
    room.listen(ear)
    voices = {name: Voice(name) for name in PEOPLE}
    for voice in voices.values():
        room.admit(voice)
    for seq, (what, with_) in enumerate(acts):
        do(room, voices, what, with_, seq)
        model.do(what, with_, seq)
        assert room.grants == model.holds
    assert sorted(ear.heard, key=lambda each: each[2]) == sorted(tape.heard_, key=lambda each: each[2])
    assert sorted(ear.heard) == sorted(model.heard)
    assert_told(ear, room)


def do(room: Room, voices: dict[str, Voice], what: str, with_: Any, seq: int) -> None:
    if what == "say":
        room.take(voices[with_], sent(seq))
    elif what == "tab":
        voices[with_] = Voice(with_)
        room.admit(voices[with_])
    elif what == "turn_off":
        room.turn_off("recess")
    else:
        getattr(room, what)(*((with_,) if what in ("grant", "revoke") else ()))


def assert_told(ear: Ear, room: Room) -> None:
    """Who only reads what an ear is told knows what is on."""
    known = set[object]()
    for each in ear.told:
        if isinstance(on := each.get("on"), list):
            known = set(on)
        elif "on" in each:
            known.add(on)
        known.discard(each.get("off"))
    assert known == set(room.grants)


STANDINGS = st.lists(GRANTS, max_size=4, unique_by=lambda each: each.channel).flatmap(
    lambda grants: st.builds(
        Standing,
        st.booleans(),
        st.just(tuple(grants)),
        st.just(False),
        st.sampled_from(("recess", "closed_session")),
    )
)


@given(st.lists(STANDINGS, min_size=1, max_size=8))
def test_what_holds_is_the_last_that_was_read(standings: list[Standing]) -> None:
    """However many were left out between: the same as a room that has seen that one only."""
    seen, fresh, voices = Engine().open(MEETING), Engine().open(MEETING), {}
    for name in PEOPLE:
        voices[name] = Voice(name)
        seen.admit(voices[name])
    for each in standings:
        bring_in_step(seen, each)
    bring_in_step(fresh, standings[-1])
    assert (seen.is_on, seen.grants, seen.why_off) == (fresh.is_on, fresh.grants, fresh.why_off)
    on_air = {each.person for each in seen.grants.values()}
    assert {name for name, voice in voices.items() if voice.states[-1] == "on_air"} == on_air
