"""How every meeting's sound stands, told by the process that leads it, and how many listen at the others.
Each keeps a small file for the rest."""

import asyncio
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from engage.neighbours import others, own_file, put
from meetings.floor.report import Report

KIND = "sound"
LOOK_S = 0.5
WRITE_S = 5.0
"""So often one's own file is renewed when nothing has changed."""

Told = dict[str, Any]
"""What stands in a file: "reports" by meeting, of the one that leads; "listeners" by meeting."""


class Shared:
    """`exchange` writes and reads the files, in a thread; the rest takes no time."""

    def __init__(self, folder: Path) -> None:
        self.file = own_file(folder, KIND)
        self._told: Told = {}
        self._written: tuple[Told, float] = ({}, 0.0)
        self._read: list[Told] = []

    def tell(self, reports: Mapping[str, Report], listeners: Mapping[str, int]) -> None:
        """`reports` are the leader's; `listeners` those who are served here from one connection to it."""
        self._told = {
            "reports": {each: as_json(one) for each, one in reports.items()},
            "listeners": listeners,
        }

    def report(self, meeting_id: str) -> Report:
        """As the process that leads has it, with everybody who listens."""
        told = next(
            (each["reports"][meeting_id] for each in self._read if meeting_id in each["reports"]), None
        )
        return from_json(told) if told else Report()

    def listeners(self, meeting_id: str) -> int:
        """At the other processes."""
        return sum(each["listeners"].get(meeting_id, 0) for each in self._read)

    def exchange(self, now: float) -> set[str]:
        """The meetings whose report is another than before. Raises OSError."""
        told, at = self._written
        if told != self._told or now - at >= WRITE_S:
            put(self.file, json.dumps(self._told))
            self._written = self._told, now
        before, self._read = self._read, [one for _, path in others(self.file) if (one := _read(path))]
        was, is_now = _joined(before), _joined(self._read)
        return {meeting for meeting in was.keys() | is_now.keys() if was.get(meeting) != is_now.get(meeting)}

    def leave(self) -> None:
        with suppress(OSError):
            self.file.unlink(missing_ok=True)


async def exchange_reports(
    shared: Shared, told: Callable[[], tuple[Mapping[str, Report], Mapping[str, int]]],
    changed: Callable[[str], object],
) -> None:  # fmt: skip
    """Until cancelled; `changed` is called in the loop. A full disk only makes them old."""
    loop = asyncio.get_running_loop()
    try:
        while True:
            shared.tell(*told())
            with suppress(OSError):
                for meeting in await asyncio.to_thread(shared.exchange, loop.time()):
                    changed(meeting)
            await asyncio.sleep(LOOK_S)
    finally:
        shared.leave()


def as_json(report: Report) -> Told:
    return {
        "on_air": {str(channel): person for channel, person in report.on_air.items()},
        "microphones": sorted(report.microphones),
        "lost": {person: since.isoformat() for person, since in report.lost.items()},
        "listeners": report.listeners,
        "is_recording": report.is_recording,
        "recorder_fault": report.recorder_fault,
    }


def from_json(told: Told) -> Report:
    return replace(
        Report(**told),
        on_air={int(channel): person for channel, person in told["on_air"].items()},
        microphones=frozenset(told["microphones"]),
        lost={person: datetime.fromisoformat(since) for person, since in told["lost"].items()},
    )


def _joined(read: list[Told]) -> dict[str, object]:
    joined: dict[str, object] = {}
    for each in read:
        for meeting, report in each["reports"].items():
            joined[meeting] = {**report, "listeners": 0}
    return joined


def _read(path: Path) -> Told | None:
    try:
        told: Told = json.loads(path.read_text("utf-8"))
        return told if "reports" in told and "listeners" in told else None
    except (OSError, ValueError, TypeError):
        return None
