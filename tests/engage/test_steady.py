"""The steady clock: one for every process of a data folder, whatever the machine's clock is set to."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engage import clock, steady

S = 10**9
HOUR = 3600 * S
Wall = Callable[[int], None]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "run"
    steady.let_go()


@pytest.fixture
def set_wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    """Sets the machine's clock to so many nanoseconds from the true time."""
    return lambda by: monkeypatch.setattr(steady, "wall_ns", lambda: time.time_ns() + by)


@pytest.fixture
def boot(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
    """Boots the machine, with this id."""
    file = tmp_path / "boot_id"

    def begin(name: str) -> None:
        steady.let_go()
        file.write_text(f"{name}\n")
        monkeypatch.setattr(steady, "BOOT_ID", file)

    begin("first")
    return begin


def off_by() -> int:
    """Whole seconds from the true time."""
    return round((steady.now_ns() - time.time_ns()) / S)


def test_a_process_without_a_folder_goes_by_the_machine(set_wall: Wall) -> None:
    set_wall(HOUR)
    assert (off_by(), steady.ahead_ns(), steady.started_ns()) == (3600, 0, 0)


@pytest.mark.parametrize("by", [HOUR, -HOUR, 72 * HOUR, -24 * HOUR, S])
def test_setting_the_machines_clock_does_not_move_it_nor_does_a_restart(
    folder: Path, set_wall: Wall, by: int
) -> None:
    steady.hold(folder)
    set_wall(by)
    assert (off_by(), round(steady.ahead_ns() / S)) == (0, by // S)

    steady.hold(folder)
    assert (off_by(), round(steady.ahead_ns() / S)) == (0, by // S)


def test_the_time_that_is_taken_over_holds_after_a_restart(folder: Path, set_wall: Wall) -> None:
    steady.hold(folder)
    set_wall(-HOUR)
    steady.start_at(steady.started_ns() + steady.ahead_ns())
    assert (off_by(), round(steady.ahead_ns() / S)) == (-3600, 0)

    steady.hold(folder)
    assert (off_by(), round(steady.ahead_ns() / S)) == (-3600, 0)


def test_it_passes_as_time_does(folder: Path) -> None:
    steady.hold(folder)
    told, began = steady.now_ns(), time.monotonic_ns()
    while time.monotonic_ns() - began < S // 100:
        pass
    assert abs((steady.now_ns() - told) - (time.monotonic_ns() - began)) < S // 100


def test_every_process_reads_the_same_clock(folder: Path) -> None:
    """Several that begin at once agree; and one that runs already follows what another takes over."""
    tell = f"""
import sys
from pathlib import Path
from engage import steady
steady.hold(Path({str(folder)!r}))
print(steady.started_ns(), flush=True)
sys.stdin.readline()
print(steady.started_ns(), flush=True)
"""
    others = [
        subprocess.Popen([sys.executable, "-c", tell], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(3)
    ]
    told = {int(other.stdout.readline()) for other in others if other.stdout}
    steady.hold(folder)
    assert told == {steady.started_ns()}

    steady.start_at(told.pop() + HOUR)
    assert {int(other.communicate(b"\n")[0]) for other in others} == {steady.started_ns()}


def test_after_a_boot_it_begins_with_the_machines_time(
    folder: Path, set_wall: Wall, boot: Callable[[str], None]
) -> None:
    steady.hold(folder)
    boot("second")
    set_wall(HOUR)
    steady.hold(folder)
    assert (off_by(), steady.ahead_ns() // S) == (3600, 0)


def test_after_a_boot_it_is_never_earlier_than_it_was(
    folder: Path, set_wall: Wall, boot: Callable[[str], None]
) -> None:
    """A machine without a clock of its own begins with an old time, until NTP has set it."""
    steady.hold(folder)
    steady.remember()
    boot("second")
    set_wall(-24 * HOUR)
    steady.hold(folder)
    assert (off_by(), round(steady.ahead_ns() / S)) == (0, -24 * 3600)


def kept(word: bytes, boot: bytes, started: int, told: int) -> bytes:
    return steady.LAYOUT.pack(word, boot, started, told)


NONSENSE = {
    "empty": b"",
    "zeros": bytes(64),
    "short": b"engage 1",
    "long": kept(steady.WORD, b"first", 5, 5) + b"more",
    "another word": kept(b"elsewhat", b"first", 5, 5),
    "before 1970": kept(steady.WORD, b"first", -5, 5),
    "a far year": kept(steady.WORD, b"first", 5, 2 * steady.LATEST_NS),
}


@pytest.mark.parametrize("text", NONSENSE.values(), ids=NONSENSE)
def test_a_file_that_makes_no_sense_is_replaced(
    folder: Path, boot: Callable[[str], None], text: bytes
) -> None:
    folder.mkdir()
    (folder / "clock").write_bytes(text)
    steady.hold(folder)
    assert (off_by(), len((folder / "clock").read_bytes())) == (0, 64)


def test_without_a_boot_id_or_a_folder_it_is_the_machines(
    folder: Path, set_wall: Wall, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    folder.write_text("not a folder")
    steady.hold(folder)
    set_wall(HOUR)
    assert (off_by(), len(caplog.records)) == (3600, 1)

    folder.unlink()
    monkeypatch.setattr(steady, "BOOT_ID", folder / "none")
    steady.hold(folder)
    assert (off_by(), folder.exists()) == (3600, False)


def test_clock_now_is_the_steady_time_cut_to_milliseconds(folder: Path, set_wall: Wall) -> None:
    steady.hold(folder)
    set_wall(HOUR)
    now = clock.now()
    assert abs(now - datetime.now(UTC)) < timedelta(seconds=1)
    assert (now.microsecond % 1000, now.tzinfo) == (0, UTC)

    moment = datetime(2026, 11, 22, 19, 41, 7, 250_999, UTC)
    with clock.set_to(moment):
        assert clock.text(clock.now()) == "2026-11-22T19:41:07.250Z"
