"""A form with one file, written to disk while it comes in; nothing of it is held in memory."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from python_multipart.exceptions import FormParserError

from engage.forms import clean
from engage.language import N_
from engage.multipart import FormWithFile
from engage.space import NO_ROOM, has_room

MIB = 1 << 20
LARGEST = 50 * MIB
"""Bytes of one document."""
DRAINED = 4
"""So many times as much is still taken from the browser and dropped, so that it reads why it was refused."""
LONGEST_NAME = 200


class NotTaken(Exception):
    """The message is a msgid; `values` fill it."""

    def __init__(self, message: str, *, status: int = 422, **values: object) -> None:
        super().__init__(message)
        self.message, self.status, self.values = message, status, values


@dataclass
class Upload:
    """`name` is what the browser calls the file, without any folder."""

    name: str = ""
    size: int = 0
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)


def file_name(typed: str) -> str:
    """The last part of what may be a path of any system, clean and not too long; never empty."""
    last = clean(PurePosixPath(typed.replace("\\", "/")).name)
    stem, dot, ending = last.rpartition(".")
    return f"{stem[:LONGEST_NAME]}.{ending[:10]}" if dot else last[:LONGEST_NAME] or "document.pdf"


async def take_upload(stream: AsyncIterator[bytes], content_type: str, path: Path) -> Upload:
    """Write the form's file to `path`. Raises NotTaken, and then `path` may hold a part of it."""
    upload, taken, is_full = Upload(), 0, False
    with path.open("wb") as out:
        try:
            form = FormWithFile(content_type)
            async for chunk in stream:
                taken += len(chunk)
                is_full = is_full or not has_room(path.parent, len(chunk))
                if taken <= LARGEST + MIB and not is_full:
                    form.write(chunk)
                    _keep(form, upload, out)
                elif taken > DRAINED * LARGEST:
                    break
        except FormParserError as error:
            raise NotTaken(N_("The file did not arrive whole. Please choose it again.")) from error
    if is_full:
        raise NotTaken(NO_ROOM, status=507)
    if upload.size > LARGEST or taken > LARGEST + MIB:
        raise NotTaken(N_("This file is too large: at most %(most)s MB fit."), most=LARGEST // MIB)
    if not form.file_name or not upload.size:
        raise NotTaken(N_("Please choose a file."))
    if not form.is_whole:
        raise NotTaken(N_("The file did not arrive whole. Please choose it again."))
    upload.name = file_name(form.file_name)
    return upload


def _keep(form: FormWithFile, upload: Upload, out: BinaryIO) -> None:
    for block in form.data:
        upload.size += len(block)
        upload.digest.update(block)
        out.write(block)
    form.data.clear()
