"""The steady clock: the time at which the machine was started, and what has passed since.

Whoever sets the machine's clock (a person, NTP) does not move it, nor does a restart of ours. Every process
of one data folder reads the same 64 bytes of its file `run/clock`, mapped into memory: a word to know it
by, the kernel's id of this boot, when the machine was started by our time, and the latest time that is
known to have been told, both in nanoseconds since 1970. Where the kernel has no such id (elsewhere than on
Linux), and in a process that holds no folder, the time is the machine's own.
"""

import logging
import mmap
import os
import struct
import time
from pathlib import Path
from typing import NamedTuple

try:
    import fcntl
except ImportError:  # Windows, which has no boot id either
    fcntl = None  # type: ignore[assignment]

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
LAYOUT = struct.Struct("8s40sqq")
WORD = b"engage 1"
STARTED, TOLD = 6, 7
"""Where the two numbers stand, counted in numbers of eight bytes."""
LATEST_NS = 4_102_444_800 * 10**9
"""The year 2100: no clock of ours has told a later time."""
AT_ONCE_NS = 10_000_000

log = logging.getLogger(__name__)


class Held(NamedTuple):
    file: int
    numbers: memoryview


_held: Held | None = None
wall_ns = time.time_ns


def hold(folder: Path) -> None:
    """From now on this process's time is that of the folder; the first to hold it after a boot sets it."""
    global _held
    let_go()
    if not (boot := boot_id()):
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = os.open(folder / "clock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        _take_up(file, boot)
        _held = Held(file, memoryview(mmap.mmap(file, LAYOUT.size, prot=mmap.PROT_READ)).cast("q"))
    except OSError:
        log.exception("The time cannot be kept in %s; the machine's own clock is used", folder)


def let_go() -> None:
    """The time is the machine's own again."""
    global _held
    if before := _held:
        _held = None
        os.close(before.file)


def boot_id() -> bytes:
    """Of this boot of the machine; nothing where the kernel does not say."""
    try:
        return BOOT_ID.read_bytes().strip()[:40]
    except OSError:
        return b""


def now_ns() -> int:
    """Nanoseconds since 1970. Costs no system call."""
    held = _held
    if held is None:
        return wall_ns()
    return held.numbers[STARTED] + time.clock_gettime_ns(time.CLOCK_BOOTTIME)


def ahead_ns() -> int:
    """How far the machine's clock is ahead of ours: 0 (but for some microseconds) until somebody sets it.
    NTP's slow corrections change both alike."""
    while _held:
        before, wall, after = now_ns(), wall_ns(), now_ns()
        if 0 <= after - before < AT_ONCE_NS:  # nobody was put to sleep between the two readings
            return wall - (before + after) // 2
    return 0


def started_ns() -> int:
    """When the machine was started, by our time; 0 when nothing is held."""
    return _held.numbers[STARTED] if _held else 0


def start_at(moment_ns: int) -> None:
    """Our time is another from now on, in every process at once: the machine was started at `moment_ns`.

    Written, not stored through the map: on a full disk that raises OSError, and ends no process.
    """
    if _held:
        os.pwrite(_held.file, struct.pack("q", moment_ns), STARTED * 8)


def remember() -> None:
    """Note the time that it is: after the next boot ours begins no earlier, whatever the machine's says."""
    if _held:
        os.pwrite(_held.file, struct.pack("q", now_ns()), TOLD * 8)


def _take_up(file: int, boot: bytes) -> None:
    """Leave the file as it is when it is of this boot; else begin with the machine's time."""
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        known, told_ns = _read(file)
        if known != boot:
            now = max(wall_ns(), told_ns)
            started = now - time.clock_gettime_ns(time.CLOCK_BOOTTIME)
            os.pwrite(file, LAYOUT.pack(WORD, boot, started, now), 0)
            os.ftruncate(file, LAYOUT.size)
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


def _read(file: int) -> tuple[bytes, int]:
    """The boot that the file is of, and the time that was told last; nothing when it makes no sense."""
    text = os.pread(file, LAYOUT.size + 1, 0)
    if len(text) != LAYOUT.size:
        return b"", 0
    word, boot, started, told = LAYOUT.unpack(text)
    if word != WORD or not (0 <= started < LATEST_NS and 0 <= told < LATEST_NS):
        return b"", 0
    return boot.rstrip(b"\0"), told
