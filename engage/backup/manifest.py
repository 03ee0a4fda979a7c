"""What a backup says about itself: `manifest.json`, beside the copy of the database that it describes."""

import re
from pathlib import Path
from typing import Annotated, Literal

import click
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

MANIFEST = "manifest.json"
DATABASE = "engage.sqlite"
FILES = "files"
"""In the folder of the backups: every file once, under its SHA-256, shared by all backups there."""
BACKUP = re.compile(r"\d{4}-\d\d-\d\dT\d{6}Z(-\d+)?")

Sha = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z]+/[a-z0-9]+(\.[a-z]+)?$")]
"""In the data folder's `files`: never leads out of it, whoever has written the manifest."""


class Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class File(Part):
    size: int
    sha256: Sha


class Head(Part):
    """Of a book: the number and the hash of its last entry."""

    seq: int
    hash: Sha


class Manifest(Part):
    format: Literal[1] = 1
    engage: str
    """Version that made the backup."""
    tables: str
    """The migration that its tables stand at."""
    made_at: str
    """When its state was the present one."""
    database: File
    state: Sha
    """`engage.state.digest_of` the tables, read from the live database."""
    tables_state: dict[str, Sha]
    books: dict[str, Head]
    files: dict[Name, File]
    absent: dict[Name, str]
    """Files that were missing or damaged in the store already, and which of the two."""

    @property
    def entries(self) -> int:
        return sum(head.seq for head in self.books.values())

    @property
    def size(self) -> int:
        """Bytes of its files, without the database."""
        return sum(file.size for file in self.files.values())


def read_manifest(backup: Path) -> Manifest:
    """Raises ClickException for a folder that is no whole backup."""
    try:
        return Manifest.model_validate_json((backup / MANIFEST).read_bytes())
    except FileNotFoundError:
        there = backups(backup)
        more = f" It holds backups; the newest is {there[-1]}." if there else ""
        raise click.ClickException(f"{backup} is not a backup: it has no {MANIFEST}.{more}") from None
    except ValidationError as error:
        where = ".".join(str(each) for each in error.errors()[0]["loc"])
        raise click.ClickException(
            f"{backup / MANIFEST} is damaged, or of another version of Engage ({where or 'no JSON'})."
        ) from None


def backups(folder: Path) -> list[Path]:
    """The finished ones, oldest first."""
    inside = folder.iterdir() if folder.is_dir() else ()
    return sorted(path for path in inside if BACKUP.fullmatch(path.name) and path.is_dir())


def stored(backup: Path, file: File) -> Path:
    """Where a file of this backup lies."""
    return backup.parent / FILES / file.sha256


def lost(path: Path) -> str:
    return f"{path} is missing from the backup."


def damaged(path: Path) -> str:
    return f"{path} is damaged: it has not the SHA-256 of the manifest."
