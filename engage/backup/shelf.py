"""The files of all backups in one folder: each lies there once, under its SHA-256, and is never changed."""

from dataclasses import dataclass
from pathlib import Path

from engage.backup.disk import PRIVATE, copy
from engage.backup.held import DAMAGED, MISSING, Held
from engage.backup.manifest import FILES
from engage.space import sync


@dataclass
class Shelf:
    """`files` in the folder of the backups, filled from the data folder's `files`."""

    folder: Path
    source: Path
    added: int = 0
    """Bytes that were not there before."""

    @property
    def place(self) -> Path:
        return self.folder / FILES

    @property
    def part(self) -> Path:
        return self.place / ".part"

    def has(self, said: Held) -> bool:
        path = self.place / said.sha256
        return path.is_file() and path.stat().st_size == said.size

    def bytes_to_add(self, held: dict[str, Held]) -> int:
        new = {said for name, said in held.items() if (self.source / name).exists() and not self.has(said)}
        return sum(said.size for said in new)

    def take(self, held: dict[str, Held]) -> dict[str, str]:
        """Copy what is not there yet. What cannot be had as its row describes it is answered with: why, by
        path; the backup of everything else must not wait until somebody has mended it."""
        self.place.mkdir(PRIVATE, exist_ok=True)
        self.part.unlink(missing_ok=True)  # of a backup that was broken off
        absent = {name: why for name, said in held.items() if (why := self._take(name, said))}
        sync(self.place)
        return absent

    def _take(self, name: str, said: Held) -> str:
        if self.has(said):
            return ""
        try:
            copied = copy(self.source / name, self.part)
            if (copied.size, copied.sha256) != said:
                return DAMAGED
            self.part.rename(self.place / said.sha256)
        except FileNotFoundError:
            return MISSING
        finally:
            self.part.unlink(missing_ok=True)
        self.added += copied.size
        return ""
