"""A disk that can be filled at will: a small tmpfs of its own, for as long as the block lasts."""

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

MIB = 1 << 20


class NotAllowed(Exception):
    """Only root may mount."""


class SmallDisk:
    def __init__(self, place: Path) -> None:
        self.place = place
        self._ballast = place / "ballast"

    @property
    def free(self) -> int:
        state = os.statvfs(self.place)
        return state.f_bavail * state.f_frsize

    def fill(self, leave: int) -> None:
        """Until so many bytes are free, whatever else is written meanwhile."""
        with self._ballast.open("ab") as file:
            while (more := self.free - leave) > 0:
                with contextlib.suppress(OSError):  # somebody was quicker
                    os.posix_fallocate(file.fileno(), file.seek(0, os.SEEK_END), more)

    def clear(self) -> None:
        self._ballast.unlink(missing_ok=True)


@contextlib.contextmanager
def small_disk(size: int) -> Iterator[SmallDisk]:
    """So many bytes large. Raises NotAllowed."""
    with tempfile.TemporaryDirectory() as folder:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder]
        if subprocess.run(mount, capture_output=True, check=False).returncode:
            raise NotAllowed
        try:
            yield SmallDisk(Path(folder))
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)
