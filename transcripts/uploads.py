"""A recording on its way in: from the socket to the disk in constant memory, whole or not at all."""

import hashlib
import os
from asyncio import to_thread
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import IO

from python_multipart.exceptions import FormParserError
from sqlalchemy.orm import Session
from starlette.requests import ClientDisconnect, Request

from engage.forms import clean
from engage.language import N_
from engage.multipart import FIELDS, FormWithFile
from engage.settings import Settings
from engage.space import NO_ROOM, has_room, sync, why_not
from transcripts.models import Recording
from transcripts.rules import folder
from transcripts.withholding.queries import wanted_copies
from transcripts.withholding.rules import copy_of

try:
    import fcntl
except ImportError:  # Windows: there an open file cannot be deleted, which is all that is wanted
    fcntl = None  # type: ignore[assignment]

BLOCK = 1 << 20
LONGEST_NAME = 200


class NotTaken(Exception):
    """The file was not kept; `status` and a sentence (a msgid) for the one who sent it."""

    def __init__(self, status: int, message: str, **values: object) -> None:
        super().__init__(message)
        self.status, self.message, self.values = status, message, values


def too_large(limit: int) -> NotTaken:
    size = f"{limit / 2**30:.0f} GB" if limit >= 2**30 else f"{limit / 2**20:.0f} MB"
    return NotTaken(413, N_("This file is too large. A recording can have up to %(size)s."), size=size)


def broken_off() -> NotTaken:
    return NotTaken(422, N_("The file did not arrive completely. Please send it again."))


class Incoming:
    """A file that is being written, under a temporary name until it is whole, and its SHA-256.

    Until `keep` is called it is deleted when it is closed. It is locked as long as it is open, so that
    the sweep of another process can tell it from one that a crash has left.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.size = 0
        self._at = path.with_name(f"{path.name}.part")
        self._hash = hashlib.sha256()
        self._file = self._at.open("xb")
        self._guard, self._is_kept = Lock(), False
        take_lock(self._file)

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def write(self, block: bytes) -> None:
        """Raises NotTaken when the disk has no room for it, or refuses it."""
        put_down(self._file, self.path.parent, block)
        self._hash.update(block)
        self.size += len(block)

    def complete(self) -> None:
        """On disk for good, under its own name. Raises NotTaken when the disk refuses it."""
        try:
            os.fsync(self._file.fileno())
            self._at.rename(self.path)
        except OSError as error:
            raise NotTaken(*why_not(error)) from None
        self._at = self.path
        with suppress(OSError):  # not every file system syncs a folder
            sync(self.path.parent)

    def keep(self) -> None:
        """To be called in the transaction that adds its row. NotTaken when the file is gone already."""
        with self._guard:
            if self._file.closed:
                raise broken_off()
            self._is_kept = True

    def close(self, *, is_failed: bool = False) -> None:
        with self._guard, suppress(OSError):  # a full disk may refuse even to close
            if not self._is_kept or is_failed:
                self._at.unlink()
            self._file.close()


def put_down(file: IO[bytes], folder: Path, block: bytes) -> None:
    """Into a file in this folder. Raises NotTaken when the disk has no room for it, or refuses it."""
    if not has_room(folder, len(block)):
        raise NotTaken(507, NO_ROOM)
    try:
        file.write(block)
        file.flush()
    except OSError as error:
        raise NotTaken(*why_not(error)) from None


def take_lock(file: IO[bytes]) -> bool:
    if fcntl is None:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except OSError:
        return False


@asynccontextmanager
async def incoming(path: Path) -> AsyncIterator[Incoming]:
    """Nothing of it is left when the block fails, or ends without `keep`."""
    try:
        file = Incoming(path)
    except OSError as error:
        raise NotTaken(*why_not(error)) from None
    is_failed = False
    try:
        yield file
    except Exception:  # not when the server is shut down: then the row may be there already
        is_failed = True
        raise
    finally:
        file.close(is_failed=is_failed)


async def receive(request: Request, file: Incoming, *, limit: int) -> FormWithFile:
    """Write the form's file as it arrives, and give its fields; holds a few blocks and never the file.

    Raises NotTaken: too large, no room, no file in the form, or broken off.
    """
    declared = request.headers.get("content-length", "")
    length = int(declared) if declared.isascii() and declared.isdigit() else 0
    if length > limit + FIELDS:
        raise too_large(limit)
    if not has_room(file.path.parent, length):
        raise NotTaken(507, NO_ROOM)
    try:
        form = FormWithFile(request.headers.get("content-type"))
        await _write_all(request, form, file, limit)
    except (ClientDisconnect, FormParserError):
        raise broken_off() from None
    if not form.is_whole:
        raise broken_off()
    if not form.file_name:
        raise NotTaken(422, N_("Please choose a file."))
    return form


async def _write_all(request: Request, form: FormWithFile, file: Incoming, limit: int) -> None:
    async for chunk in request.stream():
        form.write(chunk)
        waiting = sum(map(len, form.data))
        if file.size + waiting > limit:
            raise too_large(limit)
        if waiting >= BLOCK:
            await _write(form, file)
    await _write(form, file)


async def _write(form: FormWithFile, file: Incoming) -> None:
    block, form.data = b"".join(form.data), []
    if block:
        await to_thread(file.write, block)


def tidy_name(name: str) -> str:
    """The file's own name: no folders, no control characters, not too long."""
    bare = clean(name.replace("\\", "/").rpartition("/")[2])
    return bare[-LONGEST_NAME:]


def sweep(db: Session, settings: Settings) -> None:
    """Delete what a crash has left: files that no row knows and nobody is writing."""
    files = folder(settings)
    copies = {copy_of(settings, each.recording_id, each.digest).name for each in wanted_copies(db)}
    for path in files.iterdir() if files.is_dir() else ():
        with suppress(OSError), path.open("rb") as file:
            is_known = path.name in copies if path.suffix else db.get(Recording, path.name) is not None
            if not is_known and take_lock(file):
                path.unlink()
