"""A form with one file, written to disk while it comes in; nothing of it is held in memory."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from engage.forms import clean
from engage.language import N_

MIB = 1 << 20
LARGEST = 50 * MIB
"""Bytes of one document."""
DRAINED = 4
"""So many times as much is still taken from the browser and dropped, so that it reads why it was refused."""
LONGEST_NAME = 200


class NotTaken(Exception):
    """The message is a msgid; `values` fill it."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message)
        self.message = message
        self.values = values


@dataclass
class Upload:
    """Takes the form apart. `name` is what the browser calls the file, without any folder."""

    out: BinaryIO
    name: str = ""
    size: int = 0
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    is_whole: bool = False
    _headers: dict[bytes, bytes] = field(default_factory=dict)
    _header: bytes = b""
    _value: bytes = b""
    _is_file: bool = False

    def parser(self, content_type: str) -> MultipartParser:
        kind, options = parse_options_header(content_type)
        if kind != b"multipart/form-data" or not options.get(b"boundary"):
            raise FormParserError("not a form with a file")
        return MultipartParser(
            options[b"boundary"],
            {
                "on_part_begin": self._headers.clear,
                "on_header_field": self._take_header,
                "on_header_value": self._take_value,
                "on_header_end": self._end_header,
                "on_headers_finished": self._start_part,
                "on_part_data": self._take_data,
                "on_end": self._finish,
            },
        )

    def _take_header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _take_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        self._headers[self._header.lower()] = self._value
        self._header, self._value = b"", b""

    def _start_part(self) -> None:
        """The first part with a file's name is the document; all else is passed over."""
        _, options = parse_options_header(self._headers.get(b"content-disposition"))
        name = options.get(b"filename", b"").decode(errors="replace")
        self._is_file = bool(name) and not self.name
        if self._is_file:
            self.name = file_name(name)

    def _take_data(self, data: bytes, start: int, end: int) -> None:
        if self._is_file:
            self.size += end - start
            self.digest.update(data[start:end])
            self.out.write(data[start:end])

    def _finish(self) -> None:
        self.is_whole = True


def file_name(typed: str) -> str:
    """The last part of what may be a path of any system, clean and not too long; never empty."""
    last = clean(PurePosixPath(typed.replace("\\", "/")).name)
    stem, dot, ending = last.rpartition(".")
    return f"{stem[:LONGEST_NAME]}.{ending[:10]}" if dot else last[:LONGEST_NAME] or "document.pdf"


async def take_upload(stream: AsyncIterator[bytes], content_type: str, path: Path) -> Upload:
    """Write the form's file to `path`. Raises NotTaken, and then `path` may hold a part of it."""
    taken = 0
    with path.open("wb") as out:
        upload = Upload(out)
        try:
            parser = upload.parser(content_type)
            async for chunk in stream:
                taken += len(chunk)
                if taken <= LARGEST + MIB:
                    parser.write(chunk)
                elif taken > DRAINED * LARGEST:
                    break
        except FormParserError as error:
            raise NotTaken(N_("The file did not arrive whole. Please choose it again.")) from error
    if upload.size > LARGEST or taken > LARGEST + MIB:
        raise NotTaken(N_("This file is too large: at most %(most)s MB fit."), most=LARGEST // MIB)
    if not upload.name or not upload.size:
        raise NotTaken(N_("Please choose a file."))
    if not upload.is_whole:
        raise NotTaken(N_("The file did not arrive whole. Please choose it again."))
    return upload
