"""One clock for a stream whose own clock jumps: what comes after a jump goes on where the rest has ended.

All times are whole microseconds.
"""

from dataclasses import dataclass, field

LONGEST_HOLE = 10_000_000
"""What the clock leaves out beyond this was not left out by the meeting."""
STEP_BACK = 1_000_000
"""A clock that goes back by less is only out of order."""
LEAST = 1_000


@dataclass
class Track:
    """Sound or picture: how far it is, and what is added to its own times."""

    shift: int
    end: int
    last: int | None = None


@dataclass
class Timeline:
    at: int = 0
    """Where everything so far has ended."""
    shift: int = 0
    """The newest; the other track takes it over when it comes to the same jump."""
    tracks: dict[str, Track] = field(default_factory=dict)

    def begin_run(self, start: int, sound: int) -> None:
        """What comes next has a clock of its own, which begins here, and its sound there. As a rule the sound
        goes on at once; the picture may have ended a little earlier or later."""
        heard = self.tracks.get("audio")
        goes_on = heard and self.at - heard.end <= STEP_BACK and sound - start <= STEP_BACK
        self.shift = heard.end - sound if heard and goes_on else self.at - start
        for each in self.tracks.values():
            each.shift = self.shift

    def placed(self, kind: str, pts: int | None, dts: int | None, duration: int) -> tuple[int, int]:
        """When it is shown or heard, and when decoded, which is later for every packet of its track."""
        track = self.tracks.setdefault(kind, Track(self.shift, self.at))
        told = pts if dts is None else dts
        begin = track.end if told is None else self._shifted(track, told, told if pts is None else pts)
        decoded = begin if track.last is None else max(begin, track.last + LEAST)
        shown = decoded if pts is None or told is None else max(decoded, pts + track.shift)
        track.last, track.end = decoded, max(track.end, shown + duration)
        self.at = max(self.at, track.end)
        return shown, decoded

    def _shifted(self, track: Track, told: int, shown: int) -> int:
        if not self._fits(track, told + track.shift):
            if not self._fits(track, told + self.shift):
                self.shift = track.end - shown
            track.shift = self.shift
        return told + track.shift

    def _fits(self, track: Track, begin: int) -> bool:
        before = begin if track.last is None else track.last
        return before - STEP_BACK <= begin <= self.at + LONGEST_HOLE
