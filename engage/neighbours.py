"""The other web processes of this server: each leaves files in the run folder for the rest to read, one of a
kind, named KIND-PID.json."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

STALE_S = 20.0
"""A file that was not renewed for so long is of a process that has ended, whoever has its number now."""


def own_file(folder: Path, kind: str) -> Path:
    return folder / f"{kind}-{os.getpid()}.json"


def put(file: Path, text: str) -> None:
    """Whole or not at all, whoever reads meanwhile. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    new.write_text(text, "utf-8")
    new.replace(file)


def others(own: Path) -> Iterator[tuple[int, Path]]:
    """Processes and their files of the kind of one's own. What one has left that is gone is removed."""
    for path in sorted(own.parent.glob(f"{kind_of(own)}-*.json")):
        try:
            process = int(path.stem.rpartition("-")[2])
            if path == own:
                continue
            if is_running(process) and time.time() - path.stat().st_mtime <= STALE_S:
                yield process, path
            else:
                path.unlink()
        except (OSError, ValueError):  # taken away by somebody, or not ours
            continue


def kind_of(own: Path) -> str:
    return own.stem.rpartition("-")[0]


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
        return True
    except OSError:
        return False
