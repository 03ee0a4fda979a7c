"""Old backups: which go when only the newest are to stay, and with them the files that no other names."""

import shutil
from pathlib import Path

import click

from engage.backup.make import PART, alone
from engage.backup.manifest import FILES, backups, read_manifest


def remove_old(folder: Path, keep: int) -> int:
    """How many went. No file is deleted as long as one backup cannot say which are its own."""
    with alone(folder):
        old = backups(folder)[:-keep]
        for path in old:
            shutil.rmtree(path.rename(folder / PART))
        try:
            named = {file.sha256 for path in backups(folder) for file in read_manifest(path).files.values()}
        except click.ClickException:
            return len(old)
        for path in (folder / FILES).iterdir():
            if path.name not in named:
                path.unlink()
        return len(old)
