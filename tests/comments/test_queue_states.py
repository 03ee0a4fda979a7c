"""Any order of any acts: nobody is lost or doubled, one clock runs at most, and the record tells it all."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy.orm import Session

import engage.app  # noqa: F401 - knows every table
from comments.queue import undo
from comments.queue.models import Act
from engage import clock, record
from engage.db import Base
from engage.sqlite import make_engine
from tests.comments.sitting import VERBS, Sitting
from tests.comments.soundness import complaints, ending_complaints, everything, floor_of

ENGINE = make_engine(Path(":memory:"), write=True)
Base.metadata.create_all(ENGINE)
ENDING = ("adjourn",)
OF_MEETING = (
    *("open", "recess", "reconvene", "disrupt", "end_disruption", "close_session", "reopen_session"),
    *ENDING,
)
AROUND_FLOOR = (
    *("join", "add", "cede", "skip", "clear", "move", "take_back", "again", "hand_in"),
    *("close_list", "reopen_list", "close_queue", "reopen_queue"),
    *("set_limit", "set_total", "set_rules", "set_meeting_rules", "call_item", "close_item"),
)
"""Nothing of this touches whoever has the floor."""
ON_FLOOR = sorted(VERBS.keys() - {*AROUND_FLOOR, *OF_MEETING})


class AnyOrderOfActs(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.connection = ENGINE.connect()
        self.sitting = Sitting(Session(self.connection, expire_on_commit=False))

    def do(self, verb: str, data: st.DataObject) -> None:
        """What is refused changes nothing."""
        before = everything(self.sitting)
        if not self.sitting.do(verb, lambda some: data.draw(st.sampled_from(some))):
            assert everything(self.sitting) == before

    @rule(verb=st.sampled_from(ON_FLOOR), data=st.data())
    def call_and_speak(self, verb: str, data: st.DataObject) -> None:
        self.do(verb, data)

    @rule(verb=st.sampled_from(AROUND_FLOOR), data=st.data())
    def ask_and_wait(self, verb: str, data: st.DataObject) -> None:
        before = floor_of(self.sitting)
        self.do(verb, data)
        assert floor_of(self.sitting) == before

    @rule(data=st.data())
    def join(self, data: st.DataObject) -> None:
        self.ask_and_wait("join", data)

    @rule(verb=st.sampled_from(OF_MEETING), data=st.data())
    def hold_up_and_go_on(self, verb: str, data: st.DataObject) -> None:
        self.do(verb, data)

    @rule(verb=st.sampled_from(sorted(VERBS.keys() - {*OF_MEETING, "undo"})), data=st.data())
    def do_and_undo(self, verb: str, data: st.DataObject) -> None:
        """What a clerk takes back at once has never been, but for who was added: they are withdrawn."""
        sitting, before = self.sitting, everything(self.sitting)
        head = record.head(sitting.db, sitting.meeting.id).seq
        self.do(verb, data)
        act = sitting.db.get(Act, (sitting.meeting.id, head + 1))
        if act is None or sitting.meeting.is_over:
            return
        with clock.set_to(sitting.now):
            undo.undo(sitting.db, sitting.meeting, act.seq, by=act.by)
        after = everything(sitting)
        assert {key: after[key] for key in before} == before
        assert {values.get("state", "withdrawn") for key, values in after.items() if key not in before} <= {
            "withdrawn"
        }

    @invariant()
    def is_sound(self) -> None:
        assert list(complaints(self.sitting)) == []

    def teardown(self) -> None:
        """The record alone gives every row again, and its chain is whole."""
        try:
            assert list(ending_complaints(self.sitting)) == []
        finally:
            self.sitting.db.close()
            self.connection.close()


AnyOrderOfActs.TestCase.settings = settings(stateful_step_count=16)
TestAnyOrderOfActs: Any = pytest.mark.proof(AnyOrderOfActs.TestCase)
