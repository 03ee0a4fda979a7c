"""One channel of a meeting on its way to the disk: packets as they came, and silence where there are none."""

from collections import deque
from math import inf
from pathlib import Path

from meetings.floor import parts
from meetings.floor.ogg import OggFile
from meetings.floor.packets import SILENCE, SILENCE_MS
from meetings.floor.timing import Arrival, Pace, amends

IDLE_MS = 1_000
"""After so long without a packet the part is ended; the next sound begins another."""
HOLD_MS = 100
"""A part's first packet waits so long: what the line held back comes with it, and tells when it was said."""
SYNC_MS = 5_000
"""So much is lost at most when the power fails."""


class Channel:
    """To be used by the recorder's thread alone. `work` and `end` raise OSError, and can be called again."""

    def __init__(self, folder: Path, number: int) -> None:
        self.folder, self.number = folder, number
        self.waiting: deque[Arrival] = deque()
        self._file: OggFile | None = None
        self._start_ms = 0
        self._pace = Pace()
        self._last_ms = self._synced_ms = 0.0

    @property
    def is_writing(self) -> bool:
        return bool(self._file or self.waiting)

    def work(self, now_ms: float) -> bool:
        """Write what waits, so that kill -9 does not take it away any more; whether anything was written.
        `now_ms` inf: nothing more will come with it."""
        has_written = False
        while self.waiting:
            run = self._next_run()
            if self._file is None or not self._pace.follows(run[0], IDLE_MS):
                self.end()
                if now_ms - run[0].at_ms < HOLD_MS and len(run) == len(self.waiting):
                    return has_written
                if not self._pace.goes_on(run):
                    self._pace = Pace()
            self._write_run(run)
            for _ in run:
                self.waiting.popleft()
            has_written = True
        if self._file:
            self._settle(self._file, now_ms)
        return has_written

    def end(self) -> None:
        """Nothing is held: the next sound begins another part."""
        file, self._file = self._file, None
        if file:
            file.end()

    def give_up(self) -> None:
        """The disk does not take it: what waits is lost, what is written stays."""
        self.waiting.clear()
        file, self._file = self._file, None
        if file:
            file.let_go()

    def _next_run(self) -> list[Arrival]:
        """What waits of one turn, without a break."""
        run = [self.waiting[0]]
        for each in list(self.waiting)[1:]:
            is_next = each.turn == run[-1].turn and each.seq > run[-1].seq
            if not is_next or each.at_ms - run[-1].at_ms > IDLE_MS:
                break
            run.append(each)
        return run

    def _write_run(self, run: list[Arrival]) -> None:
        media = [self._pace.hear(each) for each in run]
        self._last_ms = run[-1].at_ms
        file = self._file = self._file or self._begin(self._pace.moment(media[0]))
        for packet, place in zip(run, media, strict=True):
            behind = self._pace.moment(place) - self._start_ms - file.written_ms
            put = amends(behind, packet.duration_ms, is_quiet=self._pace.is_quiet(packet.payload))
            for _ in range(put.silences):
                file.write(SILENCE, SILENCE_MS)
            if put.is_kept:
                file.write(packet.payload, packet.duration_ms)
        file.flush()

    def _begin(self, moment_ms: float) -> OggFile:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._start_ms, self._synced_ms = round(moment_ms), self._last_ms
        while (path := parts.path_of(self.folder, self.number, self._start_ms)).exists():
            self._start_ms += 1
        return OggFile(path)

    def _settle(self, file: OggFile, now_ms: float) -> None:
        if now_ms == inf or now_ms - self._last_ms > IDLE_MS:
            self.end()
        elif now_ms - self._synced_ms >= SYNC_MS:
            self._synced_ms = now_ms
            file.sync()
