"""The commands `engage backup` and `engage restore`."""

import sys
import time
from pathlib import Path

import click

from engage.backup.disk import amount
from engage.backup.make import make_backup
from engage.backup.manifest import Manifest
from engage.backup.mark import note_backup
from engage.backup.old import remove_old
from engage.backup.restore import restore_backup
from engage.options import DATA, plainly, read_settings
from engage.record import CITY

FEW = 20
"""So many books are named one by one."""
PATH = click.Path(path_type=Path)


@click.command()
@click.argument("folder", type=PATH)
@click.option("--keep", type=click.IntRange(min=1), help="Afterwards remove all but so many of the newest.")
@DATA
def backup(folder: Path, keep: int | None, data: Path | None) -> None:
    """Copy the store and its files into FOLDER, also while the server runs.

    Each backup is a folder of its own, named by its time in UTC; recordings and documents lie beside them
    in FOLDER/files and are copied once. The search index is not kept, since the record gives it again.
    """
    settings = read_settings(data)
    began = time.monotonic()
    with plainly():
        made = make_backup(settings, folder)
        note_backup(settings.run)
        removed = remove_old(folder, keep) if keep else 0
    manifest = made.manifest
    click.echo(f"{made.path}: {contents(manifest)} in {time.monotonic() - began:.1f} s.")
    click.echo(f"New in {folder}: {amount(manifest.database.size + made.added)}.")
    if removed:
        click.echo(f"Removed {removed} older.")
    click.echo(f"State {manifest.state}")
    warn(manifest)
    sys.exit(1 if manifest.absent else 0)


@click.command()
@click.argument("backup", type=PATH)
@DATA
def restore(backup: Path, data: Path | None) -> None:
    """Bring BACKUP back into an empty data folder, and check that all of it is there."""
    settings = read_settings(data)
    began = time.monotonic()
    with plainly():
        manifest = restore_backup(backup, settings)
    if len(manifest.books) <= FEW:
        for book, head in manifest.books.items():
            name = "City" if book == CITY else f"Meeting {book}"
            click.echo(f"{name}: {counted(head.seq, 'entry')}, head {head.hash[:8]}")
    click.echo(f"{settings.data}: {contents(manifest)} in {time.monotonic() - began:.1f} s.")
    click.echo(f"State and files are those of the backup, made at {manifest.made_at}.")
    click.echo(f"State {manifest.state}")
    click.echo("The search index is built again from the record when the server starts.")
    warn(manifest)


def contents(manifest: Manifest) -> str:
    parts = (len(manifest.books), "book"), (manifest.entries, "entry"), (len(manifest.files), "file")
    return f"{', '.join(counted(*each) for each in parts)} ({amount(manifest.size)})"


def counted(count: int, what: str) -> str:
    many = f"{what[:-1]}ies" if what.endswith("y") else f"{what}s"
    return f"{count} {what if count == 1 else many}"


def warn(manifest: Manifest) -> None:
    """Of files that the backup could not take: all else is in it."""
    for name, why in manifest.absent.items():
        click.echo(f"Not in the backup: file {name} was {why} in the store.", err=True)
