"""Which of several web processes leads the sound of all meetings: the one that holds a lock.

The kernel frees the lock however that process ends, and another takes it. The file says at which socket its
holder takes what comes to the others.
"""

import contextlib
import os
import socket
from collections.abc import Iterator
from pathlib import Path

from engage.neighbours import is_running

try:
    import fcntl
except ImportError:  # Windows, where there is one process only
    fcntl = None  # type: ignore[assignment]

TRY_S = 0.5
"""How often a process that does not lead tries to."""
LONGEST_ADDRESS = 100
"""Bytes of a socket's path; the kernel takes 107 (unix(7))."""
WIDTH = 64
"""The name in the lock's file is written over the last one, which takes no space on a full disk."""


class Leading:
    """`folder` is that of what lives only as long as the processes do."""

    def __init__(self, folder: Path) -> None:
        self.lock, self.own = folder / "sound.lock", own_door(folder)
        self._held: int | None = None

    @property
    def is_leader(self) -> bool:
        return self._held is not None

    def try_to_lead(self) -> bool:
        """Whether this process leads, now that it has tried; it then does until it ends. Raises OSError."""
        if self._held is not None:
            return True
        self.lock.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(self.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.pwrite(file, self.own.name.ljust(WIDTH).encode(), 0)
        except BlockingIOError:
            os.close(file)
            return False
        except OSError:
            os.close(file)
            raise
        self._held = file
        return True

    def leader_path(self) -> Path | None:
        """Where the process that leads, or that has led last, takes what is passed on."""
        try:
            name = self.lock.read_text("utf-8").strip()
        except (OSError, ValueError):
            return None
        return self.lock.parent / name if name else None

    def let_go(self) -> None:
        """This process ends, and its recordings are closed: another may begin."""
        if self._held is not None:
            os.close(self._held)
            self._held = None


def own_door(folder: Path) -> Path:
    return folder / f"web-{os.getpid()}.sock"


def process_of(door: Path) -> int:
    return int(door.stem.removeprefix("web-"))


@contextlib.contextmanager
def opened_door(folder: Path) -> Iterator[socket.socket]:
    """A socket of this process's own, beside the one that all share, for what its neighbours pass on."""
    path = own_door(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob("web-*.sock"):
        if left == path or not is_running(process_of(left)):
            left.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as door:
        with address_of(path) as address:
            door.bind(address)
        path.chmod(0o600)
        try:
            yield door
        finally:
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def address_of(path: Path) -> Iterator[str]:
    """As the kernel takes it, to bind or to connect to: a path may be longer than an address."""
    if len(os.fsencode(path)) <= LONGEST_ADDRESS:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
