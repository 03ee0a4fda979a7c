"""What one process tells the others of the sound, by file."""

import os
from dataclasses import replace
from pathlib import Path

from engage import clock
from meetings.floor.report import Report
from meetings.floor.sharing import WRITE_S, Shared, as_json, from_json

REPORT = Report(
    on_air={0: "place:chair", 1: "participant:ana"},
    microphones=frozenset(["place:chair", "participant:ben"]),
    lost={"participant:ana": clock.EPOCH},
    listeners=7,
    is_recording=True,
    recorder_fault="The disk is full.",
)


def two(folder: Path) -> tuple[Shared, Shared]:
    """Of two processes that run."""
    here, there = Shared(folder), Shared(folder)
    there.file = folder / f"sound-{os.getppid()}.json"
    return here, there


def test_a_report_is_read_as_it_was_told() -> None:
    assert from_json(as_json(REPORT)) == REPORT
    assert from_json(as_json(Report())) == Report()


def test_the_others_know_what_the_leader_tells_and_it_who_listens_there(tmp_path: Path) -> None:
    leader, other = two(tmp_path)
    leader.tell({"one": REPORT}, {})
    other.tell({}, {"one": 3})
    assert leader.exchange(0) == set()
    assert other.exchange(0) == {"one"}
    assert leader.exchange(0) == set()
    assert other.report("one") == REPORT
    assert other.report("two") == Report()
    assert [leader.listeners("one"), leader.listeners("two"), other.listeners("one")] == [3, 0, 0]


def test_staff_are_told_when_it_changes_but_not_of_every_listener(tmp_path: Path) -> None:
    leader, other = two(tmp_path)
    leader.tell({"one": REPORT}, {})
    leader.exchange(0)
    assert other.exchange(0) == {"one"}
    leader.tell({"one": replace(REPORT, listeners=8)}, {})
    leader.exchange(0)
    assert other.exchange(0) == set()
    assert other.report("one").listeners == 8
    leader.tell({"one": replace(REPORT, on_air={})}, {})
    leader.exchange(0)
    assert other.exchange(0) == {"one"}
    leader.leave()
    assert other.exchange(0) == {"one"}
    assert other.report("one") == Report()


def test_the_file_is_renewed_now_and_then_and_a_damaged_one_says_nothing(tmp_path: Path) -> None:
    leader, other = two(tmp_path)
    leader.tell({"one": REPORT}, {})
    leader.exchange(0)
    leader.file.write_text("{", "utf-8")
    leader.exchange(WRITE_S - 1)
    assert other.exchange(0) == set()
    leader.exchange(WRITE_S)
    assert other.exchange(0) == {"one"}
