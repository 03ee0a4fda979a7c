"""The recorder: packets as they came, in files whose time is the meeting's, whatever the disk does."""

import errno
import os
import shutil
import subprocess
import sys
import time
from collections import namedtuple
from pathlib import Path

import av
import pytest

from engage.space import RESERVE
from meetings.floor import recording
from meetings.floor.joining import packets_of
from meetings.floor.ogg import OggFile
from meetings.floor.packets import OPUS, SILENCE, Packet, duration_ms
from meetings.floor.parts import Part, parts_in
from meetings.floor.recording import AGAIN_MS, IS_FULL, IS_REFUSED, IS_SHORT, IS_SLOW, Recorder, shortage
from tests import make
from tests.benchmarks.floor_disk import NOT_ALLOWED
from tests.benchmarks.results import ROOT
from tests.benchmarks.short import short
from tests.benchmarks.small_disk import NotAllowed, small_disk

T = 1_790_000_000_000
SPOKEN = make.opus_packets(3)
Usage = namedtuple("Usage", "total used free")


class Desk:
    """A recorder whose clock, packets and disk a test sets."""

    def __init__(self, folder: Path) -> None:
        self.now: float = T
        self.told: list[str] = []
        self.folder = folder
        self.recorder = Recorder(folder, self.tell, now_ms=lambda: self.now)

    def tell(self, meeting_id: str, fault: str) -> None:
        self.told.append(fault)

    def speaks(
        self, seconds: float, *, after: float = 0, channel: int = 1, turn: int = 1, seq: int = 0
    ) -> None:
        """Packets of 60 ms, each as soon as it is spoken; the recorder works ten times a second."""
        self.passes(after)
        for n in range(round(seconds * 1000 / 60)):
            self.passes(0.06)
            self.hears(n, channel=channel, turn=turn, seq=seq + n)

    def hears(self, n: int, *, channel: int = 1, turn: int = 1, seq: int = 0) -> None:
        self.recorder.heard("m", Packet(OPUS, channel, turn, seq, SPOKEN[n % len(SPOKEN)]))

    def passes(self, seconds: float) -> None:
        end = self.now + 1000 * seconds
        while (next_round := (self.now // 100 + 1) * 100) <= end:
            self.now = next_round
            self.recorder.work_off()
        self.now = end

    @property
    def parts(self) -> list[Part]:
        return parts_in(self.folder / "m")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "floor")


def lasts(path: Path) -> float:
    """In seconds, as whoever plays it counts."""
    with av.open(str(path)) as container:
        return sum(frame.samples for frame in container.decode(audio=0)) / 48_000


def begins(desk: Desk) -> list[tuple[int, int]]:
    """(channel, ms after T) of each part."""
    return [(part.channel, part.start_ms - T) for part in desk.parts]


def test_packets_are_written_as_they_came(desk: Desk) -> None:
    desk.speaks(2.4)
    desk.recorder.close()
    (part,) = desk.parts
    assert (part.channel, part.start_ms) == (1, T)
    assert list(packets_of(part.path)) == SPOKEN[:40]
    assert lasts(part.path) == pytest.approx(2.4, abs=0.007)


def test_what_was_spoken_is_in_the_file_before_the_part_is_ended(desk: Desk) -> None:
    desk.speaks(2.4)
    desk.recorder.work_off()
    assert list(packets_of(desk.parts[0].path)) == SPOKEN[:40]


def test_a_pause_within_a_turn_is_silence(desk: Desk) -> None:
    desk.speaks(1.2)
    desk.speaks(1.2, after=0.6, seq=30)
    desk.recorder.close()
    (part,) = desk.parts
    assert list(packets_of(part.path)) == [*SPOKEN[:20], *[SILENCE] * 30, *SPOKEN[:20]]


def test_another_turn_and_a_longer_pause_begin_another_part(desk: Desk) -> None:
    desk.speaks(1.2)
    desk.speaks(1.2, turn=2, seq=900)
    desk.speaks(1.2, after=5, turn=2, seq=1000)
    desk.speaks(0.6, channel=0)
    desk.recorder.close()
    assert begins(desk) == [(0, 8600), (1, 0), (1, 1200), (1, 7400)]


def test_who_comes_back_into_the_same_turn_with_another_count_is_not_mistaken(desk: Desk) -> None:
    desk.speaks(1.2, seq=5000)
    desk.speaks(1.2, after=0.4, seq=0)
    desk.recorder.close()
    assert begins(desk) == [(1, 0), (1, 1600)]


def test_nothing_is_written_in_a_recess(desk: Desk) -> None:
    desk.speaks(1.2)
    desk.recorder.paused("m")
    desk.recorder.work_off()
    size = desk.parts[0].path.stat().st_size
    desk.passes(600)
    assert (len(desk.parts), desk.parts[0].path.stat().st_size) == (1, size)
    assert not desk.recorder.is_writing("m")
    desk.speaks(1.2, seq=20)
    desk.recorder.close()
    assert begins(desk) == [(1, 0), (1, 601_200)]


def test_a_line_that_stalled_does_not_tear_the_sound(desk: Desk) -> None:
    desk.speaks(1.2)
    desk.passes(3)
    for n in range(20, 70):
        desk.hears(n, seq=n)
    desk.speaks(1.2, seq=70)
    desk.recorder.close()
    parts = desk.parts
    assert begins(desk) == [(1, 0), (1, 1200)]
    assert sum(1 for part in parts for _ in packets_of(part.path)) == 90


def test_a_microphone_that_slept_leaves_a_gap(desk: Desk) -> None:
    desk.speaks(1.2)
    desk.speaks(1.2, after=30, seq=20)
    desk.recorder.close()
    assert begins(desk) == [(1, 0), (1, 31_200)]


def test_a_page_that_does_not_fit_is_taken_off_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = OggFile(tmp_path / "a.ogg")
    for payload in SPOKEN[:10]:
        file.write(payload, 60)
    file.flush()
    whole = file.path.read_bytes()
    real, left = os.write, iter([100])

    def write(handle: int, data: bytes) -> int:
        room = next(left, None)
        if room is None:
            raise OSError(errno.ENOSPC, "full")
        return real(handle, data[:room])

    monkeypatch.setattr("meetings.floor.ogg.os.write", write)
    file.write(SPOKEN[10], 60)
    with pytest.raises(OSError, match="full"):
        file.flush()
    assert file.path.read_bytes() == whole
    monkeypatch.undo()
    file.write(SPOKEN[10], 60)
    file.end()
    assert lasts(file.path) == pytest.approx(12 * 0.06, abs=0.007)


def test_a_full_disk_is_told_at_once_and_left_again_without_help(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.speaks(3)
    desk.passes(0.1)
    with monkeypatch.context() as full:
        full.setattr(shutil, "disk_usage", lambda folder: Usage(RESERVE, 0, RESERVE - 1))
        desk.speaks(0.24, seq=50)
        assert (desk.told, desk.recorder.fault("m")) == ([IS_FULL], IS_FULL)
        desk.speaks(9, seq=54)
        assert desk.told == [IS_FULL]
    desk.speaks(AGAIN_MS / 1000 + 1, seq=300)
    assert (desk.told, desk.recorder.fault("m")) == ([IS_FULL, ""], "")
    desk.recorder.close()
    first, *others = desk.parts
    assert list(packets_of(first.path)) == SPOKEN[:50]
    assert [begin for _, begin in begins(desk)][0] == 0
    assert len(others) == 1
    assert others[0].start_ms - T >= 12_240


def test_a_disk_that_does_not_work_is_told_otherwise(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(handle: int, data: bytes) -> int:
        raise OSError(errno.EIO, "broken")

    monkeypatch.setattr("meetings.floor.ogg.os.write", fail)
    desk.speaks(1.2)
    assert desk.told == [IS_REFUSED]


def test_a_disk_that_stands_still_costs_no_memory_without_end(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "MOST", 10)
    for n in range(12):
        desk.hears(n, seq=n)
    assert desk.told == [IS_SLOW]
    assert desk.recorder.is_writing("m")


def test_whoever_cannot_be_told_does_not_stop_the_recorder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path)
    monkeypatch.setattr(desk.recorder, "_on_fault", lambda meeting, fault: 1 / 0)
    with monkeypatch.context() as full:
        full.setattr(shutil, "disk_usage", lambda folder: Usage(RESERVE, 0, 0))
        desk.speaks(0.6)
    desk.speaks(6, seq=10)
    desk.recorder.close()
    assert len(desk.parts) == 1


def test_before_a_meeting_the_disk_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Usage(0, 0, RESERVE + (3 << 30)))
    assert shortage(tmp_path) == ""
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Usage(0, 0, 1 << 30))
    assert shortage(tmp_path) == IS_SHORT


RECORDS = """
import sys, time
from pathlib import Path
from engage import clock
from meetings.floor.packets import OPUS, Packet
from meetings.floor.recording import Recorder
from tests import make
packets = make.opus_packets(3)
recorder = Recorder(Path(sys.argv[1]))
recorder.start()
n = 0
print("ready", flush=True)
began = time.monotonic()
while True:
    while time.monotonic() < began + 0.06 * (n + 1):
        time.sleep(0.002)
    recorder.heard("m", Packet(OPUS, 1, 1, n, packets[n % 50]))
    n += 1
    print(n, flush=True)
"""


@pytest.mark.process
def test_kill_9_takes_less_than_300_ms(tmp_path: Path) -> None:
    """After it another process goes on in a part of its own."""
    for count in (1, 2):
        with subprocess.Popen(
            [sys.executable, "-c", RECORDS, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        ) as child:
            assert child.stdout
            heard = 0
            for line in child.stdout:
                heard = int(line) if line.strip().isdecimal() else 0
                if heard == 40:
                    break
            time.sleep(0.03)
            child.kill()
            heard = max([heard, *(int(line) for line in child.stdout)])
        parts = parts_in(tmp_path / "m")
        assert len(parts) == count
        written = list(packets_of(parts[-1].path))
        assert 60 * (heard - len(written)) <= 300
        assert [each for each in written if each != SILENCE] == (SPOKEN * 2)[: len(written)]
        assert lasts(parts[-1].path) == pytest.approx(sum(map(duration_ms, written)) / 1000, abs=0.007)


def test_a_real_disk_that_is_full() -> None:
    """As root only; the benchmark floor_disk does it under a running server."""
    try:
        with small_disk(RESERVE + (8 << 20)) as disk:
            desk = Desk(disk.place / "floor")
            desk.speaks(3)
            disk.fill(RESERVE // 2)
            desk.speaks(3, seq=50)
            assert desk.told == [IS_FULL]
            disk.clear()
            desk.speaks(6, seq=100)
            assert desk.told == [IS_FULL, ""]
            desk.recorder.close()
            assert [len(list(packets_of(part.path))) >= 40 for part in desk.parts] == [True, True]
    except NotAllowed:
        pytest.skip("a small disk needs root")


@pytest.mark.proof
@pytest.mark.parametrize(
    ("options", "expected"),
    [(("--hours", "0.2"), 0), (("--hours", "0.4", "--control"), 1)],
    ids=["proof", "control"],
)
def test_file_time_stays_meeting_time(options: tuple[str, ...], expected: int) -> None:
    """In short; three hours are the command."""
    status, said = short("floor_hours", *options)
    assert status == expected, said


@pytest.mark.process
@pytest.mark.parametrize(("control", "expected"), [((), 0), (("--control",), 1)], ids=["proof", "control"])
def test_a_disk_that_fills_under_a_running_meeting(control: tuple[str, ...], expected: int) -> None:
    """In short; ten rounds are the command."""
    status, told = short("floor_disk", "--rounds", "1", "--seed", "1", *control)
    if status == NOT_ALLOWED and not (os.environ.get("CI") == "true" and os.geteuid() == 0):
        pytest.skip(told)
    assert status == expected, told
    assert "packets that the listener did not get: 0\n" in told
