"""Random acts against a model of its own: what is allowed, the state that follows, the entries, the rows."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from engage import clock, record
from engage.people import Refused
from meetings import actions as meeting_actions
from meetings.disruption import actions, queries, recesses
from meetings.models import Meeting
from tests.make import EPOCH, SYSTEM, body, kinds, meeting

ACTS = ("open", "recess", "reconvene", "close", "reopen", "declare", "end", "end early", "adjourn", "lock",
        "unlock")  # fmt: skip
HISTORIES = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 40)), max_size=30)
"""An act and the minutes after it."""


@dataclass
class Model:
    """A meeting as the law wants it: which of the three things is under way, since when."""

    phase: str = "before"
    under_way: set[str] = field(default_factory=set)
    disrupted_at: datetime = EPOCH
    is_locked: bool = False

    @property
    def state(self) -> str:
        if self.phase != "live":
            return {"before": "published", "over": "adjourned"}[self.phase]
        return "recess" if self.under_way else "open"

    def do(self, act: str, now: datetime) -> list[str] | None:
        """The kinds of the entries that follow; None when the act is refused."""
        made: list[str] | None = getattr(self, "do_" + act.replace(" ", "_"))(now)
        return made

    def do_open(self, now: datetime) -> list[str] | None:
        if self.phase != "before":
            return None
        self.phase = "live"
        return ["meeting.opened"]

    def do_recess(self, now: datetime) -> list[str] | None:
        return self._begin("recess", "meeting.recessed") if not self.under_way else None

    def do_reconvene(self, now: datetime) -> list[str] | None:
        return self._stop("recess", "meeting.reconvened")

    def do_close(self, now: datetime) -> list[str] | None:
        return self._begin("closed", "session.closed")

    def do_reopen(self, now: datetime) -> list[str] | None:
        return self._stop("closed", "session.reopened")

    def do_declare(self, now: datetime) -> list[str] | None:
        made = self._begin("disruption", "disruption.declared")
        self.disrupted_at = now if made else self.disrupted_at
        return made

    def do_end(self, now: datetime) -> list[str] | None:
        is_time = now - self.disrupted_at >= timedelta(hours=1)
        return self._stop("disruption", "disruption.ended") if is_time else None

    def do_end_early(self, now: datetime) -> list[str] | None:
        return self._stop("disruption", "disruption.ended")

    def do_adjourn(self, now: datetime) -> list[str] | None:
        if self.phase != "live" or "closed" in self.under_way:
            return None
        ended = ["disruption.ended"] if "disruption" in self.under_way else []
        self.phase, self.under_way = "over", set()
        return [*ended, "meeting.adjourned"]

    def do_lock(self, now: datetime) -> list[str] | None:
        if self.is_locked or self.phase == "over":
            return None
        self.is_locked = True
        return ["room.locked"]

    def do_unlock(self, now: datetime) -> list[str] | None:
        if not self.is_locked:
            return None
        self.is_locked = False
        return ["room.unlocked"]

    def _begin(self, what: str, kind: str) -> list[str] | None:
        if self.phase != "live" or what in self.under_way:
            return None
        self.under_way = (self.under_way - {"recess"}) | {what}
        return [kind]

    def _stop(self, what: str, kind: str) -> list[str] | None:
        if what not in self.under_way:
            return None
        self.under_way.discard(what)
        return [kind]


def do(db: Session, of: Meeting, act: str) -> None:
    """The house's own act, on whatever is or was last under way, as two clerks' pages may show it."""
    last_session = next((r for r in reversed(queries.recess_rows(db, of.id)) if r.is_closed_session), None)
    last = next(reversed(queries.disruption_rows(db, of.id)), None)
    plain: dict[str, Any] = {
        "open": meeting_actions.open_meeting,
        "reconvene": meeting_actions.reconvene_meeting,
        "adjourn": meeting_actions.adjourn_meeting,
        "lock": actions.lock_room,
        "unlock": actions.unlock_room,
    }
    if act in plain:
        plain[act](db, of, by=SYSTEM)
    elif act == "recess":
        meeting_actions.recess_meeting(db, of, by=SYSTEM, minutes=10)
    elif act == "close":
        recesses.close_session(db, of, "labor", by=SYSTEM)
    elif act == "declare":
        actions.declare_disruption(db, of, "technical", by=SYSTEM)
    elif act == "reopen":
        if last_session is None:
            raise Refused("nothing to reopen")
        recesses.reopen_session(db, of, last_session, by=SYSTEM)
    elif last is None:
        raise Refused("nothing to end")
    else:
        actions.end_disruption(db, of, last, "access" if act == "end early" else "time", by=SYSTEM)


def was_done(db: Session, of: Meeting, act: str) -> bool:
    try:
        do(db, of, act)
    except Refused:
        return False
    return True


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HISTORIES)
def test_every_history_agrees_with_the_model(db: Session, history: list[tuple[str, int]]) -> None:
    of = meeting(db, body(db, record.new_salt()), state="published")
    model, now, expected = Model(), EPOCH, kinds(db, of.id)
    for act, minutes in history:
        with clock.set_to(now):
            entries = model.do(act, now)
            assert was_done(db, of, act) is (entries is not None), act
        expected += entries or []
        assert kinds(db, of.id) == expected
        assert of.state == model.state
        assert (of.is_in_closed_session, of.is_queue_frozen, of.is_locked) == (
            "closed" in model.under_way,
            "disruption" in model.under_way,
            model.is_locked,
        )
        assert of.may_reconvene is (model.under_way == {"recess"})
        is_shut = model.phase == "over" or model.is_locked or "disruption" in model.under_way
        assert of.takes_requests is not is_shut
        assert under_way(db, of) == model.under_way
        now += timedelta(minutes=minutes)
    assert record.first_fault(db, of.id) is None


def under_way(db: Session, of: Meeting) -> set[str]:
    """What the minutes say has not ended."""
    found = [each.kind for each in queries.recesses(db, of.id) if each.ended is None]
    return {*found, *("disruption" for each in queries.disruptions(db, of.id) if each.ended is None)}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HISTORIES)
def test_what_the_minutes_tell_adds_up(db: Session, history: list[tuple[str, int]]) -> None:
    of = meeting(db, body(db, record.new_salt()), state="published")
    now = EPOCH
    for act, minutes in (("open", 0), *history, ("reopen", 0), ("adjourn", 0)):
        with clock.set_to(now):
            was_done(db, of, act)
        now += timedelta(minutes=minutes)
    pauses = queries.recesses(db, of.id)
    assert all(each.ended and each.duration == each.ended - each.began for each in pauses)
    ends = [each.ended for each in pauses if each.ended]
    assert all(end <= later.began for end, later in zip(ends, pauses[1:], strict=False))
    interruptions = queries.disruptions(db, of.id)
    assert all(each.ended and each.duration == each.ended - each.began for each in interruptions)
    assert all(
        each.ended_because != "time" or (each.duration or timedelta()) >= timedelta(hours=1)
        for each in interruptions
    )
