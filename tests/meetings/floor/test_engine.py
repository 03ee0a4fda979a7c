"""The embedded engine keeps the contract, and the contract finds engines that do not."""

from collections.abc import Callable

import pytest

from meetings.floor.engine import Engine
from meetings.floor.microphone import Microphone
from meetings.floor.models import FLOOR_CHANNEL
from meetings.floor.packets import Packet, packed
from meetings.floor.parties import Ear, Event, Voice
from meetings.floor.room import Room
from meetings.floor.standing import Grant
from tests.meetings.floor import contract
from tests.meetings.floor.contract import PROMISES, Promise, Stage, broken_promises


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
def test_the_embedded_engine_keeps(promise: Promise) -> None:
    promise(Stage(Engine()))


def of_rooms(kind: type[Room]) -> Callable[[], Engine]:
    class Other(Engine):
        def open(self, meeting_id: str) -> Room:
            if meeting_id not in self.rooms:
                self.rooms[meeting_id] = kind(meeting_id, self.taps, lambda event: self.on_event(event))
            return self.rooms[meeting_id]

    return Other


class EverybodyIsHeard(Room):
    """Enforcement is left to the browsers."""

    def held_by(self, person: str) -> list[Grant]:
        return [Grant(FLOOR_CHANNEL, person, 0)]


class AsksTheBrowser(Room):
    """Revoked by a word to the microphone, which goes on."""

    def revoke(self, channel: int) -> None:
        grant = self.grants[channel]
        self._tell(grant.person, [])
        self._tell_ears(off=channel, turn=grant.turn)


class KeepsWhatWasSaid(Room):
    """Tells who comes late what they have missed."""

    said: list[bytes]

    def _relay(self, grant: Grant, packet: Packet) -> None:
        self.said = [*getattr(self, "said", []), packed(packet)]
        super()._relay(grant, packet)

    def listen(self, ear: Ear) -> None:
        super().listen(ear)
        for packet in getattr(self, "said", []):
            ear.write(packet)


class TakesEverything(Room):
    def _cut_off(self, voice: Voice) -> None:
        pass

    def take(self, voice: Voice, data: bytes) -> None:
        self.microphones[voice.person] = Microphone(voice)
        super().take(voice, data)


class ForgetsTheTime(Room):
    def expire(self) -> None:
        pass

    def held_by(self, person: str) -> list[Grant]:
        return [each for each in self.grants.values() if each.person == person]


@pytest.mark.parametrize(
    ("kind", "promise"),
    [
        (EverybodyIsHeard, contract.nobody_is_heard_without_a_grant),
        (EverybodyIsHeard, contract.a_microphone_cannot_open_itself),
        (EverybodyIsHeard, contract.what_is_closed_is_closed_for_all),
        (AsksTheBrowser, contract.a_revoked_turn_is_silent_at_once),
        (AsksTheBrowser, contract.hush_leaves_only_the_chair),
        (KeepsWhatWasSaid, contract.who_comes_late_hears_what_comes_after),
        (TakesEverything, contract.garbage_is_cut_off),
        (TakesEverything, contract.a_flood_is_cut_off),
        (TakesEverything, contract.a_second_tab_replaces_the_first),
        (ForgetsTheTime, contract.a_grant_runs_out),
    ],
)
def test_an_engine_that_does_not_is_found(kind: type[Room], promise: Promise) -> None:
    assert promise.__name__ in broken_promises(of_rooms(kind))


def test_the_stand_in_is_not_found_for_its_making() -> None:
    assert broken_promises(of_rooms(Room)) == set()


def test_events_name_the_meeting() -> None:
    stage = Stage(Engine())
    assert stage.events[-1] == Event(contract.MEETING, "on_air", 0, contract.CHAIR, 0)
