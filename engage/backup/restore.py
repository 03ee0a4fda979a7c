"""The way back: a backup copied into an empty data folder, and checked before it counts."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import click
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError

from engage.backup.disk import building, copy, require_space
from engage.backup.held import held_files
from engage.backup.manifest import DATABASE, File, Manifest, damaged, lost, read_manifest, stored
from engage.backup.snapshot import check_database, reading_copy
from engage.migrations import HERE
from engage.settings import Settings
from engage.space import sync
from engage.state import digest_of

PART = ".restoring"
OF_THE_DISK = {PART, "lost+found"}
"""What an empty folder may hold: the rest of a restore that was broken off, and a disk's own folder."""


def restore_backup(backup: Path, settings: Settings) -> Manifest:
    """Raises ClickException, and then the data folder is as empty as it was."""
    manifest = read_manifest(backup)
    if not knows(manifest.tables):
        raise click.ClickException(
            f"This backup was made by Engage {manifest.engage}, which is newer. Install that version first."
        )
    with empty(settings.data), building(settings.data / PART) as part:
        require_space(part, manifest.database.size + manifest.size)
        bring_database(backup, part / DATABASE, manifest, settings)
        for name, file in manifest.files.items():
            bring(stored(backup, file), part / "files" / name, file)
        put_in_place(part, settings)
    return manifest


def knows(tables: str) -> bool:
    """Whether this version can bring such tables to its own."""
    try:
        return ScriptDirectory(str(HERE)).get_revision(tables) is not None
    except CommandError:
        return False


@contextmanager
def empty(data: Path) -> Iterator[None]:
    """A folder that is not there yet is gone again when the restore fails."""
    was_there = data.is_dir()
    if was_there and (there := sorted({path.name for path in data.iterdir()} - OF_THE_DISK)):
        raise click.ClickException(
            f"{data} is not empty: it holds {there[0]}. A backup is restored into an empty folder; "
            "nothing was changed."
        )
    data.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        if not was_there:
            with suppress(OSError):
                data.rmdir()
        raise


def bring_database(backup: Path, target: Path, manifest: Manifest, settings: Settings) -> None:
    """The copy has the bytes, the heads, the rows of every table and the files that the manifest names."""
    bring(backup / DATABASE, target, manifest.database)
    check_database(target, manifest.books, manifest.tables_state)
    with reading_copy(target) as db:
        wanted = held_files(db, settings)
    named = {name: (file.size, file.sha256) for name, file in manifest.files.items()}
    for name, said in wanted.items():
        if name not in manifest.absent and named.get(name) != said:
            raise click.ClickException(f"The manifest does not have file {name} as the database does.")
    if digest_of(manifest.tables_state) != manifest.state or named.keys() - wanted.keys():
        raise click.ClickException("The manifest contradicts itself or the database.")


def bring(source: Path, target: Path, wanted: File) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        copied = copy(source, target)
    except FileNotFoundError:
        raise click.ClickException(lost(source)) from None
    if copied != wanted:
        raise click.ClickException(damaged(source))


def put_in_place(part: Path, settings: Settings) -> None:
    """The database comes last: without it there is no store."""
    for folder, _, _ in os.walk(part):
        sync(Path(folder))
    if (part / "files").exists():
        (part / "files").rename(settings.files)
    sync(settings.data)
    (part / DATABASE).rename(settings.database)
    sync(settings.data)
