"""Making a backup: everything under a temporary name first, and renamed when all of it is on disk."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click

from engage.backup.disk import PRIVATE, building, require_space
from engage.backup.held import Held, held_files
from engage.backup.manifest import DATABASE, MANIFEST, File, Manifest
from engage.backup.shelf import Shelf
from engage.backup.snapshot import Snapshot, reading, take_snapshot
from engage.migrations import version_of
from engage.settings import Settings
from engage.space import sync
from engage.sqlite import log_of
from engage.state import digest_of

try:
    import fcntl
except ImportError:  # Windows: there two at once are not noticed
    fcntl = None  # type: ignore[assignment]

PART = ".part"
TRIES = 3
"""So often the state is taken again because a file was removed before it could be copied."""


@dataclass(frozen=True)
class Made:
    path: Path
    manifest: Manifest
    added: int
    """Bytes of files that no earlier backup in the folder had."""


def make_backup(settings: Settings, folder: Path) -> Made:
    """Raises ClickException, and then the folder holds the backups that it held before."""
    if version_of(settings.database) is None:
        raise click.ClickException(f"There is no store in {settings.data}.")
    folder.mkdir(PRIVATE, parents=True, exist_ok=True)
    shelf = Shelf(folder, settings.files)
    with alone(folder), building(folder / PART) as part:
        held = held_now(settings)
        require_space(folder, database_size(settings) + shelf.bytes_to_add(held))
        shelf.take(held)  # most of them, before a moment of the database is held
        snapshot, absent = snapshot_with_files(settings, shelf, part)
        manifest = describe(snapshot, absent)
        (part / MANIFEST).write_text(manifest.model_dump_json(indent=1) + "\n", "utf-8")
        sync(part / MANIFEST)
        sync(part)
        path = part.rename(free_name(folder, snapshot.made_at))
        sync(folder)
    return Made(path, manifest, shelf.added)


def snapshot_with_files(settings: Settings, shelf: Shelf, part: Path) -> tuple[Snapshot, dict[str, str]]:
    """A moment of the database and all its files; a clerk may take a document away in between."""
    for _ in range(TRIES):
        snapshot = take_snapshot(settings, part / DATABASE)
        absent = shelf.take(snapshot.held)
        if absent.keys() <= held_now(settings).keys():
            break
    return snapshot, absent


def describe(snapshot: Snapshot, absent: dict[str, str]) -> Manifest:
    return Manifest(
        engage=own_version(),
        tables=snapshot.revision,
        made_at=snapshot.made_at,
        database=snapshot.database,
        state=digest_of(snapshot.tables),
        tables_state=snapshot.tables,
        books=snapshot.books,
        files={name: File(**said._asdict()) for name, said in snapshot.held.items() if name not in absent},
        absent=absent,
    )


def own_version() -> str:
    try:
        return version("engage")
    except PackageNotFoundError:
        return "from a checkout"


def held_now(settings: Settings) -> dict[str, Held]:
    with reading(settings.database) as db:
        return held_files(db, settings)


def database_size(settings: Settings) -> int:
    """With what has not been moved from the log into the file yet."""
    log = log_of(settings.database)
    return settings.database.stat().st_size + (log.stat().st_size if log.exists() else 0)


def free_name(folder: Path, made_at: str) -> Path:
    """2026-11-22T104716Z, in UTC; a second one within a second gets a number."""
    name = made_at[:19].replace(":", "") + "Z"
    others = (folder / f"{name}-{n}" for n in range(2, 100))
    return next(path for path in (folder / name, *others) if not path.exists())


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Two backups at once would take each other's unfinished files for a crash's."""
    with (folder / ".lock").open("w") as lock:
        if fcntl is not None:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as refusal:
                if isinstance(refusal, BlockingIOError):  # others: a network folder that knows no locks
                    raise click.ClickException(f"Another backup into {folder} is under way.") from None
        yield
