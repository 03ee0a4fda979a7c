"""The embedded engine: who is on the air, and their packets to everybody who listens and to the recording.

It decides where the bytes pass, on the server, by its grants alone; a browser that goes on sending is not
heard. It knows no politics: turns, time and consent are the record's, which `following` keeps it in step
with. Everything here runs in the event loop of the process that leads the meeting's sound.
"""

from collections.abc import Callable

from meetings.floor.parties import Event, Tap, tell_taps
from meetings.floor.room import Room


def _ignore(event: Event) -> None:
    pass


class Engine:
    """The sound of every meeting that this process leads."""

    def __init__(self, on_event: Callable[[Event], None] = _ignore) -> None:
        self.on_event = on_event
        self.taps: list[Tap] = []
        self.rooms: dict[str, Room] = {}

    def open(self, meeting_id: str) -> Room:
        """Idempotent; after a restart the same again."""
        if meeting_id not in self.rooms:
            self.rooms[meeting_id] = Room(meeting_id, self.taps, self.on_event)
        return self.rooms[meeting_id]

    def close(self, meeting_id: str) -> None:
        """The meeting is over: everybody is off the air, and the recording is complete. Who still listens is
        told so and hears nothing more."""
        if room := self.rooms.pop(meeting_id, None):
            room.turn_off("over")
            if room.has_begun:
                tell_taps(self.taps, "closed", meeting_id)
