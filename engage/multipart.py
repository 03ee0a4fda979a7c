"""A form with a file, taken apart while it comes in."""

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

FIELDS = 1 << 16
"""Bytes of everything in the form that is not the file."""


class FormWithFile:
    """Takes a form of fields and one file apart as it comes in. Raises FormParserError."""

    def __init__(self, content_type: str | None) -> None:
        kind, options = parse_options_header(content_type)
        if kind != b"multipart/form-data" or not options.get(b"boundary"):
            raise FormParserError("not a form with a file")
        self.fields: dict[str, str] = {}
        self.file_name = ""
        self.is_whole = False
        self.data: list[bytes] = []
        """Of the file, since it was last taken."""
        self._size = 0
        self._headers: dict[bytes, bytes] = {}
        self._name, self._header, self._value = b"", b"", b""
        self._is_file = False
        self.write = MultipartParser(
            options[b"boundary"],
            {
                "on_part_begin": self._begin,
                "on_header_field": self._take_header,
                "on_header_value": self._take_value,
                "on_header_end": self._end_header,
                "on_headers_finished": self._start,
                "on_part_data": self._take_data,
                "on_part_end": self._end,
                "on_end": self._finish,
            },
        ).write

    def _begin(self) -> None:
        self._headers, self._value = {}, b""

    def _take_header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _take_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        self._headers[self._header.lower()] = self._value
        self._header, self._value = b"", b""

    def _start(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition"))
        self._name = options.get(b"name", b"")
        self._is_file = b"filename" in options
        if self._is_file:
            if self.file_name:
                raise FormParserError("more than one file")
            self.file_name = options[b"filename"].decode(errors="replace")

    def _take_data(self, data: bytes, start: int, end: int) -> None:
        if self._is_file:
            self.data.append(data[start:end])
            return
        self._size += end - start
        if self._size > FIELDS:
            raise FormParserError("the fields are too long")
        self._value += data[start:end]

    def _end(self) -> None:
        if not self._is_file:
            self.fields[self._name.decode(errors="replace")] = self._value.decode(errors="replace")

    def _finish(self) -> None:
        self.is_whole = True
