"""When the last backup was made, left where the server finds it: it tells its operator how old that is."""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

NAME = "backup"


def note_backup(run: Path) -> None:
    """In the folder of what is not kept, so a restored store has had none. A backup is good without it."""
    with suppress(OSError):
        run.mkdir(parents=True, exist_ok=True)
        (run / NAME).touch()


def last_backup(run: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp((run / NAME).stat().st_mtime, UTC)
    except OSError:
        return None
