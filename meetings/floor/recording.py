"""The recorder: what is on the air goes to the disk as it is, in a thread that holds nobody up."""

import logging
import threading
from collections import deque
from collections.abc import Callable
from math import inf
from pathlib import Path
from typing import NamedTuple

from engage import clock
from engage.language import N_
from engage.space import FULL, RESERVE, has_room
from meetings.floor.channel import Channel
from meetings.floor.packets import Packet, duration_ms
from meetings.floor.timing import Arrival

ROUND_S = 0.1
"""So often what has come is written; that much, and the packet on its way, is what kill -9 takes."""
AGAIN_MS = 3_000
"""After a disk that would not take it."""
MOST = 20_000
"""Packets that may wait for a disk that stands still: some minutes of a meeting."""
PLENTY = 2 << 30
"""Bytes of a long evening with ten channels, as parts and joined."""

IS_FULL = N_("The server's disk is full.")
IS_REFUSED = N_("The server's disk does not work.")
IS_SLOW = N_("The server's disk is too slow. Parts of the recording are missing.")
IS_SHORT = N_("Little space is left on the server's disk. A long meeting may not be recorded to its end.")

OnFault = Callable[[str, str], None]
"""Is told the meeting, and a msgid, or nothing when all is well again; in whichever thread notices."""

log = logging.getLogger(__name__)


class News(NamedTuple):
    meeting_id: str
    packet: Packet | None
    """None: nothing more comes for the present."""
    at_ms: float


def house_ms() -> float:
    return clock.ms(clock.now())


def say_nothing(meeting_id: str, fault: str) -> None:
    pass


class Recorder:
    """A tap of the engine. The files grow under `folder` / MEETING. Without `start` somebody else calls
    `work_off`."""

    def __init__(
        self, folder: Path, on_fault: OnFault = say_nothing, *, now_ms: Callable[[], float] = house_ms
    ) -> None:
        self.folder, self._on_fault, self._now_ms = folder, on_fault, now_ms
        self._news: deque[News] = deque()
        self._channels: dict[str, dict[int, Channel]] = {}
        self._faults: dict[str, str] = {}
        self._again_ms: dict[str, float] = {}
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)

    # the tap: in the event loop

    def heard(self, meeting_id: str, packet: Packet) -> None:
        if len(self._news) < MOST:
            self._news.append(News(meeting_id, packet, self._now_ms()))
        else:
            self._say(meeting_id, IS_SLOW)

    def paused(self, meeting_id: str) -> None:
        self._news.append(News(meeting_id, None, self._now_ms()))

    def closed(self, meeting_id: str) -> None:
        self.paused(meeting_id)

    # what others ask

    def fault(self, meeting_id: str) -> str:
        """A msgid; nothing while all is well."""
        return self._faults.get(meeting_id, "")

    def is_writing(self, meeting_id: str) -> bool:
        """A part is open, or something waits to be written."""
        channels = list(self._channels.get(meeting_id, {}).values())
        return bool(self._news) or any(each.is_writing for each in channels)

    # the thread

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """This process ends: everything is written. Waits for the disk."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join()
        self.work_off(is_last=True)

    def _run(self) -> None:
        while not self._ending.wait(ROUND_S):
            try:
                self.work_off()
            except Exception:
                log.exception("the recorder goes on after this")

    def work_off(self, *, is_last: bool = False) -> None:
        """Write what has come since the last time."""
        while self._news:
            news = self._news.popleft()
            if news.packet:
                self._channel(news.meeting_id, news.packet.channel).waiting.append(arrival(news))
            else:
                self._write(news.meeting_id, inf)
                self._channels.pop(news.meeting_id, None)
        for meeting_id in list(self._channels):
            self._write(meeting_id, inf if is_last else self._now_ms())

    def _channel(self, meeting_id: str, number: int) -> Channel:
        channels = self._channels.setdefault(meeting_id, {})
        if number not in channels:
            own = Channel(self.folder / meeting_id, number)
            channels = self._channels[meeting_id] = {**channels, number: own}
        return channels[number]

    def _write(self, meeting_id: str, until_ms: float) -> None:
        """One channel that the disk refuses stops all of the meeting: there is one disk."""
        channels = self._channels.get(meeting_id, {}).values()
        now = self._now_ms()
        if now < self._again_ms.get(meeting_id, 0):
            for each in channels:
                each.give_up()
            return
        try:
            if any(each.waiting for each in channels):
                expect_room(self.folder)
            has_written = [each.work(until_ms) for each in channels]
        except OSError as error:
            log.warning("meeting %s is not recorded: %s", meeting_id, error)
            for each in channels:
                each.give_up()
            self._again_ms[meeting_id] = now + AGAIN_MS
            self._say(meeting_id, IS_FULL if error.errno in FULL else IS_REFUSED)
        else:
            if any(has_written):
                self._say(meeting_id, "")

    def _say(self, meeting_id: str, fault: str) -> None:
        if fault == self._faults.get(meeting_id, ""):
            return
        self._faults[meeting_id] = fault
        try:
            self._on_fault(meeting_id, fault)
        except Exception:
            log.exception("nobody could be told of the recorder's state: %s", fault or "all is well")


def arrival(news: News) -> Arrival:
    packet = news.packet
    assert packet
    return Arrival(packet.turn, packet.seq, packet.payload, duration_ms(packet.payload), news.at_ms)


def expect_room(folder: Path) -> None:
    """Sound gives way before the acts of the meeting do. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    if not has_room(folder, 0):
        raise OSError(FULL[0], f"less than {RESERVE >> 20} MB are free")


def shortage(folder: Path) -> str:
    """A msgid where the disk may not last for a long meeting, else nothing."""
    try:
        return "" if has_room(folder, PLENTY) else IS_SHORT
    except OSError:
        return IS_REFUSED
