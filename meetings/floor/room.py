"""The sound of one meeting: who is on the air, and their packets to everybody who listens and to the taps."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from engage import clock
from engage.origin import POLICY_VIOLATION
from engage.push.hub import TRY_AGAIN_LATER
from meetings.floor import parties
from meetings.floor.microphone import Microphone, Misused
from meetings.floor.models import CHAIR_CHANNEL
from meetings.floor.packets import OPUS, Packet, packed
from meetings.floor.parties import Ear, Event, Tap, Voice, tell_taps
from meetings.floor.standing import Grant

MOST_MICROPHONES = 200
"""Open in one meeting; who is on the air comes in whatever their number."""
TURNS = 1 << 16
"""A turn's number on the wire has 16 bits."""


@dataclass(eq=False)
class Room:
    """It knows who may be heard, and not why."""

    meeting_id: str
    taps: list[Tap]
    on_event: Callable[[Event], None]
    is_on: bool = False
    why_off: str = "before"
    has_begun: bool = False
    """It has been on: there is something for the recording to complete."""
    grants: dict[int, Grant] = field(default_factory=dict)
    microphones: dict[str, Microphone] = field(default_factory=dict)
    """By person: one tab of each holds the microphone."""
    ears: set[Ear] = field(default_factory=set)

    def admit(self, voice: Voice) -> None:
        """An earlier microphone of the same person is closed."""
        if before := self.microphones.pop(voice.person, None):
            before.voice.tell(state="replaced")
            before.voice.close(POLICY_VIOLATION)
        held = self.held_by(voice.person)
        if len(self.microphones) >= MOST_MICROPHONES and not held:
            voice.close(TRY_AGAIN_LATER)
            return
        self.microphones[voice.person] = Microphone(voice)
        self._tell(voice.person, held)
        self._note_person(voice.person, parties.BACK, parties.CAME)

    def leave(self, voice: Voice) -> None:
        if self._microphone(voice):
            del self.microphones[voice.person]
            self._note_person(voice.person, parties.LOST, parties.WENT)

    def look_at(self, voice: Voice) -> None:
        """Nothing has come from it for a while: of somebody who is on the air the clerk should know."""
        microphone = self._microphone(voice)
        if microphone and self.held_by(voice.person) and microphone.falls_quiet():
            self._note_person(voice.person, parties.LOST, parties.WENT)

    def grant(self, grant: Grant) -> None:
        """Idempotent; whoever had the channel before is off the air. One that has run out is none."""
        before = self.grants.get(grant.channel)
        is_same = before and (before.person, before.turn) == (grant.person, grant.turn)
        has_run_out = grant.until is not None and grant.until <= clock.now()
        if before and (has_run_out or not is_same):
            self.revoke(grant.channel)
        if has_run_out or not self.is_on:
            return
        self.grants[grant.channel] = grant
        if not is_same:
            self._announce(grant)

    def _announce(self, grant: Grant) -> None:
        if microphone := self.microphones.get(grant.person):
            microphone.sounds_again()
        self._tell(grant.person, [grant])
        self._tell_ears(on=grant.channel, turn=grant.turn % TURNS)
        self._note(parties.ON_AIR, grant)

    def revoke(self, channel: int) -> None:
        """From now on nothing of this channel is relayed or recorded, and listeners drop what they hold."""
        grant = self.grants.pop(channel, None)
        if grant:
            self._tell(grant.person, self.held_by(grant.person))
            self._tell_ears(off=channel, turn=grant.turn % TURNS)
            self._note(parties.OFF_AIR, grant)

    def hush(self) -> None:
        """Everybody but the chair is off the air."""
        for channel in list(self.grants):
            if channel != CHAIR_CHANNEL:
                self.revoke(channel)

    def turn_on(self) -> None:
        if not self.is_on:
            self.is_on = self.has_begun = True
            self.why_off = ""
            self._tell_ears(sound="on", on=[])

    def turn_off(self, why: str) -> None:
        """Nobody is heard and nothing is recorded, whatever is granted meanwhile."""
        for channel in list(self.grants):
            self.revoke(channel)
        if self.is_on:
            tell_taps(self.taps, "paused", self.meeting_id)
        if self.is_on or why != self.why_off:
            self.is_on, self.why_off = False, why
            self._tell_ears(sound=why, on=[])

    def listen(self, ear: Ear) -> None:
        """From now on it gets what its choice is; before, everything that it has to know of the room."""
        self.greet(ear)
        self.ears.add(ear)

    def greet(self, ear: Ear) -> None:
        """Also to one that has missed something: what is not `on` is over, and is to be dropped."""
        ear.tell(sound=self.why_off or "on", on=sorted(self.grants))

    def stop_listening(self, ear: Ear) -> None:
        self.ears.discard(ear)

    def take(self, voice: Voice, data: bytes) -> None:
        """One message from a microphone. It goes no further unless its person is on the air just now."""
        microphone = self._microphone(voice)
        if microphone is None:
            return
        try:
            packet = microphone.packet(data)
        except Misused:
            self._cut_off(voice)
            return
        held = self.held_by(voice.person) if packet else []
        if packet and microphone.sounds_again():
            self._note_person(voice.person, parties.BACK, parties.CAME)
        for one in microphone.as_opus(packet) if packet and held else ():
            for grant in held:
                self._relay(grant, one)

    def _microphone(self, voice: Voice) -> Microphone | None:
        """None for one that was replaced, cut off or turned away: what still comes from it is nothing."""
        microphone = self.microphones.get(voice.person)
        return microphone if microphone and microphone.voice is voice else None

    def held_by(self, person: str) -> list[Grant]:
        """What this person may be heard on now."""
        now = clock.now()
        return [
            each
            for each in self.grants.values()
            if each.person == person and (each.until is None or now < each.until)
        ]

    def expire(self) -> None:
        """Revoke what has run out; `take` has not let it through any more."""
        now = clock.now()
        for grant in list(self.grants.values()):
            if grant.until and grant.until <= now:
                self.revoke(grant.channel)

    def _relay(self, grant: Grant, packet: Packet) -> None:
        on_air = Packet(OPUS, grant.channel, grant.turn % TURNS, packet.seq, packet.payload)
        wire = packed(on_air)
        for ear in list(self.ears):
            if ear.choice == grant.channel or (ear.choice is None and not grant.is_apart):
                ear.write(wire)
        tell_taps(self.taps, "heard", self.meeting_id, on_air)

    def _cut_off(self, voice: Voice) -> None:
        voice.tell(state="cut_off")
        voice.close(POLICY_VIOLATION)
        self.leave(voice)

    def _tell(self, person: str, held: Iterable[Grant]) -> None:
        microphone = self.microphones.get(person)
        if microphone:
            first = next(iter(held), None)
            if first is None:
                microphone.encoder = None  # what it still holds was said in this turn
            state = "on_air" if first else "off_air"
            microphone.voice.tell(state=state, channel=first.channel if first else None)

    def _tell_ears(self, **state: object) -> None:
        for ear in list(self.ears):
            ear.tell(**state)

    def _note_person(self, person: str, on_the_air: str, else_: str) -> None:
        held = self.held_by(person)
        for grant in held:
            self._note(on_the_air, grant)
        if not held:
            self.on_event(Event(self.meeting_id, else_, person=person))

    def _note(self, what: str, grant: Grant) -> None:
        self.on_event(Event(self.meeting_id, what, grant.channel, grant.person, grant.turn))
