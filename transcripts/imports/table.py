"""The table of an archive: a CSV whose rows say which file is the recording of which meeting.

Its first line names the columns, in any order: `file` and `date` (2026-11-30); where they differ from the
command's options also `time` (18:30), `zone`, `title`, `body`, `language`; and `transcript`, a WebVTT, SRT or
CDP file. Files are named from the folder on. Commas, semicolons or tabs part the columns.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from engage import clock
from engage.language import LANGUAGES
from meetings.rules import is_zone, moments_of
from transcripts.imports.spoken import tidy

COLUMNS = ("file", "date", "time", "zone", "title", "body", "language", "transcript")
NEEDED = ("file", "date")
LONGEST_TITLE = 200
LARGEST = 20 << 20


class Fault(NamedTuple):
    """What is wrong in a line of the table, in a plain sentence."""

    line: int
    says: str

    def __str__(self) -> str:
        return f"Line {self.line}: {self.says}"


@dataclass(frozen=True)
class Defaults:
    """What holds for a row that does not say otherwise."""

    body: str
    language: str
    zone: str
    time: str


@dataclass(frozen=True)
class Row:
    """One recording of one meeting."""

    line: int
    path: Path
    starts_at: datetime
    zone: str
    title: str
    """Empty: it has no name of its own."""
    body: str
    language: str
    transcript: Path | None


class Wrong(Exception):
    """A field cannot be what it says; the text is a plain sentence."""


def read_table(text: str, folder: Path, defaults: Defaults) -> tuple[list[Row], list[Fault]]:
    """The rows, and everything that is wrong with the others."""
    rows: list[Row] = []
    faults: list[Fault] = []
    seen: dict[Path, int] = {}
    try:
        for line, fields in _fields(text):
            try:
                row = _row(line, fields, folder, defaults)
                if row.path in seen:
                    raise Wrong(f"{fields['file']} is in line {seen[row.path]}, too.")
                seen[row.path] = line
                rows.append(row)
            except Wrong as wrong:
                faults.append(Fault(line, str(wrong)))
    except csv.Error as error:
        faults.append(Fault(1, f"This is no CSV: {error}."))
    except Wrong as wrong:
        faults.append(Fault(1, str(wrong)))
    return rows, faults


def _fields(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """By line of the file, from 1; empty rows are left out. Raises Wrong for the line of names."""
    head = text.lstrip("\r\n").split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count), strict=True)
    names: list[str] = []
    end = 0
    for cells in reader:
        begin, end = end + 1, reader.line_num
        cells = [tidy(cell) for cell in cells]
        if names and any(cells):
            if len(cells) > len(names) and any(cells[len(names) :]):
                yield begin, {"": "There are more fields here than columns."}
            else:
                yield begin, dict(zip(names, cells, strict=False))
        elif any(cells):
            names = _names(cells)
    if not names:
        raise Wrong("The table is empty.")


def _names(cells: list[str]) -> list[str]:
    names = [cell.lower() for cell in cells]
    known = ", ".join(COLUMNS)
    for name in names:
        if name not in COLUMNS:
            raise Wrong(f"There is no column “{name}”. The first line names columns: {known}.")
        if names.count(name) > 1:
            raise Wrong(f"The column “{name}” is there more than once.")
    if missing := [name for name in NEEDED if name not in names]:
        raise Wrong(f"The column “{missing[0]}” is missing. The first line names columns: {known}.")
    return names


def _row(line: int, fields: dict[str, str], folder: Path, defaults: Defaults) -> Row:
    if "" in fields:
        raise Wrong(fields[""])
    zone, language = fields.get("zone") or defaults.zone, fields.get("language") or defaults.language
    body = fields.get("body") or defaults.body
    if not is_zone(zone):
        raise Wrong(f"{zone} is no time zone. Name one such as America/Los_Angeles.")
    if language not in LANGUAGES:
        raise Wrong(f"{language} is no language here. There are {' and '.join(LANGUAGES)}.")
    if not body:
        raise Wrong("Which body? Name it in a column “body”, or for all rows with --body.")
    transcript = fields.get("transcript", "")
    return Row(
        line=line,
        path=file_in(folder, fields["file"]),
        starts_at=moment_of(fields.get("date", ""), fields.get("time") or defaults.time, zone),
        zone=zone,
        title=fields.get("title", "")[:LONGEST_TITLE],
        body=body,
        language=language,
        transcript=file_in(folder, transcript) if transcript else None,
    )


def file_in(folder: Path, name: str) -> Path:
    """A file in the folder or below; a link that leads out of it is none. Raises Wrong."""
    if not name:
        raise Wrong("No file is named.")
    try:
        path = (folder / name.replace("\\", "/")).resolve()
        is_inside = path.is_relative_to(folder.resolve())
        if is_inside and path.is_file():
            return path
    except (OSError, ValueError):
        is_inside = True
    if not is_inside:
        raise Wrong(f"{name} is outside of the folder.")
    raise Wrong(f"{name} is not in the folder.")


def moment_of(date: str, time: str, zone: str) -> datetime:
    """Of an hour that the clocks go through twice, the first. Raises Wrong."""
    typed = f"{date}T{time.zfill(5)}"
    try:
        datetime.strptime(date, "%Y-%m-%d")  # noqa: DTZ007 - only whether it is a day
        found = moments_of(typed, zone)
    except ValueError:
        raise Wrong(f"“{date} {time}” is no date and time. Write 2026-11-30 and 18:30.") from None
    if not found:
        raise Wrong(f"On {date} the clocks in {zone} skip {time}.")
    if found[0] > clock.now():
        raise Wrong(f"{date} is still to come.")
    return found[0]
