"""The captioner's process: it finds what is to be captioned, ends with it, and says when it gives up."""

from collections.abc import Callable
from threading import Event
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engage import clock, record
from engage.db import Database
from engage.settings import Settings
from meetings import actions as meeting_actions
from meetings.disruption.recesses import close_session
from meetings.floor.actions import choose_captions
from meetings.floor.models import Caption
from meetings.floor.standing import Standing
from meetings.models import Meeting
from tests.make import SYSTEM, City
from tests.transcripts.captioning.spoken import Part
from tests.transcripts.captioning.test_captioner import SPEECH, hear
from transcripts.captioning import worker
from transcripts.captioning.captioner import Captioner, Overtaken
from transcripts.captioning.hearing import Hear
from transcripts.captioning.worker import LAST_S, LOOK_S, Rooms
from transcripts.weights import ModelMissing


def nobody(db: Session, meeting_id: str) -> Standing:
    return Standing(is_on=True)


class Process:
    """What `run` does in its loop, with a clock that the test sets."""

    def __init__(self, store: Database, settings: Settings, city: City) -> None:
        self.store, self.meeting_id = store, city.meeting.id
        self.folder = settings.data / "floor" / self.meeting_id
        self.now = 0.0
        self.asked = list[str]()
        self.rooms = Rooms(store, settings, self.hear_in, nobody, now=lambda: self.now)

    def hear_in(self, language: str) -> Hear:
        self.asked.append(language)
        return hear

    def change(self, work: Callable[[Session, Meeting], Any]) -> None:
        self.store.write_now(lambda db: work(db, db.get_one(Meeting, self.meeting_id)))

    def turn(self, later: float = LOOK_S) -> None:
        self.now += later
        self.rooms.look()
        while self.rooms.write():
            pass

    def rows(self) -> list[Caption]:
        return self.store.read_now(lambda db: list(db.scalars(select(Caption).order_by(Caption.start_at))))


@pytest.fixture
def process(store: Database, settings: Settings, city: City) -> Any:
    made = Process(store, settings, city)
    made.change(lambda db, meeting: setattr(meeting, "carries_sound", True))
    yield made
    for each in made.rooms.open.values():
        each.parts.close()


def say(process: Process, count: int = 60) -> None:
    """This much of the demo has been said just now."""
    Part(process.folder, 1, clock.ms(clock.now()) - 60 * count).say(SPEECH[:count])


def test_a_meeting_that_is_heard_is_captioned_in_its_language(process: Process) -> None:
    process.change(lambda db, meeting: setattr(meeting, "language", "es"))
    process.turn()
    say(process)
    process.turn()
    assert (process.asked, [row.language for row in process.rows()]) == (["es"], ["es"])


@pytest.mark.parametrize("fact", ["carries_sound", "has_captions"])
def test_no_other_is(process: Process, fact: str) -> None:
    process.change(lambda db, meeting: setattr(meeting, fact, False))
    say(process)
    process.turn()
    assert (process.asked, process.rows(), process.rooms.open) == ([], [], {})


def test_what_was_said_to_the_end_is_captioned_and_then_nothing(process: Process) -> None:
    process.turn()
    process.change(lambda db, meeting: close_session(db, meeting, "litigation", by=SYSTEM))
    say(process, 20)
    process.turn()
    process.turn(LAST_S)
    process.turn(0.1 + LOOK_S)
    assert [row.is_final for row in process.rows()] == [True]
    assert process.rooms.open == {}
    say(process)
    process.turn()
    assert len(process.rows()) == 1


def test_a_short_recess_ends_nothing(process: Process) -> None:
    process.turn()
    process.change(lambda db, meeting: meeting_actions.recess_meeting(db, meeting, by=SYSTEM))
    process.turn()
    process.change(lambda db, meeting: meeting_actions.reconvene_meeting(db, meeting, by=SYSTEM))
    process.turn()
    process.turn(LAST_S + 1)
    assert list(process.rooms.open) == [process.meeting_id]


def test_where_captions_are_turned_off_what_was_heard_stays_and_no_more_comes(process: Process) -> None:
    process.turn()
    say(process, 30)
    process.turn()
    process.change(lambda db, meeting: choose_captions(db, meeting, wanted=False, by="account:a"))
    process.turn()
    process.turn(LAST_S + 1)
    (row,) = process.rows()
    assert (row.is_final, process.rooms.open) == (True, {})


def test_a_captioner_that_comes_back_settles_what_the_other_left_and_says_nothing_twice(
    process: Process,
) -> None:
    process.turn()
    say(process)
    process.turn()
    before = process.rows()
    process.rooms.open.pop(process.meeting_id).parts.close()
    process.turn()
    assert [(row.id, row.is_final) for row in process.rows()] == [(row.id, True) for row in before]


@pytest.mark.parametrize(("fault", "why"), [(Overtaken(), "busy"), (ModelMissing("gone"), "no_model")])
def test_a_captioner_that_cannot_go_on_turns_captions_off_and_says_why(
    process: Process, monkeypatch: pytest.MonkeyPatch, fault: Exception, why: str
) -> None:
    def fail(self: Captioner) -> bool:
        raise fault

    monkeypatch.setattr(Captioner, "write_next", fail)
    process.turn()
    process.turn()

    def told(db: Session) -> tuple[bool, list[Any]]:
        entries = record.of_kinds(db, [process.meeting_id], ["captions.stopped"])
        has_captions = db.get_one(Meeting, process.meeting_id).has_captions
        return has_captions, [(each.actor, each.facts) for each in entries]

    assert process.store.read_now(told) == (False, [("system", {"why": why})])
    assert process.rooms.open == {}


def test_without_any_model_it_is_said_at_once(process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(language: str) -> Hear:
        raise ModelMissing("gone")

    process.rooms.hear_in = missing
    process.turn()
    assert not process.store.read_now(lambda db: db.get_one(Meeting, process.meeting_id).has_captions)


def test_the_process_runs_until_it_is_told(settings: Settings, city: City) -> None:
    until = Event()

    def hear_in(language: str) -> Hear:
        until.set()
        return hear

    def carry(db: Session) -> None:
        db.get_one(Meeting, city.meeting.id).carries_sound = True

    store = Database(settings.database)
    store.write_now(carry)
    worker.run(settings, standing_of=nobody, until=until, hear_in=hear_in)
    assert store.read_now(lambda db: db.scalars(select(Caption)).all()) == []
    store.close()
